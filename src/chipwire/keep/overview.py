"""How much there is of each company and topic, and what surrounds one company in a span of time.

Whole UTC days come from the counts that `keep.volume` keeps; what the span has of its first and last day is counted.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, FromClause, Select, bindparam, func, select

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
RELATED = 12
SOURCES = 12
EXAMPLES = 3


@dataclass(frozen=True)
class _Span:
    """Days from `first` to before `beyond` are whole; `edges` are the times of the others, from and to before."""

    first: int
    beyond: int
    edges: tuple[tuple[datetime, datetime], ...]

    def days(self, kept: FromClause) -> tuple[ColumnElement[bool], ...]:
        return (kept.c.day >= self.first, kept.c.day < self.beyond)


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
    cells, sources, related = Counter[tuple[int, str, str]](), Counter[str](), Counter[str]()
    mine = select(_TAG.c.day, _TAG.c.role, _TAG.c.lang, _TAG.c["items"])
    for day, role, lang, number in c.execute(
        mine.where(_TAG.c.kind == "company", _TAG.c.slug == slug, *span.days(_TAG))
    ):
        cells[day, role, lang] += number
    _sum(c, _SOURCE, "feed_id", slug, span, sources)
    _sum(c, _PAIR, "other", slug, span, related)
    _add_edges(c, slug, span, cells, sources, related)
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
    for low, high in span.edges:
        loose = select(tags.c.slug, role, func.count()).join(_ITEM, _ITEM.c.id == tags.c.item_id)
        loose = loose.where(tags.c.relevant, _ITEM.c.first_seen >= low, _ITEM.c.first_seen < high)
        by = (tags.c.slug, tags.c.role) if kind == "company" else (tags.c.slug,)
        for slug, of, number in c.execute(loose.group_by(*by)):
            found[slug, of] += number
    return found


def _slugs(c: Connection, kind: str) -> list[str]:
    """Every slug that has a count, by a look into the index for each, so that one day is not sought in all."""
    found: list[str] = []
    while slug := _NEXT.one(c, {"kind": kind, "after": found[-1] if found else ""}):
        found.append(slug)
    return found


def _add_edges(
    c: Connection,
    slug: str,
    span: _Span,
    cells: Counter[tuple[int, str, str]],
    sources: Counter[str],
    related: Counter[str],
) -> None:
    """Count the items of days that the span has only a part of."""
    for low, high in span.edges:
        bounds = bounds_of(c, Filter(since=low, until=high), None)
        if bounds is None:
            continue
        where = (_COMPANY.c.slug == slug, _COMPANY.c.relevant, _ITEM.c.first_seen >= low, _ITEM.c.first_seen < high)
        ids = (_COMPANY.c.item_id >= bounds.low, _COMPANY.c.item_id < bounds.high)
        day, beside = volume.day_of(low), _COMPANY.alias()

        def among(asked: Select[Any], *more: ColumnElement[bool]) -> Select[Any]:
            return asked.join(_ITEM, _ITEM.c.id == _COMPANY.c.item_id).where(*where, *ids, *more)  # noqa: B023

        for role, lang, feed in c.execute(among(select(_COMPANY.c.role, _COMPANY.c.lang, _ITEM.c.feed_id))):
            cells[day, role, lang] += 1
            sources[feed] += 1
        others = select(beside.c.slug).select_from(_COMPANY).join(beside, beside.c.item_id == _COMPANY.c.item_id)
        related.update(c.execute(among(others, beside.c.slug != slug)).scalars())


def _sum(c: Connection, kept: FromClause, of: str, slug: str, span: _Span, into: Counter[str]) -> None:
    asked = select(kept.c[of], func.sum(kept.c["items"])).where(kept.c.slug == slug, *span.days(kept))
    for value, number in c.execute(asked.group_by(kept.c[of])):
        into[value] += number


def _span(since: datetime | None, until: datetime | None) -> _Span:
    first = 1 if since is None else volume.day_of(since)
    beyond = 1 << 30 if until is None else volume.day_of(until)
    edges: list[tuple[datetime, datetime]] = []
    if since is not None and since > _midnight(since):
        following = _midnight(since) + timedelta(days=1)
        edges.append((since, following if until is None else min(following, until)))
        first += 1
    if until is not None and until > _midnight(until) and beyond >= first:
        edges.append((_midnight(until), until))
    return _Span(first, beyond, tuple(edges))


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC)


def _days(cells: Mapping[tuple[int, str, str], int]) -> Iterator[dict[str, Any]]:
    """Items of each day that has any, in order of arrival: by role, and by language with most first."""
    for day in sorted({day for day, _, _ in cells}):
        mine = {cell: number for cell, number in cells.items() if cell[0] == day}
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
