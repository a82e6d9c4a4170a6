"""A store that was put back from a backup: what was numbered and sent since then is known out there, and not here."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from chipwire.keep.people import outbox
from chipwire.keep.sql import meta

MARK = "backup"
"""In each copy that `keep.backup` makes, and in no store at work: when a feed had last been asked."""
RESTORED = "restored"
AHEAD = 1_000_000
"""More items than came since any backup that somebody puts back."""


class Restored(NamedTuple):
    """`made`: when the backup was made, about; `letters` waited in it and may have left since then."""

    made: str
    letters: int


def waits(c: Connection) -> bool:
    """Is this a backup that is used as the store, and was not settled?"""
    return bool(meta.get(c, MARK))


def settle(c: Connection, now: datetime) -> Restored | None:
    """Make a backup the store, once, before anything is added to it; None for a store that goes on as it was.

    Ids of items that the lost store gave are not given again, as programs, webhooks and links know what they stood
    for. What waits to be sent becomes of unknown fate, and so will letters for times before `now`: see `at`.
    """
    made = meta.get(c, MARK)
    if not made:
        return None
    meta.put(c, MARK, "")
    meta.put(c, RESTORED, now.isoformat())
    meta.bump(c, "item", AHEAD)
    return Restored(made, outbox.doubt(c, now, "the store was put back from a backup: it may have left before"))


def at(c: Connection, now: datetime) -> datetime | None:
    """When the store was put back the last time; what should have left before may have left. None: it never was, or
    by a clock that ran ahead, which must not keep letters back until then."""
    found = meta.get(c, RESTORED)
    when = datetime.fromisoformat(found) if found else None
    return when if when is None or when <= now else None
