"""One pass over a text finds every name, look-alike and boilerplate marker the glossary knows."""

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from chipwire.enrich.lookup.aliases import Alias, aliases
from chipwire.enrich.lookup.glossary import Glossary
from chipwire.enrich.lookup.overlaps import Name, settled
from chipwire.enrich.text.automaton import Automaton
from chipwire.enrich.text.folding import Folded, fold_word
from chipwire.enrich.text.memo import Memo
from chipwire.enrich.text.spelling import ANYWHERE, ENDS, LETTERS, STARTS, Boundaries, Endings, loose_end, script

Spans = list[tuple[int, int]]
SHORT = 7
"""A marker of boilerplate no longer than this stands without an ending."""
_LINE = "\n"


Hit = Name[tuple[Alias, ...]]
"""A place in the folded text where a name stands; several companies may claim it under conditions."""


class Marker(NamedTuple):
    start: int
    end: int
    form: str
    scope: str
    """As data/boilerplate.toml explains them."""


_marker = partial(tuple.__new__, Marker)
"""Makes a marker of a tuple of its parts, in a third of the time."""


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
    aliases: tuple[Alias, ...] = ()
    markers: tuple[tuple[str, str], ...] = ()
    """Form and scope of each."""
    signals: tuple[str, ...] = ()
    trap: bool = False
    doubtful: bool = False
    platform: bool = False
    framed: bool = False
    sturdy: bool = False
    """Whether one of its names may head a compound."""
    only: bool = False
    """Whether it is nothing else than names."""
    starts: bool = False
    """Whether it may start whatever stands before it: it is written in Han, or begins with a space or another mark."""
    ends: bool = False
    """Whether it may end whatever stands behind it."""
    indent: int = 1
    """How much further on it begins in a text with a space in front; its own first space is none of it."""
    unled: frozenset[str] = frozenset()
    """Letters that may not stand before it."""
    tight: frozenset[str] = frozenset()
    """Letters that may not stand behind it."""
    names: tuple[Alias, ...] = ()
    """What it names in every language however it is written, when all of its aliases are of that kind."""

    def seal(self) -> None:
        """Notes what it holds, so that a hit asks only what it must."""
        self.starts, self.ends = self.left in ANYWHERE, self.right in ANYWHERE
        self.indent = int(self.text[0] != " ")
        self.markers = tuple(dict.fromkeys(self.markers))
        self.framed = bool(self.markers or self.signals) or self.platform
        self.sturdy = any(alias.sturdy for alias in self.aliases)
        if self.left in ("latin", "cyrillic"):
            self.unled = LETTERS
        self.only = not (self.trap or self.doubtful or self.framed)
        named = self.aliases or self.trap or self.doubtful
        loose = self.markers and len(self.text) > SHORT
        if self.right in ("latin", "cyrillic") and not named and not loose:
            self.tight = LETTERS
        self.names = self.aliases if all(alias.free for alias in self.aliases) else ()


class Matcher:
    """The automaton over all patterns, built once."""

    def __init__(self, glossary: Glossary, endings: Endings) -> None:
        self.boundaries = Boundaries(endings)
        self._entries: dict[str, _Entry] = {}
        for alias, form in aliases(glossary, endings):
            self._entry(form).aliases += (alias,)
        for phrases in glossary.traps.phrases.values():
            for phrase in phrases:
                self._entry(fold_word(phrase)).trap = True
        for phrases in glossary.traps.doubtful.values():
            for phrase in phrases:
                self._entry(fold_word(phrase)).doubtful = True
        for scope, form, phrase in glossary.boilerplate.markers():
            self._entry(fold_word(phrase)).markers += ((form, scope),)
        for word in glossary.boilerplate.platforms:
            self._entry(_after_space(word)).platform = True
        for name, words in glossary.boilerplate.calls:
            for word in words:
                self._entry(_after_space(word)).signals += (name,)
        self.typo_names = [
            (alias, entry.text) for entry in self._entries.values() for alias in entry.aliases if alias.typos
        ]
        self._list = list(self._entries.values())
        for entry in self._list:
            entry.seal()
        self._claiming = Memo(self._claim)
        self._automaton = Automaton([entry.text for entry in self._list])

    def _entry(self, form: str) -> _Entry:
        return self._entries.setdefault(form, _Entry(form, script(form[0]), script(form[-1])))

    def find(self, folded: Folded, lang: str) -> Found:
        """Everything the glossary knows in `folded`."""
        found = Found()
        names: list[Hit] = []
        text, lower, base = folded.text, folded.lower, lang.split("-")[0]
        entries, left, right, claiming = self._list, self.boundaries.left, self.boundaries.right, self._claiming
        mute = self.boundaries.mute(base)
        spaced = f" {lower.replace(_LINE, ' ')}{_LINE}"
        for number, start, end in self._automaton.find(spaced):
            entry, after = entries[number], spaced[end]
            if after in entry.tight:
                continue
            start -= entry.indent
            if not entry.starts:
                before = spaced[start]
                if before not in STARTS and (before in entry.unled or not left(lower, start, entry.left)):
                    continue
            ended = entry.ends or after in ENDS
            end -= 1
            if entry.aliases:
                kind = entry.right
                whole = ended or ((after not in mute or kind != "latin") and right(lower, end, kind, base))
                if whole or (entry.sturdy and (kind != "latin" or _joined(text, end))):
                    aliases = entry.names or claiming[entry.text, base, text[start:end]]
                    if not whole:
                        aliases = tuple([alias for alias in aliases if alias.sturdy])
                    if aliases:
                        names.append((start, end, False, aliases))
                if entry.only:
                    continue
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

    def _claim(self, place: tuple[str, str, str]) -> tuple[Alias, ...]:
        """The companies a pattern names in a language when it is written like the text of its place."""
        form, base, text = place
        return tuple(alias for alias in self._entries[form].aliases if alias.speaks(base) and alias.cased(text))


def _joined(text: str, end: int) -> bool:
    """Whether a Latin name ends where the next one, or its number, begins: iPhone|Fold, DeepSeek|V4, iPad|2."""
    return text[end - 1].islower() and (text[end].isupper() or text[end].isdigit())


def _after_space(word: str) -> str:
    """Short words are looked for after a space: inside other words they are too frequent to be asked about."""
    form = fold_word(word)
    return f" {form}" if len(form) < 4 and form.isascii() else form


def _frame(entry: _Entry, lower: str, start: int, end: int, ended: bool, found: Found) -> None:
    """Adds what a pattern says of boilerplate here; `ended`: nothing that could belong to its word follows."""
    if entry.markers and (ended or loose_end(lower, end, entry.right, 3 if end - start > SHORT else 0)):
        for form, scope in entry.markers:
            found.markers.append(_marker((start, end, form, scope)))
    if (entry.signals or entry.platform) and (ended or loose_end(lower, end, entry.right, 0)):
        for name in entry.signals:
            found.signals.append((start, end, name))
        if entry.platform:
            found.platforms[start] = max(end, found.platforms.get(start, 0))
