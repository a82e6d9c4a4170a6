"""A keyword as data/topics.toml writes it, and where it stands in a text as a word of its own."""

import re
from dataclasses import dataclass

from chipwire.enrich.text.scripts import spaced

STRENGTHS = {"strong": (3.0, 2.0, 1.0), "weak": (2.0, 1.0, 0.5), "": (1.0, 1.0, 1.0)}
"""Points in the title, in the lead, further down."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A form and what it speaks for: a topic, or "aside", "elsewhere", "phrase"; each is itself alone."""

    topic: str
    form: str
    exact: bool
    rest: re.Pattern[str] | None
    open: bool
    points: tuple[float, float, float]
    """What it gives in the title, in the lead, further down."""
    lettered: tuple[bool, bool]
    """Whether its first and its last sign are letters that may not touch others."""
    anywhere: bool
    """Whether it stands wherever its stem does."""
    key: tuple[str, str]
    """Topic and form: a form counts once."""

    def stands(self, text: str, lower: str, start: int, end: int) -> int:
        """Where the form ends when it stands at text[start:end] as a word of its own, else 0."""
        first, last = self.lettered
        if first and start and _letter(lower[start - 1]):
            return 0
        if self.exact and text[start:end] != self.form:
            return 0
        if self.rest is not None:
            match = self.rest.match(lower, end)
            return match.end() if match else 0
        return 0 if last and not self.open and end < len(lower) and _letter(lower[end]) else end


def _letter(char: str) -> bool:
    return char.isalnum() and spaced(char)


def keyword(topic: str, strength: str, written: str) -> Word:
    exact, form = written.startswith("="), written.removeprefix("=")
    inner = form.rstrip("*")
    rest = None
    if "*" in inner:
        tail = r"\w*".join(re.escape(part) for part in inner.split("*")[1:]).lower()
        rest = re.compile(r"\w*" + tail + (r"\w*" if form.endswith("*") else r"(?!\w)"))
    stem = inner.split("*")[0].lower()
    lettered = (_letter(stem[0]), _letter(stem[-1]))
    exactly, is_open = exact and not form.endswith("*"), form.endswith("*")
    anywhere = not (exactly or rest or lettered[0] or (lettered[1] and not is_open))
    return Word(topic, inner, exactly, rest, is_open, STRENGTHS[strength], lettered, anywhere, (topic, inner))
