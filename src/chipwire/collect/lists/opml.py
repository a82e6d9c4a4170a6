"""Lists of feeds from other readers: OPML, its folders being our topics; `opml_export` writes them."""

import json
from collections.abc import Collection, Iterable
from typing import Any

import listparser
from lxml import etree
from pydantic import ValidationError

from chipwire.collect.content.clean import line
from chipwire.collect.content.links import absolute
from chipwire.collect.document.decode import decode
from chipwire.collect.document.repair import repaired
from chipwire.collect.lists.opml_export import NAMESPACE, OWN, VALUES
from chipwire.domain import Feed, normal_url, slug

MAX_FEEDS = 20_000


def read(body: bytes, taken: Collection[str] = ()) -> list[Feed]:
    """The feeds of an OPML file (or another list that listparser knows), in order; nothing is fetched.

    Folders and categories become topics. Ids are those the file brings, else made of the titles; none is one of
    `taken`. An address counts once; those that are not http or https (or `feed:`, which is the same) are left out.
    `allow_private` is never taken from a file.
    """
    text = _text(body)
    if not text:
        return []
    extras = _extras(text)
    ids, urls = set(taken), set[str]()
    feeds: list[tuple[int, Feed]] = []
    for found in listparser.parse(b"\xef\xbb\xbf" + text.encode("utf-8", "replace"))["feeds"][:MAX_FEEDS]:
        written = found["url"].strip()
        extra, url = extras.get(written, {}), _address(written)
        if url and url not in urls and (feed := _feed(url, found, extra, ids)):
            ids.add(feed.id)
            urls.add(url)
            place = extra.get("+place", "")
            feeds.append((int(place) if place.isdecimal() and len(place) < 9 else len(feeds), feed))
    return [feed for _, feed in sorted(feeds, key=lambda pair: pair[0])]


def left_out(body: bytes, found: Iterable[Feed]) -> list[str]:
    """The addresses in an OPML file that are not among the feeds `read` made of it."""
    text, urls = _text(body), {feed.url for feed in found}
    return [url for url in _extras(text) if _address(url) not in urls] if text else []


def _address(written: str) -> str | None:
    return normal_url(url) if (url := absolute(written)) else None


def _text(body: bytes) -> str:
    return repaired(decode(body)[0])[0]


def _extras(text: str) -> dict[str, dict[str, str]]:
    """Attributes of each feed's outline by address; ours without their namespace and with a leading '+'."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root: Any = etree.fromstring(text.encode("utf-8", "replace"), parser)
    found: dict[str, dict[str, str]] = {}
    for node in root.iter() if root is not None else ():
        attributes = {str(name).replace(f"{{{NAMESPACE}}}", "+"): str(value) for name, value in node.attrib.items()}
        lowered = {name.lower(): value for name, value in attributes.items()}
        if url := lowered.get("xmlurl", "").strip():
            found.setdefault(url, lowered)
    return found


def _feed(url: str, found: Any, extra: dict[str, str], ids: set[str]) -> Feed | None:
    title = line(found.get("title") or "") or url
    paths = [part for path in found.get("categories") or [] for part in path]
    given: dict[str, Any] = {
        "url": url,
        "title": title[:300],
        "home": extra.get("htmlurl") or None,
        "lang": extra.get("language") or None,
        "topics": _json(extra.get("+topics")) or list(dict.fromkeys(part for part in map(line, paths) if part)),
    }
    for name in OWN:
        if (raw := extra.get(f"+{name}")) is not None:
            given[name] = _json(raw) if name in VALUES else raw
    given["id"] = _unused(str(given.get("id") or slug(title) or slug(url) or "feed"), ids)
    for attempt in (given, {name: given[name] for name in ("id", "url", "title", "topics")}):
        try:
            return Feed.model_validate(attempt)
        except ValidationError:
            continue
    return None


def _unused(name: str, ids: set[str]) -> str:
    number, candidate = 1, name
    while candidate in ids:
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def _json(raw: str | None) -> Any:
    try:
        return json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        return None
