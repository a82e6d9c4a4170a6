"""Dates with a month in words, in any order RFC 822, RFC 850, asctime, Java, JavaScript or prose put it."""

import re
from dataclasses import dataclass, field

from chipwire.collect.dates.lexicon import LANGUAGES, Lexicon, lexicon
from chipwire.collect.dates.moment import Moment, hour24
from chipwire.collect.dates.numeric import day_first
from chipwire.collect.dates.tail import in_zone

_TIME = re.compile(r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?(?: ?h(?:rs)?(?![a-z]))?")
_HOURS = re.compile(r"(\d{1,2}) ?h ?(\d{2})?(?![a-z\d])")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?= ?(?:uhr|wib|wita|wit|น\.)|$)")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")
_OFFSET = re.compile(r"(?:(?:gmt|utc) ?)?[+-] ?\d{1,2}(?::?\d{2})?(?![\d:])(?: ?\([^()]*\))?")
_NUMBER = re.compile(r"(\d{1,4})(?:st|nd|rd|th|er|re|ère|º|ª|-го|-е|\.)?(?![\d:])")
_ZONE = re.compile(r"\(?([a-zа-я]{1,5})\)?(?![\w])")
_SKIP = re.compile(r"[\s,.;|·•()\[\]–—/'’]+|-+")
_DOT_BEFORE = ("pukul", "jam", "um", "kl", "klo", "om", "at", "godz")


@dataclass
class _Parts:
    numbers: list[tuple[int, int]] = field(default_factory=list)
    """(value, count of digits) in order."""
    month: int | None = None
    month_place: int = 0
    time: tuple[int, int, int] | None = None
    half: str | None = None
    zones: list[str] = field(default_factory=list)
    day_month_year: tuple[int, int, int] | None = None


def read(text: str, lang: str | None) -> Moment | None:
    """The moment of a normalised string, read in the feed's language, then in English, then in every language in which
    it makes sense, provided that they agree."""
    if not any(char.isalpha() for char in text):
        return None
    for tongue in dict.fromkeys(filter(None, (lang, "en"))):
        if (words := lexicon(tongue)) and (found := _read(text, words, lang or tongue)):
            return found
    others = [found for tongue in LANGUAGES if (words := lexicon(tongue)) and (found := _read(text, words, tongue))]
    return others[0] if others and all(other == others[0] for other in others) else None


def _read(text: str, words: Lexicon, lang: str) -> Moment | None:
    parts = _scan(text, words, lang)
    if parts is None:
        return None
    day = _day(parts)
    if day is None:
        return None
    found = Moment(*day)
    if parts.time:
        hour = hour24(parts.time[0], parts.half)
        if hour is None or hour > 24 or parts.time[1] > 59:
            return None
        found.hour, found.minute, found.second = hour, parts.time[1], parts.time[2]
    elif parts.half:
        return None
    return in_zone(found, " ".join(parts.zones), lang)


def _scan(text: str, words: Lexicon, lang: str) -> _Parts | None:
    parts, place, last = _Parts(), 0, ""
    while place < len(text):
        shift = parts.time is not None and _OFFSET.match(text, place)
        if not shift and (skipped := _SKIP.match(text, place)):
            place = skipped.end()
            continue
        end = _number(text, place, parts, last, lang) or _word(text, place, parts, words)
        if end is None:
            return None
        last = text[place:end].strip()
        place = end
    return parts


def _number(text: str, place: int, parts: _Parts, last: str, lang: str) -> int | None:
    """The end of a number-like token that begins here, taken into `parts`; None when there is none or one too many."""
    if parts.time is None:
        match = _TIME.match(text, place) or _HOURS.match(text, place)
        if (
            match is None
            and (dotted := _DOTTED.match(text, place))
            and (last in _DOT_BEFORE or dotted.end() < len(text))
        ):
            match = dotted
        if match:
            parts.time = (int(match[1]), int(match[2] or 0), int((*match.groups(), None)[2] or 0))
            return match.end()
    if match := _NUMERIC.match(text, place):
        first, second = int(match[1]), int(match[3])
        order = day_first(first, second, match[2], lang.lower())
        if parts.day_month_year or order is None:
            return None
        parts.day_month_year = (first, second, int(match[4])) if order else (second, first, int(match[4]))
        return match.end()
    if (parts.time or last in ("gmt", "utc")) and (match := _OFFSET.match(text, place)):
        parts.zones.append(match[0])
        return match.end()
    if match := _NUMBER.match(text, place):
        parts.numbers.append((int(match[1]), len(match[1])))
        return match.end()
    return None


def _word(text: str, place: int, parts: _Parts, words: Lexicon) -> int | None:
    for phrase in words.phrases:
        end = place + len(phrase)
        if not text.startswith(phrase, place) or (end < len(text) and text[end].isalpha()):
            continue
        if (
            phrase in words.months
            and parts.month is None
            and not (phrase in words.days and _month_follows(text[end:], words))
        ):
            parts.month, parts.month_place = words.months[phrase], len(parts.numbers)
        elif phrase in words.halves and parts.time is None and len(parts.numbers) > 0 and parts.numbers[-1][0] <= 12:
            parts.time, parts.half = (parts.numbers.pop()[0], 0, 0), words.halves[phrase]
        elif phrase in words.halves:
            parts.half = words.halves[phrase]
        elif phrase not in words.days and phrase not in words.fillers:
            return None
        return end
    if match := _ZONE.match(text, place):
        parts.zones.append(match[1])
        return match.end()
    return None


def _month_follows(rest: str, words: Lexicon) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(month)}(?!\w)", rest) for month in words.months)


def _day(parts: _Parts) -> tuple[int, int, int] | None:
    """Year, month, day; None when something is missing, left over or open to doubt."""
    if parts.day_month_year:
        day, month, year = parts.day_month_year
        return (year, month, day) if parts.month is None and not parts.numbers else None
    if parts.month is None or len(parts.numbers) != 2:
        return None
    (first, digits), (second, more) = parts.numbers
    if (digits == 4) == (more == 4):
        return _short_year(parts, first, second) if digits <= 2 and more <= 2 else None
    year, day = (first, second) if digits == 4 else (second, first)
    year = year - 543 if 2400 < year < 2700 else year
    return (year, parts.month, day) if 1 <= day <= 31 else None


def _short_year(parts: _Parts, first: int, second: int) -> tuple[int, int, int] | None:
    """RFC 822 and 850 write the day, the month, and two digits of the year."""
    if parts.month_place != 1 or not 1 <= first <= 31 or parts.month is None:
        return None
    return (2000 + second if second < 70 else 1900 + second), parts.month, first
