"""What feeds' turns add up to since the store was made: counters in it, so that any process can tell them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

from sqlalchemy import Connection, bindparam, select

from chipwire.domain import Outcome
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

LATE = (1, 5, 15, 30, 60, 120, 300, 900, 3600, 21600)
"""Upper bounds in seconds of the classes of lateness; what is beyond them is in the last class."""
_COUNTER = table("counter")
_TURN, _CLASS, _SUM, _BEYOND = "turn.", "late.", "late.sum", "late.beyond"


@dataclass(frozen=True)
class Turns:
    """`late` has (upper bound in seconds, turns up to it), rising; the bound of the last is None, and it has all."""

    outcomes: dict[str, int]
    late: list[tuple[int | None, int]]
    late_seconds: float
    items: int
    """Items that ever arrived."""


def add(c: Connection, turns: Iterable[tuple[Outcome, timedelta | None]]) -> None:
    """Count turns that ended: how, and how long after the feed was due (None when it had not been due)."""
    more: dict[str, int] = {}
    for outcome, late in turns:
        _grow(more, _TURN + outcome, 1)
        if late is not None:
            seconds = max(late.total_seconds(), 0.0)
            bound = next((f"{_CLASS}{bound}" for bound in LATE if seconds <= bound), _BEYOND)
            _grow(more, bound, 1)
            _grow(more, _SUM, round(seconds * 1000))
    _ADD(c, [{"which": name, "more": number} for name, number in sorted(more.items())])


def read(c: Connection) -> Turns:
    """All of it since the store was made."""
    stands: dict[str, int] = dict(c.execute(select(_COUNTER.c.name, _COUNTER.c.value)).all())
    late: list[tuple[int | None, int]] = []
    total = 0
    for bound in LATE:
        total += stands.get(f"{_CLASS}{bound}", 0)
        late.append((bound, total))
    late.append((None, total + stands.get(_BEYOND, 0)))
    return Turns(
        outcomes={outcome: stands.get(_TURN + outcome, 0) for outcome in get_args(Outcome)},
        late=late,
        late_seconds=stands.get(_SUM, 0) / 1000,
        items=stands.get("item", 0),
    )


def _grow(more: dict[str, int], name: str, number: int) -> None:
    more[name] = more.get(name, 0) + number


def _growing(c: Connection) -> Any:
    put = insert(c, _COUNTER).values(name=bindparam("which"), value=bindparam("more"))
    grown = _COUNTER.c.value + put.excluded.value
    return put.on_conflict_do_update(index_elements=["name"], set_={"value": grown})


_ADD = Many(_growing)
