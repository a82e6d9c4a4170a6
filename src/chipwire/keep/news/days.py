"""UTC days by number, and how counts by day answer for a span of time that begins and ends within one.

Nothing here asks the store: `volume` counts by these days, `counts` and `overview` read what it counted.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

ALL_TIME = 0
"""The number of a day that stands for all of them; no item is older than the one after it."""
_EPOCH = date(1970, 1, 1).toordinal()
_LAST = 1 << 30
_DAY, _HALF = timedelta(days=1), timedelta(hours=12)


class Edge(NamedTuple):
    """A part of a day whose items count `times` (1 or -1) beside the whole days."""

    since: datetime
    until: datetime
    times: int


class Span(NamedTuple):
    """Days from `first` to before `beyond` are counted whole; `edges` put right what that leaves out or has too much.

    A day of which more than half is in the span is counted whole, and what is not in it is taken off.
    """

    first: int
    beyond: int
    edges: tuple[Edge, ...] = ()


def day_of(at: datetime) -> int:
    """Days since 1970-01-01, in UTC."""
    return at.astimezone(UTC).date().toordinal() - _EPOCH


def date_of(day: int) -> date:
    return date.fromordinal(day + _EPOCH)


def span_of(since: datetime | None, until: datetime | None) -> Span:
    """From `since` to before `until`, which is not earlier; None for no bound."""
    first = ALL_TIME + 1 if since is None else day_of(since)
    beyond = _LAST if until is None else day_of(until)
    edges: list[Edge] = []
    if since is not None and until is not None and first == beyond:
        return Span(first, beyond, (Edge(since, until, 1),) if since < until else ())
    if since is not None and since > (midnight := _midnight(since)):
        if since - midnight < _HALF:
            edges.append(Edge(midnight, since, -1))
        else:
            edges.append(Edge(since, midnight + _DAY, 1))
            first += 1
    if until is not None and until > (midnight := _midnight(until)):
        if until - midnight < _HALF:
            edges.append(Edge(midnight, until, 1))
        else:
            edges.append(Edge(until, midnight + _DAY, -1))
            beyond += 1
    return Span(first, beyond, tuple(edges))


def midnights(since: datetime, until: datetime) -> list[datetime]:
    """Those after `since` and before `until`."""
    return [_midnight(since) + _DAY * number for number in range(1, days_of(since, until))]


def days_of(since: datetime, until: datetime) -> int:
    """How many UTC days have a part from `since` to before `until`, at least the one of `since`."""
    last = until - timedelta(microseconds=1) if until > since else since
    return day_of(last) - day_of(since) + 1


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC)
