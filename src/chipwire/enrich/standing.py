"""In what phrase a name stands: likened to, measured against, tied to, a venue, used, an example, a source, a party."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from pathlib import Path

import tomli
from pydantic import BaseModel, Field, ValidationError

from chipwire.enrich.automaton import Automaton
from chipwire.enrich.folding import fold_word
from chipwire.enrich.known import Known
from chipwire.enrich.spelling import is_hangul, is_spaced
from chipwire.errors import ConfigError

KINDS = ("likened", "measured", "tied", "venue", "used", "oblique", "example", "source", "party")
SIGNS = 4
"""By so many signs next to a name the cues that may stand there are found."""
READ = 1 << 13
"""Signs of which that is remembered."""
_KINDS = frozenset(KINDS)
_SAME = {"ms": "id"}


class Home(BaseModel, extra="forbid"):
    """Words for places before or after a name, and the countries whose companies they may simply be talking of."""

    countries: list[str]
    forms: dict[str, list[str]]


class Standing(BaseModel, extra="forbid"):
    """data/standing.toml: by kind and language, what stands around a name written ~."""

    likened: dict[str, list[str]]
    measured: dict[str, list[str]]
    tied: dict[str, list[str]]
    venue: dict[str, list[str]]
    used: dict[str, list[str]]
    oblique: dict[str, list[str]]
    example: dict[str, list[str]]
    source: dict[str, list[str]]
    party: dict[str, list[str]]
    place: list[Home] = Field(default_factory=list)
    joiners: list[str]
    """What stands between names that share one place in a sentence."""
    houses: list[str]
    """What is in the name of a unit that speaks of other companies: brokers, research houses."""
    markets: list[str]
    """What a report of a stock market has in its title."""

    @classmethod
    def load(cls, data: Path) -> "Standing":
        """Reads a data folder; ConfigError names the file and the entry."""
        path = data / "standing.toml"
        try:
            loaded = cls.model_validate(tomli.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, ValidationError) as error:
            raise ConfigError(f"{path}: {error}") from error
        for kind in KINDS:
            for lang, cues in getattr(loaded, kind).items():
                for cue in cues:
                    if cue.count("~") != 1 or cue.strip("*") == "~":
                        raise ConfigError(f"{path}: {kind}.{lang}: {cue!r} needs one ~ and something beside it")
        return loaded

    def kinds(self, lower: str, start: int, end: int, lang: str, country: str | None = None) -> set[str]:
        """The kinds of phrase around lower[start:end] in a folded text; `country` is where the company is at home."""
        found = self._table(lang).kinds(lower, start, end)
        if not found or found <= _KINDS:
            return found
        homes = found - _KINDS
        found -= homes
        if any(country not in home.split() for home in homes):
            found.add("likened")
        return found

    def joins(self, between: str) -> bool:
        """Whether names with these folded lower-case characters between them share their place in the sentence."""
        return between.strip(" -$") in self._joining

    def is_house(self, name: str) -> bool:
        """Whether a folded lower-case name is that of a broker or research house."""
        return any(word in name for word in self._houses)

    def is_of_market(self, title: str) -> bool:
        """Whether a folded lower-case title is that of a report of a stock market."""
        return bool(self._market_words.find(title)) and self._markets.search(title) is not None

    @cached_property
    def _market_words(self) -> Automaton:
        return Automaton([fold_word(word) for word in self.markets])

    @cached_property
    def _markets(self) -> re.Pattern[str]:
        words = (re.escape(fold_word(word)) for word in self.markets)
        return re.compile("|".join(rf"\b{word}\b" if word.isascii() else word for word in words))

    @cached_property
    def _table(self) -> Callable[[str], "_Table"]:
        """The cues for a language tag."""

        def table(lang: str) -> "_Table":
            base = lang.split("-")[0]
            return self._tables.get(_SAME.get(base, base), self._tables["any"])

        return cache(table)

    @cached_property
    def _joining(self) -> frozenset[str]:
        return frozenset(fold_word(word).strip() for word in self.joiners)

    @cached_property
    def _houses(self) -> tuple[str, ...]:
        return tuple(map(fold_word, self.houses))

    @cached_property
    def _tables(self) -> dict[str, "_Table"]:
        """By language; a place stands there under its countries, separated by spaces."""
        cues = {kind: getattr(self, kind) for kind in KINDS}
        cues |= {" ".join(home.countries): home.forms for home in self.place}
        langs = {lang for forms in cues.values() for lang in forms}
        return {
            lang: _Table([(kind, cue) for kind in cues for key in {"any", lang} for cue in cues[kind].get(key, [])])
            for lang in langs
        }


class _Table:
    """The cues of one language: what follows and its kind, by what goes before; then by what follows alone."""

    def __init__(self, cues: list[tuple[str, str]]) -> None:
        self._before: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._after: defaultdict[str, list[str]] = defaultdict(list)
        self._open: set[str] = set()
        for kind, cue in cues:
            before, after = (fold_word(side) for side in cue.split("~"))
            self._open.update(side.strip("*") for side in (before, after) if "*" in side)
            before, after = before.strip("*"), after.strip("*")
            if before:
                self._before[before].append((after, kind))
            else:
                self._after[after].append(kind)
        self._ends, self._starts = _nearby(self._before, last=True), _nearby(self._after, last=False)

    def kinds(self, lower: str, start: int, end: int) -> set[str]:
        found: set[str] = set()
        for cue in self._ends[lower[start - SIGNS if start > SIGNS else 0 : start]]:
            if lower.endswith(cue, 0, start) and self._begins(lower, start - len(cue), cue):
                found.update([kind for after, kind in self._before[cue] if self._follows(lower, end, after)])
        for cue in self._starts[lower[end : end + SIGNS]]:
            if self._follows(lower, end, cue):
                found.update(self._after[cue])
        return found

    def _begins(self, lower: str, place: int, cue: str) -> bool:
        if place <= 0 or cue in self._open or not (is_spaced(cue[0]) or is_hangul(cue[0])):
            return place >= 0
        before = lower[place - 1]
        return not (is_spaced(before) or is_hangul(before))

    def _follows(self, lower: str, end: int, cue: str) -> bool:
        if not cue:
            return True
        stop = end + len(cue)
        if not lower.startswith(cue, end):
            return False
        if cue in self._open or stop >= len(lower):
            return True
        after = lower[stop]
        if is_spaced(cue[-1]):
            return not is_spaced(after)
        return not (len(cue) == 1 and is_hangul(cue) and is_hangul(after))


def _nearby(cues: Iterable[str], *, last: bool) -> Known[str, tuple[str, ...]]:
    """The cues that may stand there, by the signs next to a name."""
    near: defaultdict[str, list[str]] = defaultdict(list)
    for cue in cues:
        near[cue[-SIGNS:] if last else cue[:SIGNS]].append(cue)

    def found(signs: str) -> tuple[str, ...]:
        parts = {signs[-length:] if last else signs[:length]: None for length in range(1, SIGNS + 1)}
        return tuple(cue for part in parts for cue in near.get(part, ()))

    return Known(found, READ)
