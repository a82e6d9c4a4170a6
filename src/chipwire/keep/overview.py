"""Counts: how much there is of each company, topic and feed, and what surrounds one company in a span of time."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, case, func, select

from chipwire.keep import query
from chipwire.keep.tables import table

_ITEM, _COMPANY, _TOPIC, _FEED, _STORY = (table(n) for n in ("item", "item_company", "item_topic", "feed", "story"))
_MOST_DAYS = 3700
RELATED = 12
SOURCES = 12
EXAMPLES = 3


def counts(c: Connection, since: datetime | None = None, until: datetime | None = None) -> dict[str, dict[str, int]]:
    """Relevant items by company and role, of all time or a part of it: {slug: {"about": n, "mention": n}}."""
    about = func.sum(case((_COMPANY.c.role == "about", 1), else_=0))
    asked = select(_COMPANY.c.slug, about, func.count()).where(_COMPANY.c.relevant).group_by(_COMPANY.c.slug)
    asked = asked.where(*_during(c, _COMPANY, since, until))
    return {slug: {"about": n, "mention": every - n} for slug, n, every in c.execute(asked)}


def topic_counts(c: Connection, since: datetime | None = None, until: datetime | None = None) -> dict[str, int]:
    """Relevant items by topic, of all time or a part of it."""
    asked = select(_TOPIC.c.slug, func.count()).where(_TOPIC.c.relevant).group_by(_TOPIC.c.slug)
    asked = asked.where(*_during(c, _TOPIC, since, until))
    return dict(c.execute(asked).all())


def company(c: Connection, slug: str, since: datetime, until: datetime) -> dict[str, Any]:
    """One company's relevant items first seen from `since` to before `until`.

    Counts by role, volume by UTC day and by language, companies named in the same items with counts and their newest
    shared stories, and the feeds that had most.
    """
    low, high = query.first_at(c, since), query.first_at(c, until)
    mine = _within(_COMPANY, slug, low, high)
    by_role = _by_role(c, mine)
    by_lang = select(_COMPANY.c.lang, func.count()).where(*mine).group_by(_COMPANY.c.lang)
    return {
        "about": by_role.get("about", 0),
        "mention": by_role.get("mention", 0),
        "languages": dict(c.execute(by_lang.order_by(func.count().desc(), _COMPANY.c.lang)).all()),
        "volume": list(_volume(c, slug, since, until)),
        "related": _related(c, slug, low, high),
        "sources": _sources(c, mine),
    }


def _during(
    c: Connection, source: FromClause, since: datetime | None, until: datetime | None
) -> Iterator[ColumnElement[bool]]:
    if since is not None:
        yield source.c.item_id >= query.first_at(c, since)
    if until is not None:
        yield source.c.item_id < query.first_at(c, until)


def _within(source: FromClause, slug: str, low: int, high: int) -> tuple[ColumnElement[bool], ...]:
    return (source.c.slug == slug, source.c.relevant, source.c.item_id >= low, source.c.item_id < high)


def _by_role(c: Connection, mine: tuple[ColumnElement[bool], ...]) -> dict[str, int]:
    asked = select(_COMPANY.c.role, func.count()).where(*mine).group_by(_COMPANY.c.role)
    return {role: number for role, number in c.execute(asked)}


def _volume(c: Connection, slug: str, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """Items of each day that has any, in order of arrival: by role, and by language with most first."""
    day = max(since.date(), until.date() - timedelta(days=_MOST_DAYS), _first_day(c) or until.date())
    low = query.first_at(c, max(since, _midnight(day, since)))
    while day < until.date() or (day == until.date() and until.time() != until.min.time()):
        high = query.first_at(c, min(until, _midnight(day + timedelta(days=1), since)))
        if low < high and (found := _of_day(c, _within(_COMPANY, slug, low, high))):
            yield {"day": day.isoformat(), **found}
        day, low = day + timedelta(days=1), high


def _of_day(c: Connection, mine: tuple[ColumnElement[bool], ...]) -> dict[str, Any]:
    asked = select(_COMPANY.c.role, _COMPANY.c.lang, func.count()).where(*mine)
    roles, langs = Counter[str](), Counter[str]()
    for role, lang, number in c.execute(asked.group_by(_COMPANY.c.role, _COMPANY.c.lang)):
        roles[role] += number
        langs[lang] += number
    most_first = dict(sorted(langs.items(), key=lambda pair: (-pair[1], pair[0])))
    return {"about": roles["about"], "mention": roles["mention"], "languages": most_first} if langs else {}


def _first_day(c: Connection) -> date | None:
    first: datetime | None = c.execute(select(func.min(_ITEM.c.first_seen))).scalar()
    return first.date() if first else None


def _midnight(day: date, like: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=like.tzinfo)


def _related(c: Connection, slug: str, low: int, high: int) -> list[dict[str, Any]]:
    mine, other = _COMPANY.alias(), _COMPANY.alias()
    shared = select(other.c.slug, func.count().label("items")).join(mine, mine.c.item_id == other.c.item_id)
    shared = shared.where(*_within(mine, slug, low, high), other.c.slug != slug).group_by(other.c.slug)
    most = c.execute(shared.order_by(func.count().desc(), other.c.slug).limit(RELATED)).all()
    return [{"slug": s, "items": n, "stories": _shared_stories(c, (slug, s), low, high)} for s, n in most]


def _shared_stories(c: Connection, pair: tuple[str, str], low: int, high: int) -> list[dict[str, Any]]:
    both = query.Filter(companies=tuple((slug,) for slug in pair), above=low - 1)
    ids = query.ids(c, both, limit=20, before=high)
    held = select(_ITEM.c.story_id).where(_ITEM.c.id.in_(ids), _ITEM.c.story_id.is_not(None)).distinct()
    newest = sorted(c.execute(held).scalars().all(), reverse=True)[:EXAMPLES]
    named = select(_STORY.c.id, _STORY.c.title).where(_STORY.c.id.in_(newest)).order_by(_STORY.c.id.desc())
    return [{"id": story, "title": title} for story, title in c.execute(named)]


def _sources(c: Connection, mine: tuple[ColumnElement[bool], ...]) -> list[dict[str, Any]]:
    number = func.count()
    asked = (
        select(_FEED.c.id, _FEED.c.title, number)
        .select_from(_COMPANY.join(_ITEM, _ITEM.c.id == _COMPANY.c.item_id).join(_FEED, _FEED.c.id == _ITEM.c.feed_id))
        .where(*mine)
        .group_by(_FEED.c.id, _FEED.c.title)
        .order_by(number.desc(), _FEED.c.id)
        .limit(SOURCES)
    )
    return [{"feed": {"id": feed, "title": title}, "items": n} for feed, title, n in c.execute(asked)]
