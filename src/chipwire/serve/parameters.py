"""A filter as a person writes it: repeated for AND, commas for OR; times as a time, a date, 24h or 7d."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from chipwire.errors import BadQuery

T = TypeVar("T")
_PART = re.compile(r"[^,\s](?:[^,]*[^,\s])?")
"""Between commas, without the blanks around it."""
_AGO = re.compile(r"(\d{1,6})([mhdw])")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LOST_PLUS = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:?\d\d)$")


def groups(values: Collection[str], read: Callable[[str, int], T]) -> tuple[tuple[T, ...], ...]:
    """['a,b', 'c'] → (('a', 'b'), ('c',)): a or b, and c, each as `read(part, place)` makes it; empty values ask for
    nothing."""
    if not values:
        return ()
    split = (tuple(read(*found) for found in _placed(value)) for value in values)
    return tuple(group for group in split if group)


def _placed(value: str) -> Iterator[tuple[str, int]]:
    """'a, b' → ('a', 0), ('b', 3): each part of a parameter and where it begins."""
    if "," not in value and value == value.strip():
        if value:
            yield value, 0
        return
    for found in _PART.finditer(value):
        yield found[0], found.start()


def is_relative(written: str | None) -> bool:
    """Does this time move with the clock?"""
    return bool(written and _AGO.fullmatch(written.strip()))


def moment(written: str, now: datetime, parameter: str) -> datetime:
    """The time that was meant, aware UTC. A date is the start of that day, or its end when `parameter` is until."""
    text = _LOST_PLUS.sub(r"\1+\2", written.strip())
    try:
        if ago := _AGO.fullmatch(text):
            return now - int(ago[1]) * _UNITS[ago[2]]
        found = datetime.fromisoformat(text)
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        day = timedelta(days=1) if _DATE.fullmatch(text) and parameter.endswith("until") else timedelta()
        return found + day
    except (ValueError, OverflowError) as error:
        wrong = "is not a time (2026-11-20T08:00:00Z), a date (2026-11-20) or an age (24h, 7d)"
        wrong = "goes beyond the years 1 to 9999" if isinstance(error, OverflowError) else wrong
        raise BadQuery(f"{written[:40]!r} {wrong}", parameter=parameter, place=0) from error
