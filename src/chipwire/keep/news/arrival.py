"""Ids rise with the time at which items were first seen, as long as clocks do; by how much they ever did not is kept.

With nothing out of order, a time means a range of ids, found by one look; else looks go as far as the disorder.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from chipwire.keep.sql.compiled import Ready, moment
from chipwire.keep.sql.meta import bump, counter
from chipwire.keep.tables import table

_SEEN = table("item").c.first_seen
_LATEST = Ready(select(func.max(_SEEN)))


def disorder(c: Connection) -> timedelta:
    """How much later than an item with a greater id any item was first seen, at most, rounded up to seconds."""
    return timedelta(seconds=counter(c, "disorder"))


def arriving(c: Connection, now: datetime) -> None:
    """Items are about to be stored as first seen now."""
    stored = _LATEST.one(c, {})
    if stored is None or (latest := moment(stored)) <= now:
        return
    apart = int((latest - now) / timedelta(seconds=1)) + 1
    standing = counter(c, "disorder")
    if apart > standing:
        bump(c, "disorder", apart - standing)
