"""How much there is of each company and topic, and what surrounds one company in a span of time.

Whole UTC days come from the counts that `keep.volume` keeps; what the span has of its first and last day is counted.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Table,
    bindparam,
    func,
    literal_column,
    select,
)

from chipwire.keep import query, volume
from chipwire.keep.compiled import Ready
from chipwire.keep.leading import bounds_of
from chipwire.keep.query import Filter
from chipwire.keep.tables import table

_ITEM, _FEED, _STORY = table("item"), table("feed"), table("story")
_TAG, _PAIR, _SOURCE = table("tag_day"), table("pair_day"), table("source_day")
_TAGS = {"company": table("item_company"), "topic": table("item_topic")}
_COMPANY = _TAGS["company"]
_NEXT = Ready(select(func.min(_TAG.c.slug)).where(_TAG.c.kind == bindparam("kind"), _TAG.c.slug > bindparam("after")))
_DAY, _HALF = timedelta(days=1), timedelta(hours=12)
RELATED = 12
SOURCES = 12
EXAMPLES = 3


_IN_SPAN: tuple[BindParameter[int], ...] = (bindparam("first"), bindparam("beyond"))
_DAYS = Ready(
    select(_TAG.c.day, _TAG.c.role, _TAG.c.lang, _TAG.c["items"]).where(
        _TAG.c.kind == literal_column("'company'"), _TAG.c.slug == bindparam("slug"),
        _TAG.c.day >= _IN_SPAN[0], _TAG.c.day < _IN_SPAN[1],
    )
)  # fmt: skip
_SUMS = {
    kept: Ready(
        select(kept.c[of], func.sum(kept.c["items"]))
        .where(kept.c.slug == bindparam("slug"), kept.c.day >= _IN_SPAN[0], kept.c.day < _IN_SPAN[1])
        .group_by(kept.c[of])
    )
    for kept, of in ((_SOURCE, "feed_id"), (_PAIR, "other"))
}


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


class _Edge(NamedTuple):
    """A part of a day whose items count `times` (1 or -1) beside the whole days."""

    since: datetime
    until: datetime
    times: int


@dataclass(frozen=True)
class _Span:
    """Days from `first` to before `beyond` are counted whole; `edges` put right what that leaves out or has too much.

    A day of which more than half is in the span is counted whole, and what is not in it is taken off.
    """

    first: int
    beyond: int
    edges: tuple[_Edge, ...]

    def days(self, kept: FromClause) -> tuple[ColumnElement[bool], ...]:
        return (kept.c.day >= self.first, kept.c.day < self.beyond)

    def values(self, slug: str) -> dict[str, Any]:
        return {"slug": slug, "first": self.first, "beyond": self.beyond}


def counts(c: Connection, since: datetime | None = None, until: datetime | None = None) -> dict[str, dict[str, int]]:
    """Relevant items by company and role, of all time or a part of it: {slug: {"about": n, "mention": n}}."""
    found: dict[str, dict[str, int]] = {}
    for (slug, role), number in _counted(c, "company", since, until).items():
        found.setdefault(slug, {"about": 0, "mention": 0})[role] = number
    return found


def topic_counts(c: Connection, since: datetime | None = None, until: datetime | None = None) -> dict[str, int]:
    """Relevant items by topic, of all time or a part of it."""
    return {slug: number for (slug, _), number in _counted(c, "topic", since, until).items()}


def company(c: Connection, slug: str, since: datetime, until: datetime) -> dict[str, Any]:
    """One company's relevant items first seen from `since` to before `until`.

    Counts by role, volume by UTC day and by language, companies named in the same items with counts and their newest
    shared stories, and the feeds that had most.
    """
    span = _span(since, until)
    cells = Counter[tuple[int, str, str]]()
    for day, role, lang, number in _DAYS(c, span.values(slug)):
        cells[day, role, lang] += number
    sources, related = (
        Counter({of: int(n) for of, n in _SUMS[kept](c, span.values(slug))}) for kept in (_SOURCE, _PAIR)
    )
    for edge in span.edges:
        _add_edge(c, slug, edge, cells, sources, related)
    cells, sources, related = +cells, +sources, +related  # without what came to nothing
    roles = _by(cells, 1)
    return {
        "about": roles["about"],
        "mention": roles["mention"],
        "languages": _most_first(_by(cells, 2)),
        "volume": list(_days(cells)),
        "related": _related(c, slug, _top(related, RELATED), since, until),
        "sources": _named(c, _top(sources, SOURCES)),
    }


def _counted(
    c: Connection, kind: Literal["company", "topic"], since: datetime | None, until: datetime | None
) -> Counter[tuple[str, str]]:
    """Relevant items by (slug, role)."""
    asked = select(_TAG.c.slug, _TAG.c.role, func.sum(_TAG.c["items"])).where(_TAG.c.kind == kind)
    asked = asked.where(_TAG.c.slug.in_(_slugs(c, kind))).group_by(_TAG.c.slug, _TAG.c.role)
    if since is None and until is None:
        return Counter({(slug, role): n for slug, role, n in c.execute(asked.where(_TAG.c.day == volume.ALL_TIME))})
    span = _span(since, until)
    found = Counter({(slug, role): number for slug, role, number in c.execute(asked.where(*span.days(_TAG)))})
    tags = _TAGS[kind]
    role = tags.c.role if kind == "company" else func.min("")
    for low, high, times in span.edges:
        loose = select(tags.c.slug, role, func.count()).join(_ITEM, _ITEM.c.id == tags.c.item_id)
        loose = loose.where(tags.c.relevant, _ITEM.c.first_seen >= low, _ITEM.c.first_seen < high)
        by = (tags.c.slug, tags.c.role) if kind == "company" else (tags.c.slug,)
        for slug, of, number in c.execute(loose.group_by(*by)):
            found[slug, of] += times * number
    return +found


def _slugs(c: Connection, kind: str) -> list[str]:
    """Every slug that has a count, by a look into the index for each, so that one day is not sought in all."""
    found: list[str] = []
    while slug := _NEXT.one(c, {"kind": kind, "after": found[-1] if found else ""}):
        found.append(slug)
    return found


def _summed(c: Connection, kept: Table, slug: str, span: _Span) -> dict[str, int]:
    """PostgreSQL sums to decimal numbers."""
    return {of: int(number) for of, number in _SUMS[kept](c, span.values(slug))}


def _add_edge(
    c: Connection,
    slug: str,
    edge: _Edge,
    cells: Counter[tuple[int, str, str]],
    sources: Counter[str],
    related: Counter[str],
) -> None:
    """Count the items of a part of a day."""
    bounds = bounds_of(c, Filter(since=edge.since, until=edge.until), None)
    if bounds is None:
        return
    day = volume.day_of(edge.since)
    values = {"slug": slug, "low": bounds.low, "high": bounds.high, "since": edge.since, "until": edge.until}
    for role, lang, feed in _LOOSE(c, values):
        cells[day, role, lang] += edge.times
        sources[feed] += edge.times
    for (other,) in _LOOSE_OTHERS(c, values):
        related[other] += edge.times


def _span(since: datetime | None, until: datetime | None) -> _Span:
    first = 1 if since is None else volume.day_of(since)
    beyond = 1 << 30 if until is None else volume.day_of(until)
    edges: list[_Edge] = []
    if since is not None and until is not None and first == beyond:
        return _Span(first, beyond, (_Edge(since, until, 1),) if since < until else ())
    if since is not None and since > (midnight := _midnight(since)):
        if since - midnight < _HALF:
            edges.append(_Edge(midnight, since, -1))
        else:
            edges.append(_Edge(since, midnight + _DAY, 1))
            first += 1
    if until is not None and until > (midnight := _midnight(until)):
        if until - midnight < _HALF:
            edges.append(_Edge(midnight, until, 1))
        else:
            edges.append(_Edge(until, midnight + _DAY, -1))
            beyond += 1
    return _Span(first, beyond, tuple(edges))


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC)


def _days(cells: Mapping[tuple[int, str, str], int]) -> Iterator[dict[str, Any]]:
    """Items of each day that has any, in order of arrival: by role, and by language with most first."""
    by_day: dict[int, dict[tuple[int, str, str], int]] = {}
    for cell, number in cells.items():
        by_day.setdefault(cell[0], {})[cell] = number
    for day, mine in sorted(by_day.items()):
        roles = _by(mine, 1)
        shown = {"about": roles["about"], "mention": roles["mention"], "languages": _most_first(_by(mine, 2))}
        yield {"day": volume.date_of(day).isoformat(), **shown}


def _by(cells: Mapping[tuple[int, str, str], int], place: int) -> Counter[str]:
    found = Counter[str]()
    for cell, number in cells.items():
        found[str(cell[place])] += number
    return found


def _most_first(numbers: Mapping[str, int]) -> dict[str, int]:
    return dict(_top(numbers, len(numbers)))


def _top(numbers: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


def _related(
    c: Connection, slug: str, most: list[tuple[str, int]], since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """The companies named beside it, each with the newest stories that tell of both."""
    shared = {
        other: query.ids(c, query.Filter(companies=((slug,), (other,)), since=since, until=until), limit=20)
        for other, _ in most
    }
    held = select(_ITEM.c.id, _ITEM.c.story_id, _STORY.c.title).join(_STORY, _STORY.c.id == _ITEM.c.story_id)
    every = sorted({item_id for ids in shared.values() for item_id in ids})
    of = {item_id: (story, title) for item_id, story, title in c.execute(held.where(_ITEM.c.id.in_(every)))}
    found = []
    for other, number in most:
        newest = sorted({of[item_id] for item_id in shared[other] if item_id in of}, reverse=True)[:EXAMPLES]
        told = [{"id": story, "title": title} for story, title in newest]
        found.append({"slug": other, "items": number, "stories": told})
    return found


def _named(c: Connection, sources: list[tuple[str, int]]) -> list[dict[str, Any]]:
    titles = dict(
        c.execute(select(_FEED.c.id, _FEED.c.title).where(_FEED.c.id.in_([feed for feed, _ in sources]))).all()
    )
    return [{"feed": {"id": feed, "title": titles[feed]}, "items": number} for feed, number in sources]
