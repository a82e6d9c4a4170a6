"""Boxes beside a story: polls, quizzes, corrections, notes on the author. They fill a line or end with a sentence."""

import re

_STOP = re.compile(r"[.!?。！？؟।](?:(?<=[.!?])(?=[\s\"')\]]|$)|(?<=[。！？؟।]))")
_FRAME = " \t-–*•·▶►■●◆○☞※>»#[【<〈(（"
PARAGRAPH = 400
"""A longer line is a story's text."""
SHORT = 14
"""A sentence as short as this is a heading or a choice of answers, and the next one belongs to it."""
_ASKING = ("?", "？", "؟")


def box_end(text: str, start: int, end: int) -> int:
    """Where a box ends whose heading is text[start:end].

    With its line when it opens one; in running text with its first sentence, its questions and the answers to them.
    """
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    whole = paragraph_end(text, start)
    if whole is not None:
        return whole
    last = end
    for stop in _STOP.finditer(text, end, line_end):
        sentence = text[last : stop.end()]
        if not sentence.endswith(_ASKING) and len(sentence.strip()) > SHORT:
            return stop.end()
        last = stop.end()
    return line_end


def paragraph_end(text: str, start: int) -> int | None:
    """The end of the line that opens at `start`, when it is a short one among others."""
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip(_FRAME):
        return None
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    others = line > 0 or end < len(text)
    return end if others and end - line <= PARAGRAPH else None
