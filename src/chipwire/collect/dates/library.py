"""The last resort: dateparser in the feed's own language, believed only where the string's numbers bear it out."""

import re
from datetime import datetime

from chipwire.collect.dates.moment import Moment

_SETTINGS = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "DMY"}


def read(text: str, lang: str | None) -> Moment | None:
    """The moment dateparser finds, when day, year and time stand in the string as they come out; else None."""
    base = (lang or "").lower().split("-")[0]
    if base in ("", "en") or not re.search(r"\d{4}", text) or not re.search(r"[^\W\d_]{3}", text):
        return None
    if re.search(r"\d[/.-]\d", text) or re.search(r"\b[a-z]{2,5}t\b|[+-]\d", text):
        return None
    found = _parsed(text, base)
    if found is None or found.tzinfo is not None:
        return None
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    expected = [found.year, found.day] + ([found.hour, found.minute] if ":" in text else [])
    spare = list(numbers)
    for value in expected:
        if value not in spare:
            return None
        spare.remove(value)
    if [one for one in spare if one not in (found.second, found.month)]:
        return None
    timed = ":" in text
    return Moment(
        found.year,
        found.month,
        found.day,
        found.hour if timed else None,
        found.minute if timed else 0,
        found.second if timed else 0,
    )


def _parsed(text: str, base: str) -> datetime | None:
    import dateparser  # takes half a second to load, and almost no feed needs it

    try:
        found: datetime | None = dateparser.parse(text, languages=[base], settings=_SETTINGS)
        return found
    except (ValueError, OverflowError, TypeError, RecursionError):
        return None
