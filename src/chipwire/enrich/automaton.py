"""Many words looked for at once; the only home of ahocorasick_rs."""

from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation, MatchKind

SMALL, SMALL_ASCII = 2_500, 12_000
"""Up to so many letters in all, a table of every step from every state is small enough to stay in the cache; it has a
column for each byte that stands in the words, and ASCII has few."""
Match = tuple[int, int, int]
"""The number of a word, where it starts and ends."""


class Automaton:
    """One pass over a text finds all of `words`; `longest`: at each place only the longest, and none inside another.

    Folded English is nearly always ASCII, and that is searched as bytes, for the words that are ASCII themselves: no
    offsets are to be translated, and what is searched is half as large.
    """

    def __init__(self, words: Sequence[str], *, longest: bool = False) -> None:
        kind = MatchKind.LeftmostLongest if longest else MatchKind.Standard
        plain = [word.encode() if word.isascii() else b"\xff%d" % number for number, word in enumerate(words)]
        size = sum(len(word) for word in words if word.isascii())
        self._overlapping = not longest
        self._text = AhoCorasick(
            words, matchkind=kind, store_patterns=False, implementation=_way(sum(map(len, words)), SMALL)
        )
        self._bytes = BytesAhoCorasick(plain, matchkind=kind, implementation=_way(size, SMALL_ASCII))

    def find(self, text: str) -> list[Match]:
        """Every match, in the order of its end."""
        if text.isascii():
            return self._bytes.find_matches_as_indexes(text.encode(), overlapping=self._overlapping)
        return self._text.find_matches_as_indexes(text, overlapping=self._overlapping)


def _way(letters: int, small: int) -> Implementation:
    return Implementation.DFA if letters <= small else Implementation.ContiguousNFA
