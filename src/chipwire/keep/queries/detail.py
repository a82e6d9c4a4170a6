"""One item or story with everything around it, as plain values for the wire."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Text, bindparam, cast, select

from chipwire.keep.news import stories
from chipwire.keep.queries import query
from chipwire.keep.sql.compiled import Among, Ready, moment
from chipwire.keep.tables import table

_ITEM, _FEED, _SIGHTING, _STORY = (table(name) for name in ("item", "feed", "sighting", "story"))
_BESIDE = Ready(
    select(_ITEM.c.text, _ITEM.c.author, cast(_ITEM.c.evidence, Text), cast(_ITEM.c.figures, Text)).where(
        _ITEM.c.id == bindparam("item")
    )
)
_FIGURES = Among(select(_ITEM.c.id, cast(_ITEM.c.figures, Text)), _ITEM.c.id)
_SEEN = Ready(
    select(_SIGHTING.c.feed_id, _FEED.c.title, _SIGHTING.c.seen_at)
    .join(_FEED, _FEED.c.id == _SIGHTING.c.feed_id)
    .where(_SIGHTING.c.item_id == bindparam("item"))
    .order_by(_SIGHTING.c.seen_at, _SIGHTING.c.feed_id)
)


def item(c: Connection, item_id: int) -> dict[str, Any] | None:
    """The wire item with text, author, evidence, figures and sightings; None when there is no such item."""
    found = query.wire(c, [item_id]).get(item_id)
    beside = _BESIDE(c, {"item": item_id})
    if found is None or not beside:
        return None
    text, author, evidence, figures = beside[0]
    said = {"text": text, "author": author, "evidence": orjson.loads(evidence), "figures": orjson.loads(figures)}
    return {**orjson.loads(found), **said, "sightings": sightings(c, item_id)}


def figures(c: Connection, item_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Item id → the figures in its text, in their order."""
    return {number: orjson.loads(told) for number, told in _FIGURES(c, item_ids)}


def sightings(c: Connection, item_id: int) -> list[dict[str, Any]]:
    """Where an item was seen, earliest first."""
    rows = _SEEN(c, {"item": item_id})
    return [{"feed": {"id": feed, "title": title}, "seen_at": moment(at)} for feed, title, at in rows]


def story(c: Connection, story_id: int, names: Mapping[str, str]) -> dict[str, Any] | None:
    """A story (by any id it ever had) with the wire JSON of its items, earliest first, each with its `link`."""
    found = stories.get(c, story_id)
    if found is None:
        return None
    members = stories.members(c, found.id)
    wires = query.wire(c, [member["id"] for member in members])
    items = [{**orjson.loads(wires[m["id"]]), "link": m["link"]} for m in members if m["id"] in wires]
    return {**story_wire(found.model_dump(), names), "items": items}


def story_wire(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A story as lists show it: companies with their names, those it is about first."""
    about_first = sorted(row["companies"].items(), key=lambda pair: (pair[1] != "about", pair[0]))
    shown = {key: value for key, value in row.items() if key not in ("relevant", "last_item")}
    return {**shown, "companies": [{"slug": s, "name": names.get(s, s), "role": r} for s, r in about_first]}


def stories_of(c: Connection, item_ids: Sequence[int], names: Mapping[str, str]) -> dict[int, dict[str, Any]]:
    """Item id → the story that it belongs to, as lists show it, in the order of the items; without those of none."""
    of = dict(c.execute(select(_ITEM.c.id, _ITEM.c.story_id).where(_ITEM.c.id.in_(item_ids))).all())
    rows = c.execute(select(_STORY).where(_STORY.c.id.in_(set(of.values()) - {None}))).mappings()
    by_id = {row["id"]: story_wire(dict(row), names) for row in rows}
    return {i: by_id[of[i]] for i in item_ids if of.get(i) in by_id}
