"""Dates in digits: ISO 8601 with its odd cousins, packed digits, seconds since 1970, and day-month-year by language."""

import re
from datetime import UTC, date, datetime, timedelta

from chipwire.collect.dates.moment import Moment
from chipwire.collect.dates.tail import complete

_YEAR_FIRST = re.compile(r"(\d{4}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})(?:\.(?= |$))?(?!\d)")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?=$|t|z| |\d{4}|[+-])")
_ORDINAL = re.compile(r"(\d{4})-?(\d{3})(?=$|t)")
_WEEK = re.compile(r"(\d{4})-?w(\d{2})-?([1-7])(?!\d)")
_EPOCH = re.compile(r"(\d{10})(\d{3})?(?:\.\d+)?$")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4})(?!\d)")
_WEEKDAY = re.compile(r"^(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?\.?,? ")
_MONTH_FIRST = {"en-us", "en-ph"}
_DAY_FIRST = frozenset([
    "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "sk", "ru", "uk", "be", "bg", "tr", "id", "ms", "vi",
    "el", "ro", "da", "nb", "no", "fi", "he", "ar", "hr", "sr", "sl", "ca", "gl", "et", "lv", "th", "hi",
    "bn", "en-gb", "en-in", "en-au", "en-ie", "en-sg", "en-nz", "en-hk",
])  # fmt: skip


def read(text: str, lang: str | None) -> Moment | None:
    """The moment of a normalised string in digits, else None."""
    text = _WEEKDAY.sub("", text)
    if match := _EPOCH.match(text):
        when = datetime.fromtimestamp(int(match[1]), tz=UTC)
        return Moment(when.year, when.month, when.day, when.hour, when.minute, when.second, UTC)
    if match := _YEAR_FIRST.match(text):
        found = Moment(int(match[1]), int(match[3]), int(match[4]))
        return complete(found, _halved(text[match.end() :]), lang)
    if match := _WEEK.match(text):
        return _from_day(_week(int(match[1]), int(match[2]), int(match[3])), text[match.end() :], lang)
    if match := _PACKED.match(text):
        found = Moment(int(match[1]), int(match[2]), int(match[3]))
        return complete(found, text[match.end() :], lang, packed=True)
    if match := _ORDINAL.match(text):
        day = date(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1) if 1 <= int(match[2]) <= 366 else None
        return _from_day(day if day and day.year == int(match[1]) else None, text[match.end() :], lang)
    return _year_last(text, lang)


def _halved(rest: str) -> str:
    """Korean and Chinese halves of the day put as am and pm, where they stand before the time in digits."""
    for words, half in (("오전 上午 午前", "am"), ("오후 下午 午後", "pm")):
        for word in words.split():
            rest = rest.replace(word, f" {half} ")
    return re.sub(r"^\s*\([^()]{1,4}\)", "", rest.strip()).replace("  ", " ").strip(" .")


def _year_last(text: str, lang: str | None) -> Moment | None:
    match = _YEAR_LAST.match(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    first_is_day = day_first(first, second, match[2], (lang or "").lower())
    if first_is_day is None:
        return None
    day, month = (first, second) if first_is_day else (second, first)
    return complete(Moment(year, month, day), text[match.end() :], lang)


def day_first(first: int, second: int, mark: str, lang: str) -> bool | None:
    """Whether the day stands first; None when nobody can know. Between dots it always does."""
    if first > 12 or first == second or mark == ".":
        return True
    if second > 12:
        return False
    if lang in _MONTH_FIRST:
        return False
    if lang in _DAY_FIRST or lang.split("-")[0] in _DAY_FIRST:
        return True
    return None


def _week(year: int, week: int, day: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, day)
    except ValueError:
        return None


def _from_day(day: date | None, rest: str, lang: str | None) -> Moment | None:
    return complete(Moment(day.year, day.month, day.day), rest, lang) if day else None
