"""FEED → ENTRIES: whatever a server sent becomes one clean document; bad input is a problem, not an exception."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chipwire.collect.content.entries import refine
from chipwire.collect.document.cut import Cut, cut
from chipwire.collect.document.decode import decode
from chipwire.collect.document.raw import RawDocument
from chipwire.collect.document.repair import is_page, repaired
from chipwire.collect.parse import feed, jsonfeed, plain, sitemap
from chipwire.domain import Document, FeedFacts


def parse(body: bytes, *, url: str | None = None, content_type: str | None = None, lang: str | None = None) -> Document:
    """The clean document of a body: RSS, Atom, RDF, CDF, JSON Feed or a news sitemap, whatever it calls itself.

    `url` is where it was found and the last base of relative links; `lang` (BCP 47) is what the feed is known to be
    written in and settles encodings, month names and zone names. Never raises on bad input.
    """
    return understand(characters(body, content_type, lang), url=url, lang=lang)


@dataclass(frozen=True, slots=True)
class Characters:
    """The text of a body from its first sign on, what had to be made up for its encoding, in words, and its pieces."""

    text: str
    trouble: str | None = None
    pieces: Cut | None = None

    def of(self, places: Iterable[int]) -> "Characters":
        """The document as if it held these entries only; for those that can be cut."""
        assert self.pieces is not None
        part = self.pieces.of(places)
        return Characters(part.whole.decode(), self.trouble, part)


def characters(body: bytes, content_type: str | None = None, lang: str | None = None) -> Characters:
    """The first half of `parse`."""
    try:
        text, trouble = decode(body, content_type, lang)
    except Exception as error:  # see `understand`
        return Characters("", _unread(error))
    text = text.lstrip("\ufeff\x00 \t\r\n")
    return Characters(text, trouble, cut(text))


def understand(given: Characters, *, url: str | None = None, lang: str | None = None) -> Document:
    """The other half of `parse`."""
    try:
        return refine(raw(given), url=url, lang=lang)
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


def raw(given: Characters) -> RawDocument:
    """The strings of a document: by the short way as far as its entries are plain, else by the long way."""
    if not given.text:
        return RawDocument(problems=[given.trouble or "the document is empty"])
    found = _plain(given.pieces) or _shaped(given.text)
    if given.trouble:
        found.problems.insert(0, given.trouble)
    return found


def _plain(pieces: Cut | None) -> RawDocument | None:
    """A document by the short way, what is not plain in it by the long one; None where that has problems to tell."""
    found = plain.entries(pieces) if pieces and pieces.head.startswith(b"<") else None
    if pieces is None or found is None:
        return None
    left = [n for n, one in enumerate(found) if one is None]
    document = _shaped(pieces.of(left).whole.decode())
    if document.problems or len(document.entries) != len(left):
        return None
    rest = iter(document.entries)
    document.entries = [next(rest) if one is None else feed.entry(one) for one in found]
    return document


def _shaped(text: str) -> RawDocument:
    if text[0] in "{[":
        return jsonfeed.read(text)
    if is_page(text):
        return RawDocument(problems=["this is an HTML page, not a feed"])
    mended, count, problems = repaired(text)
    if not mended:
        return RawDocument(problems=["this is neither a feed, nor JSON Feed, nor a news sitemap"])
    if re.match(r"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b", mended, re.IGNORECASE):
        raw = sitemap.read(mended)
    else:
        raw = feed.read(mended, count)
    raw.problems = problems + raw.problems
    return raw
