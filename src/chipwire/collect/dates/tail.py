"""What may follow a date in digits: a time, a half of the day, a zone; anything else makes the string unreadable."""

import re
from datetime import UTC, tzinfo

from chipwire.collect.dates.moment import Moment, hour24
from chipwire.collect.dates.zones import named, offset

_TIME = re.compile(
    r"(?:t| |,|-(?=\d\d:)|a las|pukul|um|\|)* ?(?:(?P<first>am|pm|a\.m\.?|p\.m\.?) ?)?"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,:]\d*)?)?| ?(?=[ap]\.?m))"
    r" ?(?P<half>am|pm|a\.m\.?|p\.m\.?)?(?: ?(?:uhr|h|hrs))?"
)
_PACKED = re.compile(r"(?:t| )?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:[.,]\d+)?(?=$|[z+ -])")
_ZONE = re.compile(
    r" ?\(?(?:(?P<name>[a-z\u0400-\u04ff\u4e00-\u9fff\uac00-\ud7a3]{1,5})(?![a-z]) ?)?\)?"
    r" ?(?P<offset>[+-] ?\d{1,2}(?::?\d{2})?(?::?00)?)?"
    r"(?: ?\(?(?P<after>[a-z]{1,5})\)?(?![a-z]))?(?: ?\([^()]*\))?(?:\[[a-z_]+/[a-z_/]+\])?$"
)


def complete(found: Moment, rest: str, lang: str | None, *, packed: bool = False) -> Moment | None:
    """The moment with the time and zone that `rest` adds; None when something in it is not understood."""
    rest = rest.strip(" ,")
    if not rest:
        return found
    match = (_PACKED.match(rest) if packed else None) or _TIME.match(rest)
    if match:
        groups = match.groupdict()
        half = (groups.get("half") or groups.get("first") or "").replace(".", "") or None
        hour = hour24(int(groups["hour"]), half)
        if hour is None:
            return None
        found.hour, found.minute, found.second = hour, int(groups["minute"] or 0), int(groups["second"] or 0)
        if found.minute > 59 or found.hour > 24:
            return None
        rest = rest[match.end() :].strip(" ,")
    return in_zone(found, rest, lang)


def in_zone(found: Moment, rest: str, lang: str | None) -> Moment | None:
    """The moment in the zone that `rest` names, as it is when there is no rest; None when that is not understood."""
    rest = rest.strip(" ,.")
    if not rest:
        return found
    found.zone = _zone(rest, lang)
    return found if found.zone is not None else None


def _zone(rest: str, lang: str | None) -> tzinfo | None:
    match = _ZONE.match(rest)
    if match is None or not (match["name"] or match["offset"] or match["after"]):
        return None
    shift = offset(match["offset"].replace(" ", "")) if match["offset"] else None
    if match["offset"] and shift is None:
        return None
    names = [name for name in (match["name"], match["after"]) if name]
    zones = [named(name, lang) for name in names]
    if shift is not None:
        agree = all(
            name in ("gmt", "utc", "z") or zone in (None, shift) for name, zone in zip(names, zones, strict=True)
        )
        trailing_z = match["after"] in ("gmt", "utc", "z") and shift != UTC
        return shift if agree and not trailing_z else None
    if not zones or any(zone is None for zone in zones) or len({str(zone) for zone in zones}) > 1:
        return None
    return zones[0]
