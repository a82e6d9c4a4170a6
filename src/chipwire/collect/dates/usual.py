"""The two ways in which nearly all feeds write dates, RFC 822 and RFC 3339; no language has a say in them."""

import re
from datetime import UTC, datetime, timedelta, timezone

from chipwire.collect.dates.moment import FIRST_YEAR, LAST_YEAR

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_ZONE = r"(?:{}|([+-])(0\d|1[0-3]):?([0-5]\d))"
_RFC_822 = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{{2}}) ({'|'.join(_MONTHS)}) (\d{{4}}) "
    rf"([01]\d|2[0-3]):([0-5]\d):([0-5]\d) {_ZONE.format('GMT')}",
    re.ASCII,
)
_RFC_3339 = re.compile(
    rf"(\d{{4}})-(\d{{2}})-(\d{{2}})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d{{1,9}})?{_ZONE.format('Z')}", re.ASCII
)


def read(raw: str) -> datetime | None:
    """The moment in UTC of a date written in one of these ways, and not beyond what others take for one; else None."""
    if match := _RFC_822.fullmatch(raw):
        day, month, year = int(match[1]), _MONTHS[match[2]], int(match[3])
    elif match := _RFC_3339.fullmatch(raw):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    else:
        return None
    if not FIRST_YEAR < year < LAST_YEAR:
        return None
    zone = UTC
    if match[7]:
        shift = timedelta(hours=int(match[8]), minutes=int(match[9]))
        zone = timezone(-shift if match[7] == "-" else shift)
    try:
        return datetime(year, month, day, int(match[4]), int(match[5]), int(match[6]), tzinfo=zone).astimezone(UTC)
    except ValueError:  # no such day
        return None
