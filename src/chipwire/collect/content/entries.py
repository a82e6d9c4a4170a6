"""RAW → ENTRY: strings of any format become clean entries with absolute links, UTC dates and uids of their own."""

import re
from collections import Counter
from urllib.parse import urlsplit

from chipwire.collect import dates
from chipwire.collect.content import clean, identity, prose
from chipwire.collect.content.links import MAX_URL, absolute, is_web
from chipwire.collect.content.prose import Prose
from chipwire.collect.document.raw import EMPTY, Body, RawDocument, RawEntry
from chipwire.collect.document.repair import MAX_ENTRIES
from chipwire.domain import Document, Entry, FeedFacts

MAX_CATEGORIES = 50
_LANG = re.compile(r"^[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*$")
_NEWS = "news.google.com"


def refine(raw: RawDocument, *, url: str | None, lang: str | None) -> Document:
    """The clean document; `url` is the last base of relative links, `lang` settles dates in words."""
    problems = Counter[str]()
    here = url if is_web(url) else absolute(raw.self_url)
    home = absolute(raw.home, here)
    facts = FeedFacts(
        title=clean.title(raw.title or "") or None,
        home=home,
        lang=language(raw.lang),
        hub=absolute(raw.hub, here),
        self_url=absolute(raw.self_url, here),
        ttl=raw.ttl,
        skip_hours=sorted({hour % 24 for hour in raw.skip_hours if hour <= 24}),
        skip_days=list(dict.fromkeys(raw.skip_days)),
    )
    words = lang or facts.lang or script(" ".join(one.title for one in raw.entries[:20]))
    entries = [_entry(one, (home, here), facts, words, problems) for one in raw.entries[:MAX_ENTRIES]]
    if (over := len(raw.entries) - MAX_ENTRIES) > 0:
        problems[f"over {MAX_ENTRIES} entries, left out"] += over
    named = [entry.model_copy(update={"uid": uid}) for entry, uid in zip(entries, identity.uids(entries), strict=True)]
    told = raw.problems + [f"{text}: {count}" for text, count in problems.items()]
    if not named and not told:
        told = [EMPTY]
    return Document(feed=facts, entries=named, problems=[clean.line(one) for one in told], own=identity.own(entries))


def language(raw: str | None) -> str | None:
    """A language tag in its usual spelling (zh-hant-tw → zh-Hant-TW), None when it is none."""
    tag = (raw or "").strip()
    if not _LANG.match(tag):
        return None
    first, *rest = tag.replace("_", "-").split("-")
    shaped = [
        part.title() if len(part) == 4 and part.isalpha() else part.upper() if len(part) == 2 else part.lower()
        for part in rest
    ]
    return "-".join([first.lower(), *shaped])


def _entry(
    raw: RawEntry, bases: tuple[str | None, str | None], facts: FeedFacts, lang: str | None, problems: Counter[str]
) -> Entry:
    home, here = bases
    written = is_web(raw.base) or not raw.base
    link = _link(raw, bases if written else (here, home), problems)
    title, source = clean.title(raw.title), clean.title(raw.source or "") or None
    google = any(_NEWS in one.lower() and urlsplit(one).hostname == _NEWS for one in (facts.home, link) if one)
    title, source = publisher(title, source, guess=google)
    spoken = language(raw.lang) or facts.lang
    published, updated = _date(raw.published, lang or spoken), _date(raw.updated, lang or spoken)
    if (raw.published and not published) or (raw.updated and not updated):
        problems["unreadable dates"] += 1
    text, beside = _text(raw, link, home, here)
    return Entry(
        uid=_guid(raw.guid),
        url=link,
        title=title,
        summary=_summary(raw, home, here),
        text=text,
        beside=beside,
        author=clean.title(raw.author or "")[:300] or None,
        lang=spoken,
        published=published or updated,
        updated=updated,
        categories=_categories(raw.categories),
        source=source,
    )


def publisher(title: str, source: str | None, *, guess: bool) -> tuple[str, str | None]:
    """An aggregator's title without its ' - Publisher' end, and the publisher; `guess` where it always has one."""
    head, dash, tail = title.rpartition(" - ")
    if dash and head and (source == tail or (guess and source is None and len(tail) <= 60)):
        return head.strip(), tail
    return title, source


def script(text: str) -> str | None:
    """The language that characters give away without doubt: Hangul, kana, or Han alone."""
    counts = Counter(
        "ko" if "\uac00" <= c <= "\ud7a3" else "ja" if "\u3041" <= c <= "\u30ff" else "zh"
        for c in text
        if c >= "\u3041"
    )
    if counts.total() < 4:
        return None
    return "ja" if counts["ja"] > counts.total() / 20 else counts.most_common(1)[0][0]


def _link(raw: RawEntry, bases: tuple[str | None, ...], problems: Counter[str]) -> str | None:
    long = 0
    for candidate in raw.links:
        link = absolute(candidate, *bases)
        if link and len(link) > MAX_URL:
            long += 1
        elif link:
            return link
    if long:
        problems[f"links over {MAX_URL} characters, left out"] += 1
    elif raw.links:
        problems["links that lead nowhere on the web"] += 1
    return None


def _guid(raw: str | None) -> str:
    return clean.line(raw or "")[:MAX_URL]


def _summary(raw: RawEntry, home: str | None, here: str | None) -> str:
    """The short description, or the content of entries without one."""
    for body in (raw.summary, *raw.contents):
        if body is None:
            continue
        bases = (absolute(body.base, here, home), home, here)
        if cleaned := clean.escape(body.value) if _is_plain(body) else clean.fragment(body.value, *bases):
            return cleaned
    return ""


def _text(raw: RawEntry, *pages: str | None) -> Prose:
    """The prose of the longest content, or of the summary where the content is hardly more than a caption."""
    content = max((_prose(body, *pages) for body in raw.contents), key=lambda one: len(one.text), default=Prose(""))
    summary = _prose(raw.summary, *pages) if raw.summary else Prose("")
    return content if len(content.text) * 2 >= len(summary.text) else summary


def _prose(body: Body, *pages: str | None) -> Prose:
    return Prose(clean.plain(body.value)) if _is_plain(body) else prose.read(body.value, *pages)


def _is_plain(body: Body) -> bool:
    return body.kind == "text" and not clean.looks_like_markup(body.value)


def _date(raw: list[str], lang: str | None) -> dates.Read:
    return next((date for one in raw if (date := dates.read(one, lang))), None)


def _categories(raw: list[str]) -> list[str]:
    cleaned = (clean.title(one)[:200] for one in raw)
    return [one for one in dict.fromkeys(cleaned) if one][:MAX_CATEGORIES]
