"""What the last items of each feed said, line by line: one row a feed, written in the transaction of its items."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Among, Ready
from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

_LINES = table("feed_lines")
_OF = Ready(select(_LINES.c.said).where(_LINES.c.feed_id == bindparam("feed")))
_THESE = Among(select(_LINES.c.feed_id, _LINES.c.said), _LINES.c.feed_id)


def of(c: Connection, feed_id: str) -> bytes:
    """What the feed's last items said, opaque to all but `enrich.boilerplate.remember`; nothing before the first."""
    return _OF.one(c, {"feed": feed_id}) or b""


def these(c: Connection, feed_ids: Sequence[str]) -> dict[str, bytes]:
    """The same for several feeds; without those that have none."""
    return dict(_THESE(c, feed_ids))


def keep(c: Connection, said: Mapping[str, bytes]) -> None:
    """Replace what is kept of these feeds."""
    _KEEP(c, [{"feed_id": feed_id, "said": lines} for feed_id, lines in said.items()])


def fill(c: Connection, said: Mapping[str, bytes]) -> None:
    """Keep this of the feeds of which nothing is kept: those of a store from before there was anything."""
    standing = these(c, list(said))
    keep(c, {feed_id: lines for feed_id, lines in said.items() if feed_id not in standing})


def _upsert(c: Connection) -> Any:
    put = insert(c, _LINES)
    return put.on_conflict_do_update(index_elements=["feed_id"], set_={"said": put.excluded.said})


_KEEP = Many(_upsert)
