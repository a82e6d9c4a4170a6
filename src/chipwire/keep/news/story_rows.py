"""A story's row is the sum of its members, made anew whenever one of them leaves or changes.

The sums of a large story are kept: who joins it is added to them, and none of the thousands is read that were there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, select

from chipwire.domain import Role
from chipwire.keep.news.sums import Member, Sums
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Among
from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

LARGE = 40
"""Items from which on a story's sums are kept."""
Joined = Sequence[int] | None
"""Items that came to a story; None where something else happened to its members, too."""
_ITEM, _STORY, _BY_COMPANY, _SUMS = (table(n) for n in ("item", "story", "story_company", "story_sums"))
_COMPANY, _TOPIC = table("item_company"), table("item_topic")


def _upsert(c: Connection) -> Any:
    put = insert(c, _STORY)
    renewed = {column.name: put.excluded[column.name] for column in _STORY.c if column.name != "id"}
    return put.on_conflict_do_update(index_elements=["id"], set_=renewed)


_PUT, _LIST, _KEEP = Many(_upsert), Many(_BY_COMPANY.insert()), Many(_SUMS.insert())
_UNLIST, _FORGET = (Many(delete(of).where(of.c.story_id == bindparam("which"))) for of in (_BY_COMPANY, _SUMS))
_END = Many(delete(_STORY).where(_STORY.c.id == bindparam("which")))
_OLDER = Among(select(_STORY.c.id, _STORY.c.follows), _STORY.c.id)
_KEPT = Among(select(_SUMS.c.story_id, _SUMS.c.sums), _SUMS.c.story_id)


class _Said:
    """Members, companies and topics of the items whose column is among some values; each row begins with its story."""

    def __init__(self, column: ColumnElement[Any]) -> None:
        of = _ITEM.c.story_id
        companies = select(of, _COMPANY.c.slug, func.min(_COMPANY.c.role), func.count())
        self.members = Among(select(of, *(_ITEM.c[name] for name in Member._fields)).order_by(_ITEM.c.id), column)
        self.companies = Among(
            companies.join(_COMPANY, _COMPANY.c.item_id == _ITEM.c.id).group_by(of, _COMPANY.c.slug), column
        )
        self.topics = Among(
            select(of, _TOPIC.c.slug).join(_TOPIC, _TOPIC.c.item_id == _ITEM.c.id).distinct(), column
        )  # fmt: skip

    def __call__(self, c: Connection, some: Sequence[int]) -> dict[int, tuple[list[Member], Sums]]:
        """By story its members among these items, earliest first, and what they come to."""
        members: dict[int, list[Member]] = {}
        for story, *rest in self.members(c, some):
            members.setdefault(story, []).append(Member._make(rest))
        companies: dict[int, dict[str, tuple[Role, int]]] = {story: {} for story in members}
        for story, slug, role, number in self.companies(c, some):
            companies[story][slug] = role, number
        topics: dict[int, set[str]] = {story: set() for story in members}
        for story, slug in self.topics(c, some):
            topics[story].add(slug)
        return {story: (of, Sums.of(of, companies[story], topics[story])) for story, of in members.items()}


_OF_STORIES, _OF_ITEMS = _Said(_ITEM.c.story_id), _Said(_ITEM.c.id)


def rebuild(c: Connection, changed: Mapping[int, Joined], follows: Mapping[int, int]) -> set[int]:
    """Bring the rows of these stories (a few hundred at most) up to date; returns those that have no members left.

    `follows` gives the story that each follows, where that is news.
    """
    ids = list(changed)
    older = dict(_OLDER(c, ids))
    kept = {story: Sums.unpacked(held) for story, held in _KEPT(c, ids)}
    sums = _added(c, {story: held for story, held in kept.items() if changed[story] is not None}, changed)
    sums |= {story: found for story, (_, found) in _OF_STORIES(c, [s for s in ids if s not in sums]).items()}
    _UNLIST(c, [{"which": story} for story in ids])
    rows = [found.row(story, follows.get(story, older.get(story))) for story, found in sums.items()]
    _PUT(c, rows)
    by_company = [
        {"slug": slug, "role": role, "story_id": r["id"], "last_item": r["last_item"], "relevant": r["relevant"]}
        for r in rows
        for slug, role in r["companies"].items()
    ]
    _LIST(c, by_company)
    _FORGET(c, [{"which": story} for story in kept])
    _KEEP(c, [{"story_id": story, "sums": s.packed()} for story, s in sums.items() if s.items >= LARGE])
    gone = set(older) - set(sums)
    _END(c, [{"which": story} for story in gone])
    return gone


def _added(c: Connection, kept: dict[int, Sums], changed: Mapping[int, Joined]) -> dict[int, Sums]:
    """Those of the kept sums that are the same story's with its new items, for which it needs no other be read."""
    joined = _OF_ITEMS(c, [item for story in kept for item in changed[story] or ()])
    for story, (members, more) in joined.items():
        if all(kept[story].takes(member) for member in members):
            kept[story].add(more)
        else:
            del kept[story]
    return kept
