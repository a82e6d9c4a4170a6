"""Headings that no colon follows, known by their words: before bullets, bars or numbers, or alone over lines."""

import re
from collections.abc import Container, Iterable, Iterator

from chipwire.enrich.boilerplate.calls import opens_within
from chipwire.enrich.boilerplate.notices import end_of_line
from chipwire.enrich.boilerplate.shapes import ARROWS, BULLETS
from chipwire.enrich.lookup.glossary import Headings
from chipwire.enrich.text.folding import fold_word

_SIGN = re.compile(
    rf"[{BULLETS}\n\-–—1](?:(?<=[^\W\d_\u2e80-\U0010ffff]\n)|(?<=\s[{BULLETS}\-–—])(?=\s)|(?<=\s1)(?=[.)]?\s))"
)
"""What may part a heading in words that spaces part from a list; every first character in one class."""
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BORDER = re.compile(r"[.!?…。！？।؟:]\s")
_FRAME = " \t-–—*•·▶►■●◆▼([【#>»"
WINDOW = 60
"""A heading has no more letters, with what frames it."""
REACH = 90
"""The next headline of a list begins within so many letters."""
LABEL = 5
"""Words of a heading that is known by its place alone, at most."""
HEADLINE, LONGEST, UNSPACED = 2, 3, 8
"""Words of every headline at least, and of the longest; letters where no spaces part them."""
LEAST = 2
"""Words of a heading, but of those that are one alone."""
_LINE = re.compile(r"\n+\s*(?:[^\W\d_a-z]|[-–—•·*▶►▸›»>■◆●☞→\d\"«])[^\n]*(?<![.。।])(?:\n|$)")
"""A headline on a line of its own."""
_WIDE_LINE = re.compile(r"\n[^\w\n]{0,4}(\d{0,2}[\u3041-\u30ff\u3400-\u9fff가-힣][^\n。.,、，:!?]{3,20})(?=\n)")
"""A line as short as a heading is, without a mark that sentences have."""


class HeadingWords:
    """`labels` make a heading, `heads` when all its words are known; `helpers` stand beside them, `alone` need none."""

    def __init__(self, labels: Iterable[str], headings: Headings) -> None:
        labels = tuple(labels)
        self._strong = frozenset(map(fold_word, [*labels, *headings.heads]))
        self._parts = tuple(word for word in map(fold_word, labels) if word[0] >= "\u2e80")
        self._alone = frozenset(map(fold_word, headings.alone))
        self._known = self._strong | self._alone | frozenset(map(fold_word, headings.helpers))

    def find(self, text: str, names: Container[int]) -> Iterator[tuple[int, int, bool]]:
        """Where headings over headlines begin behind a text's beginning, where they end, and whether by their words.

        `names`: where companies' names start, of which a heading known by its place alone has none.
        """
        past = 0
        for sign in _SIGN.finditer(text):
            start = self._start(text, past, sign.start())
            known = listed = start is not None and _lists(text, sign)
            if not listed and sign[0] in ARROWS:
                start = _label(text, past, sign.start(), names)
                listed = start is not None and _runs(text, sign)
            if start and listed and text[:start].strip():
                past = sign.end()
                yield start, sign.start(), known

    def lines(self, text: str) -> Iterator[tuple[int, int, bool]]:
        """The same of headings in Han, kana and hangul that stand alone on a line over headlines."""
        for line in _WIDE_LINE.finditer(text):
            if (
                any(part in line[1] for part in self._parts)
                and text[: line.start()].strip()
                and _LINE.match(text, line.end())
            ):
                yield line.start(1), line.end(), True

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


def _label(text: str, past: int, end: int, names: Container[int]) -> int | None:
    """Where the sentence begins that ends at `end`, if it is as short as a label and names nobody."""
    low = max(past, end - WINDOW, text.rfind("\n", 0, end) + 1)
    for border in _BORDER.finditer(text, low, end):
        if border[0][0] == ":":
            return None
        low = border.end()
    words = list(_WORDS.finditer(text, low, end))
    if not 0 < len(words) <= LABEL or words[0][0][0].islower() or (low == end - WINDOW and low > past):
        return None
    plain = text[low:end].strip(_FRAME).replace(" ", "").replace("'", "").isalpha()
    return low if plain and not any(place in names for place in range(low, end)) else None


def _runs(text: str, sign: re.Match[str]) -> bool:
    """Whether two headlines follow, each behind the same sign and without a full stop."""
    parts = text[sign.end() : end_of_line(text, sign.end())][: 3 * REACH].split(f" {sign[0]} ")
    parts[-1:] = [parts[-1][:REACH]]
    long = any(len(words) >= LONGEST or words[0][0] >= "\u2e80" for words in map(_WORDS.findall, parts) if words)
    return (
        long and len(parts) > 1 and all(_like_headline(part, last=n == len(parts) - 1) for n, part in enumerate(parts))
    )


def _like_headline(part: str, *, last: bool) -> bool:
    """Whether a piece has the words of a headline and, but for the last one, no full stop."""
    words = _WORDS.findall(part)
    if not words or len(part) > REACH or words[0][0].islower():
        return False
    enough = len(words) >= HEADLINE or (words[0] >= "\u2e80" and sum(map(len, words)) >= UNSPACED)
    return enough and (last or _BORDER.search(part) is None)


def _lists(text: str, sign: re.Match[str]) -> bool:
    """Whether headlines follow a sign: a line that is one, a number or dash that goes on, or any bullet or bar."""
    mark = sign[0]
    if mark == "\n":
        return _LINE.match(text, sign.start()) is not None
    if mark in BULLETS:
        return True
    until = min(end_of_line(text, sign.end()), sign.end() + REACH)
    following = r"2[.)]?" if mark == "1" else mark
    second = re.compile(rf"\s{following}\s+([^\W\d_])").search(text, sign.end(), until)
    return second is not None and not second[1].islower()
