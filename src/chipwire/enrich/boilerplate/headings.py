"""Headings that no colon follows, known by their words: before bullets, bars or numbers, or alone over lines."""

import re
from collections.abc import Iterable, Iterator

from chipwire.enrich.boilerplate.calls import opens_within
from chipwire.enrich.boilerplate.notices import end_of_line
from chipwire.enrich.lookup.glossary import Headings
from chipwire.enrich.text.folding import fold_word

_SIGN = re.compile(
    r"[•·*▶►▸›»>|■◆●☞→\n\-–—1](?:(?<=[^\W\d_\u2e80-\U0010ffff]\n)|(?<=\s[•·*▶►▸›»>|■◆●☞→\-–—])(?=\s)|(?<=\s1)(?=[.)]?\s))"
)
"""What may part a heading in words that spaces part from a list; every first character in one class."""
_BULLETS = "•·*▶►▸›»>|■◆●☞→"
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BORDER = re.compile(r"[.!?…。！？।؟:]\s")
_FRAME = " \t-–—*•·▶►■●◆▼([【#>»"
WINDOW = 60
"""A heading has no more letters, with what frames it."""
REACH = 90
"""The next headline of a list begins within so many letters."""
LEAST = 2
"""Words of a heading, but of those that are one alone."""
_LINE = re.compile(r"\n+\s*(?:[^\W\d_a-z]|[-–—•·*▶►▸›»>■◆●☞→\d\"«])[^\n]*(?<![.。।])(?:\n|$)")
"""A headline on a line of its own."""


class HeadingWords:
    """`labels` make a heading, `heads` when all its words are known; `helpers` stand beside them, `alone` need none."""

    def __init__(self, labels: Iterable[str], headings: Headings) -> None:
        self._strong = frozenset(map(fold_word, [*labels, *headings.heads]))
        self._alone = frozenset(map(fold_word, headings.alone))
        self._known = self._strong | self._alone | frozenset(map(fold_word, headings.helpers))

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Where headings over headlines begin behind a text's beginning, and where they end."""
        past = 0
        for sign in _SIGN.finditer(text):
            start = self._start(text, past, sign.start())
            if start and text[:start].strip() and _lists(text, sign):
                past = sign.end()
                yield start, sign.start()

    def _start(self, text: str, past: int, end: int) -> int | None:
        """Where the heading that ends at `end` begins: known words behind a border, or where one has been lost."""
        low = max(past, end - WINDOW, text.rfind("\n", 0, end) + 1)
        if text[low:end].rstrip(" :").rpartition(" ")[2].lower() not in self._known:
            return None
        for border in _BORDER.finditer(text, low, end):
            low = border.end()
        start, count, strong = None, 0, False
        for word in reversed(list(_WORDS.finditer(text, low, end))):
            said = word[0].lower()
            if said not in self._known:
                break
            count, strong = count + 1, strong or said in self._strong
            opens = not text[low : word.start()].strip(_FRAME) or opens_within(text, word.start())
            if opens and not word[0][0].islower() and (said in self._alone or (strong and count >= LEAST)):
                start = word.start()
        return start


def _lists(text: str, sign: re.Match[str]) -> bool:
    """Whether headlines follow a sign: a line that is one, a number or dash that goes on, or any bullet or bar."""
    mark = sign[0]
    if mark == "\n":
        return _LINE.match(text, sign.start()) is not None
    if mark in _BULLETS:
        return True
    until = min(end_of_line(text, sign.end()), sign.end() + REACH)
    following = r"2[.)]?" if mark == "1" else mark
    second = re.compile(rf"\s{following}\s+([^\W\d_])").search(text, sign.end(), until)
    return second is not None and not second[1].islower()
