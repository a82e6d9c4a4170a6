"""How much there is of each tag by day, counted as tags are written, so that nothing is counted when it is asked.

Whoever takes tags away or changes an item's language or relevance calls `leaving` before and `entering` afterwards;
what that comes to is written once, when the transaction of `Store.write` ends.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select

from chipwire.keep.news.days import ALL_TIME, day_of
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Among, moment
from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

WAITING = "volume"
_ITEM, _COMPANY, _TOPIC = table("item"), table("item_company"), table("item_topic")
_TAG, _PAIR, _SOURCE = table("tag_day"), table("pair_day"), table("source_day")
_NAMED = Among(
    select(_COMPANY.c.item_id, _COMPANY.c.slug, _COMPANY.c.role, _COMPANY.c.lang, _ITEM.c.first_seen, _ITEM.c.feed_id)
    .join(_ITEM, _ITEM.c.id == _COMPANY.c.item_id)
    .where(_COMPANY.c.relevant),
    _COMPANY.c.item_id,
)
_ON = Among(
    select(_TOPIC.c.slug, _TOPIC.c.lang, _ITEM.c.first_seen)
    .join(_ITEM, _ITEM.c.id == _TOPIC.c.item_id)
    .where(_TOPIC.c.relevant),
    _TOPIC.c.item_id,
)
Cell = tuple[str, ...]
"""The table's name and the values of its key."""


def entering(c: Connection, item_ids: Sequence[int]) -> None:
    """Count these items, as their rows and tags are now."""
    _count(c, item_ids, 1)


def leaving(c: Connection, item_ids: Sequence[int]) -> None:
    """Count these items no more; their rows and tags must still be as they were counted."""
    _count(c, item_ids, -1)


def flush(c: Connection) -> None:
    """Write what was counted."""
    waiting: Counter[Cell] = c.info[WAITING]
    cells = sorted((cell, more) for cell, more in waiting.items() if more)
    waiting.clear()
    for kept in (_TAG, _PAIR, _SOURCE):
        keys = [column.name for column in kept.primary_key]
        mine = [(dict(zip(keys, cell[1:], strict=True)), more) for cell, more in cells if cell[0] == kept.name]
        _GROW[kept.name](c, [{**key, "items": more} for key, more in mine])
        _EMPTY[kept.name](c, [{f"of_{name}": value for name, value in key.items()} for key, more in mine if more < 0])


def _count(c: Connection, item_ids: Sequence[int], each: int) -> None:
    waiting: Counter[Any] = c.info[WAITING]
    together: dict[int, list[tuple[int, str]]] = {}
    days = _Days()
    for item_id, slug, role, lang, seen, feed_id in _NAMED(c, item_ids):
        day = days[seen]
        waiting["tag_day", "company", slug, day, role, lang] += each
        waiting["tag_day", "company", slug, ALL_TIME, role, lang] += each
        waiting["source_day", slug, day, feed_id] += each
        together.setdefault(item_id, []).append((day, slug))
    for slug, lang, seen in _ON(c, item_ids):
        waiting["tag_day", "topic", slug, days[seen], "", lang] += each
        waiting["tag_day", "topic", slug, ALL_TIME, "", lang] += each
    for named in together.values():
        for day, slug in named:
            for _, other in named:
                if other != slug:
                    waiting["pair_day", slug, day, other] += each


class _Days(dict[Any, int]):
    """Days by stored times, which items that came together share."""

    def __missing__(self, seen: Any) -> int:
        self[seen] = day = day_of(moment(seen))
        return day


def _growing(kept: Table) -> Any:
    def made(c: Connection) -> Any:
        put = insert(c, kept)
        keys = [column.name for column in kept.primary_key]
        return put.on_conflict_do_update(index_elements=keys, set_={"items": kept.c["items"] + put.excluded["items"]})

    return made


def _emptying(kept: Table) -> Any:
    mine = [column == bindparam(f"of_{column.name}") for column in kept.primary_key]
    return delete(kept).where(*mine, kept.c["items"] == 0)


_EMPTY = {kept.name: Many(_emptying(kept)) for kept in (_TAG, _PAIR, _SOURCE)}
_GROW = {kept.name: Many(_growing(kept)) for kept in (_TAG, _PAIR, _SOURCE)}
