"""JSON Feed 1.0 and 1.1, read leniently: what a field should be is not always what it is."""

import json
from typing import Any

from chipwire.collect.document.raw import Body, RawDocument, RawEntry


def read(text: str) -> RawDocument:
    """The raw document of a JSON Feed; other JSON gives no entries and a problem."""
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        return RawDocument(problems=[f"ill-formed JSON: {str(error)[:200]}"])
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        return RawDocument(problems=["this is JSON, but not a JSON Feed"])
    problems = (
        [] if "jsonfeed.org" in _string(found.get("version")) else ["the JSON does not name a version of JSON Feed"]
    )
    items = [item for item in found["items"] if isinstance(item, dict)]
    if len(items) < len(found["items"]):
        problems.append(f"entries that are no objects: {len(found['items']) - len(items)}")
    hubs = [hub for hub in _list(found.get("hubs")) if isinstance(hub, dict)]
    return RawDocument(
        title=_string(found.get("title")) or None,
        home=_string(found.get("home_page_url")) or None,
        lang=_string(found.get("language")) or None,
        hub=next((url for hub in hubs if (url := _string(hub.get("url")))), None),
        self_url=_string(found.get("feed_url")) or None,
        entries=[_entry(item, found) for item in items],
        problems=problems,
    )


def _entry(item: dict[str, Any], feed: dict[str, Any]) -> RawEntry:
    contents = []
    if html := _string(item.get("content_html")):
        contents.append(Body(html))
    if plain := _string(item.get("content_text")):
        contents.append(Body(plain, "text"))
    summary = _string(item.get("summary"))
    return RawEntry(
        guid=_string(item.get("id")) or None,
        links=[url for name in ("url", "external_url") if (url := _string(item.get(name)))],
        title=_string(item.get("title")),
        summary=Body(summary, "text") if summary else None,
        contents=contents,
        author=_author(item) or _author(feed),
        lang=_string(item.get("language")) or _string(feed.get("language")) or None,
        published=[date] if (date := _string(item.get("date_published"))) else [],
        updated=[date] if (date := _string(item.get("date_modified"))) else [],
        categories=[tag for one in _list(item.get("tags")) if (tag := _string(one))],
    )


def _author(holder: dict[str, Any]) -> str | None:
    people = [*_list(holder.get("authors")), holder.get("author")]
    names = [_string(one.get("name")) if isinstance(one, dict) else _string(one) for one in people]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _string(value: object) -> str:
    """Text as it is, numbers as text, all else empty."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
