"""Many words looked for at once; the only home of ahocorasick_rs."""

from collections.abc import Sequence
from functools import cached_property

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation, MatchKind

SMALL, SMALL_ASCII = 2_500, 12_000
"""Up to so many letters in all, a table of every step from every state is small enough to stay in the cache; it has a
column for each byte that stands in the words, and ASCII has few."""
TABLE = 1 << 18
"""Bytes of the largest table: what those up to 1 MiB saved in an item could not be measured, and they took 9 MiB."""
Match = tuple[int, int, int]
"""The number of a word, where it starts and ends."""


class Automaton:
    """One pass over a text finds all of `words`; `longest`: at each place only the longest, and none inside another.

    Folded English is nearly always ASCII, and that is searched as bytes, for the words that are ASCII themselves: no
    offsets are to be translated, and what is searched is half as large.
    """

    def __init__(self, words: Sequence[str], *, longest: bool = False) -> None:
        self._words, self._overlapping = words, not longest
        self._kind = MatchKind.LeftmostLongest if longest else MatchKind.Standard

    @cached_property
    def _text(self) -> AhoCorasick:
        """Made when first asked for, as the next: of a language that is not English one of the two is hardly used."""
        way = _way([word.encode() for word in self._words], sum(map(len, self._words)) <= SMALL)
        return AhoCorasick(self._words, matchkind=self._kind, store_patterns=False, implementation=way)

    @cached_property
    def _bytes(self) -> BytesAhoCorasick:
        plain = [word.encode() if word.isascii() else b"\xff%d" % number for number, word in enumerate(self._words)]
        way = _way(plain, sum(len(word) for word in self._words if word.isascii()) <= SMALL_ASCII)
        return BytesAhoCorasick(plain, matchkind=self._kind, implementation=way)

    def find(self, text: str) -> list[Match]:
        """Every match, in the order of its end."""
        if text.isascii():
            return self._bytes.find_matches_as_indexes(text.encode(), overlapping=self._overlapping)
        return self._text.find_matches_as_indexes(text, overlapping=self._overlapping)


def _way(words: Sequence[bytes], small: bool) -> Implementation:
    table = 4 * sum(map(len, words)) * len(set(b"".join(words)))
    return Implementation.DFA if small and table <= TABLE else Implementation.ContiguousNFA
