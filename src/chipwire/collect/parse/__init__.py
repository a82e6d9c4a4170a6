"""FEED → ENTRIES: whatever a server sent becomes one clean document; bad input is a problem, not an exception."""

import re
from dataclasses import dataclass
from typing import Any

from chipwire.collect import jsonfeed, sitemap
from chipwire.collect.decode import decode
from chipwire.collect.entries import refine
from chipwire.collect.mend import is_page, mend
from chipwire.collect.parse import feed
from chipwire.collect.raw import RawDocument
from chipwire.domain import Document, FeedFacts


def parse(
    body: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    lang: str | None = None,
    full_text: bool = False,
) -> Document:
    """The clean document of a body: RSS, Atom, RDF, CDF, JSON Feed or a news sitemap, whatever it calls itself.

    `url` is where it was found and the last base of relative links; `lang` (BCP 47) is what the feed is known to be
    written in and settles encodings, month names and zone names. `full_text` changes nothing here: text that the
    document brings is always kept. Never raises on bad input.
    """
    return understand(characters(body, content_type, lang), url=url, lang=lang)


@dataclass(frozen=True, slots=True)
class Characters:
    """The text of a body from its first sign on, and what had to be made up for its encoding, in words."""

    text: str
    trouble: str | None = None


def characters(body: bytes, content_type: str | None = None, lang: str | None = None) -> Characters:
    """The first half of `parse`."""
    try:
        text, trouble = decode(body, content_type, lang)
    except Exception as error:  # see `understand`
        return Characters("", _unread(error))
    return Characters(text.lstrip("\ufeff\x00 \t\r\n"), trouble)


def understand(given: Characters, *, url: str | None = None, lang: str | None = None) -> Document:
    """The other half of `parse`."""
    try:
        return refine(_read(given), url=url, lang=lang)
    except Exception as error:  # the promise is a problem in words; the fuzz driver fails when this is ever reached
        return Document(problems=[_unread(error)])


def _unread(error: Exception) -> str:
    return f"the document cannot be read: {type(error).__name__}: {error}"[:200]


def as_json(document: Document, file: str) -> dict[str, Any]:
    """One line of `chipwire parse`: the keys of the contract, dates as RFC 3339 UTC or None."""
    facts: FeedFacts = document.feed
    return {
        "file": file,
        "feed": {"title": facts.title, "home": facts.home, "lang": facts.lang, "hub": facts.hub, "ttl": facts.ttl},
        "items": [
            {
                "uid": entry.uid,
                "url": entry.url,
                "title": entry.title,
                "summary": entry.summary,
                "text": entry.text,
                "author": entry.author,
                "lang": entry.lang,
                "published": entry.published.strftime("%Y-%m-%dT%H:%M:%SZ") if entry.published else None,
                "updated": entry.updated.strftime("%Y-%m-%dT%H:%M:%SZ") if entry.updated else None,
                "categories": entry.categories,
            }
            for entry in document.entries
        ],
        "problems": document.problems,
    }


def _read(given: Characters) -> RawDocument:
    if not given.text:
        return RawDocument(problems=[given.trouble or "the document is empty"])
    raw = _shaped(given.text)
    if given.trouble:
        raw.problems.insert(0, given.trouble)
    return raw


def _shaped(text: str) -> RawDocument:
    if text[0] in "{[":
        return jsonfeed.read(text)
    if is_page(text):
        return RawDocument(problems=["this is an HTML page, not a feed"])
    mended, count, problems = mend(text)
    if not mended:
        return RawDocument(problems=["this is neither a feed, nor JSON Feed, nor a news sitemap"])
    if re.match(r"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b", mended, re.IGNORECASE):
        raw = sitemap.read(mended)
    else:
        raw = feed.read(mended, count)
    raw.problems = problems + raw.problems
    return raw
