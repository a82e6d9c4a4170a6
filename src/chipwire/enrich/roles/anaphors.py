"""Words that mean a company without its name: "the company" the one named last, "the iPhone maker" one that is not."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from chipwire.enrich.text.automaton import Automaton
from chipwire.enrich.text.folding import fold_word
from chipwire.enrich.text.spelling import is_spaced

WORDS = 4
"""Before the last part of a form stand its first word, one or two others, and a space before them all."""


class Anaphors:
    """The forms of one language in folded lower-case texts; … stands for one or two words, none of them a form."""

    def __init__(self, written: Sequence[str]) -> None:
        forms = [fold_word(form) for form in written]
        self._spaced = is_spaced(forms[0][0])
        self._pattern = _spaced(forms) if self._spaced else re.compile("|".join(map(re.escape, forms)))
        self._last = Automaton(list({_parted(form)[1] or form for form in forms} if self._spaced else forms))

    def stand(self, text: str) -> bool:
        """Whether any stands in a text."""
        return self._pattern.search(text) is not None

    def starts(self, text: str, start: int) -> Iterator[int]:
        """Where each of them begins in text[start:].

        In ASCII they are looked for by their last part, many at once: "company" is rarer than "the".
        """
        if not text.isascii():
            yield from (match.start() for match in self._pattern.finditer(text, start))
            return
        for _, place, end in self._last.find(text):
            if end <= start:
                continue
            begin = place
            for _ in range(WORDS if self._spaced else 0):
                begin = max(text.rfind(" ", start, begin), start)
            if match := self._pattern.search(text, max(begin, start), end):
                yield match.start()
                start = match.end()


def _parted(form: str) -> tuple[str, str]:
    """The first word of a form, with a mark where others may follow, and the rest."""
    first, gap, rest = form.partition(" … ") if "…" in form else form.partition(" ")
    return first + gap, rest


def _spaced(forms: Sequence[str]) -> re.Pattern[str]:
    """One pattern where words are set apart: forms begin with a word and may have an ending.

    It begins with the first words they have, which are searched many times faster than a border of words.
    """
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for first, rest in map(_parted, forms):
        behind[first].append(re.escape(rest))
    return re.compile("|".join(_begun(first, rests) for first, rests in behind.items()), re.DOTALL)


def _begun(first: str, rests: list[str]) -> str:
    """A pattern of a word with what may follow it, up to two words behind where it ends with …"""
    word = first.removesuffix("… ")
    gap = r"(?:[\w-]+\ ){0,2}?" if word != first else ""
    return rf"{re.escape(word)}(?<!\w{'.' * len(word)}){gap}(?:{'|'.join(rests)})"
