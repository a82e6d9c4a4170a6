"""Many words looked for at once; the only home of ahocorasick_rs."""

from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation, MatchKind

SMALL = 2_500
"""Up to so many letters in all, a table of every step from every state is small enough to stay in the cache."""
Match = tuple[int, int, int]
"""The number of a word, where it starts and ends."""


class Automaton:
    """One pass over a text finds all of `words`; `longest`: at each place only the longest, and none inside another.

    Folded English is nearly always ASCII, and that is searched as bytes: no offsets are to be translated.
    """

    def __init__(self, words: Sequence[str], *, longest: bool = False) -> None:
        kind = MatchKind.LeftmostLongest if longest else MatchKind.Standard
        way = Implementation.DFA if sum(map(len, words)) <= SMALL else Implementation.ContiguousNFA
        self._overlapping = not longest
        self._text = AhoCorasick(words, matchkind=kind, store_patterns=False, implementation=way)
        self._bytes = BytesAhoCorasick([word.encode() for word in words], matchkind=kind, implementation=way)

    def find(self, text: str) -> list[Match]:
        """Every match, in the order of its end."""
        if text.isascii():
            return self._bytes.find_matches_as_indexes(text.encode(), overlapping=self._overlapping)
        return self._text.find_matches_as_indexes(text, overlapping=self._overlapping)
