"""What pages show beside the lists of the API; every read is bounded, as cheap at a million items as at a hundred."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from chipwire.keep.news.days import date_of, day_of
from chipwire.keep.queries import counts, query
from chipwire.keep.sql.compiled import Ready
from chipwire.keep.tables import table

_ITEM, _COMPANY, _STORY = (table(n) for n in ("item", "item_company", "story"))
_FEED, _STATE, _EVENT = (table(n) for n in ("feed", "feed_state", "feed_event"))
_AFTER = Ready(select(func.min(_ITEM.c.lang)).where(_ITEM.c.lang > bindparam("last")))
_MOST_TITLES = 200
"""A story with more items than this shows the title of its own language only."""
_SURROUNDED, _BESIDE = 1000, 12
LONGEST_TEXT = 6000


def languages(c: Connection) -> list[str]:
    """Every language that an item has, in order; a look into the index for each."""
    found: list[str] = []
    while (after := _AFTER.one(c, {"last": found[-1] if found else ""})) is not None:
        found.append(after)
    return found


def titles(c: Connection, stories: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """Story id → its earliest title in each language, as {"id", "lang", "title"}, earliest first.

    `stories` are stories as lists show them; those in one language or of very many items are left out.
    """
    several = [s["id"] for s in stories if len(s["languages"]) > 1 and s["n_items"] <= _MOST_TITLES]
    first = select(func.min(_ITEM.c.id)).where(_ITEM.c.story_id.in_(several)).group_by(_ITEM.c.story_id, _ITEM.c.lang)
    rows = select(_ITEM.c.story_id, _ITEM.c.id, _ITEM.c.lang, _ITEM.c.title).where(_ITEM.c.id.in_(first))
    found: dict[int, list[dict[str, Any]]] = {}
    for story, ident, lang, title in c.execute(rows.order_by(_ITEM.c.id)) if several else ():
        found.setdefault(story, []).append({"id": ident, "lang": lang, "title": title})
    return found


def dated(c: Connection, stories: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same stories with `at`: when the newest report was out, as printed but never later than it was seen.

    In a store that has just begun everything was seen today; the printed date tells news from history.
    """
    few = [story["id"] for story in stories if story["n_items"] <= _MOST_TITLES]
    printed = select(_ITEM.c.story_id, func.max(_ITEM.c.published)).where(
        _ITEM.c.story_id.in_(few), _ITEM.c.published <= _ITEM.c.first_seen
    )
    newest = dict(c.execute(printed.group_by(_ITEM.c.story_id)).all()) if few else {}
    return [{**story, "at": newest.get(story["id"]) or story["last_seen"]} for story in stories]


def standing(c: Connection, since: datetime) -> dict[str, int]:
    """How much there is: reports first seen since then; feeds followed, asked already and failing."""
    low = query.first_at(c, since)
    asked = select(
        func.count(),
        func.count(_STATE.c.last_checked),
        func.sum(case((_STATE.c.failures > 0, 1), else_=0)),
    ).select_from(_STATE.join(_FEED, _FEED.c.id == _STATE.c.feed_id))
    feeds, checked, failing = c.execute(asked.where(_FEED.c.enabled, _FEED.c.origin != "removed")).one()
    reports = c.execute(select(func.count()).select_from(_ITEM).where(_ITEM.c.id >= low)).scalar_one()
    return {"reports": reports, "feeds": feeds, "asked": checked, "failing": failing or 0}


def told(c: Connection, item_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Item id → what its text says: text (its beginning), boilerplate, evidence, figures, claims, as plain values."""
    text = func.substr(_ITEM.c.text, 1, LONGEST_TEXT).label("text")
    asked = select(_ITEM.c.id, text, _ITEM.c.evidence, _ITEM.c.figures, _ITEM.c.claims, _ITEM.c.boilerplate)
    return {row["id"]: dict(row) for row in c.execute(asked.where(_ITEM.c.id.in_(item_ids))).mappings()}


def names_of_stories(c: Connection, story_ids: Iterable[int]) -> list[dict[str, Any]]:
    """id, title and lang of these stories, by id."""
    asked = select(_STORY.c.id, _STORY.c.title, _STORY.c.lang).where(_STORY.c.id.in_(list(story_ids)))
    return [dict(row) for row in c.execute(asked.order_by(_STORY.c.id)).mappings()]


def sequels(c: Connection, story: dict[str, Any]) -> list[int]:
    """Ids of up to ten stories that follow this one."""
    later = select(_STORY.c.id).where(_STORY.c.follows == story["id"], _STORY.c.id > story["id"])
    return list(c.execute(later.order_by(_STORY.c.id).limit(10)).scalars())


def volume(c: Connection, slug: str, now: datetime, days: int) -> list[tuple[date, Counter[str]]]:
    """The last so many UTC days, today last, each with the company's relevant items by language."""
    beyond = day_of(now) + 1
    found = {day: Counter[str]() for day in range(beyond - days, beyond)}
    for day, _, lang, items in counts.by_day(c, "company", slug, beyond - days, beyond):
        found[day][lang] += items
    return [(date_of(day), by_lang) for day, by_lang in found.items()]


def around(c: Connection, slug: str) -> dict[str, list[Any]]:
    """Of the company's newest 1,000 relevant items: "related", (slug, items) of companies named beside it, and
    "sources", (feed, title, items) of the feeds that had most; twelve each, most first.
    """
    mine = select(_COMPANY.c.item_id).where(_COMPANY.c.slug == slug, _COMPANY.c.relevant)
    newest = mine.order_by(_COMPANY.c.item_id.desc()).limit(_SURROUNDED).subquery()
    number = func.count()
    other = select(_COMPANY.c.slug, number).join(newest, newest.c.item_id == _COMPANY.c.item_id)
    other = other.where(_COMPANY.c.slug != slug).group_by(_COMPANY.c.slug)
    had = select(_FEED.c.id, _FEED.c.title, number).select_from(
        newest.join(_ITEM, _ITEM.c.id == newest.c.item_id).join(_FEED, _FEED.c.id == _ITEM.c.feed_id)
    )
    had = had.group_by(_FEED.c.id, _FEED.c.title)
    return {
        "related": [tuple(row) for row in c.execute(other.order_by(number.desc(), _COMPANY.c.slug).limit(_BESIDE))],
        "sources": [tuple(row) for row in c.execute(had.order_by(number.desc(), _FEED.c.id).limit(_BESIDE))],
    }


def checks(c: Connection) -> dict[str, list[tuple[str, int]]]:
    """Feed → (outcome, new items) of its kept events, oldest first."""
    found: dict[str, list[tuple[str, int]]] = {}
    asked = select(_EVENT.c.feed_id, _EVENT.c.outcome, _EVENT.c.items_new).order_by(_EVENT.c.id)
    for feed_id, outcome, new in c.execute(asked):
        found.setdefault(feed_id, []).append((outcome, new))
    return found


def newest_stories(c: Connection, limit: int) -> list[tuple[int, datetime]]:
    """(id, last seen) of the relevant stories with the newest items, for a sitemap."""
    asked = select(_STORY.c.id, _STORY.c.last_seen).where(_STORY.c.relevant)
    return [(ident, seen) for ident, seen in c.execute(asked.order_by(_STORY.c.last_item.desc()).limit(limit))]
