"""Items that wait to be put into stories, brought by other clocks than the one that places; followers wait for them.

On a store with one clock every item is placed in the transaction that brings it, and nothing waits here.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, func, select

from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Ready
from chipwire.keep.sql.meta import counter
from chipwire.keep.tables import table

_ITEM, _UNPLACED = table("item"), table("unplaced")
_NOTE = Many(_UNPLACED.insert())
_FIRST = Ready(select(func.min(_UNPLACED.c.item_id)))
_SOME = Ready(
    select(_ITEM.c.id, _ITEM.c.fingerprint)
    .join_from(_UNPLACED, _ITEM, _ITEM.c.id == _UNPLACED.c.item_id)
    .order_by(_UNPLACED.c.item_id)
    .limit(bindparam("most"))
)


def note(c: Connection, item_ids: Iterable[int]) -> None:
    """These new items hang on no story yet."""
    _NOTE(c, [{"item_id": item_id} for item_id in item_ids])


def some(c: Connection, limit: int) -> list[tuple[int, bytes]]:
    """(item, fingerprint) of those that wait, the earliest first."""
    return _SOME(c, {"most": limit})


def done(c: Connection, item_ids: Iterable[int]) -> None:
    """These are placed now."""
    if ids := list(item_ids):
        c.execute(delete(_UNPLACED).where(_UNPLACED.c.item_id.in_(ids)))


def waits(c: Connection) -> bool:
    """Does any item wait?"""
    return _FIRST.one(c, {}) is not None


def settled(c: Connection) -> int:
    """How far followers (letters, webhooks, streams) look: up to the last item or correction, as long as none waits.

    What they were told of an item has its story in it, and a watermark never passes an item that has none yet.
    """
    first = _FIRST.one(c, {})
    return counter(c, "item") if first is None else int(first) - 1
