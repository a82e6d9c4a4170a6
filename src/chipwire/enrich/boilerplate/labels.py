"""Short headings with a colon that are known by their words: "Popular this week:", "こちらも人気："."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Literal

from chipwire.enrich.boilerplate.calls import chunks, opens_within
from chipwire.enrich.boilerplate.notices import SPEAKING, end_of_line
from chipwire.enrich.text.automaton import Automaton
from chipwire.enrich.text.folding import fold_word

Kind = Literal["advert", "box"]

_CJK = re.compile(r"[\u3041-\u30ff\u3400-\u9fff가-힣]")
_COLON = re.compile(r":(?!\d|//)")
"""One that may end a label."""
_LABEL = re.compile(r"[^\n:：。！？!?.…|]{2,44}[:：](?!\d|//)")
_WORDS = re.compile(r"[^\W\d_]+")
LATE = 4
"""Words of a label that begins within a sentence, at most."""
_LISTED = re.compile(r"\s[|/]\s|[｜／]")
LABEL = 46
"""Code points of a label with its colon, at most."""


class LabelWords:
    """Words that make a short label an advert's or a box's heading: parts of it in Han and kana, else words of it."""

    def __init__(self, adverts: Iterable[str], boxes: Iterable[str], helpers: Iterable[str]) -> None:
        self._adverts, self._boxes, self._helpers = (
            frozenset(map(fold_word, words)) for words in (adverts, boxes, helpers)
        )
        self.words = self._adverts | self._boxes
        self.parts = tuple(word for word in self.words if _CJK.match(word))
        single = [word for word in self.words.difference(self.parts) if _WORDS.fullmatch(word)]
        self._finder = Automaton([*single, *self.parts])
        self._single = len(single)

    def before(self, text: str, colons: list[int]) -> list[int]:
        """Those of some colons, in order, that could end a label: all are looked at in one go, because most do not."""
        near = [text[max(0, colon - LABEL) : colon].lower() for colon in colons]
        starts = list(accumulate([len(part) + 1 for part in near], initial=0))
        joined = "\n".join(near)
        likely = {
            bisect_right(starts, start)
            for number, start, end in self._finder.find(joined)
            if number >= self._single
            or not (_is_letter(joined[start - 1 : start]) or _is_letter(joined[end : end + 1]))
        }
        return [colons[number - 1] for number in sorted(likely)]

    def kind(self, label: str) -> Kind | None:
        """What a label in lower case is the heading of; a box says so in its first word but "our" and such."""
        if _CJK.search(label):
            part = next((word for word in self.parts if word in label), None) if len(label) < 22 else None
            return None if part is None else "box" if any(word in label for word in self._boxes) else "advert"
        tokens = _WORDS.findall(label)
        if len(tokens) > 6 or not SPEAKING.isdisjoint(tokens):
            return None
        if next((token for token in tokens if token not in self._helpers), "") in self._boxes:
            return "box"
        return None if self._adverts.isdisjoint(tokens) else "advert"

    def start(self, text: str, start: int, end: int) -> int:
        """Where a label begins when the sentence before it has lost its full stop: "41 likes already Related:"."""
        tokens = [(match.start(), match[0].lower()) for match in _WORDS.finditer(text, start, end)]
        last = max((place for place, word in tokens if word in self.words), default=start)
        return next((p for p, _ in reversed(tokens) if start < p <= last and opens_within(text, p)), start)


def _is_letter(char: str) -> bool:
    """Whether a character is one of _WORDS."""
    return char.isalnum() and not char.isdecimal()


def labels(text: str, words: LabelWords) -> Iterable[tuple[int, int, Kind]]:
    """Short labels with one of `words` before a colon: 'Popular this week:', 'こちらも人気：'; spans end after it."""
    colons = [match.start() for match in _COLON.finditer(text)]
    for start, end in chunks(text, words.before(text, colons) if colons else colons):
        match = _LABEL.match(text, start, min(end, start + LABEL))
        kind = words.kind(match[0].lower()) if match else None
        if match and kind:
            yield words.start(text, start, match.end()), match.end(), kind
        elif late := _late(text, start, end, words):
            yield late


def _late(text: str, start: int, end: int, words: LabelWords) -> tuple[int, int, Kind] | None:
    """A label behind a sentence that has lost its full stop, over headlines that bars part."""
    for colon in _COLON.finditer(text, start, end):
        if _LISTED.search(text, colon.end(), end_of_line(text, colon.end())) is None:
            break
        for word in list(_WORDS.finditer(text, start, colon.start()))[: -LATE - 1 : -1]:
            opens = word[0][0].isupper() or word[0][0] >= "가"
            if opens and words.kind(text[word.start() : colon.end()].lower()) == "advert":
                return word.start(), colon.end(), "advert"
    return None
