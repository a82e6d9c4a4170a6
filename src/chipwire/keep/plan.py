"""How a filter is asked of the database: one index that is in order of ids leads, the rest is looked up for each id.

The leader is the rarest there is among the asked company, topic, language, feed, story and words (`leading`), so a
page never sorts and never skips.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, literal_column, select

from chipwire.keep import search
from chipwire.keep.expression import Expression
from chipwire.keep.tables import table

_ITEM, _COMPANY, _TOPIC, _FEED = (table(name) for name in ("item", "item_company", "item_topic", "feed"))
WORDS = ("words", 0)
END = 1 << 62
_SPAN = 200
"""How rare a list is shows in how far back its 200th newest entry lies."""
_MOST_ARMS = 40
_WORDS_COST = 3
"""An id that the full-text index offers, to be looked up elsewhere, costs about as much as this many found in it."""
_DISORDER = timedelta(days=1)
"""Ids rise with `first_seen` except for batches written at the same time, and while a machine's clock is a day wrong;
further apart than this they always do."""

Test = Callable[[ColumnElement[Any]], ColumnElement[bool]]
Groups = tuple[tuple[str, ...], ...]
"""All of these, each of them met by any of its values."""


@dataclass(frozen=True)
class Filter:
    """What is asked of items; every part must hold. Times are aware UTC, `since` included, `until` not.

    `roles` narrows the companies (or asks for any company in that role). `collapse` shows one item of each story: the
    earliest that meets the filter. `relevant_only` leaves out what is neither semiconductor nor AI news.
    """

    companies: Groups = ()
    roles: tuple[str, ...] = ()
    topics: Groups = ()
    langs: Groups = ()
    """Language ranges: zh means zh-Hans and zh-Hant too."""
    feeds: Groups = ()
    kinds: Groups = ()
    """Of the feed that had the item first."""
    words: Expression | None = None
    since: datetime | None = None
    until: datetime | None = None
    stories: tuple[tuple[int, ...], ...] = ()
    relevant_only: bool = True
    collapse: bool = False
    above: int = 0
    """Only items with a greater id."""


@dataclass(frozen=True)
class Bounds:
    """Ids from `low` to below `high`; `exact` says that they alone make since and until hold."""

    low: int
    high: int
    exact: bool
    since: int
    """`low` without `above`."""


@dataclass(frozen=True)
class Arm:
    """One index to walk down: rows of `source` that meet `condition`, in order of `ident`."""

    source: FromClause
    ident: ColumnElement[int]
    condition: ColumnElement[bool] | None = None
    meets: tuple[str, int] = ("", 0)
    """The group of the filter that it fulfils by itself."""


def resolved(c: Connection, asked: Filter) -> Filter:
    """The same filter with the feeds of each kind in place of the kinds, and zh-Hans and zh-Hant beside zh."""
    feeds = tuple(
        tuple(c.execute(select(_FEED.c.id).where(_FEED.c.kind.in_(group))).scalars().all()) for group in asked.kinds
    )
    langs = tuple(
        tuple(dict.fromkeys(tag for range_ in group for tag in (range_, *_narrower(c, range_))))
        for group in asked.langs
    )
    return replace(asked, feeds=asked.feeds + feeds, kinds=(), langs=langs)


def _narrower(c: Connection, range_: str) -> Iterator[str]:
    """The languages of items that a language range covers beside itself (RFC 4647, basic filtering)."""
    low, high = f"{range_}-", f"{range_}."
    while tag := c.execute(select(func.min(_ITEM.c.lang)).where(_ITEM.c.lang > low, _ITEM.c.lang < high)).scalar():
        yield tag
        low = tag


def bounds_of(c: Connection, asked: Filter, before: int | None) -> Bounds | None:
    """Where to look, None for nowhere."""
    groups = (*asked.companies, *asked.topics, *asked.langs, *asked.feeds, *asked.stories)
    low, high, exact = 1, END if before is None else before, True
    if asked.since is not None:
        low, older = _edge(c, asked.since)
        exact = low > older
    if asked.until is not None:
        younger, last = _edge(c, asked.until)
        high, exact = min(high, last + 1), exact and younger > last
    bounds = Bounds(max(low, asked.above + 1), high, exact, low)
    return bounds if bounds.low < bounds.high and all(groups) else None


def _edge(c: Connection, at: datetime) -> tuple[int, int]:
    """The least id first seen at that time or later, and the greatest id seen before it."""
    seen, ident = _ITEM.c.first_seen, _ITEM.c.id
    least = most = None
    if (first := c.execute(select(func.min(seen)).where(seen >= at)).scalar()) is not None:
        least = c.execute(select(func.min(ident)).where(seen >= at, seen <= first + _DISORDER)).scalar()
    if (last := c.execute(select(func.max(seen)).where(seen < at)).scalar()) is not None:
        most = c.execute(select(func.max(ident)).where(seen < at, seen >= last - _DISORDER)).scalar()
    return (END if least is None else least), most or 0


def leading(c: Connection, asked: Filter, bounds: Bounds) -> list[Arm]:
    """The arms of the rarest part of the filter; together they offer every item it means."""
    candidates = list(_candidates(asked))
    if len(candidates) < 2:
        return candidates[0] if candidates else [Arm(_ITEM, _ITEM.c.id)]
    top = min(bounds.high, (c.execute(select(func.max(_ITEM.c.id))).scalar() or 0) + 1)
    costs = [sum(_density(c, arm, top) for arm in arms) for arms in candidates]
    return candidates[costs.index(min(costs))]


def _candidates(asked: Filter) -> Iterator[list[Arm]]:
    for kind, source, groups in (("company", _COMPANY, asked.companies), ("topic", _TOPIC, asked.topics)):
        for n, group in enumerate(groups):
            yield [Arm(source, source.c.item_id, source.c.slug == slug, (kind, n)) for slug in group]
    columns: tuple[tuple[str, ColumnElement[Any], tuple[tuple[Any, ...], ...]], ...] = (
        ("lang", _ITEM.c.lang, asked.langs),
        ("feed", _ITEM.c.feed_id, asked.feeds),
        ("story", _ITEM.c.story_id, asked.stories),
    )
    for kind, column, values in columns:
        for n, some in enumerate(values):
            if len(some) <= _MOST_ARMS:
                yield [Arm(_ITEM, _ITEM.c.id, column == value, (kind, n)) for value in some]
    if asked.words and not asked.words.negated:
        yield [Arm(search.FTS, search.FTS.c.rowid, search.matches(search.FTS, asked.words.match), WORDS)]


def _density(c: Connection, arm: Arm, top: int) -> float:
    """How many of the ids below `top` the arm offers, as far as its first entries show; words count for less."""
    query = select(arm.ident).where(arm.condition, arm.ident < top) if arm.condition is not None else select(arm.ident)
    far = c.execute(query.order_by(arm.ident.desc()).limit(1).offset(_SPAN)).scalar()
    found = _SPAN if far is not None else c.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    share = found / (top - (far or 0))
    return share * _WORDS_COST if arm.source is search.FTS else share


def statement(arm: Arm, asked: Filter, bounds: Bounds) -> Select[Any]:
    query = select(arm.ident).where(arm.ident >= bounds.low, arm.ident < bounds.high)
    if arm.condition is not None:
        query = query.where(arm.condition)
    return query.where(*_conditions(asked, arm, bounds))


def _conditions(asked: Filter, arm: Arm, bounds: Bounds, *, sibling: bool = False) -> Iterator[ColumnElement[bool]]:
    """What the filter asks of the arm's rows beyond what the arm meets by itself; words only of a `sibling`."""
    yield from _tagged(asked, arm)
    if asked.words and sibling:
        index = search.FTS.alias()
        holds = _exists(index, index.c.rowid == arm.ident, search.matches(index, asked.words.match))
        yield ~holds if asked.words.negated else holds
    elsewhere = []
    for name, holds_for in _of_item(asked, arm, bounds):
        if name in arm.source.c:
            yield holds_for(arm.source.c[name])
        else:
            elsewhere.append((name, holds_for))
    if elsewhere:
        item = _ITEM.alias()
        yield _exists(item, item.c.id == arm.ident, *(holds_for(item.c[name]) for name, holds_for in elsewhere))
    if asked.collapse:
        yield ~_earlier(asked, arm, bounds)


def _tagged(asked: Filter, arm: Arm) -> Iterator[ColumnElement[bool]]:
    for kind, source, groups in (("company", _COMPANY, asked.companies), ("topic", _TOPIC, asked.topics)):
        roles = asked.roles if kind == "company" else ()
        for n, group in enumerate(groups):
            if arm.meets != (kind, n):
                tag = source.alias()
                narrowed = [tag.c.role.in_(roles)] if roles else []
                yield _exists(tag, tag.c.item_id == arm.ident, tag.c.slug.in_(group), *narrowed)
            elif roles:
                yield arm.source.c.role.in_(roles)
    if asked.roles and not asked.companies:
        tag = _COMPANY.alias()
        yield _exists(tag, tag.c.item_id == arm.ident, tag.c.role.in_(asked.roles))


def _of_item(asked: Filter, arm: Arm, bounds: Bounds) -> Iterator[tuple[str, Test]]:
    """Tests of the item's own columns, some of which ride along on the tags."""
    if asked.relevant_only:
        yield "relevant", lambda column: column.is_(True)
    kinds: tuple[tuple[str, str, tuple[tuple[Any, ...], ...]], ...] = (
        ("lang", "lang", asked.langs),
        ("feed", "feed_id", asked.feeds),
        ("story", "story_id", asked.stories),
    )
    for kind, name, groups in kinds:
        for n, group in enumerate(groups):
            if arm.meets != (kind, n):
                yield name, partial(_any_of, group)
    if not bounds.exact:
        if asked.since is not None:
            yield "first_seen", lambda column: column >= asked.since
        if asked.until is not None:
            yield "first_seen", lambda column: column < asked.until


def _any_of(group: tuple[Any, ...], column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column.in_(group)


def _earlier(asked: Filter, arm: Arm, bounds: Bounds) -> ColumnElement[bool]:
    """There is an earlier item of the same story that meets the filter too."""
    mine, other = _ITEM.alias(), _ITEM.alias()
    same = (mine.c.id == arm.ident, other.c.story_id == mine.c.story_id, other.c.id < arm.ident)
    alone = replace(asked, collapse=False)
    also = _conditions(alone, Arm(other, other.c.id), bounds, sibling=True)
    query: Select[Any] = (
        select(literal_column("1")).select_from(mine, other).where(*same, other.c.id >= bounds.since, *also)
    )
    return query.correlate_except(mine, other).exists()


def _exists(source: FromClause, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(literal_column("1")).select_from(source).where(*conditions).correlate_except(source).exists()
