"""FEED → ENTRIES: whatever a server sent becomes one clean document; bad input is a problem, not an exception."""

import io
import re
from typing import Any

import feedparser
from lxml import etree

from chipwire.collect import jsonfeed, sitemap
from chipwire.collect.decode import decode
from chipwire.collect.entries import refine
from chipwire.collect.mend import is_page, mend
from chipwire.collect.raw import Body, RawDocument, RawEntry
from chipwire.domain import Document, FeedFacts

_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_HTML_LINK = ("text/html", "application/xhtml+xml", "html", "xhtml", "")


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
    except (
        RecursionError,
        MemoryError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        LookupError,
    ) as error:
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
        raw = _feed(mended, count)
    raw.problems = problems + raw.problems
    return raw


def _feed(mended: str, count: int) -> RawDocument:
    """feedparser's reading; of ill-formed XML the better of its loose one and that of the tree lxml recovers."""
    found = _feedparser(mended)
    problems = []
    if found.get("bozo"):
        problems.append(f"ill-formed XML: {str(found.get('bozo_exception'))[:200]}")
        other = _recovered(mended)
        if other and _yield(other) > _yield(found):
            found = other
    raw = _document(found, mended)
    if len(raw.entries) < count:
        problems.append(f"{count - len(raw.entries)} of {count} entries cannot be read")
    if not found.get("version") and not raw.entries:
        problems.append("this is neither a feed, nor JSON Feed, nor a news sitemap")
    raw.problems = problems
    return raw


def _yield(found: Any) -> tuple[int, int, int]:
    """How much a reading got out of a document: entries, entries with title and link, characters."""
    entries = found["entries"]
    whole = sum(1 for entry in entries if entry.get("title") and entry.get("link"))
    details = [[one.get("title_detail"), one.get("summary_detail"), *(one.get("content") or [])] for one in entries]
    return len(entries), whole, sum(len(one.get("value") or "") for row in details for one in row if one)


def _feedparser(text: str) -> Any:
    data = b'<?xml version="1.0" encoding="utf-8"?>\n' + text.encode("utf-8", "replace")
    headers = {"content-type": "application/xml; charset=utf-8"}
    return feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _recovered(text: str) -> Any:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    return None if root is None else _feedparser(etree.tostring(root, encoding="unicode"))


def _document(found: Any, text: str) -> RawDocument:
    feed = found["feed"]
    links = feed.get("links") or []
    home = next((link.get("href") for link in links if link.get("rel") == "alternate" and link.get("href")), None)
    return RawDocument(
        title=feed.get("title"),
        home=feed.get("link") or home,
        lang=feed.get("language"),
        hub=_rel(links, "hub"),
        self_url=_rel(links, "self"),
        ttl=_ttl(feed),
        skip_hours=[int(hour) for hour in _inside(text, "skipHours", r"<hour>\s*(\d{1,2})\s*<")],
        skip_days=[day.capitalize() for day in _inside(text, "skipDays", r"<day>\s*(\w+)\s*<")],
        entries=[_entry(entry) for entry in found["entries"]],
    )


def _rel(links: list[Any], rel: str) -> str | None:
    return next((link["href"] for link in links if link.get("rel") == rel and link.get("href")), None)


def _ttl(feed: Any) -> int | None:
    raw = str(feed.get("ttl") or "").strip()
    if raw.isdigit() and 0 < int(raw[:9]) < 10_000_000:
        return int(raw[:9]) * 60
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    often = str(feed.get("sy_updatefrequency") or "1").strip()
    return max(60, period // max(1, int(often[:6]))) if period and often.isdigit() else None


def _inside(text: str, name: str, pattern: str) -> list[str]:
    start = text.find(f"<{name}>")
    end = text.find(f"</{name}>", start)
    return re.findall(pattern, text[start:end]) if 0 <= start < end else []


def _entry(entry: Any) -> RawEntry:
    details = [entry.get("title_detail"), entry.get("summary_detail"), *(entry.get("content") or [])]
    languages = [entry.get("language"), *(detail.get("language") for detail in details if detail)]
    contents = [found for content in entry.get("content") or [] if (found := _body(content))]
    summary = entry.get("summary_detail") or {"value": entry.get("media_altdescription"), "type": "text/plain"}
    return RawEntry(
        guid=entry.get("id"),
        links=_links(entry),
        base=next((detail.get("base") for detail in details if detail and detail.get("base")), None),
        title=entry.get("title") or entry.get("media_alttitle") or "",
        summary=_body(summary),
        contents=contents,
        author=_author(entry),
        lang=next((language for language in languages if language), None),
        published=[date for name in ("published", "created") if (date := dict.get(entry, name))],
        updated=[date] if (date := dict.get(entry, "updated")) else [],
        categories=[tag.get("label") or tag.get("term") or "" for tag in entry.get("tags") or []],
        source=(entry.get("source") or {}).get("title"),
    )


def _links(entry: Any) -> list[str]:
    """Candidates in order of preference; a guid counts only when it looks like an address."""
    links = [link for link in entry.get("links") or [] if link.get("rel") == "alternate" and link.get("href")]
    pages = [link["href"] for link in links if (link.get("type") or "").split(";")[0] in _HTML_LINK]
    other = [link["href"] for link in links if link["href"] not in pages]
    found = [entry.get("feedburner_origlink"), *pages, *other, entry.get("link")]
    guid = entry.get("id") or ""
    if "link" in entry:
        found.append(guid)
    address = guid.strip().lower().startswith(("http://", "https://", "/", "www."))
    return [link for link in dict.fromkeys(found) if link and (link != guid or address)]


def _body(detail: Any) -> Body | None:
    kind = (detail.get("type") or "").lower()
    value = detail.get("value") or ""
    if kind.startswith(("image/", "audio/", "video/")) or (kind.startswith("application/oct") and " " not in value):
        return None
    return Body(value, "text" if kind.startswith("text/plain") else "html", detail.get("base")) if value else None


def _author(entry: Any) -> str | None:
    names = [author.get("name") or author.get("email") for author in entry.get("authors") or []]
    if not any(names):
        names = [(entry.get("author_detail") or {}).get("name") or entry.get("author")]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None
