"""What a few dozen stories say beneath their titles: by which report, with which figures, claims and denials."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from chipwire.domain import as_it_stands, outlet_of
from chipwire.domain.boilerplate import without
from chipwire.keep.news.search import body
from chipwire.keep.tables import table

_ITEM, _FEED = table("item"), table("feed")
MOST = 40
"""Of a story with more reports than this only the origin is read."""
BEGINNING = 1200
"""Code points of a text that are read for what is shown of it."""
_TOLD = select(
    *(_ITEM.c[name] for name in ("id", "story_id", "lang", "summary", "credit", "published", "first_seen")),
    *(
        _ITEM.c.url,
        _ITEM.c.copy_of,
        _ITEM.c.feed_id,
        _FEED.c.title.label("outlet"),
        _ITEM.c.figures,
        _ITEM.c.claims,
        _ITEM.c.boilerplate,
    ),
    func.substr(_ITEM.c.text, 1, BEGINNING).label("text"),
).join(_FEED, _FEED.c.id == _ITEM.c.feed_id)


def reports(c: Connection, stories: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """Story id → its reports as plain values, first the one that the title is of, then by id; `text` is its beginning
    as it is shown, and `summary` is empty where the text holds it.

    `stories` are stories as lists show them, a few dozen at most.
    """
    first = {story["id"]: story["origin_item"] for story in stories}
    whole = [story["id"] for story in stories if story["n_items"] <= MOST]
    asked = _TOLD.where(or_(_ITEM.c.story_id.in_(whole), _ITEM.c.id.in_(list(first.values())))).order_by(_ITEM.c.id)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in c.execute(asked).mappings() if first else ():
        text = without(row["text"], row["boilerplate"]).strip()
        summary = beside(row["summary"], row["text"])
        found.setdefault(row["story_id"], []).append({**row, "text": text, "summary": summary})
    for story, told in found.items():
        versions = ((row["id"], row["copy_of"], outlet_of(row["url"], row["feed_id"])) for row in told)
        stands = as_it_stands(first[story], versions)
        told.sort(key=lambda row, stands=stands: row["id"] != stands)  # type: ignore[misc]
    return found


def beside(summary: str, text: str) -> str:
    """The summary, or nothing where the text holds it: of a text that is all boilerplate it says no more."""
    return "" if body(summary, text) == text else summary


def reach(c: Connection) -> tuple[datetime, datetime] | None:
    """When the first item and the last were first seen; None in an empty store."""
    first, last = (c.execute(select(edge(_ITEM.c.first_seen))).scalar() for edge in (func.min, func.max))
    return (first, last) if first and last else None
