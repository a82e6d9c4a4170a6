"""RSS, Atom, RDF and CDF through feedparser, which is only ever handed a stream of mended XML."""

import io
import re
from typing import Any

import feedparser
from lxml import etree

from chipwire.collect.document.raw import Body, RawDocument, RawEntry

MAX_RECOVERED = 2_000_000
"""Characters up to which ill-formed XML is read in both ways even when feedparser found every entry."""
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_DEFAULT_NAMESPACE = re.compile(r"""\sxmlns\s*=\s*(?:"[^"<>]*"|'[^'<>]*')""")
feedparser.api.PREFERRED_XML_PARSERS.clear()  # which nobody has: it would look for them with every document
_PAGES = ("text/html", "application/xhtml+xml", "html", "xhtml", "")


def read(text: str, count: int) -> RawDocument:
    """The raw document of mended XML in which `count` entries begin.

    Ill-formed XML is read twice, by feedparser's loose parser and as the tree that lxml recovers; the reading that
    yields more is taken, and entries that neither found are counted. A namespace that hides every entry is set aside.
    """
    found = _feedparser(text)
    problems = []
    if found.get("bozo"):
        problems.append(f"ill-formed XML: {str(found.get('bozo_exception'))[:200]}")
        other = _recovered(text) if len(text) < MAX_RECOVERED or len(found["entries"]) < count else None
        if other and _yield(other) > _yield(found):
            found = other
    if count and not found["entries"]:
        found = _feedparser(_DEFAULT_NAMESPACE.sub("", text))
    raw = _document(found, text)
    if len(raw.entries) < count:
        problems.append(f"{count - len(raw.entries)} of {count} entries cannot be read")
    if not found.get("version") and not raw.entries:
        problems.append("this is neither a feed, nor JSON Feed, nor a news sitemap")
    raw.problems = problems
    return raw


def _feedparser(text: str) -> Any:
    """feedparser's own structure; what it stumbles over counts as ill-formed XML without entries."""
    data = b'<?xml version="1.0" encoding="utf-8"?>\n' + text.encode("utf-8", "replace")
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        return feedparser.parse(
            io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a library's slip on odd input must not cost the entries lxml still finds
        return {"entries": [], "feed": {}, "bozo": True, "bozo_exception": error}


def _recovered(text: str) -> Any:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    return None if root is None else _feedparser(etree.tostring(root, encoding="unicode"))


def _yield(found: Any) -> tuple[int, int, int]:
    """How much a reading got out of a document: entries, entries with title and link, characters."""
    entries = found["entries"]
    whole = sum(1 for entry in entries if entry.get("title") and entry.get("link"))
    return len(entries), whole, sum(len(_string(one.get("value"))) for entry in entries for one in _details(entry))


def _document(found: Any, text: str) -> RawDocument:
    feed = found["feed"]
    links = _many(feed.get("links"))
    return RawDocument(
        title=_string(feed.get("title")),
        home=_string(feed.get("link")) or _rel(links, "alternate"),
        lang=_string(feed.get("language")),
        hub=_rel(links, "hub"),
        self_url=_rel(links, "self"),
        ttl=_ttl(feed),
        skip_hours=[int(hour) for hour in _inside(text, "skipHours", r"<hour>\s*(\d{1,2})\s*<")],
        skip_days=[day.capitalize() for day in _inside(text, "skipDays", r"<day>\s*(\w+)\s*<")],
        entries=[entry(one) for one in found["entries"]],
    )


def _ttl(feed: Any) -> int | None:
    """Seconds between updates as `ttl` (minutes) or `sy:` say."""
    minutes = _string(feed.get("ttl")).strip()
    if re.fullmatch(r"[0-9]{1,7}", minutes) and int(minutes):
        return int(minutes) * 60
    period = _PERIODS.get(_string(feed.get("sy_updateperiod")).strip().lower())
    often = _string(feed.get("sy_updatefrequency")).strip() or "1"
    return max(60, period // max(1, int(often))) if period and re.fullmatch(r"[0-9]{1,6}", often) else None


def _inside(text: str, name: str, pattern: str) -> list[str]:
    start = text.find(f"<{name}>")
    end = text.find(f"</{name}>", start)
    return re.findall(pattern, text[start:end]) if 0 <= start < end else []


def entry(entry: Any) -> RawEntry:
    """The raw entry of what feedparser found, or `parse.plain` in its stead."""
    details = _details(entry)
    languages = [entry.get("language"), *(detail.get("language") for detail in details)]
    bases = (_string(detail.get("base")) for detail in details)
    summary = entry.get("summary_detail") or {"value": entry.get("media_altdescription"), "type": "text/plain"}
    return RawEntry(
        guid=_string(entry.get("id")),
        links=_links(entry),
        base=next((base for base in bases if base), None),
        title=_string(entry.get("title")) or _string(entry.get("media_alttitle")),
        summary=next((body for one in _many(summary) if (body := _body(one))), None),
        contents=[body for content in _many(entry.get("content")) if (body := _body(content))],
        author=_author(entry),
        lang=next((language for language in map(_string, languages) if language), None),
        published=[date for name in ("published", "created") if (date := _string(dict.get(entry, name)))],
        updated=[date] if (date := _string(dict.get(entry, "updated"))) else [],
        categories=[_string(tag.get("label")) or _string(tag.get("term")) for tag in _many(entry.get("tags"))],
        source=next((_string(one.get("title")) for one in _many(entry.get("source"))), None),
    )


def _links(entry: Any) -> list[str]:
    """Candidates in order of preference; a guid counts only when it looks like an address."""
    links = [(_string(one.get("href")), _string(one.get("type"))) for one in _many(entry.get("links")) if _is_page(one)]
    pages = [link for link, kind in links if kind.split(";")[0] in _PAGES]
    guid = _string(entry.get("id"))
    last = [_string(entry.get("link")), guid] if "link" in entry else []
    found = [_string(entry.get("feedburner_origlink")), *pages, *(link for link, _ in links), *last]
    address = guid.strip().lower().startswith(("http://", "https://", "/", "www."))
    return [link for link in dict.fromkeys(found) if link and (link != guid or address)]


def _is_page(link: Any) -> bool:
    return (_string(link.get("rel")) or "alternate").rpartition("/")[2] == "alternate"


def _rel(links: list[Any], rel: str) -> str | None:
    return next((href for link in links if link.get("rel") == rel and (href := _string(link.get("href")))), None)


def _details(entry: Any) -> list[Any]:
    names = ("title_detail", "summary_detail", "content")
    return [one for name in names for one in _many(entry.get(name))]


def _body(detail: Any) -> Body | None:
    kind, value = _string(detail.get("type")).lower(), _string(detail.get("value"))
    if kind.startswith(("image/", "audio/", "video/")) or (kind.startswith("application/oct") and " " not in value):
        return None
    base = _string(detail.get("base")) or None
    return Body(value, "text" if kind.startswith("text/plain") else "html", base) if value else None


def _author(entry: Any) -> str | None:
    names = [_string(one.get("name")) or _string(one.get("email")) for one in _many(entry.get("authors"))]
    if not any(names):
        names = [_string(one.get("name")) for one in _many(entry.get("author_detail"))] or [
            _string(entry.get("author"))
        ]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _string(value: object) -> str:
    """Text; empty where an oddly named element made feedparser put something else."""
    return value if isinstance(value, str) else ""


def _many(value: object) -> list[Any]:
    """The dictionaries of a list, or the one dictionary."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
