"""What outlets corrected in reports that they had given before, in one row with the arrival of items."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from chipwire.domain import Correction, Tags
from chipwire.keep.news import wire
from chipwire.keep.sql.meta import bump
from chipwire.keep.tables import table

_CORRECTION = table("correction")
_IN_ORDER = select(_CORRECTION).order_by(_CORRECTION.c.number)


class Corrected(NamedTuple):
    """One report that says something else now; `tags` are those of its former text."""

    item_id: int
    before: str
    now: str
    tags: Tags


def note(c: Connection, found: Iterable[Corrected], at: datetime) -> int:
    """Keep these corrections, so that whoever was told is told again; how many.

    What was taken back once says nothing new when it returns, nor when it goes again: a feed may be served by caches
    that do not agree.
    """
    number = 0
    for one in found:
        earlier = of(c, one.item_id)
        taken_back = {past.before or past.now for past in earlier}
        if one.now in taken_back or (one.before and one.before in taken_back):
            continue
        row = {"item_id": one.item_id, "at": at, "before": one.before, "now": one.now, "companies": one.tags.companies}
        c.execute(_CORRECTION.insert().values(number=bump(c, "item"), **row))
        wire.refresh(c, [one.item_id])
        number += 1
    return number


def of(c: Connection, item_id: int) -> list[Correction]:
    """What was corrected in one report, in order."""
    return _read(c, _CORRECTION.c.item_id == item_id)


def between(c: Connection, low: int, high: int) -> list[Correction]:
    """Corrections with low < number <= high, in order."""
    return _read(c, (_CORRECTION.c.number > low) & (_CORRECTION.c.number <= high))


def _read(c: Connection, which: object) -> list[Correction]:
    return [Correction.model_construct(**row) for row in c.execute(_IN_ORDER.where(which)).mappings()]  # type: ignore[arg-type]
