"""Boxes beside a story: polls, quizzes, corrections, notes on the author. They fill a line or end with a sentence."""

import re
from collections.abc import Callable, Iterable, Set

from chipwire.enrich.boilerplate.notices import SPEAKING, end_of_line, start_of_line

_STOP = re.compile(r"[.!?。！？؟।](?:(?<=[.!?])(?=[\s\"')\]]|$)|(?<=[。！？؟।]))")
_FRAME = " \t-–*•·▶►■●◆○☞※>»#[【<〈(（"
PARAGRAPH = 400
"""A longer line is a story's text."""
SHORT = 14
"""A sentence as short as this is a heading or a choice of answers, and the next one belongs to it."""
ASKING = ("?", "？", "؟")
_LABEL = re.compile(r"[\s\-–*•·▶►■●◆○☞※>»#\[【<〈(（]*([^\n:]{2,44}):(?!//)")
_WORDS = re.compile(r"[^\W\d_]+")
MOST_WORDS = 5
"""A label has no more words than this."""


def box_end(text: str, start: int, end: int) -> int:
    """Where a box ends whose heading is text[start:end].

    With its line when it opens one; in running text with its first sentence, its questions and the answers to them.
    """
    line_end = end_of_line(text, end)
    whole = paragraph_end(text, start)
    if whole is not None:
        return whole
    last = end
    for stop in _STOP.finditer(text, end, line_end):
        sentence = text[last : stop.end()]
        if not sentence.endswith(ASKING) and len(sentence.strip()) > SHORT:
            return stop.end()
        last = stop.end()
    return line_end


def paragraph_end(text: str, start: int) -> int | None:
    """The end of the line that opens at `start`, when it is a short one among others."""
    line = start_of_line(text, start)
    if text[line:start].strip(_FRAME):
        return None
    end = end_of_line(text, start)
    others = line > 0 or end < len(text)
    return end if others and end - line <= PARAGRAPH else None


def labelled_lines(
    text: str, names: Iterable[int], masked: Callable[[int], bool], facts: Set[str]
) -> list[tuple[int, int]]:
    """The lines, after a first one, that hold all `names` of a text when each opens with a label; else none.

    `names` are where they start, in order; one in the label itself is the line's subject. A text with further lines
    of the kind, which are not `masked`, is a list itself: a programme, a summary in points. A label of `facts` alone
    ("Venue:", "主办：") says where and by whom what the story tells of is held.
    """
    lines: list[tuple[int, int]] = []
    for place in names:
        if lines and place < lines[-1][1]:
            continue
        start, end = start_of_line(text, place), end_of_line(text, place)
        label = _label_end(text, start)
        if not text[:start].strip() or not 0 < label <= place or end - start > PARAGRAPH:
            return []
        if facts >= set(_WORDS.findall(text[start:label].lower())):
            return []
        lines.append((start, end))
    starts = {0, *(match.end() for match in re.finditer("\n", text))} - {start for start, _ in lines}
    return [] if any(_label_end(text, start) and not masked(start) for start in starts) else lines


def _label_end(text: str, start: int) -> int:
    """Where the label ends with which a line opens, 0 when it opens with none, as in "(NYSE: TSM) had risen"."""
    match = _LABEL.match(text, start)
    if match and "(" in match[0] and 0 < text.find(")", match.end()) < end_of_line(text, start) - 1:
        return 0
    words = _WORDS.findall(match[1].lower()) if match else []
    return match.end() if match and 0 < len(words) <= MOST_WORDS and SPEAKING.isdisjoint(words) else 0
