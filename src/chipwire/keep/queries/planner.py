"""What the store says of a filter before it is asked: the ids that its times mean, and its rarest part, which leads."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from chipwire.keep.news.arrival import disorder
from chipwire.keep.news.stories import redirect
from chipwire.keep.queries import plan
from chipwire.keep.queries.filters import Bounds, Filter, Shape, named
from chipwire.keep.sql.compiled import Ready
from chipwire.keep.tables import table

_ITEM, _FEED = table("item"), table("feed")
END = 1 << 62
_WORDS_COST = 3
"""An id that the full-text index offers, to be looked up elsewhere, costs about as much as this many found in it."""
_STRETCH = 5000
_CHOSEN: dict[Any, tuple[plan.Lead, ...]] = {}
_MOST_CHOSEN = 10_000
"""What led is remembered for about the same stretch of ids; were it wrong by now, answers were right but slower."""
_item = _ITEM.c
_TOP = Ready(select(func.max(_item.id)))
_NARROWER = Ready(
    select(func.min(_ITEM.c.lang)).where(_ITEM.c.lang > bindparam("low"), _ITEM.c.lang < bindparam("high"))
)
_FROM = Ready(select(_item.id).where(_item.first_seen >= bindparam("at")).order_by(_item.first_seen, _item.id).limit(1))
_FIRST = select(func.min(_item.first_seen)).where(_item.first_seen >= bindparam("at"))
_LAST = select(func.max(_item.first_seen)).where(_item.first_seen < bindparam("at"))
_LEAST = select(func.min(_item.id)).where(_item.first_seen >= bindparam("at"), _item.first_seen <= bindparam("edge"))
_MOST = select(func.max(_item.id)).where(_item.first_seen < bindparam("at"), _item.first_seen >= bindparam("edge"))


def resolved(c: Connection, asked: Filter) -> Filter:
    """The same filter with the feeds of each kind in place of the kinds, zh-Hans and zh-Hant beside zh, and stories by
    the ids that they go by now."""
    if not (asked.kinds or asked.langs or asked.stories):
        return asked
    feeds = tuple(
        tuple(c.execute(select(_FEED.c.id).where(_FEED.c.kind.in_(group))).scalars().all()) for group in asked.kinds
    )
    langs = tuple(
        tuple(dict.fromkeys(tag for range_ in group for tag in (range_, *_narrower(c, range_))))
        for group in asked.langs
    )
    stories = tuple(tuple({redirect(c, story): None for story in group}) for group in asked.stories)
    return replace(asked, feeds=asked.feeds + feeds, kinds=(), langs=langs, stories=stories)


def _narrower(c: Connection, range_: str) -> Iterator[str]:
    """The languages of items that a language range covers beside itself (RFC 4647, basic filtering)."""
    low, high = f"{range_}-", f"{range_}."
    while tag := _NARROWER.one(c, {"low": low, "high": high}):
        yield tag
        low = tag


def bounds_of(c: Connection, asked: Filter, before: int | None) -> Bounds | None:
    """Where to look, None for nowhere."""
    groups = (*asked.companies, *asked.topics, *asked.langs, *asked.feeds, *asked.stories)
    low, high, exact = 1, END if before is None else before, True
    if asked.since is not None:
        low, older = edge(c, asked.since)
        exact = low > older
    if asked.until is not None:
        younger, last = edge(c, asked.until)
        high, exact = min(high, last + 1), exact and younger > last
    bounds = Bounds(max(low, asked.above + 1), high, exact, low)
    return bounds if bounds.low < bounds.high and all(groups) else None


def edge(c: Connection, at: datetime) -> tuple[int, int]:
    """The least id first seen at that time or later, and the greatest id seen before it (or what bounds it)."""
    apart = disorder(c)
    if not apart:
        low = first_at(c, at)
        return low, low - 1
    least = most = None
    if (first := c.execute(_FIRST, {"at": at}).scalar()) is not None:
        least = c.execute(_LEAST, {"at": at, "edge": first + apart}).scalar()
    if (last := c.execute(_LAST, {"at": at}).scalar()) is not None:
        most = c.execute(_MOST, {"at": at, "edge": last - apart}).scalar()
    return (END if least is None else least), most or 0


def first_at(c: Connection, at: datetime) -> int:
    """Id of the first item seen at that time or later, in order of time; beyond all ids when there is none."""
    return _FROM.one(c, {"at": at}) or END


def leading(c: Connection, shape: Shape, values: Mapping[str, Any]) -> tuple[plan.Lead, ...]:
    """The leads of the rarest part of the filter; together they offer every item it means."""
    found = plan.candidates(shape)
    if len(found) < 2:
        return found[0] if found else (plan.ALL,)
    high = min(values["high"], (_TOP.one(c, {}) or 0) + 1)
    key = (id(c.engine), shape, tuple(values[named(*lead)] for leads in found for lead in leads if lead != plan.WORDS),
           values["match"], values["low"] // _STRETCH, high // _STRETCH)  # fmt: skip
    chosen = _CHOSEN.get(key)
    if chosen is None:
        costs = [sum(_density(c, lead, {**values, "high": high}) for lead in leads) for leads in found]
        if len(_CHOSEN) >= _MOST_CHOSEN:
            _CHOSEN.clear()
        chosen = _CHOSEN[key] = found[costs.index(min(costs))]
    return chosen


def _density(c: Connection, lead: plan.Lead, values: Mapping[str, Any]) -> float:
    """How many of the ids from `low` to `high` it offers, as far as its first entries show; words count for more."""
    mine = {name: values[name] for name in ("low", "high", "match")}
    mine["value"] = None if lead == plan.WORDS else values[named(*lead)]
    back = plan.far(lead.kind).one(c, mine)
    found = plan.SPAN if back is not None else plan.few(lead.kind).one(c, mine)
    share: float = found / max(values["high"] - (back or values["low"]), 1)
    return share * _WORDS_COST if lead == plan.WORDS else share
