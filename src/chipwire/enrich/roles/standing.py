"""In what phrase a name stands: likened to, measured against, tied to, a venue, used, an example, a source, a party."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property, partial
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from chipwire.enrich import data_file
from chipwire.enrich.roles.anaphors import Anaphors
from chipwire.enrich.text.automaton import Automaton
from chipwire.enrich.text.folding import fold_word
from chipwire.enrich.text.memo import Memo
from chipwire.enrich.text.spelling import is_hangul, is_kana, is_spaced
from chipwire.enrich.text.terms import family
from chipwire.errors import ConfigError

KINDS = ("likened", "measured", "tied", "venue", "used", "oblique", "example", "source", "party")
SIGNS = 4
"""By so many signs next to a name the cues that may stand there are found."""
_KINDS = frozenset(KINDS)


class Home(BaseModel, extra="forbid"):
    """Words for places before or after a name, and the countries whose companies they may simply be talking of."""

    countries: list[str]
    forms: dict[str, list[str]]


class Standing(BaseModel, extra="forbid"):
    """data/standing.toml: by kind and language, what stands around a name written ~; a|b are two forms."""

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
    anaphors: dict[str, list[str]]
    """By language, what means the company named last ("the company"); … stands for one or two words between."""
    descriptions: dict[str, list[str]]
    """By language, what a title calls a company it does not name: a giant, the iPhone maker."""
    joiners: list[str]
    """What stands between names that share one place in a sentence."""
    houses: list[str]
    """What is in the name of a unit that speaks of other companies: brokers, research houses."""
    others: list[str]
    """Firms that nobody follows: a title that names one of them, and none of the followed, speaks of it."""
    markets: list[str]
    """What a report of a stock market, an agenda or a digest has in its title."""

    @classmethod
    def load(cls, data: Path) -> "Standing":
        """Reads a data folder; ConfigError names the file and the entry."""
        path = data / "standing.toml"
        loaded = data_file.read(path, cls)
        for kind in KINDS:
            for lang, cues in getattr(loaded, kind).items():
                for cue in cues:
                    if cue.count("~") != 1 or cue.strip("*") == "~":
                        raise ConfigError(f"{path}: {kind}.{lang}: {cue!r} needs one ~ and something beside it")
        return loaded

    def joins(self, between: str) -> bool:
        """Whether names with these folded lower-case characters between them share their place in the sentence."""
        return between.strip(" -$") in self._joining

    def is_house(self, name: str) -> bool:
        """Whether a folded lower-case name is that of a broker or research house."""
        return any(word in name for word in self._houses)

    def is_of_market(self, title: str) -> bool:
        """Whether a folded lower-case title is that of a report of a stock market, an agenda or a digest."""
        return _any_whole(self._market_words, title)

    def names_another(self, title: str) -> bool:
        """Whether a folded lower-case title names a firm that nobody follows."""
        return _any_whole(self._other_names, title)

    @cached_property
    def _market_words(self) -> Automaton:
        return Automaton([fold_word(word) for word in self.markets])

    @cached_property
    def _other_names(self) -> Automaton:
        return Automaton([fold_word(name) for name in self.others])

    @cached_property
    def table(self) -> Callable[[str], "Table"]:
        """The cues for a language tag."""

        def table(lang: str) -> "Table":
            return self._tables.get(family(lang), self._tables["any"])

        return cache(table)

    @cached_property
    def anaphors_of(self) -> Callable[[str], Anaphors | None]:
        """What means the company named last, by language tag."""
        return cache(partial(_anaphors, self.anaphors))

    @cached_property
    def descriptions_of(self) -> Callable[[str], Anaphors | None]:
        """The same for what a title calls a company it does not name."""
        return cache(partial(_anaphors, self.descriptions))

    @cached_property
    def _joining(self) -> frozenset[str]:
        return frozenset(fold_word(word).strip() for word in self.joiners)

    @cached_property
    def _houses(self) -> tuple[str, ...]:
        return tuple(map(fold_word, self.houses))

    @cached_property
    def _tables(self) -> dict[str, "Table"]:
        """By language; a place stands there under its countries, separated by spaces."""
        cues = {kind: getattr(self, kind) for kind in KINDS}
        cues |= {" ".join(home.countries): home.forms for home in self.place}
        langs = {lang for forms in cues.values() for lang in forms}
        return {
            lang: Table(
                [(kind, form) for kind in cues for key in {"any", lang} for form in _forms(cues[kind].get(key, []))]
            )
            for lang in langs
        }


_Cue = tuple[str, Callable[[str], bool] | None, list[tuple[Any, str]]]
"""What stands before a name or behind it; what may not touch its outer end, None where anything may; its kinds, each
with the cue behind the name it needs besides, or None. A plain tuple, because others are unpacked sign by sign."""


class Table:
    """The cues of one language: those before a name with what follows it, then those that follow it alone."""

    def __init__(self, cues: list[tuple[str, str]]) -> None:
        parted = [(*(fold_word(side) for side in cue.split("~")), kind) for kind, cue in cues]
        opened = {side.strip("*") for before, after, _ in parted for side in (before, after) if "*" in side}
        ahead: dict[str, _Cue] = {}
        behind: dict[str, _Cue] = {}
        for before, after, kind in ((before.strip("*"), after.strip("*"), kind) for before, after, kind in parted):
            following: _Cue | None = (after, None if after in opened else _barred_behind(after), []) if after else None
            if before:
                barred = None if before in opened else _barred_ahead(before)
                ahead.setdefault(before, (before, barred, []))[2].append((following, kind))
            elif following:
                behind.setdefault(after, following)[2].append((None, kind))
        self._ends, self._starts = _nearby(ahead, last=True), _nearby(behind, last=False)

    def kinds(self, lower: str, start: int, end: int) -> set[str]:
        """The kinds of phrase around lower[start:end] in a folded text, a place's by its countries (see at_home)."""
        found: set[str] = set()
        for cue in self._ends[lower[start - SIGNS if start > SIGNS else 0 : start]]:
            if _precedes(lower, start, cue):
                for following, kind in cue[2]:
                    if following is None or _follows(lower, end, following):
                        found.add(kind)
        for cue in self._starts[lower[end : end + SIGNS]]:
            if _follows(lower, end, cue):
                found.update([kind for _, kind in cue[2]])
        return found


def _forms(cues: Iterable[str]) -> Iterator[str]:
    """Every form of cues in which one word may stand for another: eks|mantan bos ~."""
    for cue in cues:
        yield from map(" ".join, product(*(word.split("|") for word in cue.split(" "))))


def at_home(found: set[str], country: str | None) -> set[str]:
    """Kinds that a table gave, of a company that is at home in a country: what is elsewhere is only likened to it."""
    if found <= _KINDS:
        return found
    homes = found - _KINDS
    found -= homes
    if any(country not in home.split() for home in homes):
        found.add("likened")
    return found


def _any_whole(words: Automaton, text: str) -> bool:
    """Whether any of them stands in a text and touches no letter of its own script; Han and hangul may go on."""
    return any(
        not (_touch(text[start - 1 : start], text[start]) or _touch(text[end - 1], text[end : end + 1]))
        for _, start, end in words.find(text)
    )


def _touch(before: str, after: str) -> bool:
    return bool(before and after) and any(alike(before) and alike(after) for alike in (is_spaced, is_kana))


def _anaphors(forms: dict[str, list[str]], lang: str) -> Anaphors | None:
    said = forms.get(family(lang))
    return Anaphors(said) if said else None


def _precedes(lower: str, start: int, cue: _Cue) -> bool:
    text, barred, _ = cue
    if not lower.endswith(text, 0, start):
        return False
    place = start - len(text) - 1
    return barred is None or place < 0 or lower[place] == " " or not barred(lower[place])


def _follows(lower: str, end: int, cue: _Cue) -> bool:
    text, barred, _ = cue
    if not lower.startswith(text, end):
        return False
    stop = end + len(text)
    return barred is None or stop >= len(lower) or lower[stop] == " " or not barred(lower[stop])


def _barred_ahead(cue: str) -> Callable[[str], bool] | None:
    return _is_glued if is_spaced(cue[0]) or is_hangul(cue[0]) else None


def _barred_behind(cue: str) -> Callable[[str], bool] | None:
    if is_spaced(cue[-1]):
        return is_spaced
    return is_hangul if len(cue) == 1 and is_hangul(cue) else None


def _is_glued(char: str) -> bool:
    return is_spaced(char) or is_hangul(char)


def _nearby(cues: dict[str, _Cue], *, last: bool) -> Memo[str, tuple[_Cue, ...]]:
    """The cues that may stand there, by the signs next to a name."""
    near: defaultdict[str, list[_Cue]] = defaultdict(list)
    for text, cue in cues.items():
        near[text[-SIGNS:] if last else text[:SIGNS]].append(cue)

    def found(signs: str) -> tuple[_Cue, ...]:
        parts = {signs[-length:] if last else signs[:length]: None for length in range(1, SIGNS + 1)}
        return tuple(cue for part in parts for cue in near.get(part, ()))

    return Memo(found)
