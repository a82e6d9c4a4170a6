"""Context words: which of the words that speak for or against a name stand near it. Looked for only when asked."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from chipwire.enrich.folding import Folded, fold_word
from chipwire.enrich.glossary import Glossary
from chipwire.enrich.spelling import Boundaries, loose_end, script

NEAR = 220
"""Words count within this many characters, and wherever they stand when they stand in the title."""
USUAL = frozenset({"chip", "ai", "tech", "finance"})
"""The sets that speak for a name when its alias names none."""
Places = list[tuple[int, str]]


class ContextWords:
    """All sets of data/cues.toml and the words aliases name themselves, in two automata: rare sets and usual ones.

    What speaks against a name is rare in a text; what speaks for it is frequent and needed for few names only.
    """

    def __init__(self, glossary: Glossary, boundaries: Boundaries) -> None:
        groups = [group for company in glossary.companies.values() for group in company.alias]
        sisters = [name for company in glossary.companies.values() for name in company.sister_cues]
        against = {name for group in groups for name in group.against}.union(sisters)
        named = {name for group in groups for name in group.cues} | against | USUAL
        named.update(name for company in glossary.companies.values() for name in company.own_cues)
        self._left = boundaries.left
        self.rare = frozenset(against)
        self._halves = {
            rare: _Half({name: glossary.cues.get(name, [name]) for name in named if (name in against) == rare})
            for rare in (True, False)
        }

    def find(self, folded: Folded, *, rare: bool) -> dict[str, Places]:
        """Where the words of each set stand in a text; acronyms only where they are written in capitals."""
        lower = folded.lower
        found: defaultdict[str, Places] = defaultdict(list)
        half = self._halves[rare]
        for number, start, end in half.automaton.find_matches_as_indexes(lower, overlapping=True):
            word, left, right, names, acronym = half.words[number]
            if start and lower[start - 1] != " " and not self._left(lower, start, left):
                continue
            if loose_end(lower, end, right, 1 if end - start < 4 else 4):
                for name in names:
                    found[name].append((start, word))
                if acronym and folded.text[start:end].isupper():
                    for name in acronym:
                        found[name].append((start, word))
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
        self.automaton = AhoCorasick(list(names), matchkind=MatchKind.Standard)


class Context:
    """The context words of one item; a part is (folded text, its offset in the item, what is masked)."""

    def __init__(self, words: ContextWords, parts: Sequence[tuple[Folded, int, Callable[[int], bool]]]) -> None:
        self._words = words
        self._parts = parts
        self._found: dict[bool, dict[str, Places]] = {}

    def near(self, names: Iterable[str], start: int, end: int) -> set[str]:
        """Distinct words of the named sets near a span or in the title, those inside the span left out."""
        near: set[str] = set()
        for name in names:
            places = self._half(name in self._words.rare).get(name)
            if not places:
                continue
            low = bisect_left(places, (start - NEAR, ""))
            high = bisect_right(places, (end + NEAR, "\U0010ffff"))
            titled = places[: bisect_left(places, (0, ""))] if places[0][0] < 0 else []
            for chosen in (titled, places[low:high]):
                near.update(word for place, word in chosen if not start <= place < end)
        return near

    def has(self, names: Iterable[str]) -> bool:
        """Whether a word of the named sets stands anywhere."""
        return any(name in self._half(name in self._words.rare) for name in names)

    def _half(self, rare: bool) -> dict[str, Places]:
        if rare not in self._found:
            self._found[rare] = self._search(rare=rare)
        return self._found[rare]

    def _search(self, *, rare: bool) -> dict[str, Places]:
        found: dict[str, Places] = {}
        for folded, shift, masked in self._parts:
            for name, places in self._words.find(folded, rare=rare).items():
                kept = [(shift + place, word) for place, word in places if not masked(place)]
                if kept:
                    found.setdefault(name, []).extend(sorted(kept))
        return found
