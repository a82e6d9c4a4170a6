"""The elements of plain entries: the table of those that are known, and what each says in feedparser's terms."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from chipwire.collect.document.namespaces import POST_ID, PREFIXES

Found = dict[str, Any]
"""One entry under feedparser's names, as far as `feed.entry` reads them."""
Reader = Callable[[Found, etree._Element, str | None], None]
"""Adds what an element says to an entry; the language is the document's. Raises Doubt."""
SPACES = {
    **{prefix: (PREFIXES[prefix],) for prefix in ("content", "dc", "dcterms", "feedburner", "rdf", "slash", "wfw")},
    "media": (PREFIXES["media"], PREFIXES["media"].removesuffix("/")),
    "thr": ("http://purl.org/syndication/thread/1.0",),
}
"""By the prefix that each has everywhere."""
RSS_1 = ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
CORE = ("", *(f"{{{uri}}}" for uri in (PREFIXES["atom"], "http://purl.org/atom/ns#", *RSS_1)))
"""Namespaces whose elements feedparser takes for one vocabulary."""
_LINK = {"href", "rel", "type", "title", "hreflang", "length"}
_PAGES = {"text/html", "html", "application/xhtml+xml", "xhtml"}
_TYPES = {"text": "text/plain", "text/plain": "text/plain", "html": "text/html", "text/html": "text/html"}


class Doubt(Exception):
    """This entry is feedparser's."""


def _text(element: etree._Element) -> str:
    """The text of an element; in doubt when it holds others, or UTF-8 that was taken for Latin-1."""
    text: str = (element.text or "").strip()
    if len(element) or not (text.isascii() or _well_read(text)):
        raise Doubt
    return text


def _well_read(text: str) -> bool:
    try:
        text.encode("latin-1").decode()
    except UnicodeError:
        return True
    return False


def _once(found: Found, key: str, value: Any) -> None:
    if key in found:
        raise Doubt
    found[key] = value


def _bare(element: etree._Element) -> None:
    if element.attrib:
        raise Doubt


def _value(key: str) -> Reader:
    def read(found: Found, element: etree._Element, lang: str | None) -> None:
        _bare(element)
        _once(found, key, _text(element))

    return read


def _title(found: Found, element: etree._Element, lang: str | None) -> None:
    _typed(element)
    _once(found, "title", _text(element))
    found["title_detail"] = {"language": lang}


def _description(found: Found, element: etree._Element, lang: str | None) -> None:
    _bare(element)
    _once(found, "summary_detail", _detail(element, "text/html", lang))


def _summary(found: Found, element: etree._Element, lang: str | None) -> None:
    _once(found, "summary_detail", _detail(element, _typed(element), lang))


def _encoded(found: Found, element: etree._Element, lang: str | None) -> None:
    _bare(element)
    found.setdefault("content", []).append(_detail(element, "text/html", lang))


def _content(found: Found, element: etree._Element, lang: str | None) -> None:
    found.setdefault("content", []).append(_detail(element, _typed(element), lang))


def _typed(element: etree._Element) -> str:
    """The type that the only attribute tells, by Atom's rules."""
    attributes = element.attrib
    kind = _TYPES.get(attributes.get("type", "text"))
    if kind is None or len(attributes) > ("type" in attributes):
        raise Doubt
    return kind


def _detail(element: etree._Element, kind: str, lang: str | None) -> Found:
    return {"value": _text(element), "type": kind, "language": lang}


def _guid(found: Found, element: etree._Element, lang: str | None) -> None:
    attributes = dict(element.attrib)
    is_link = attributes.pop("isPermaLink", "true") == "true"
    value = _text(element)
    if attributes or (is_link and ":///" in value):
        raise Doubt
    _once(found, "id", value)
    if is_link:
        found.setdefault("link", value)


def _link(found: Found, element: etree._Element, lang: str | None) -> None:
    attributes, text = dict(element.attrib), _text(element)
    href = attributes.get("href", "") if attributes else text
    if ":///" in href or (attributes and (text or not href or attributes.keys() - _LINK)):
        raise Doubt
    if not attributes and "&" in href and ";" in href:
        raise Doubt
    rel = attributes.get("rel", "alternate").lower()
    kind = attributes.get("type", "application/atom+xml" if rel == "self" else "text/html").lower()
    found.setdefault("links", []).append({"rel": rel, "type": kind, "href": href})
    if not attributes or (rel == "alternate" and kind in _PAGES):
        found["link"] = href


def _author(found: Found, element: etree._Element, lang: str | None) -> None:
    """A name, or Atom's name with address and home page; one with an address beside it is taken apart by feedparser."""
    _bare(element)
    if not len(element):
        name = _text(element)
        if "@" in name:
            raise Doubt
        found["author"] = name
    else:
        parts: Found = {}
        for child in element:
            _bare(child)
            _once(parts, _PARTS[child.tag], _text(child))
        if not (name := parts.get("name", "")):
            raise Doubt
    found.setdefault("authors", []).append({"name": name})


def _category(found: Found, element: etree._Element, lang: str | None) -> None:
    attributes, text = dict(element.attrib), _text(element)
    term, label = attributes.pop("term", None), attributes.pop("label", None)
    if attributes.keys() - {"scheme", "domain"} or len(attributes) > 1:
        raise Doubt
    tags: list[Found] = found.setdefault("tags", [])
    _tag(tags, term, next(iter(attributes.values()), None), label)
    if text and tags and not tags[-1]["term"]:
        tags[-1]["term"] = text
    elif text:
        _tag(tags, text, None, None)


def _tag(tags: list[Found], term: str | None, scheme: str | None, label: str | None) -> None:
    tag = {"term": term, "scheme": scheme, "label": label}
    if any(tag.values()) and tag not in tags:
        tags.append(tag)


def _source(found: Found, element: etree._Element, lang: str | None) -> None:
    if set(element.attrib) - {"url"}:
        raise Doubt
    _once(found, "source", {"title": _text(element)})


def _unread(found: Found, element: etree._Element, lang: str | None) -> None:
    if len(element):
        raise Doubt


def _media(found: Found, element: etree._Element, lang: str | None) -> None:
    """Pictures; their captions stand in for a title or a summary that is not there."""
    if any(_MEDIA.get(child.tag) is not _media for child in element.iterdescendants()):
        raise Doubt
    found["captioned"] = True


def _named(prefix: str, names: str, reader: Reader) -> dict[str, Reader]:
    spaces = [f"{{{uri}}}" for uri in SPACES[prefix]] if prefix else CORE
    return {space + name: reader for space in spaces for name in names.split()}


_PARTS = {space + name: name for space in CORE for name in ("name", "email", "uri")}
_MEDIA = _named("media", "content thumbnail group credit title description", _media)
TABLE = {
    **_named("", "title", _title),
    **_named("", "link", _link),
    **_named("", "description", _description),
    **_named("", "guid id", _guid),
    **_named("", "author", _author),
    **_named("", "category", _category),
    **_named("", "source", _source),
    **_named("", "pubDate published issued", _value("published")),
    **_named("", "updated modified", _value("updated")),
    **_named("", "created", _value("created")),
    **_named("", "comments enclosure rights copyright", _unread),
    **_named("content", "encoded", _encoded),
    **_named("dc", "title", _title),
    **_named("dc", "description", _description),
    **_named("dc", "creator author", _author),
    **_named("dc", "subject", _category),
    **_named("dc", "date", _value("updated")),
    **_named("dc", "language", _value("language")),
    **_named("dc", "identifier rights publisher source type format", _unread),
    **_named("dcterms", "created", _value("created")),
    **_named("dcterms", "issued", _value("published")),
    **_named("dcterms", "modified", _value("updated")),
    **_named("feedburner", "origLink", _value("feedburner_origlink")),
    **_named("slash", "comments section department hit_parade", _unread),
    **_named("thr", "total", _unread),
    **_named("wfw", "comment commentRss", _unread),
    f"{{{POST_ID}}}post-id": _unread,
    **_MEDIA,
}
ATOM = {**TABLE, **_named("", "summary", _summary), **_named("", "content", _content)}
