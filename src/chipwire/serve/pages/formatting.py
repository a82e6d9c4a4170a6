"""How languages, times and numbers are put on a page; pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from unicodedata import east_asian_width
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from babel.core import get_global, parse_locale

_LEFTWARD = frozenset(("Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"))
"""Scripts written from right to left, by ISO 15924."""
_UNITS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))


@lru_cache(maxsize=512)
def language(tag: str) -> str:
    """'zh-Hans' → 'Chinese (Simplified)'; the tag itself when nobody knows it."""
    found = _locale(tag)
    return (found.get_display_name("en") if found else None) or tag or "unknown"


@lru_cache(maxsize=512)
def own_name(tag: str) -> str:
    """'id' → 'Indonesia': the language's name for itself."""
    found = _locale(tag)
    return (found.get_display_name() if found else None) or tag or "unknown"


@lru_cache(maxsize=512)
def country(code: str) -> str:
    """'KR' → 'South Korea'; the code itself when nobody knows it."""
    return str(Locale("en").territories.get(code.upper(), code))


@lru_cache(maxsize=512)
def direction(tag: str) -> str:
    """'rtl' for languages written from right to left, else 'ltr'. By script: what CLDR says of a language by itself is
    1 MiB to load for each."""
    found = _locale(tag)
    if found is None:
        return "ltr"
    script = found.script or parse_locale(get_global("likely_subtags").get(found.language, found.language))[2]
    return "rtl" if script in _LEFTWARD else "ltr"


def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError, TypeError):
        return None


def iso(at: datetime | str) -> str:
    """RFC 3339 in UTC, to the second."""
    return moment(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(at: datetime | str) -> datetime:
    """Wire JSON holds times as text, rows as times."""
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def out(report: Mapping[str, Any]) -> datetime:
    """When a report was out: as it is printed, but no later than we saw it."""
    return min(moment(report["published"] or report["first_seen"]), moment(report["first_seen"]))


def stamp(at: datetime | str) -> str:
    """'23 Nov 2026, 22:52 UTC'."""
    return moment(at).strftime("%-d %b %Y, %H:%M UTC")


def clock(at: datetime | str, now: datetime) -> str:
    """'23 Nov, 22:52', with the year where it is not this one."""
    at = moment(at)
    return at.strftime("%-d %b, %H:%M" if at.year == now.year else "%-d %b %Y, %H:%M")


def day(at: datetime | str) -> str:
    """'Monday 23 November 2026'."""
    when = moment(at)
    return f"{when:%A} {when.day} {when:%B %Y}"


def ago(at: datetime | str, now: datetime) -> str:
    """'3 h ago', 'in 12 min', 'just now'."""
    gap = now - moment(at)
    for unit, name in _UNITS:
        if abs(gap) >= unit:
            number = abs(gap) // unit
            return f"{number} {name} ago" if gap > timedelta() else f"in {number} {name}"
    return "just now"


def lag(seconds: float) -> str:
    """5400 → '1.5 h'."""
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {name}"
    return "moments"


def outward(url: str | None) -> str:
    """The address when it leads to the web, else nothing: other schemes are never made a link."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def host(url: str) -> str:
    """'https://www.wafer.example/a' → 'wafer.example'."""
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.")
    except ValueError:
        return url


def plural(number: int, one: str, many: str = "") -> str:
    """'1 report', '3 reports', '1,200 stories'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def excerpt(text: str, room: int) -> str:
    """The beginning of a text that is at most `room` Latin letters wide, ended at a word; Han and the like are two."""
    wide = 0
    for place, letter in enumerate(text):
        wide += 2 if east_asian_width(letter) in "WF" else 1
        if wide > room:
            cut = text[:place]
            word = cut.rfind(" ", place * 2 // 3)
            return (cut[:word] if word > 0 else cut).rstrip(" ,.;:，。、") + "…"
    return text
