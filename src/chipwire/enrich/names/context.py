"""Context words: which of the words that speak for or against a name stand near it. Looked for only when asked."""

from bisect import bisect_left
from collections.abc import Callable
from functools import cache

from chipwire.enrich.boilerplate.zones import Spans
from chipwire.enrich.lookup.glossary import Glossary
from chipwire.enrich.text.automaton import Automaton, Match
from chipwire.enrich.text.folding import Folded, fold_word
from chipwire.enrich.text.spelling import ENDS, LETTERS, STARTS, Boundaries, loose_end, script

NEAR = 220
"""Words count within this many characters of a story, and wherever they stand when they stand in the title."""
USUAL = frozenset({"chip", "ai", "tech", "finance"})
"""The sets that speak for a name when its alias names none."""
BUSINESS = frozenset({"business", "electronics", "phone"})
"""The sets that speak, besides, for a name which may be part of another word."""
BLOCK = 2048
"""Characters of the body searched at a time."""
FEW = 8
"""Whether one of so many words stands in a text at all is sooner known than where all that the sets hold may stand."""
Places = list[tuple[int, str]]
Standing = tuple[tuple[int, str], bool]
"""Place of a word, and whether it is written in capitals there."""
Text = tuple[Folded, Callable[[int], bool] | None]
"""A text and what of it is masked, None for nothing."""
Wanted = dict[int, bool]
"""Numbers of words, and whether each counts however it is written, not only in capitals."""
_TITLE = -1
"""The number of the title among the blocks of the body."""


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
        sets = {name: glossary.cues.get(name, [name]) for name in named}
        rare = {name: words for name, words in sets.items() if name in against}
        usual = {name: words for name, words in sets.items() if name not in against}
        self._halves = [half for half in (Half(rare, boundaries), Half(usual, boundaries)) if half.sets]
        self.asked = cache(self._asked)

    def _asked(self, names: frozenset[str], plain: bool) -> "Asked":
        """The words of the named sets that may stand in a text, by half; `plain`: the text is ASCII.

        The glossary asks for a few hundred of such groups.
        """
        return [(half, wanted) for half in self._halves if (wanted := half.wanted(names, plain))]


class Half:
    """Some of the sets in one automaton, each word once."""

    def __init__(self, sets: dict[str, list[str]], boundaries: Boundaries) -> None:
        self.sets: dict[str, Wanted] = {}
        self._left = boundaries.left
        numbers: dict[str, int] = {}
        for name, words in sets.items():
            wanted = self.sets[name] = {}
            for written in words:
                word = fold_word(written.removeprefix("="))
                number = numbers.setdefault(word, len(numbers))
                wanted[number] = wanted.get(number, False) or not written.startswith("=")
        scripts = [(word, script(word[0]), script(word[-1])) for word in numbers]
        self._words = [(word, left, right, left in ("latin", "cyrillic")) for word, left, right in scripts]
        self._longest = max(map(len, numbers), default=0)
        self._automaton = Automaton(list(numbers))

    def wanted(self, names: frozenset[str], plain: bool) -> Wanted:
        """The words of some sets, or those in ASCII."""
        found: Wanted = {}
        for name in names & self.sets.keys():
            for number, always in self.sets[name].items():
                if not plain or self._words[number][0].isascii():
                    found[number] = found.get(number, False) or always
        return found

    def hold(self, wanted: Wanted, text: str) -> bool:
        """Whether one of these words may stand in a lower-case text."""
        return len(wanted) > FEW or any(self._words[number][0] in text for number in wanted)

    def find(self, lower: str, start: int, stop: int) -> list[Match]:
        """What may be a word of any set in a stretch of a text, counted from its start; some begin behind it."""
        return self._automaton.find(lower[start : stop + self._longest])

    def stands(self, folded: Folded, number: int, at: int, end: int) -> Standing | None:
        """Where a word that find() gave stands as such, and whether in capitals."""
        lower = folded.lower
        word, left, right, firm = self._words[number]
        before = lower[at - 1] if at else " "
        if before not in STARTS and ((firm and before in LETTERS) or not self._left(lower, at, left)):
            return None
        ended = lower[end : end + 1] in ENDS or loose_end(lower, end, right, 1 if end - at < 5 else 4)
        return ((at, word), folded.text[at:end].isupper()) if ended else None


Asked = list[tuple[Half, Wanted]]
"""What is wanted of each half."""


class _Block:
    """A block of the body, or the title: what may be words there, and of those that were asked for what is."""

    def __init__(self, half: Half, folded: Folded, start: int, stop: int) -> None:
        self._half, self._folded, self._start, self._stop = half, folded, start, stop
        self._hits = half.find(folded.lower, start, stop)
        self._numbers = {hit[0] for hit in self._hits}
        self._standing: dict[Match, Standing | None] = {}

    def places(self, wanted: Wanted) -> Places:
        """Where the wanted words stand."""
        found: Places = []
        if wanted.keys().isdisjoint(self._numbers):
            return found
        for hit in [hit for hit in self._hits if hit[0] in wanted]:
            if hit not in self._standing:
                number, at, end = hit[0], hit[1] + self._start, hit[2] + self._start
                within = at < self._stop
                self._standing[hit] = self._half.stands(self._folded, number, at, end) if within else None
            standing = self._standing[hit]
            if standing and (standing[1] or wanted[hit[0]]):
                found.append(standing[0])
        return found


class Context:
    """The context words of one item, looked for in blocks and only where a name has a condition.

    `title` and `body` are texts with what is masked in them; the title's places are negative, as Mention.order has it.
    `hidden` is the body's boilerplate, sorted and disjoint: it parts no words of the story from each other.
    """

    def __init__(self, words: ContextWords, title: Text, body: Text, hidden: Spans) -> None:
        self._words = words
        self._title, self._body, self._hidden = title, body, hidden
        self._size = len(body[0].lower)
        self._parts = self._size // BLOCK + 2
        self._blocks: dict[tuple[Half, int], _Block] = {}
        self._said: dict[frozenset[str], _Said] = {}

    def near(self, names: frozenset[str], start: int, end: int) -> set[str]:
        """Distinct words of the named sets near a span or in the title, those inside the span left out."""
        said = self._words_of(names)
        if said.silent == self._parts:
            return set()
        low, high = self.around(start, end) if self._hidden else (start - NEAR, end + NEAR)
        first, last = low // BLOCK if low > 0 else 0, (high if high < self._size else self._size) // BLOCK
        found = said[_TITLE]
        while first <= last:
            if places := said[first]:
                found = found + places[bisect_left(places, (low,)) : bisect_left(places, (high + 1,))]
            first += 1
        return {word for place, word in found if not start <= place < end} if found else set()

    def around(self, start: int, end: int) -> tuple[int, int]:
        """How far what stands near a span of the story reaches; what boilerplate hides of it is not counted."""
        low, high = start - NEAR, end + NEAR
        for first, past in self._hidden:
            if end <= first < high:
                high += past - first
        for first, past in reversed(self._hidden):
            if low < past <= start:
                low -= past - first
        return low, high

    def silent(self, names: frozenset[str]) -> bool:
        """Whether no word of the named sets stands anywhere."""
        said = self._words_of(names)
        return not any(said[number] for number in range(_TITLE, self._parts + _TITLE))

    def _words_of(self, names: frozenset[str]) -> "_Said":
        said = self._said.get(names)
        if said is None:
            title, body = self._title[0].lower, self._body[0].lower
            asked = self._words.asked(names, title.isascii() and body.isascii())
            held = [(half, wanted) for half, wanted in asked if half.hold(wanted, title) or half.hold(wanted, body)]
            said = self._said[names] = _Said(self._block, held)
            if not held:
                said.silent = self._parts
        return said

    def _block(self, asked: Asked, number: int) -> Places:
        """The words of some sets in one block of the body, in order, or in the title."""
        (folded, masked), start, stop = self._body, number * BLOCK, (number + 1) * BLOCK
        if number == _TITLE:
            (folded, masked), start, stop = self._title, 0, len(self._title[0].lower)
        places: Places = []
        for half, wanted in asked:
            block = self._blocks.get((half, number))
            if block is None:
                block = self._blocks[half, number] = _Block(half, folded, start, stop)
            places += block.places(wanted)
        if masked:
            places = [(place, word) for place, word in places if not masked(place)]
        return [(place - stop - 1, word) for place, word in places] if number == _TITLE else sorted(places)


class _Said(dict[int, Places]):
    """The words of some sets by block, each found when it is first asked for."""

    def __init__(self, find: Callable[[Asked, int], Places], asked: Asked) -> None:
        super().__init__()
        self._find, self._asked = find, asked
        self.silent = 0
        """How many blocks were found to hold none."""

    def __missing__(self, number: int) -> Places:
        places = self[number] = self._find(self._asked, number)
        self.silent += not places
        return places
