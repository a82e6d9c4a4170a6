"""One pass over a text finds every name, look-alike and boilerplate marker the glossary knows."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from chipwire.enrich.automaton import Automaton
from chipwire.enrich.folding import Folded, fold, fold_word
from chipwire.enrich.glossary import Glossary, Kind, MarkerGroup, Strength, usual_case
from chipwire.enrich.overlaps import Name, settled
from chipwire.enrich.spelling import ENDS, LETTERS, STARTS, Boundaries, Endings, declined, loose_end, script

Spans = list[tuple[int, int]]
WRITTEN = 1 << 14
"""Spellings of patterns whose companies are remembered."""
STURDY = {"hangul": 3, "kana": 4}
"""From this many characters on a unique name may head a compound written in one word."""


@dataclass(frozen=True, slots=True, eq=False)
class Alias:
    """One name of one company with its conditions, ready to match; each is itself alone, so that it hashes fast."""

    slug: str
    text: str
    kind: Kind
    strength: Strength
    case: str
    cues: frozenset[str]
    against: frozenset[str]
    langs: tuple[str, ...]
    not_langs: tuple[str, ...]
    left: str
    right: str
    sturdy: bool
    typos: bool
    numbered: bool

    @property
    def sure(self) -> bool:
        """Whether it names its company wherever it stands."""
        return self.strength == "unique" and not self.against and self.kind != "ticker"

    @property
    def free(self) -> bool:
        """Whether it is used in every language and written in any case."""
        return self.case == "any" and not self.langs and not self.not_langs

    def speaks(self, base: str) -> bool:
        """Whether the name is used in a language, given by its base tag."""
        return (not self.langs or base in self.langs) and base not in self.not_langs

    def cased(self, text: str) -> bool:
        """Whether the capitals of `text` are those of a name."""
        if self.case == "any":
            return True
        if self.case == "capital":
            return text[0].isupper() or not text[0].islower()
        return text == self.text or (text.isupper() and len(text) > 3)


Hit = Name[tuple[Alias, ...]]
"""A place in the folded text where a name stands; several companies may claim it under conditions."""


class Marker(NamedTuple):
    start: int
    end: int
    group: MarkerGroup


@dataclass(slots=True)
class Found:
    """All of one text: names after longest match, markers, words of calls and platforms."""

    standing: list[Hit] = field(default_factory=list)
    """Names and look-alikes, in order."""
    hits: list[Hit] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    platforms: dict[int, int] = field(default_factory=dict)
    signals: list[tuple[int, int, str]] = field(default_factory=list)
    doubts: Spans = field(default_factory=list)
    """Phrases whose names may be part of another word."""
    shadows: frozenset[str] = frozenset()
    """What look-alikes of this text contain: written alone it may mean the same as in them."""

    def covers(self, start: int, end: int) -> bool:
        """Whether any of these characters is part of a name or look-alike."""
        after = bisect_left(self.standing, (end,))
        return after > 0 and self.standing[after - 1][1] > start


@dataclass(slots=True)
class _Entry:
    """What one pattern stands for; most stand for one thing only."""

    text: str
    left: str
    right: str
    aliases: list[Alias] = field(default_factory=list)
    markers: list[MarkerGroup] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    trap: bool = False
    doubtful: bool = False
    platform: bool = False
    spaced: bool = False
    framed: bool = False
    sturdy: bool = False
    """Whether one of its names may head a compound."""
    firm: bool = False
    """Whether no letter may stand before it."""
    tight: bool = False
    """Whether no letter may stand behind it."""
    names: tuple[Alias, ...] = ()
    """What it names in every language however it is written, when all of its aliases are of that kind."""

    def seal(self) -> None:
        """Notes what it holds, so that a hit asks only what it must."""
        self.spaced = self.text[0] == " "
        self.framed = bool(self.markers or self.signals) or self.platform
        self.sturdy = any(alias.sturdy for alias in self.aliases)
        self.firm = self.left in ("latin", "cyrillic")
        named = self.aliases or self.trap or self.doubtful
        self.tight = self.right in ("latin", "cyrillic") and not named and not self.markers
        self.names = tuple(self.aliases) if all(alias.free for alias in self.aliases) else ()


class Matcher:
    """The automaton over all patterns, built once."""

    def __init__(self, glossary: Glossary, endings: Endings) -> None:
        self.boundaries = Boundaries(endings)
        self._entries: dict[str, _Entry] = {}
        for alias, form in _aliases(glossary, endings):
            self._entry(form).aliases.append(alias)
        for phrases in glossary.traps.phrases.values():
            for phrase in phrases:
                self._entry(fold_word(phrase)).trap = True
        for phrases in glossary.traps.doubtful.values():
            for phrase in phrases:
                self._entry(fold_word(phrase)).doubtful = True
        for group in glossary.boilerplate.marker:
            for phrase in group.texts:
                self._entry(fold_word(phrase)).markers.append(group)
        for word in glossary.boilerplate.platforms:
            self._entry(_after_space(word)).platform = True
        for name, words in glossary.boilerplate.calls:
            for word in words:
                self._entry(_after_space(word)).signals.append(name)
        self.typo_names = [
            (alias, entry.text) for entry in self._entries.values() for alias in entry.aliases if alias.typos
        ]
        self._list = list(self._entries.values())
        for entry in self._list:
            entry.seal()
        self._claiming = lru_cache(WRITTEN)(self._claim)
        self._automaton = Automaton([entry.text for entry in self._list])

    def _entry(self, form: str) -> _Entry:
        return self._entries.setdefault(form, _Entry(form, script(form[0]), script(form[-1])))

    def find(self, folded: Folded, lang: str) -> Found:
        """Everything the glossary knows in `folded`."""
        found = Found()
        names: list[Hit] = []
        text, lower, base = folded.text, folded.lower, lang.split("-")[0]
        entries, left, right, claiming = self._list, self.boundaries.left, self.boundaries.right, self._claiming
        spaced = " " + lower.replace("\n", " ")
        for number, start, end in self._automaton.find(spaced):
            entry = entries[number]
            ended = spaced[end : end + 1] in ENDS
            if not ended and entry.tight and spaced[end] in LETTERS:
                continue
            end -= 1
            if not entry.spaced:
                before = spaced[start - 1]
                start -= 1
                if before not in STARTS and ((entry.firm and before in LETTERS) or not left(lower, start, entry.left)):
                    continue
            if entry.aliases and ((whole := ended or right(lower, end, entry.right, base)) or entry.sturdy):
                aliases = entry.names or claiming(number, base, text[start:end])
                if not whole:
                    aliases = tuple([alias for alias in aliases if alias.sturdy])
                if aliases:
                    names.append((start, end, False, aliases))
            if entry.trap and (ended or self._closes(entry, lower, end)):
                names.append((start, end, True, ()))
            if entry.doubtful and (ended or self._closes(entry, lower, end)):
                found.doubts.append((start, end))
            if entry.framed:
                _frame(entry, lower, start, end, ended, found)
        found.standing, beaten = settled(names)
        found.hits = [hit for hit in found.standing if not hit[2]]
        found.shadows = frozenset(lower[start:end] for start, end in beaten)
        return found

    def _closes(self, entry: _Entry, lower: str, end: int) -> bool:
        """Whether a look-alike may end here: 삼성로 is a street, 삼성로봇 is not."""
        if entry.right == "hangul":
            return self.boundaries.right(lower, end, "hangul", "ko")
        return loose_end(lower, end, entry.right, 3)

    def _claim(self, number: int, base: str, text: str) -> tuple[Alias, ...]:
        """The companies a pattern names in a language when it is written like `text`."""
        return tuple(alias for alias in self._list[number].aliases if alias.speaks(base) and alias.cased(text))


def _after_space(word: str) -> str:
    """Short words are looked for after a space: inside other words they are too frequent to be asked about."""
    form = fold_word(word)
    return f" {form}" if len(form) < 4 and form.isascii() else form


def _frame(entry: _Entry, lower: str, start: int, end: int, ended: bool, found: Found) -> None:
    """Adds what a pattern says of boilerplate here; `ended`: nothing that could belong to its word follows."""
    if entry.markers and (ended or loose_end(lower, end, entry.right, 3 if end - start > 7 else 0)):
        found.markers.extend([Marker(start, end, group) for group in entry.markers])
    if (entry.signals or entry.platform) and (ended or loose_end(lower, end, entry.right, 0)):
        found.signals.extend([(start, end, name) for name in entry.signals])
        if entry.platform:
            found.platforms[start] = max(end, found.platforms.get(start, 0))


def _aliases(glossary: Glossary, endings: Endings) -> Iterable[tuple[Alias, str]]:
    """Every alias with each form it is matched in."""
    for slug, company in glossary.companies.items():
        for group in company.alias:
            for text in group.texts:
                folded = fold(text)
                form = folded.lower
                kind = script(form[-1])
                alias = Alias(
                    slug=slug, text=folded.text, kind=group.kind, strength=group.strength,
                    case=group.case or usual_case(folded.text, group.strength),
                    cues=frozenset(group.cues), against=frozenset(group.against),
                    langs=tuple(group.langs), not_langs=tuple(group.not_langs),
                    left=script(form[0]), right=kind,
                    sturdy=group.strength == "unique" and not group.against and len(form) >= STURDY.get(kind, 99),
                    typos=group.typos, numbered=group.numbered,
                )  # fmt: skip
                yield alias, form
                if group.strength == "unique" and group.kind in ("legal", "brand", "product", "person"):
                    yield from ((alias, other) for other in declined(form, endings))
