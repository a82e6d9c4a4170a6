"""One pass over a text finds every name, look-alike, boilerplate marker and context cue the glossary knows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick, MatchKind

from chipwire.enrich.folding import Folded, fold, fold_word
from chipwire.enrich.glossary import Glossary, Kind, MarkerGroup, Strength
from chipwire.enrich.spelling import Boundaries, Endings, declined, is_spaced, script

STURDY = {"hangul": 3, "kana": 4}
"""From this many characters on a unique name may head a compound written in one word."""


@dataclass(frozen=True, slots=True)
class Alias:
    """One name of one company with its conditions, ready to match."""

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

    def speaks(self, lang: str) -> bool:
        base = lang.split("-")[0]
        return (not self.langs or base in self.langs) and base not in self.not_langs

    def cased(self, text: str) -> bool:
        """Whether the capitals of `text` are those of a name."""
        if self.case == "any":
            return True
        if self.case == "capital":
            return text[0].isupper() or not text[0].islower()
        return text == self.text or (text.isupper() and len(text) > 3)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in the folded text where a name stands; several companies may claim it under conditions."""

    start: int
    end: int
    aliases: tuple[Alias, ...]


@dataclass(frozen=True, slots=True)
class Marker:
    start: int
    end: int
    group: MarkerGroup


@dataclass(slots=True)
class Found:
    """All of one text: names after longest match, markers, platform words, and where each cue word stands."""

    hits: list[Hit] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    platforms: dict[int, int] = field(default_factory=dict)
    signals: list[tuple[int, int, str]] = field(default_factory=list)
    cues: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    covered: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Entry:
    """What one pattern stands for; most stand for one thing only."""

    text: str
    left: str
    right: str
    aliases: list[Alias] = field(default_factory=list)
    markers: list[MarkerGroup] = field(default_factory=list)
    cues: list[str] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    trap: bool = False
    platform: bool = False


class Matcher:
    """The automaton over all patterns, built once."""

    def __init__(self, glossary: Glossary, endings: Endings) -> None:
        self.boundaries = Boundaries(endings)
        self._entries: dict[str, _Entry] = {}
        inline: dict[str, None] = {}
        for alias, form in _aliases(glossary, endings):
            self._entry(form).aliases.append(alias)
            inline.update(dict.fromkeys(name for name in alias.cues | alias.against if name not in glossary.cues))
        for phrases in glossary.traps.phrases.values():
            for phrase in phrases:
                self._entry(fold_word(phrase)).trap = True
        for group in glossary.boilerplate.marker:
            for phrase in group.texts:
                self._entry(fold_word(phrase)).markers.append(group)
        for word in glossary.boilerplate.platforms:
            self._entry(fold_word(word)).platform = True
        for name, words in glossary.boilerplate.calls:
            for word in words:
                self._entry(fold_word(word)).signals.append(name)
        for name, words in [*glossary.cues.items(), *((word, [word]) for word in inline)]:
            for word in words:
                self._entry(fold_word(word)).cues.append(name)
        self.typo_names = [
            (alias, entry.text) for entry in self._entries.values() for alias in entry.aliases if alias.typos
        ]
        self._list = list(self._entries.values())
        self._automaton = AhoCorasick([entry.text for entry in self._list], matchkind=MatchKind.Standard)

    def _entry(self, form: str) -> _Entry:
        return self._entries.setdefault(form, _Entry(form, script(form[0]), script(form[-1])))

    def find(self, folded: Folded, lang: str) -> Found:
        """Everything the glossary knows in `folded`."""
        found = Found()
        names: list[tuple[int, int, tuple[Alias, ...]]] = []
        text, lower = folded.text, folded.lower
        for number, start, end in self._automaton.find_matches_as_indexes(lower, overlapping=True):
            entry = self._list[number]
            if not self.boundaries.left(lower, start, entry.left):
                continue
            if entry.aliases and (aliases := self._fitting(entry, text, lower, start, end, lang)):
                names.append((start, end, aliases))
            if entry.trap and _loose_end(lower, end, entry.right, 3):
                names.append((start, end, ()))
            if entry.markers and _loose_end(lower, end, entry.right, 3 if end - start > 7 else 0):
                found.markers.extend(Marker(start, end, group) for group in entry.markers)
            if entry.signals and _loose_end(lower, end, entry.right, 0):
                found.signals.extend((start, end, name) for name in entry.signals)
            if entry.platform and _loose_end(lower, end, entry.right, 0):
                found.platforms[start] = max(end, found.platforms.get(start, 0))
            if entry.cues and _loose_end(lower, end, entry.right, 1 if end - start < 4 else 4):
                for name in entry.cues:
                    found.cues.setdefault(name, []).append((start, entry.text))
        found.hits, found.covered = _longest(names)
        return found

    def _fitting(self, entry: _Entry, text: str, lower: str, start: int, end: int, lang: str) -> tuple[Alias, ...]:
        return tuple(
            alias
            for alias in entry.aliases
            if alias.speaks(lang)
            and alias.cased(text[start:end])
            and self.boundaries.right(lower, end, entry.right, lang=lang.split("-")[0], sturdy=alias.sturdy)
        )


def _loose_end(lower: str, end: int, kind: str, spare: int) -> bool:
    """Whether a word of a spaced script ends at most `spare` letters after `end`."""
    if kind not in ("latin", "cyrillic", "arabic"):
        return True
    stop = end
    while stop < len(lower) and is_spaced(lower[stop]):
        stop += 1
        if stop - end > spare:
            return False
    return True


def _longest(names: Sequence[tuple[int, int, tuple[Alias, ...]]]) -> tuple[list[Hit], list[tuple[int, int]]]:
    """The longest of overlapping names and look-alikes wins, the leftmost of equals; look-alikes then fall away."""
    hits: list[Hit] = []
    covered: list[tuple[int, int]] = []
    for start, end, aliases in sorted(names, key=lambda name: (name[0] - name[1], name[0], not name[2])):
        if any(start < taken_end and taken_start < end for taken_start, taken_end in covered):
            continue
        covered.append((start, end))
        if aliases:
            hits.append(Hit(start, end, aliases))
    return sorted(hits, key=lambda hit: hit.start), covered


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
                    case=group.case or _usual_case(folded.text, group.strength),
                    cues=frozenset(group.cues), against=frozenset(group.against),
                    langs=tuple(group.langs), not_langs=tuple(group.not_langs),
                    left=script(form[0]), right=kind,
                    sturdy=group.strength == "unique" and not group.against and len(form) >= STURDY.get(kind, 99),
                    typos=group.typos,
                )  # fmt: skip
                yield alias, form
                if group.strength == "unique" and group.kind in ("legal", "brand", "product", "person"):
                    yield from ((alias, other) for other in declined(form, endings))


def _usual_case(text: str, strength: Strength) -> str:
    if not text[0].isupper() and not text.isupper():
        return "any"
    if len(text) <= 4 and text.isupper():
        return "exact"
    return "any" if strength == "unique" else "capital"
