"""FEED → ENTRIES: whatever a server sent becomes one clean document; bad input is a problem, not an exception."""

import re
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
    try:
        raw = _read(body, content_type, lang)
        return refine(raw, url=url, lang=lang)
    except Exception as error:  # the promise is a problem in words; the fuzz driver fails when this is ever reached
        return Document(problems=[f"the document cannot be read: {type(error).__name__}: {error}"[:200]])


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


def _read(body: bytes, content_type: str | None, lang: str | None) -> RawDocument:
    text, trouble = decode(body, content_type, lang)
    text = text.lstrip("\ufeff\x00 \t\r\n")
    if not text:
        return RawDocument(problems=["the document is empty"])
    raw = _shaped(text)
    if trouble:
        raw.problems.insert(0, trouble)
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
