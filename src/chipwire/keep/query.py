"""Which items a filter means, newest first: the read side of every list, feed, export and saved query."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from heapq import merge

from sqlalchemy import Connection, bindparam, func, select

from chipwire.keep import search
from chipwire.keep.plan import END, WORDS, Arm, Bounds, Filter, Groups, bounds_of, leading, resolved, statement
from chipwire.keep.tables import table

__all__ = ["Filter", "Groups", "after", "first_at", "ids", "newest", "page", "wire"]
_ITEM, _WIRE = table("item"), table("item_wire")
_FIRST_STRETCH, _LAST_STRETCH = 200, 10_000


def page(c: Connection, asked: Filter, *, limit: int, before: int | None = None) -> list[tuple[int, bytes]]:
    """The newest `limit` items below `before`, as (id, wire JSON), newest first."""
    found = ids(c, asked, limit=limit, before=before)
    wires = wire(c, found)
    return [(item_id, wires[item_id]) for item_id in found if item_id in wires]


def after(c: Connection, asked: Filter, *, limit: int) -> list[tuple[int, bytes]]:
    """The oldest `limit` items above `asked.above`, as (id, wire JSON), oldest first: what a follower has missed."""
    found = ids(c, asked, limit=limit, oldest_first=True)
    wires = wire(c, found)
    return [(item_id, wires[item_id]) for item_id in found if item_id in wires]


def wire(c: Connection, item_ids: Sequence[int]) -> dict[int, bytes]:
    """The wire JSON of these items by id."""
    return {item_id: bytes(made) for item_id, made in c.execute(_WIRES, {"some": item_ids})}


def ids(
    c: Connection, asked: Filter, *, limit: int, before: int | None = None, oldest_first: bool = False
) -> list[int]:
    """Ids of the newest `limit` items below `before` that the filter means, newest first, or of the oldest."""
    asked = resolved(c, asked)
    bounds = bounds_of(c, asked, before)
    if bounds is None:
        return []
    arms = leading(c, asked, bounds)
    if asked.words is None or arms[0].meets == WORDS:
        return _offered(c, arms, asked, bounds, limit, oldest_first)
    return _sifted(c, arms, asked, bounds, limit, oldest_first)


def _offered(
    c: Connection, arms: Sequence[Arm], asked: Filter, bounds: Bounds, limit: int, oldest_first: bool
) -> list[int]:
    """The first ids that the arms offer and that meet everything but words that do not lead."""
    heads = []
    for arm in arms:
        order = arm.ident.asc() if oldest_first else arm.ident.desc()
        heads.append(c.execute(statement(arm, asked, bounds).order_by(order).limit(limit)).scalars().all())
    return list(dict.fromkeys(merge(*heads, reverse=not oldest_first)))[:limit]


def _sifted(
    c: Connection, arms: Sequence[Arm], asked: Filter, bounds: Bounds, limit: int, oldest_first: bool
) -> list[int]:
    """The same where words do not lead: one look into the index for a stretch of ids, not one for each id."""
    assert asked.words is not None
    found: list[int] = []
    step = max(_FIRST_STRETCH, 2 * limit)
    while len(found) < limit:
        offered = _offered(c, arms, asked, bounds, step, oldest_first)
        if offered:
            index = search.FTS.c.rowid
            hits = select(index).where(search.matches(search.FTS, asked.words.match))
            held = set(c.execute(hits.where(index.between(min(offered), max(offered)))).scalars())
            found += [item_id for item_id in offered if (item_id in held) != asked.words.negated]
        if len(offered) < step:
            break
        last, step = offered[-1], min(4 * step, _LAST_STRETCH)
        bounds = replace(bounds, low=last + 1) if oldest_first else replace(bounds, high=last)
    return found[:limit]


def newest(c: Connection) -> int:
    """The greatest item id; 0 in an empty store."""
    return int(c.execute(select(func.max(_ITEM.c.id))).scalar() or 0)


def first_at(c: Connection, at: datetime) -> int:
    """Id of the first item seen at that time or later, in order of time; beyond all ids when there is none."""
    seen, ident = _ITEM.c.first_seen, _ITEM.c.id
    found = c.execute(select(ident).where(seen >= at).order_by(seen, ident).limit(1)).scalar()
    return END if found is None else int(found)


_WIRES = select(_WIRE.c.item_id, _WIRE.c.wire).where(_WIRE.c.item_id.in_(bindparam("some", expanding=True)))
