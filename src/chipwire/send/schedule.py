"""When a reader's digest is due: wall time in the reader's zone, one letter for each local date."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chipwire.domain import Reader

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_LOOK_BACK = 7


def due(reader: Reader, last_local_date: date | None, now: datetime) -> date | None:
    """The local date for which a digest is due at `now`, or None.

    It is the latest scheduled date whose moment has come, so that after downtime one letter is due, not several.
    Dates up to `last_local_date` are done. A new reader's first letter is due at once: today's, or yesterday's where
    that of today is still to come.
    """
    today = local_date(reader, now)
    if last_local_date is None:
        at = moment(reader, today)
        return today if at is None or at <= now else today - _DAY
    for back in range(-1, _LOOK_BACK + 1):
        day = today - back * _DAY
        if day <= last_local_date:
            return None
        at = moment(reader, day)
        if at is not None and at <= now:
            return day
    return None


def following(reader: Reader, now: datetime) -> datetime:
    """The next moment after `now` at which this reader's digest falls due: until then a letter may be retried."""
    today = now.astimezone(ZoneInfo(reader.zone)).date()
    for ahead in range(-1, 16):
        at = moment(reader, today + ahead * _DAY)
        if at is not None and at > now:
            return at
    return now + _DAY


def moment(reader: Reader, day: date) -> datetime | None:
    """The UTC time at which the digest of the local date `day` falls due; None on other weekdays and missing dates.

    A wall time that the clocks jump over moves to the next minute that exists; one that they repeat is its first.
    """
    if day.weekday() not in reader.weekdays:
        return None
    zone = ZoneInfo(reader.zone)
    if _first_minute(day, zone).date() != day:
        return None
    return resolve(datetime.combine(day, time(reader.hour, reader.minute)), zone)


@lru_cache(4096)
def resolve(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC time of a naive wall time: its first occurrence, or the next minute that exists when there is none."""
    for _ in range(24 * 60 + 1):
        at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None) == wall:
            return at
        wall += _MINUTE
    return wall.replace(tzinfo=UTC)


def local_date(reader: Reader, now: datetime) -> date:
    """The date on the reader's wall."""
    return now.astimezone(ZoneInfo(reader.zone)).date()


def _first_minute(day: date, zone: ZoneInfo) -> datetime:
    return resolve(datetime.combine(day, time(0)), zone).astimezone(zone)


def backoff(tries: int, spread: float) -> timedelta:
    """How long to wait after the `tries`-th failed attempt: 5 minutes doubling to 4 hours, times 0.75 to 1.25.

    `spread` in [0, 1) is the jitter draw.
    """
    minutes = min(5.0 * 2.0 ** min(tries - 1, 8), 240.0)
    return timedelta(minutes=minutes * (0.75 + spread / 2))
