"""Where the sentence round a place begins and ends, in scripts with and without blanks."""

import re
from collections.abc import Iterator

from chipwire.enrich.text.memo import Memo

SENTENCE = re.compile(
    r"[。！？.!?\n](?:(?<=[。！？])[。！？]*[”」』\"]?|(?<=[.!?])[.!?]*[\"”»’')]*(?=\s|$)|(?<=\n)\n*)"
)
"""Every first character in one class, because that is searched several times faster."""
MARKS = frozenset("。！？.!?\n”」』\"»’')")
"""What ends of sentences are made of: a search that begins among them would begin within one."""
NEAR, FAR = 160, 600
"""As far back as the beginning of a sentence is looked for, at first and at most."""
ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Corp|Co|Ltd|Mr|Ms|Dr|No|vs|St|Jr|bzw|ca|Mrd|Mio|z\.B|Nr|U\.S|e\.g|i\.e)|\b[A-Z])\.$"
)
LETTERS = 5
"""Abbreviations have fewer letters in a row."""


def around(body: str, start: int, end: int) -> tuple[int, int]:
    """The sentence round body[start:end], without blanks at its ends."""
    first = _begin(body, start, NEAR) or (_begin(body, start, FAR) if start > NEAR else 0)
    last = len(body)
    for match in SENTENCE.finditer(body, end):
        if not _abbreviated(body, match.start()):
            last = match.end()
            break
    text = body[first:last]
    return first + len(text) - len(text.lstrip()), first + len(text.rstrip())


def spans(body: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, in order, without blanks round it."""
    first = 0
    for end in [*(m.end() for m in SENTENCE.finditer(body) if not _abbreviated(body, m.start())), len(body)]:
        text = body[first:end]
        if said := text.strip():
            start = first + text.index(said[0])
            yield start, start + len(said)
        first = end


def _begin(body: str, start: int, reach: int) -> int:
    """The end of the last sentence that ends within `reach` before `start`, 0 for none."""
    window = start - reach if start > reach else 0
    while 0 < window < start and body[window - 1] in MARKS:
        window -= 1
    for stop, after in reversed([match.span() for match in SENTENCE.finditer(body, window, start)]):
        if not _abbreviated(body, stop):
            return after
    return 0


def _abbreviated(body: str, stop: int) -> bool:
    """Whether the mark at `stop` only ends an abbreviation."""
    if body[stop] != "." or (stop >= LETTERS and body[stop - LETTERS : stop].isalpha()):
        return False
    before = body[max(0, stop - 6) : stop + 1]
    return _SHORT[before[before.rfind(" ") + 1 :]]


_SHORT: Memo[str, bool] = Memo(lambda word: ABBREVIATION.search(word) is not None)
"""Whether a word with the full stop behind it is an abbreviation."""
