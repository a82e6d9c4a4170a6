"""What surrounds one company in a span of time: its volume by day and language, who is named beside it, who tells.

Whole UTC days come from the counts that `volume` keeps; the span's parts of days are counted item by item.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Connection, Engine, FromClause, bindparam, func, select

from chipwire.keep.news.days import Edge, date_of, day_of, span_of
from chipwire.keep.queries import counts, query
from chipwire.keep.queries.filters import Filter
from chipwire.keep.queries.planner import bounds_of
from chipwire.keep.sql.compiled import Among, Ready, moment
from chipwire.keep.sql.meta import counter
from chipwire.keep.tables import table

RELATED = 12
SOURCES = 12
EXAMPLES = 3
_MOVING = 2
"""Days at the end of a span whose sums are not kept: nearly all news come in them."""
_MOST_KEPT = 32
"""Spans of companies whose sums are kept, 58 kB each with 500 feeds, and as many overviews."""
_ITEM, _FEED, _STORY, _COMPANY, _WIRE = (table(name) for name in ("item", "feed", "story", "item_company", "item_wire"))
_PAIR, _SOURCE = table("pair_day"), table("source_day")
_IN_SPAN: tuple[BindParameter[int], ...] = (bindparam("first"), bindparam("beyond"))
_SOURCES, _BESIDE = (
    Ready(
        select(kept.c[of], func.sum(kept.c["items"]))
        .where(kept.c.slug == bindparam("slug"), kept.c.day >= _IN_SPAN[0], kept.c.day < _IN_SPAN[1])
        .group_by(kept.c[of])
    )
    for kept, of in ((_SOURCE, "feed_id"), (_PAIR, "other"))
)
_CHANGED_FROM = Ready(
    select(func.min(_ITEM.c.first_seen))
    .join_from(_WIRE, _ITEM, _ITEM.c.id == _WIRE.c.item_id + 0)  # SQLite would walk all items by time
    .where(_WIRE.c.news > bindparam("news"))
)
_TOLD = Among(
    select(_ITEM.c.id, _ITEM.c.story_id, _STORY.c.title).join(_STORY, _STORY.c.id == _ITEM.c.story_id), _ITEM.c.id
)
_TITLES = Among(select(_FEED.c.id, _FEED.c.title), _FEED.c.id)


def _loose(*columns: Any, beside: FromClause | None = None) -> Ready:
    """Of the company's relevant items in a part of a day; with `beside` once for each other company."""
    mine = select(*columns).select_from(_COMPANY).join(_ITEM, _ITEM.c.id == _COMPANY.c.item_id)
    if beside is not None:
        others = (beside.c.item_id == _COMPANY.c.item_id) & (beside.c.slug != _COMPANY.c.slug)
        mine = mine.join(beside, others)
    return Ready(
        mine.where(
            _COMPANY.c.slug == bindparam("slug"), _COMPANY.c.relevant,
            _COMPANY.c.item_id >= bindparam("low"), _COMPANY.c.item_id < bindparam("high"),
            _ITEM.c.first_seen >= bindparam("since"), _ITEM.c.first_seen < bindparam("until"),
        )
    )  # fmt: skip


_OTHER = _COMPANY.alias()
_LOOSE = _loose(_COMPANY.c.role, _COMPANY.c.lang, _ITEM.c.feed_id)
_LOOSE_OTHERS = _loose(_OTHER.c.slug, beside=_OTHER)


class _Counts(NamedTuple):
    """What is counted of one company's items."""

    cells: Counter[tuple[int, str, str]]
    """By day, role and language."""
    sources: Counter[str]
    """By the feed that had the item first."""
    beside: Counter[str]
    """By each other company of the item."""


class _Sums(NamedTuple):
    """Of one company's items in whole days, as they stood at these counters."""

    news: int
    gone: int
    sources: dict[str, int]
    beside: dict[str, int]


_SUMS: WeakKeyDictionary[Engine, dict[tuple[Any, ...], _Sums]] = WeakKeyDictionary()
_MADE: WeakKeyDictionary[Engine, dict[tuple[Any, ...], dict[str, Any]]] = WeakKeyDictionary()


def company(c: Connection, slug: str, since: datetime, until: datetime) -> dict[str, Any]:
    """One company's relevant items first seen from `since` to before `until`; not to be changed, as it is kept.

    Counts by role, volume by UTC day and by language, companies named in the same items with counts and their newest
    shared stories, and the feeds that had most.
    """
    kept, within = _MADE.setdefault(c.engine, {}), _spanning(c, since, until)
    key = (counter(c, "news"), slug, *within)
    found = kept.get(key)
    if found is None:
        _limit(kept)
        found = kept[key] = _made(c, slug, since, until, *within)
    return found


def _limit(kept: dict[tuple[Any, ...], Any]) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()


def _made(
    c: Connection, slug: str, since: datetime, until: datetime, meant: Filter, before: int | None
) -> dict[str, Any]:
    cells, sources, beside = _counts(c, slug, since, until)
    volume, languages = list(_days(cells)), Counter[str]()
    for day in volume:
        languages.update(day["languages"])
    return {
        "about": sum(day["about"] for day in volume),
        "mention": sum(day["mention"] for day in volume),
        "languages": _most_first(languages),
        "volume": volume,
        "related": _related(c, slug, _top(beside, RELATED), meant, before),
        "sources": _named(c, _top(sources, SOURCES)),
    }


def _counts(c: Connection, slug: str, since: datetime, until: datetime) -> _Counts:
    span = span_of(since, until)
    values = {"slug": slug, "first": span.first, "beyond": span.beyond}
    tagged = counts.by_day(c, "company", slug, span.first, span.beyond)
    cells = Counter({(day, role, lang): number for day, role, lang, number in tagged})
    whole = _settled(c, {**values, "beyond": span.beyond - _MOVING})
    moving = {**values, "first": max(span.first, span.beyond - _MOVING)}
    found = _Counts(cells, Counter(whole.sources), Counter(whole.beside))
    found.sources.update(dict(_SOURCES(c, moving)))
    found.beside.update(dict(_BESIDE(c, moving)))
    for edge in span.edges:
        _add_edge(c, slug, edge, found)
    return _Counts(+found.cells, +found.sources, +found.beside)  # without what came to nothing


def _settled(c: Connection, values: Mapping[str, Any]) -> _Sums:
    """Of whole days: thousands of rows, summed anew when an item of these days was changed or is gone."""
    kept = _SUMS.setdefault(c.engine, {})
    key, news, gone = tuple(values.values()), counter(c, "news"), counter(c, "gone")
    found = kept.get(key)
    if found is None or found.gone != gone or not _stand(c, found.news, news, values["beyond"]):
        _limit(kept)
        found = _Sums(news, gone, dict(_SOURCES(c, values)), dict(_BESIDE(c, values)))
    kept[key] = found._replace(news=news)
    return found


def _stand(c: Connection, then: int, now: int, beyond: int) -> bool:
    """Have all news since then come from the day `beyond` on?"""
    if then == now:
        return True
    earliest = _CHANGED_FROM.one(c, {"news": then})
    return then < now and (earliest is None or day_of(moment(earliest)) >= beyond)


def _add_edge(c: Connection, slug: str, edge: Edge, found: _Counts) -> None:
    """Count the items of a part of a day."""
    bounds = bounds_of(c, Filter(since=edge.since, until=edge.until), None)
    if bounds is None:
        return
    day = day_of(edge.since)
    values = {"slug": slug, "low": bounds.low, "high": bounds.high, "since": edge.since, "until": edge.until}
    mine = _LOOSE(c, values)
    _add(found.cells, [(day, role, lang) for role, lang, _ in mine], edge.times)
    _add(found.sources, [feed for _, _, feed in mine], edge.times)
    _add(found.beside, [other for (other,) in _LOOSE_OTHERS(c, values)], edge.times)


def _add(numbers: Counter[Any], some: Iterable[Any], times: int) -> None:
    for each, number in Counter(some).items():
        numbers[each] += times * number


def _days(cells: Mapping[tuple[int, str, str], int]) -> Iterator[dict[str, Any]]:
    """Items of each day that has any, in order of arrival: by role, and by language with most first."""
    roles, langs = defaultdict[int, Counter[str]](Counter), defaultdict[int, Counter[str]](Counter)
    for (day, role, lang), number in cells.items():
        roles[day][role] += number
        langs[day][lang] += number
    for day, mine in sorted(roles.items()):
        shown = {"about": mine["about"], "mention": mine["mention"], "languages": _most_first(langs[day])}
        yield {"day": date_of(day).isoformat(), **shown}


def _most_first(numbers: Mapping[str, int]) -> dict[str, int]:
    return dict(_top(numbers, len(numbers)))


def _top(numbers: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


def _related(
    c: Connection, slug: str, most: list[tuple[str, int]], meant: Filter, before: int | None
) -> list[dict[str, Any]]:
    """The companies named beside it, each with the newest stories that tell of both."""
    shared = {
        other: query.ids(c, replace(meant, companies=((slug,), (other,))), limit=20, before=before) for other, _ in most
    }
    every = sorted({item_id for ids in shared.values() for item_id in ids})
    of = {item_id: (story, title) for item_id, story, title in _TOLD(c, every)}
    found = []
    for other, number in most:
        newest = sorted({of[item_id] for item_id in shared[other] if item_id in of}, reverse=True)[:EXAMPLES]
        told = [{"id": story, "title": title} for story, title in newest]
        found.append({"slug": other, "items": number, "stories": told})
    return found


def _spanning(c: Connection, since: datetime, until: datetime) -> tuple[Filter, int | None]:
    """A filter of a span of time and the id that ends it; by ids alone where these tell, which then are sought once."""
    meant = Filter(since=since, until=until)
    bounds = bounds_of(c, meant, None)
    if bounds is None or not bounds.exact:
        return meant, None
    return Filter(above=bounds.low - 1), bounds.high


def _named(c: Connection, sources: list[tuple[str, int]]) -> list[dict[str, Any]]:
    titles = dict(_TITLES(c, [feed for feed, _ in sources]))
    return [{"feed": {"id": feed, "title": titles[feed]}, "items": number} for feed, number in sources]
