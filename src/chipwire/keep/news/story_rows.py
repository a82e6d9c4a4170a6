"""A story's row is the sum of its members, made anew whenever one of them joins, leaves or changes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

from chipwire.domain import Role, as_it_stands, outlet_of
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Among, moment
from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

_ITEM, _STORY, _BY_COMPANY = (table(n) for n in ("item", "story", "story_company"))
_COMPANY, _TOPIC = table("item_company"), table("item_topic")
_MEMBER = ("story_id", "id", "url", "title", "lang", "feed_id", "first_seen", "copy_of", "link", "relevant")


def _upsert(c: Connection) -> Any:
    put = insert(c, _STORY)
    renewed = {column.name: put.excluded[column.name] for column in _STORY.c if column.name != "id"}
    return put.on_conflict_do_update(index_elements=["id"], set_=renewed)


_PUT, _LIST = Many(_upsert), Many(_BY_COMPANY.insert())
_UNLIST = Many(delete(_BY_COMPANY).where(_BY_COMPANY.c.story_id == bindparam("which")))
_END = Many(delete(_STORY).where(_STORY.c.id == bindparam("which")))
_OLDER = Among(select(_STORY.c.id, _STORY.c.follows), _STORY.c.id)
_MEMBERS = Among(select(*(_ITEM.c[name] for name in _MEMBER)).order_by(_ITEM.c.id), _ITEM.c.story_id)
_COMPANIES = Among(
    select(_ITEM.c.story_id, _COMPANY.c.slug, func.min(_COMPANY.c.role), func.count())
    .join(_COMPANY, _COMPANY.c.item_id == _ITEM.c.id)
    .group_by(_ITEM.c.story_id, _COMPANY.c.slug),
    _ITEM.c.story_id,
)
_TOPICS = Among(
    select(_ITEM.c.story_id, _TOPIC.c.slug)
    .join(_TOPIC, _TOPIC.c.item_id == _ITEM.c.id)
    .distinct()
    .order_by(_ITEM.c.story_id, _TOPIC.c.slug),
    _ITEM.c.story_id,
)


def rebuild(c: Connection, ids: Sequence[int], follows: dict[int, int]) -> set[int]:
    """Make the rows of these stories (a few hundred at most) anew; returns those that have no members left.

    `follows` gives the story that each follows, where that is news.
    """
    older = dict(_OLDER(c, ids))
    hanging: dict[int, list[Any]] = {}
    for row in _MEMBERS(c, ids):
        hanging.setdefault(row[0], []).append(row)
    companies, topics = _companies(c, ids), _topics(c, ids)
    rows = [
        _summed(story, items, companies.get(story, {}), topics.get(story, []), follows.get(story, older.get(story)))
        for story, items in hanging.items()
    ]
    _UNLIST(c, [{"which": story} for story in ids])
    _PUT(c, rows)
    by_company = [
        {"slug": slug, "role": role, "story_id": r["id"], "last_item": r["last_item"], "relevant": r["relevant"]}
        for r in rows
        for slug, role in r["companies"].items()
    ]
    _LIST(c, by_company)
    gone = set(older) - set(hanging)
    _END(c, [{"which": story} for story in gone])
    return gone


def _summed(
    story: int, members: list[Any], companies: dict[str, Role], topics: list[str], follows: int | None
) -> dict[str, Any]:
    """One story's row from its members, which come earliest first."""
    _, ids, urls, titles, langs, feeds, seen, copies, links, relevant = zip(*members, strict=True)
    origin = links.index("origin") if "origin" in links else 0
    outlets = [outlet_of(url, feed) for url, feed in zip(urls, feeds, strict=True)]
    stands = ids.index(as_it_stands(ids[origin], zip(ids, copies, outlets, strict=True)))
    return {
        "id": story,
        "title": titles[stands],
        "lang": langs[stands],
        "first_seen": moment(min(seen)),
        "last_seen": moment(max(seen)),
        "origin_item": ids[origin],
        "n_items": len(ids),
        "n_outlets": len({outlet for outlet, copied in zip(outlets, copies, strict=True) if copied is None}),
        "n_copies": len(copies) - copies.count(None),
        "languages": sorted(set(langs)),
        "companies": companies,
        "topics": topics,
        "relevant": any(relevant),
        "follows": follows,
        "last_item": ids[-1],
    }


def _companies(c: Connection, ids: Sequence[int]) -> dict[int, dict[str, Role]]:
    """Companies of each story, those it is about first, each with its strongest role."""
    found: dict[int, dict[str, Role]] = {}
    for story, slug, role, _ in sorted(_COMPANIES(c, ids), key=lambda row: (row[0], row[2], -row[3], row[1])):
        found.setdefault(story, {})[slug] = role
    return found


def _topics(c: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for story, slug in _TOPICS(c, ids):
        found.setdefault(story, []).append(slug)
    return found
