"""Context words: which of the words that speak for or against a name stand near it. Looked for only when asked."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from functools import cache

from chipwire.enrich.automaton import Automaton
from chipwire.enrich.folding import Folded, fold_word
from chipwire.enrich.glossary import Glossary
from chipwire.enrich.spelling import ENDS, STARTS, Boundaries, loose_end, script

NEAR = 220
"""Words count within this many characters, and wherever they stand when they stand in the title."""
USUAL = frozenset({"chip", "ai", "tech", "finance"})
"""The sets that speak for a name when its alias names none."""
BUSINESS = frozenset({"business", "electronics", "phone"})
"""The sets that speak, besides, for a name which may be part of another word."""
BLOCK = 2048
"""Characters of the body searched at a time."""
Places = list[tuple[int, str]]
Text = tuple[Folded, Callable[[int], bool] | None]
"""A text and what of it is masked, None for nothing."""


class ContextWords:
    """All sets of data/cues.toml and the words aliases name themselves, in two automata: rare sets and usual ones.

    What speaks against a name is rare in a text; what speaks for it is frequent and needed for few names only.
    """

    def __init__(self, glossary: Glossary, boundaries: Boundaries) -> None:
        groups = [group for company in glossary.companies.values() for group in company.alias]
        sisters = [name for company in glossary.companies.values() for name in company.sister_cues]
        against = {name for group in groups for name in group.against}.union(sisters)
        named = {name for group in groups for name in group.cues} | against | USUAL | BUSINESS
        named.update(name for company in glossary.companies.values() for name in company.own_cues)
        self._left = boundaries.left
        self._rare = frozenset(against)
        self._halves = {
            rare: _Half({name: glossary.cues.get(name, [name]) for name in named if (name in against) == rare})
            for rare in (True, False)
        }
        self.halves = cache(self._parted)

    def _parted(self, names: frozenset[str]) -> list[tuple[bool, frozenset[str]]]:
        """The named sets that are rare and those that are usual; the glossary asks for a few hundred of such groups."""
        both = [(True, names & self._rare), (False, names - self._rare)]
        return [(rare, asked) for rare, asked in both if asked]

    def find(self, folded: Folded, start: int, stop: int, *, rare: bool) -> dict[str, Places]:
        """The words of each set that begin in a stretch of a text; acronyms only where they are in capitals."""
        lower, left = folded.lower, self._left
        found: defaultdict[str, Places] = defaultdict(list)
        half = self._halves[rare]
        stretch = lower[start : stop + half.longest]
        for number, at, end in half.automaton.find(stretch):
            at, end = at + start, end + start
            word, kind, right, names, acronym = half.words[number]
            if at >= stop or (at and lower[at - 1] not in STARTS and not left(lower, at, kind)):
                continue
            if lower[end : end + 1] in ENDS or loose_end(lower, end, right, 1 if end - at < 4 else 4):
                for name in names:
                    found[name].append((at, word))
                if acronym and folded.text[at:end].isupper():
                    for name in acronym:
                        found[name].append((at, word))
        return found


class _Half:
    def __init__(self, sets: dict[str, list[str]]) -> None:
        names: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for name, words in sets.items():
            for word in words:
                names[fold_word(word.removeprefix("="))][word.startswith("=")].append(name)
        self.words = [
            (word, script(word[0]), script(word[-1]), tuple(usual), tuple(acronym))
            for word, (usual, acronym) in names.items()
        ]
        self.longest = max(map(len, names), default=0)
        self.automaton = Automaton(list(names))


class Context:
    """The context words of one item, looked for in blocks and only where a name has a condition.

    `title` and `body` are texts with what is masked in them; the title's places are negative, as Mention.order has it.
    """

    def __init__(self, words: ContextWords, title: Text, body: Text) -> None:
        self._words = words
        self._title, self._body = title, body
        self._shift = -len(title[0].lower) - 1
        self._size = len(body[0].lower)
        self._blocks: dict[tuple[bool, int], dict[str, Places]] = {}
        self._places: dict[tuple[frozenset[str], int, int], tuple[Places, Places]] = {}
        self._arounds: dict[tuple[bool, int, int], dict[str, Places]] = {}

    def near(self, names: frozenset[str], start: int, end: int) -> set[str]:
        """Distinct words of the named sets near a span or in the title, those inside the span left out."""
        low, high = start - NEAR, end + NEAR
        first, last = low // BLOCK if low > 0 else 0, (high if high < self._size else self._size) // BLOCK
        places = self._places.get((names, first, last))
        if places is None:
            places = self._places[names, first, last] = self._asked(names, first, last)
        titled, others = places
        if others:
            others = others[bisect_left(others, (low,)) : bisect_left(others, (high + 1,))]
        return {word for place, word in others + titled if not start <= place < end} if others or titled else set()

    def _asked(self, names: frozenset[str], first: int, last: int) -> tuple[Places, Places]:
        """The words of the named sets in the title, and those in some blocks of the body in order."""
        places: Places = []
        for rare, asked in self._words.halves(names):
            found = self._arounds.get((rare, first, last))
            if found is None:
                found = self._around(rare, first, last)
            for name in found.keys() & asked:
                places += found[name]
        places.sort()
        border = bisect_left(places, (0, ""))
        return places[:border], places[border:]

    def _around(self, rare: bool, first: int, last: int) -> dict[str, Places]:
        """What stands in the title and in some blocks of the body."""
        blocks = [found for number in (-1, *range(first, last + 1)) if (found := self._block(rare, number))]
        around = blocks[0] if len(blocks) == 1 else {}
        for found in blocks if len(blocks) > 1 else ():
            for name, places in found.items():
                around[name] = [*around.get(name, ()), *places]
        self._arounds[rare, first, last] = around
        return around

    def _block(self, rare: bool, number: int) -> dict[str, Places]:
        """What stands in one block of the body, in the title when `number` is -1."""
        found = self._blocks.get((rare, number))
        if found is None:
            (folded, masked), shift = (self._body, 0) if number >= 0 else (self._title, self._shift)
            start = max(number, 0) * BLOCK
            stop = start + BLOCK if number >= 0 else len(folded.lower)
            found = self._words.find(folded, start, stop, rare=rare)
            if masked or shift:
                found = {
                    name: [(shift + place, word) for place, word in places if not (masked and masked(place))]
                    for name, places in found.items()
                }
            self._blocks[rare, number] = found
        return found
