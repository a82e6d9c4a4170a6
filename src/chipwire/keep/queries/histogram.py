"""How many items a filter means on each UTC day: from the counts that `volume` keeps, else from the items' ids."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, bindparam, select

from chipwire.keep.news.days import day_of, midnights, span_of
from chipwire.keep.queries import counts, query
from chipwire.keep.queries.filters import Filter, Groups
from chipwire.keep.queries.planner import edge, resolved
from chipwire.keep.sql.compiled import Among, Ready, moment
from chipwire.keep.tables import table

_ALL = 1 << 40
_ITEM, _PAIR = table("item"), table("pair_day")
_SEEN = Among(select(_ITEM.c.id, _ITEM.c.first_seen), _ITEM.c.id)
_BOTH = Ready(
    select(_PAIR.c.day, _PAIR.c["items"]).where(
        _PAIR.c.slug == bindparam("slug"), _PAIR.c.other == bindparam("other"),
        _PAIR.c.day >= bindparam("first"), _PAIR.c.day < bindparam("beyond"),
    )
)  # fmt: skip


def by_day(c: Connection, asked: Filter, since: datetime, until: datetime) -> Counter[int]:
    """By UTC day (see `days`) the items of a filter first seen from `since` to before `until`; its own are not asked.

    Whole days of one company or topic, in any roles and languages, and of two companies together were counted as they
    were tagged; of all else every item is looked up.
    """
    asked = resolved(c, asked)
    span = span_of(since, until)
    kept = _kept(c, asked, {"first": span.first, "beyond": span.beyond})
    if kept is None:
        return _found(c, asked, since, until)
    for part in span.edges:
        for day, number in _found(c, asked, part.since, part.until).items():
            kept[day] += part.times * number
    return +kept


def _kept(c: Connection, asked: Filter, days: Mapping[str, int]) -> Counter[int] | None:
    """What `volume` counted on these days; None when it does not count what is asked."""
    if asked.words or asked.feeds or asked.stories or asked.collapse or asked.above or not asked.relevant_only:
        return None
    companies, topics = set(asked.companies), set(asked.topics)
    if any(len(group) != 1 for group in companies | topics):
        return None
    found = Counter[int]()
    if len(companies) == 2 and not (topics or asked.roles or asked.langs):
        (slug,), (other,) = companies
        for day, number in _BOTH(c, {**days, "slug": slug, "other": other}):
            found[day] += number
        return found
    if len(companies) + len(topics) != 1 or (topics and asked.roles):
        return None
    ((slug,),) = companies or topics
    langs = _common(asked.langs)
    for day, role, lang, number in counts.by_day(c, "company" if companies else "topic", slug, **days):
        if (not asked.roles or role in asked.roles) and (langs is None or lang in langs):
            found[day] += number
    return found


def _common(groups: Groups) -> set[str] | None:
    """What one value may be that must be among each of the groups; None for anything."""
    return set.intersection(*(set(group) for group in groups)) if groups else None


def _found(c: Connection, asked: Filter, since: datetime, until: datetime) -> Counter[int]:
    ids = query.ids(c, replace(asked, since=since, until=until), limit=_ALL)[::-1]
    found = Counter[int]()
    if not ids:
        return found
    first = day_of(since)
    cuts = [edge(c, midnight) for midnight in midnights(since, until)]
    least = [low for low, _ in cuts]
    places = [0, *(bisect_left(ids, low) for low in least), len(ids)]
    for day, (start, end) in enumerate(pairwise(places), first):
        found[day] = end - start
    for item_id, seen in _SEEN(c, _unsure(ids, cuts)):
        found[first + bisect_right(least, item_id)] -= 1
        found[day_of(moment(seen))] += 1
    return +found


def _unsure(ids: Sequence[int], cuts: Sequence[tuple[int, int]]) -> list[Any]:
    """Those whose id does not tell on which side of midnight they were seen, because clocks went back."""
    return sorted({item_id for low, high in cuts for item_id in ids[bisect_left(ids, low) : bisect_right(ids, high)]})
