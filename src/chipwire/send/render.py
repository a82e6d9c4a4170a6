"""DIGEST → LETTER: words and templates make text and HTML, the envelope makes bytes. Pure and deterministic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from chipwire.domain import Digest, Line, Reader
from chipwire.send import envelope, plain
from chipwire.send.compose import trim
from chipwire.send.tokens import Links
from chipwire.send.words import Words, choose

MOST_HTML = 90_000
SUBJECT = 60
_WORDS_A_MINUTE = 220
_ADDRESS = 1500
"""Bytes kept free for the reader's address and links."""
_EMAIL, _UNSUBSCRIBE, _PREFERENCES, _WEB = "\0email\0", "\0unsubscribe\0", "\0preferences\0", "\0web\0"
"""Marks for what is the reader's own; no cleaned text holds a NUL."""

_common: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
_HTML = Environment(loader=PackageLoader("chipwire.send"), autoescape=True, **_common)
_TEXT = Environment(loader=PackageLoader("chipwire.send"), autoescape=False, keep_trailing_newline=True, **_common)  # noqa: S701
for _env in (_HTML, _TEXT):
    _env.globals.update(direction=plain.direction)
    _env.filters["isolate"] = plain.isolate


@dataclass(frozen=True)
class Sender:
    """Who writes: From, domain of Message-IDs, links, words by locale, and the DKIM key if there is one."""

    address: str
    domain: str
    links: Links
    words: Mapping[str, Words]
    dkim: envelope.Dkim | None = None


@dataclass(frozen=True)
class Rendered:
    """A finished letter; `digest` is what went in after trimming to size, `html` is None for text-only readers."""

    digest: Digest
    subject: str
    message_id: str
    text: str
    html: str | None
    body: bytes


def page(template: str, frame: Mapping[str, Any]) -> str:
    """A template filled in; escaped when it is HTML."""
    return (_HTML if template.endswith(".html") else _TEXT).get_template(template).render(frame)


def render(digest: Digest, sender: Sender) -> bytes:
    """The letter as it goes on the wire."""
    return letter(digest, sender).body


def html(digest: Digest, sender: Sender) -> str:
    """The HTML part alone, for a preview."""
    return letter(digest, sender).html or ""


def letter(digest: Digest, sender: Sender) -> Rendered:
    """The finished letter to the digest's reader."""
    return press(digest, sender).address(digest.reader)


@dataclass(frozen=True)
class Pressed:
    """A letter without its address: pressed once for all readers of the same choices, then addressed to each.

    `digest` is what went in after lines that did not fit into MOST_HTML bytes were moved to the hidden ones.
    """

    digest: Digest
    sender: Sender
    subject: str
    text: str
    html: str | None

    def address(self, reader: Reader) -> Rendered:
        """The finished letter to `reader`, who made the choices the digest was composed for."""
        digest, links = replace(self.digest, reader=reader), self.sender.links
        given = {
            _EMAIL: reader.email,
            _UNSUBSCRIBE: links.unsubscribe(reader),
            _PREFERENCES: links.preferences(reader),
            _WEB: links.web(reader, digest.local_date, digest.kind, digest.key),
        }
        text, made = self.text, self.html
        for mark, value in given.items():
            text = text.replace(mark, value)
            made = made.replace(mark, escape(value)) if made is not None else None
        name = envelope.message_id(reader, digest.local_date, digest.kind, digest.key, self.sender.domain)
        headers = [
            ("From", self.sender.address),
            ("To", reader.email),
            ("Subject", self.subject),
            ("Message-ID", name),
            ("List-Id", f"chipwire digest <digest.{self.sender.domain}>"),
            ("List-Unsubscribe", f"<{given[_UNSUBSCRIBE]}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("Auto-Submitted", "auto-generated"),
        ]
        body = envelope.seal(headers, text, made, digest.composed, self.sender.dkim)
        return Rendered(digest, self.subject, name, text, made, body)


def press(digest: Digest, sender: Sender) -> Pressed:
    """Words, templates and size settled; what is the reader's own is left as marks."""
    digest, made = _fitting(digest, sender) if digest.reader.format == "both" else (digest, None)
    text = page("digest.txt", _frame(digest, sender))
    return Pressed(digest, sender, subject(digest, _words(digest, sender)), text, made)


def subject(digest: Digest, words: Words) -> str:
    """Top story, how many more, the date: at most SUBJECT characters, never the same on two days."""
    more = f" +{words.number(digest.stories - 1)}" if digest.stories > 1 else ""
    tail = f"{more} · {words.day(digest.local_date)}"
    lines = digest.lines
    head = lines[0].report.title if lines else words.say("all_quiet")
    if digest.kind == "alert":
        head = words.say("alert", name=head)
    return plain.clip(head, SUBJECT - len(tail)) + tail


def _fitting(digest: Digest, sender: Sender) -> tuple[Digest, str]:
    while True:
        made = page("digest.html", _frame(digest, sender))
        over = len(made.encode()) - MOST_HTML + _ADDRESS
        if over <= 0 or digest.empty:
            return digest, made
        for _ in range(max(1, over // 4000)):
            digest = digest if digest.empty else trim(digest)


def _words(digest: Digest, sender: Sender) -> Words:
    return choose(sender.words, digest.reader.locale)


def _frame(digest: Digest, sender: Sender) -> dict[str, Any]:
    """What both templates are filled with."""
    words, reader, window = _words(digest, sender), digest.reader, digest.window
    minutes = max(1, round(sum(_length(line) for line in digest.lines) / _WORDS_A_MINUTE))
    names = ", ".join(name for name, _ in digest.counts)
    since, until = (words.moment(at, reader.zone) for at in (window.since, window.until))
    failed = digest.health.failed
    return {
        "digest": digest,
        "words": words,
        "say": words.say,
        "subject": subject(digest, words),
        "day": words.long_day(digest.local_date),
        "window": words.say("window", since=since, until=until, zone=reader.zone),
        "condensed": words.say(
            "condensed", reports=words.say("reports", digest.reports), stories=words.say("stories", digest.stories)
        ),
        "reading": words.say("reading", minutes),
        "preheader": " · ".join(f"{name} {words.number(n)}" for name, n in digest.counts) or words.say("all_quiet"),
        "health": words.say("health_failed", len(failed), total=words.number(digest.health.total), names=_some(failed))
        if failed
        else words.say("health_ok", digest.health.total),
        "because": words.say("because", email=plain.isolate(_EMAIL), names=names or words.say("everything")),
        "unsubscribe": _UNSUBSCRIBE,
        "preferences": _PREFERENCES,
        "web": _WEB,
        "company": sender.links.company,
        "when": lambda line: words.moment(_shown_time(line, digest), reader.zone),
        "notes": lambda line: _notes(line, words),
        "why": lambda line: _why(line, words, reader.topics),
        "most": max((n for _, volume in digest.glance for n in volume), default=1) or 1,
    }


def _length(line: Line) -> float:
    """Words to read; scripts without spaces count two characters a word."""
    text = f"{line.report.title} {line.summary}"
    wide = sum(ch > "\u2e7f" for ch in text)
    return len(text.split()) + wide / 2 + 6


def _shown_time(line: Line, digest: Digest) -> Any:
    """The published time when it can be true, else when we first saw it."""
    told = line.report.published
    week = timedelta(days=7)
    return told if told and digest.window.since - week <= told <= digest.composed else line.report.first_seen


def _notes(line: Line, words: Words) -> list[str]:
    """Update, figures and denial, each a phrase."""
    fresh = [plain.isolate(text) for text in line.fresh]
    if line.fresh_outlets:
        fresh.append(words.say("fresh_outlets", line.fresh_outlets))
    notes = [words.say("fresh", what=", ".join(fresh))] if fresh else []
    if line.figures:
        notes.append(words.say("figures", what=", ".join(plain.isolate(text) for text in line.figures)))
    if line.denial:
        who = plain.clip(plain.clean(line.denial.speaker or ""), 60)
        notes.append(words.say("denied_by", who=plain.isolate(who)) if who else words.say("denied"))
    return notes


def _why(line: Line, words: Words, topics: Sequence[str]) -> str:
    """Why this story is here: the matched term and where it stood, or the topic."""
    if line.why:
        key = {"title": "why_title", "lead": "why_lead"}.get(line.why.zone, "why_body")
        return words.say(key, term=plain.isolate(plain.clip(plain.clean(line.why.alias), 40)))
    chosen = [name for slug, name in line.tags if slug in topics]
    return words.say("why_topic", term=", ".join(chosen)) if chosen else ""


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(plain.isolate(plain.clip(plain.clean(name), 40)) for name in names[:5])
    return shown + (f" (+{len(names) - 5})" if len(names) > 5 else "")
