"""What stays of each feed's last document; written in the transaction of its items, so that it tells of no others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Among, Ready
from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

_LAST = table("last_document")
_OF = Ready(select(_LAST.c.marks).where(_LAST.c.feed_id == bindparam("feed")))
_THESE = Among(select(_LAST.c.feed_id, _LAST.c.marks), _LAST.c.feed_id)


class Left(NamedTuple):
    """`before`: the marks that stood when the document was read; `after`: its own, None when it left none."""

    feed_id: str
    before: bytes | None
    after: bytes | None


def of(c: Connection, feed_id: str) -> bytes | None:
    """The marks of the feed's last document; None before the first."""
    found: bytes | None = _OF.one(c, {"feed": feed_id})
    return found


def keep(c: Connection, left: Sequence[Left], now: datetime) -> None:
    """Keep the marks of documents whose items are stored in this transaction.

    Where another document of the feed was stored since this one was read, neither's marks can be relied upon: a time
    stands in their place, which is too short for marks, and never twice the same.
    """
    stand = dict(_THESE(c, [one.feed_id for one in left]))
    rows = []
    for feed_id, before, after in left:
        marks = after if stand.get(feed_id) == before else None
        if marks is None or marks != before:
            rows.append({"feed_id": feed_id, "marks": marks or int(now.timestamp() * 1e6).to_bytes(8, "big")})
    _KEEP(c, rows)


def _upsert(c: Connection) -> Any:
    put = insert(c, _LAST)
    return put.on_conflict_do_update(index_elements=["feed_id"], set_={"marks": put.excluded.marks})


_KEEP = Many(_upsert)
