"""The zones of a text: its lead, what is quoted, captions, and the boilerplate that never tags."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

Zone = Literal["title", "lead", "body", "quote", "caption", "boilerplate"]
Spans = list[tuple[int, int]]
"""Where stretches of a text begin and end."""
_QUOTED = {
    mark: re.compile(rf"{mark}[^{end}\n]{{{least},{most}}}{end}")
    for mark, end, least, most in (
        ('"', '"', 3, 600), ("「", "」", 2, 300), ("『", "』", 2, 300), ("«", "»", 3, 600), ("《", "》", 2, 80)
    )
}  # fmt: skip
_QUOTE = re.compile("|".join(pattern.pattern for pattern in _QUOTED.values()))


@dataclass(slots=True)
class Zones:
    """Spans of boilerplate and captions of one body, sorted and disjoint; `text` is the folded body."""

    text: str
    lead_end: int = 0
    boilerplate: Spans = field(default_factory=list)
    captions: Spans = field(default_factory=list)
    _hidden: list[int] = field(init=False)
    """Where boilerplate begins and ends, in turns: behind an odd number of borders is inside."""
    _captioned: list[int] = field(init=False)
    _quoted: list[int] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._hidden, self._captioned = _borders(self.boilerplate), _borders(self.captions)

    def masked(self, start: int) -> bool:
        """Whether the character at `start` is boilerplate."""
        return bisect_right(self._hidden, start) % 2 > 0

    def hide(self, spans: Spans) -> None:
        """Make these boilerplate too."""
        self.boilerplate = merged([*self.boilerplate, *spans])
        self._hidden = _borders(self.boilerplate)

    def of(self, start: int) -> Zone:
        if self._hidden and bisect_right(self._hidden, start) % 2:
            return "boilerplate"
        if self._captioned and bisect_right(self._captioned, start) % 2:
            return "caption"
        if self._quoted is None:
            self._quoted = _borders(_quotes(self.text))
        if self._quoted and bisect_right(self._quoted, start) % 2:
            return "quote"
        return "lead" if start < self.lead_end else "body"


def merged(spans: Spans) -> Spans:
    """Spans sorted and disjoint."""
    joined: Spans = []
    first, last = 0, -1
    for start, end in sorted(spans):
        if start > last:
            if last >= 0:
                joined.append((first, last))
            first, last = start, end
        elif end > last:
            last = end
    if last >= 0:
        joined.append((first, last))
    return joined


def _borders(spans: Spans) -> list[int]:
    return list(chain.from_iterable(spans))


def _quotes(text: str) -> Spans:
    """Spans of what stands in quotation marks; one kind of them is searched ten times faster than all."""
    marks = [mark for mark in _QUOTED if mark in text]
    pattern = _QUOTE if len(marks) > 1 else _QUOTED[marks[0]] if marks else None
    return [match.span() for match in pattern.finditer(text)] if pattern else []
