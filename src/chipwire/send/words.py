"""The frame words of the letters: data/locales.toml checked once, then phrases, numbers, dates in a locale."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import tomli
from babel import Locale
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_datetime_format,
    get_day_names,
    get_timezone_location,
)
from babel.numbers import format_compact_decimal, format_decimal
from pydantic import TypeAdapter, ValidationError

from chipwire.domain import Amount
from chipwire.errors import ConfigError
from chipwire.send.plain import clean, clip, isolate

Phrase = str | dict[str, str]
_TABLES = TypeAdapter(dict[str, dict[str, Phrase]])
_FALLBACK = "en"
_IN_WORDS = 1e6
"""From here on amounts are written "1.5 million", as the pages write them."""
_MYRIADS = frozenset(("ja", "ko", "zh"))
"""Languages that count in ten thousands."""
_COUNTED = {"units": "units", "wafers/month": "wafers"}
"""Units that have words; all others are signs (USD, GB/s)."""


@dataclass(frozen=True)
class Words:
    """One locale's frame; `tag` is its BCP 47 name as written in data/locales.toml."""

    tag: str
    phrases: dict[str, Phrase] = field(hash=False, compare=False)

    @cached_property
    def locale(self) -> Locale:
        return _locale(self.tag)

    @property
    def direction(self) -> str:
        return str(self.phrases["direction"])

    def say(self, key: str, n: int | None = None, **given: object) -> str:
        """The phrase under `key`, filled in; `n` chooses the plural form and is written the locale's way."""
        phrase = self.phrases[key]
        if n is not None:
            given["n"] = self.number(n)
            if isinstance(phrase, dict):
                phrase = phrase.get(self.locale.plural_form(n)) or phrase["other"]
        assert isinstance(phrase, str), f"{key} needs a number"
        return phrase.format(**given)

    def number(self, n: int) -> str:
        return _number(n, self.tag)

    def amount(self, amount: Amount) -> str:
        """'at least 100,000 units' or '20–22 billion USD' in the locale's way, whatever language it was reported in."""
        low, high = _amount(amount.low, self.tag), _amount(amount.high, self.tag)
        number = high if amount.low == amount.high or amount.qualifier == "up_to" else f"{low}–{high}"
        if phrase := _COUNTED.get(amount.unit):
            said = self.say(phrase, number=number)
        else:
            said = f"{number}{'' if amount.unit == '%' else ' '}{clip(clean(amount.unit), 20)}"
        return self.say(amount.qualifier, amount=said) if amount.qualifier else said

    def day(self, day: date) -> str:
        """'Nov 23, 2026' in the locale's way."""
        return _day(day, self.tag, "medium")

    def long_day(self, day: date) -> str:
        """'Monday, November 23, 2026' in the locale's way."""
        return _day(day, self.tag, "full")

    def moment(self, at: datetime, zone: str) -> str:
        """'Nov 23, 7:00 AM' in `zone`, in the locale's way; `at` is aware."""
        day = _day_of_year(at.replace(second=0, microsecond=0), zone, self.tag)
        return str(get_datetime_format("medium", self.locale)).format(self.hour(at, zone), day)

    def weekday(self, day: date) -> tuple[str, str]:
        """('M', 'Monday') in the locale's way."""
        return _weekday(day.weekday(), self.tag)

    def date(self, at: datetime, zone: str) -> date:
        """The date on a wall in `zone`."""
        return at.astimezone(_zone(zone)).date()

    def place(self, zone: str) -> str:
        """'New York' for America/New_York, in the locale's way."""
        return _place(zone, self.tag)

    def names(self, names: Iterable[str]) -> str:
        """Foreign names in a row, each kept apart from the direction of what surrounds it."""
        return str(self.phrases["comma"]).join(isolate(name) for name in names)

    @property
    def colon(self) -> str:
        """What stands between a phrase and what it leads to, with the space that belongs to it."""
        return str(self.phrases["colon"])

    def leading(self, phrase: str) -> str:
        """'Update: ' before what it leads to, which may run the other way."""
        return isolate(phrase + self.colon.rstrip()) + (" " if self.colon.endswith(" ") else "")

    def and_more(self, names: str, n: int) -> str:
        """'A, B (+3)'; full-width brackets bring their own space. Nothing is added unless `n` > 0."""
        if n <= 0:
            return names
        more = self.say("more", n)
        return f"{names}{'' if more.startswith('（') else ' '}{isolate(more)}"

    def hour(self, at: datetime, zone: str) -> str:
        """'7:00 AM' in `zone`, in the locale's way."""
        return _hour(at.replace(second=0, microsecond=0), zone, self.tag, str(self.phrases["time"]))


def load(path: Path) -> dict[str, Words]:
    """All locales by tag. ConfigError names the locale and the key that is missing, unknown or wrongly filled."""
    try:
        tables = _TABLES.validate_python(tomli.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise ConfigError(f"{path}: {error}") from error
    model = tables.get(_FALLBACK)
    if not model:
        raise ConfigError(f"{path}: there is no [{_FALLBACK}] table; every other locale is held to it")
    for tag, phrases in tables.items():
        _check(path, tag, phrases, model)
    return {tag: Words(tag, phrases) for tag, phrases in tables.items()}


def choose(known: Mapping[str, Words], wanted: str) -> Words:
    """The words nearest to a BCP 47 tag: exact, by script ('zh-TW' → zh-Hant), by language, else English."""
    if wanted in known:
        return known[wanted]
    language, *rest = wanted.replace("_", "-").split("-")
    traditional = {"TW", "HK", "MO", "Hant"} & set(rest)
    for tag in (f"{language}-{'Hant' if traditional else 'Hans'}", language.lower()):
        if tag in known:
            return known[tag]
    return known[_FALLBACK]


def offered(known: Mapping[str, Words], wanted: str) -> str | None:
    """The tag of the words that letters to somebody who asks for `wanted` have; None: none in that language."""
    found = choose(known, wanted).tag
    return found if found.split("-")[0] == wanted.replace("_", "-").split("-")[0].lower() else None


def _check(path: Path, tag: str, phrases: dict[str, Phrase], model: dict[str, Phrase]) -> None:
    try:
        _locale(tag)
    except ValueError as error:
        raise ConfigError(f"{path}: [{tag}] is not a locale that CLDR knows") from error
    if wrong := set(model) ^ set(phrases):
        verb = "lacks" if wrong & set(model) else "has the unknown key"
        raise ConfigError(f"{path}: [{tag}] {verb} {', '.join(sorted(wrong))}")
    for key, phrase in phrases.items():
        counted = isinstance(model[key], dict)
        if isinstance(phrase, dict) != counted or (isinstance(phrase, dict) and "other" not in phrase):
            raise ConfigError(f"{path}: [{tag}] {key} must be {'a table with `other`' if counted else 'one string'}")
        if extra := _fields(phrase) - _fields(model[key]) - {"n"}:
            raise ConfigError(f"{path}: [{tag}] {key} asks for {', '.join(sorted(extra))}, which is never given")


def _fields(phrase: Phrase) -> set[str]:
    texts = phrase.values() if isinstance(phrase, dict) else [phrase]
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")


@lru_cache(4096)
def _number(n: int, tag: str) -> str:
    return format_decimal(n, locale=_locale(tag))


@lru_cache(8192)
def _amount(number: float, tag: str) -> str:
    locale = _locale(tag)
    width: Literal["long", "short"] = "short" if locale.language in _MYRIADS else "long"
    if abs(number) < (1e4 if locale.language in _MYRIADS else _IN_WORDS):
        return format_decimal(number, locale=locale)
    return format_compact_decimal(number, format_type=width, locale=locale, fraction_digits=2)


@lru_cache(1024)
def _day(day: date, tag: str, width: Literal["medium", "full"]) -> str:
    return format_date(day, width, locale=_locale(tag))


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def _weekday(day: int, tag: str) -> tuple[str, str]:
    locale = _locale(tag)
    return get_day_names("narrow", "stand-alone", locale)[day], get_day_names("wide", "stand-alone", locale)[day]


@lru_cache(1024)
def _place(zone: str, tag: str) -> str:
    return get_timezone_location(zone, locale=_locale(tag), return_city=True)


@lru_cache(8192)
def _hour(at: datetime, zone: str, tag: str, pattern: str) -> str:
    return format_time(at, pattern, tzinfo=_zone(zone), locale=_locale(tag))


@lru_cache(8192)
def _day_of_year(at: datetime, zone: str, tag: str) -> str:
    return format_skeleton("MMMd", at, tzinfo=_zone(zone), locale=_locale(tag))
