"""Which items a filter means, newest first: the read side of every list, feed, export and saved query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from chipwire.keep.queries import plan
from chipwire.keep.queries.filters import Filter, Groups, Shape, shape_of, values_of
from chipwire.keep.queries.planner import bounds_of, first_at, leading, resolved
from chipwire.keep.sql.compiled import Ready
from chipwire.keep.sql.packed import Rows, Wires
from chipwire.keep.tables import table

__all__ = ["Filter", "Groups", "after", "first_at", "ids", "meets", "newest", "page", "rows", "wire"]
_ITEM, _WIRE = table("item"), table("item_wire")
_FIRST_STRETCH, _LAST_STRETCH = 200, 10_000
_NEWEST = Ready(select(func.max(_ITEM.c.id)))
_AT_ONCE = (8, 64, 512)
_WIRES = {
    many: Wires(select(_WIRE.c.wire).where(_WIRE.c.item_id.in_([bindparam(f"i{n}") for n in range(many)])))
    for many in _AT_ONCE
}
"""Statements for so many ids at once; one that is left over is asked twice."""


def page(c: Connection, asked: Filter, *, limit: int, before: int | None = None) -> list[tuple[int, bytes]]:
    """The newest `limit` items below `before`, as (id, wire JSON), newest first."""
    return list(rows(c, asked, limit=limit, before=before))


def rows(c: Connection, asked: Filter, *, limit: int, before: int | None = None) -> Rows:
    """The same, not taken apart."""
    return _rows(c, _Question.of(c, asked, before, limit))


def after(c: Connection, asked: Filter, *, limit: int) -> list[tuple[int, bytes]]:
    """The oldest `limit` items above `asked.above`, as (id, wire JSON), oldest first: what a follower has missed."""
    return list(_rows(c, _Question.of(c, asked, None, limit, oldest_first=True)))


def ids(
    c: Connection, asked: Filter, *, limit: int, before: int | None = None, oldest_first: bool = False
) -> list[int]:
    """Ids of the newest `limit` items below `before` that the filter means, newest first, or of the oldest."""
    meant = _Question.of(c, asked, before, limit, oldest_first)
    return meant.ids(c) if meant else []


def meets(c: Connection, asked: Filter, item_id: int) -> bool:
    """Does the filter mean this item?"""
    return ids(c, replace(asked, above=item_id - 1), limit=1, before=item_id + 1) == [item_id]


def wire(c: Connection, item_ids: Sequence[int]) -> dict[int, bytes]:
    """The wire JSON of these items by id."""
    found: dict[int, bytes] = {}
    for start in range(0, len(item_ids), _AT_ONCE[-1]):
        some = item_ids[start : start + _AT_ONCE[-1]]
        many = next(many for many in _AT_ONCE if len(some) <= many)
        padded = [*some, *[some[-1]] * (many - len(some))]
        found |= dict(_WIRES[many](c, {f"i{n}": item_id for n, item_id in enumerate(padded)}))
    return found


@dataclass
class _Question:
    """A filter made ready: what leads, and the values of every statement."""

    shape: Shape
    leads: tuple[plan.Lead, ...]
    values: dict[str, Any]
    oldest_first: bool

    @classmethod
    def of(
        cls, c: Connection, asked: Filter, before: int | None, limit: int, oldest_first: bool = False
    ) -> "_Question | None":
        """None when nothing can meet the filter."""
        asked = resolved(c, asked)
        bounds = bounds_of(c, asked, before)
        if bounds is None:
            return None
        shape, values = shape_of(asked, bounds), {**values_of(asked, bounds), "most": limit}
        return cls(shape, leading(c, shape, values), values, oldest_first)

    def sifts(self) -> bool:
        """Are there words, and do they not lead?"""
        return self.shape.words and self.leads != (plan.WORDS,)

    def ids(self, c: Connection) -> list[int]:
        return _sifted(c, self) if self.sifts() else self.offered(c, self.values)

    def offered(self, c: Connection, values: Mapping[str, Any]) -> list[int]:
        """The first ids that the leads offer and that meet everything but words that do not lead."""
        heads = [plan.offered(self.shape, lead, oldest_first=self.oldest_first)(c, values) for lead in self.leads]
        if len(heads) == 1:
            return heads[0]
        return list(dict.fromkeys(merge(*heads, reverse=not self.oldest_first)))[: values["most"]]


def _rows(c: Connection, meant: _Question | None) -> Rows:
    if meant is None:
        return Rows.of([])
    if len(meant.leads) == 1 and not meant.sifts():
        return plan.wired(meant.shape, meant.leads[0], oldest_first=meant.oldest_first)(c, meant.values)
    found = meant.ids(c)
    wires = wire(c, found)
    return Rows.of([wires[item_id] for item_id in found if item_id in wires])


def _sifted(c: Connection, meant: _Question) -> list[int]:
    """Where words do not lead: one look into the index for a stretch of ids, not one for each id."""
    found: list[int] = []
    most: int = meant.values["most"]
    step, values = max(_FIRST_STRETCH, 2 * most), meant.values
    while len(found) < most:
        offered = meant.offered(c, {**values, "most": step})
        if offered:
            stretch = {"match": values["match"], "first": min(offered), "last": max(offered)}
            held = set(plan.hits()(c, stretch))
            found += [item_id for item_id in offered if (item_id in held) != meant.shape.negated]
        if len(offered) < step:
            break
        values = {**values, **({"low": offered[-1] + 1} if meant.oldest_first else {"high": offered[-1]})}
        step = min(4 * step, _LAST_STRETCH)
    return found[:most]


def newest(c: Connection) -> int:
    """The greatest item id; 0 in an empty store."""
    return int(_NEWEST.one(c, {}) or 0)
