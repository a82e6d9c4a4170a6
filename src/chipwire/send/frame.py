"""What the templates of a digest are filled with: every phrase, number and date in the reader's words. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chipwire.domain import Digest, Line, Report
from chipwire.send import plain
from chipwire.send.tokens import Links
from chipwire.send.words import Words

SUBJECT = 60
PREHEADER = 140
EMAIL, UNSUBSCRIBE, PREFERENCES, WEB, MUTE = (
    f"\0{name}\0" for name in ("email", "unsubscribe", "preferences", "web", "mute")
)
"""Marks for what is the reader's own; no cleaned text holds a NUL."""
_WORDS_A_MINUTE = 220
_BAR = 14
"""Height of the tallest bar, pixels."""
_NAMED = 8
_QUOTED = 200
_WEEK = timedelta(days=7)
_FIRST_FEEDS = 1999
"""RSS 0.90; what is dated before is dated wrongly."""
_DAY = timedelta(days=1)


def subject(digest: Digest, words: Words) -> str:
    """Top story, how many more, the date: at most SUBJECT characters, never the same on two days."""
    more = f" +{words.number(digest.stories - 1)}" if digest.stories > 1 else ""
    tail = f"{more} · {words.day(digest.local_date)}"
    lines = digest.lines
    head = lines[0].report.title if lines else words.say("all_quiet")
    if lines and lines[0].correction:
        head = f"{_tag(lines[0], words)}{words.colon}{head}"
    if digest.kind == "alert":
        head = words.say("alert", name=head)
        tail += f", {words.hour(digest.composed, digest.reader.zone)}"
    return plain.clip(head, SUBJECT - len(tail)) + tail


def frame(digest: Digest, words: Words, links: Links) -> dict[str, Any]:
    """All of it, by the names the templates use; what is the reader's own stays a mark."""
    reader, window = digest.reader, digest.window
    minutes = max(1, round(sum(_length(line) for line in digest.lines) / _WORDS_A_MINUTE))
    since, until = (words.moment(at, reader.zone) for at in (window.since, window.until))
    most = max((n for _, volume in digest.glance for n in volume), default=1) or 1
    return {
        "digest": digest,
        "words": words,
        "say": words.say,
        "names": words.names,
        "subject": subject(digest, words),
        "title": ", ".join(section.name for section in digest.sections) if digest.kind == "alert" else "",
        "day": words.long_day(digest.local_date),
        "window": words.say("window", since=since, until=until, zone=words.place(reader.zone)),
        "condensed": words.say(
            "condensed", reports=words.say("reports", digest.reports), stories=words.say("stories", digest.stories)
        ),
        "reading": words.say("reading", minutes),
        "preheader": _preheader(digest, words),
        "health": _health(digest, words),
        "because": words.say("because", email=plain.isolate(EMAIL), names=_follows(digest, words)),
        "unsubscribe": UNSUBSCRIBE,
        "preferences": PREFERENCES,
        "web": WEB,
        "mute": lambda line: f"{MUTE}/{line.story_id}",
        "listed": lambda section: links.page(section.path),
        "when": lambda report: _printed(report, digest, words),
        "parts": parts,
        "tag": lambda line: _tag(line, words),
        "notes": lambda line: _notes(line, digest, words),
        "also": lambda line: _also(line, words),
        "why": lambda line: _why(line, words, reader.topics),
        "bar": lambda n: round(2 + (_BAR - 2) * n / most),
        "weekdays": [words.weekday((window.until - back * _DAY).date()) for back in range(6, -1, -1)],
    }


def parts(line: Line) -> list[tuple[str, bool]]:
    """The summary in pieces, those that are its figures marked True."""
    longest_first = sorted(
        (said for amount in line.figures if (said := plain.clean(amount.text))), key=len, reverse=True
    )
    if not longest_first:
        return [(line.summary, False)]
    found = re.split("(" + "|".join(re.escape(figure) for figure in longest_first) + ")", line.summary)
    return [(text, at % 2 == 1) for at, text in enumerate(found) if text]


def _preheader(digest: Digest, words: Words) -> str:
    """Counts per company, then the second headline: what a mailbox shows beside the subject."""
    counts = " · ".join(f"{name} {words.number(n)}" for name, n in digest.counts[:_NAMED])
    second = [line.report.title for line in digest.lines[1:2]]
    return plain.clip(" — ".join([counts, *second]), PREHEADER) if counts else words.say("all_quiet")


def _health(digest: Digest, words: Words) -> str:
    failed, total = digest.health.failed, digest.health.total
    if not total:
        return ""
    if not failed:
        return words.say("health_ok", total)
    shown = words.names(plain.clip(plain.clean(name), 40) for name in failed[:5])
    shown = words.and_more(shown, len(failed) - 5)
    return words.say("health_failed", len(failed), total=words.number(total), names=shown)


def _follows(digest: Digest, words: Words) -> str:
    if not digest.follows:
        return words.say("everything")
    return words.and_more(words.names(digest.follows[:_NAMED]), len(digest.follows) - _NAMED)


def _length(line: Line) -> float:
    """Words to read; scripts without spaces count two characters a word."""
    text = f"{line.report.title} {line.summary}"
    wide = sum(ch > "\u2e7f" for ch in text)
    return len(text.split()) + wide / 2 + 6


def _printed(report: Report, digest: Digest, words: Words) -> str:
    """When it is said to be printed, or we first saw it where that cannot be; with the year where it was long ago."""
    told = report.published
    if told is None or told > digest.composed or told.year < _FIRST_FEEDS:
        return _when(report.first_seen, digest, words)
    if told < digest.window.since - _WEEK:
        return words.day(words.date(told, digest.reader.zone))
    return _when(told, digest, words)


def _when(at: datetime, digest: Digest, words: Words) -> str:
    """The hour alone for the letter's own date, else with its date."""
    zone = digest.reader.zone
    return words.hour(at, zone) if words.date(at, zone) == digest.local_date else words.moment(at, zone)


def _tag(line: Line, words: Words) -> str:
    """What a headline is told again as; a report that only had something added to it is an update like any other."""
    corrected = line.correction and line.correction.before
    return words.say("correction" if corrected else "update")


def _notes(line: Line, digest: Digest, words: Words) -> list[tuple[str, str]]:
    """('corrected' | 'fresh' | 'denied' | 'figures', phrase); figures that summary or headline show are not said again.

    A percentage alone says nothing: of what it is one stands in the text that it was taken from.
    """
    notes = []
    if line.correction and line.correction.before:
        before = plain.isolate(plain.clip(plain.clean(line.correction.before), _QUOTED))
        at = _when(line.correction.at, digest, words)
        notes.append(("corrected", words.say("corrected", when=at, what=before)))
    fresh = [plain.isolate(words.amount(amount)) for amount in line.fresh]
    if fresh:
        notes.append(("fresh", words.say("fresh", what=str(words.phrases["comma"]).join(fresh))))
    if line.denial:
        who = plain.clip(plain.clean(line.denial.speaker or ""), 60)
        notes.append(("denied", words.say("denied_by", who=plain.isolate(who)) if who else words.say("denied")))
    shown = f"{line.report.title} {line.summary}"
    unseen = [amount for amount in line.figures if amount.unit != "%" and plain.clean(amount.text) not in shown]
    if unseen:
        notes.append(("figures", words.say("figures", what=words.names(words.amount(amount) for amount in unseen))))
    return notes


def _also(line: Line, words: Words) -> str:
    return words.and_more(words.say("also", names=words.names(line.also)), line.also_more)


def _why(line: Line, words: Words, topics: Sequence[str]) -> str:
    """Why this story is here: the matched term and where it stood, the topic, or the saved query."""
    if line.why:
        key = {"title": "why_title", "lead": "why_lead"}.get(line.why.zone, "why_body")
        return words.say(key, term=plain.isolate(plain.clip(plain.clean(line.why.term), 40)))
    if chosen := [name for slug, name in line.tags if slug in topics]:
        return words.say("why_topic", term=words.names(chosen))
    return words.say("why_search", term=words.names(line.searches)) if line.searches else ""
