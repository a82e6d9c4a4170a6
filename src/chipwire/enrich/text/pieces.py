"""A stretch of text in words: where they start, how they are written, which begin a company's name."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from chipwire.enrich.text.memo import Memo

_QUOTED = frozenset("$\"'«")
"""What may stand right before a name."""


@dataclass(slots=True)
class Piece:
    """Words of a text, where they start, which have a capital, which headlines leave small.

    `ends` are where the company's names end that they begin, behind a sign of quotation or money; 0 without one.
    """

    words: list[str]
    starts: list[int]
    capital: list[bool]
    small: list[bool]
    ends: list[int]

    @classmethod
    def of(cls, text: str, start: int, until: int, names: dict[int, int], small: Mapping[str, bool]) -> "Piece":
        """text[start:until]; `names`: ends of companies' names by start, `small`: which words headlines leave small."""
        words, starts = parted(text, start, until)
        ends = [0] * len(words)
        for place in [place for place in names if start <= place < until] if words else ():
            i = bisect_right(starts, place) - 1
            if starts[i] == place or (starts[i] == place - 1 and words[i][0] in _QUOTED and not ends[i]):
                ends[i] = names[place]
        return cls(words, starts, [*map(_CAPITAL.__getitem__, words)], [*map(small.__getitem__, words)], ends)

    def is_titled(self) -> bool:
        """Whether the first words are in title case."""
        head = [capital for capital, small in zip(self.capital[:6], self.small, strict=False) if not small]
        return len(head) > 2 and all(head)

    def past(self, i: int) -> int:
        """The first word behind one, or behind the name that it begins."""
        end = self.ends[i]
        after = range(i + 1, len(self.words)) if end else ()
        return next((j for j in after if self.starts[j] >= end or not self.capital[j]), i + 1)


def parted(text: str, start: int, until: int) -> tuple[list[str], list[int]]:
    """The words of text[start:until] and where each starts in the text."""
    piece = text[start:until].lstrip()
    words, place = piece.split(), until - len(piece)
    if " ".join(words) == piece.rstrip():
        return words, list(accumulate([len(word) + 1 for word in words[:-1]], initial=place)) if words else []
    starts: list[int] = []
    for word in words:
        place = text.index(word, place)
        starts.append(place)
        place += len(word)
    return words, starts


_CAPITAL: Memo[str, bool] = Memo(lambda word: word != word.lower() or not word[0].isalpha())
"""Whether a word has a capital, or begins with something else than a letter."""
