"""A date as far as a string gives it: day, maybe time, maybe zone; only a whole and possible one becomes a moment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

FIRST_YEAR, LAST_YEAR = 1970, 2199


@dataclass(slots=True)
class Moment:
    """`hour` None: the string names a day only. `zone` None: it names no zone."""

    year: int
    month: int
    day: int
    hour: int | None = None
    minute: int = 0
    second: int = 0
    zone: tzinfo | None = None

    def at(self, home: tzinfo | None) -> datetime | None:
        """The moment in UTC, `home` (None: UTC) being the zone of times without one; None when there is none."""
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            return None
        hour, extra = self.hour or 0, timedelta()
        if hour == 24 and self.minute == self.second == 0:
            hour, extra = 0, timedelta(days=1)
        zone = self.zone or (home if self.hour is not None else None) or UTC
        try:
            local = datetime(self.year, self.month, self.day, hour, self.minute, min(self.second, 59), tzinfo=zone)
            if self.second > 60:
                return None
            return (local + extra).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


def hour24(hour: int, half: str | None) -> int | None:
    """The hour of the day for `half` 'am', 'pm', 'noon' or None; None when they do not go together."""
    if half is None:
        return hour
    if half == "am":
        return hour % 12 if 0 <= hour <= 12 else None
    if half == "noon":
        return hour if 11 <= hour <= 14 else hour + 12 if 1 <= hour <= 2 else None
    if 13 <= hour <= 23:
        return hour
    return hour % 12 + 12 if 1 <= hour <= 12 else None
