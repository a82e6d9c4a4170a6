"""Two wordings of one sentence: whether the second says something else than the first, or only otherwise."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from chipwire.domain import Tags
from chipwire.enrich.text.terms import terms

ALIKE, NEARLY_THE_SAME = 0.6, 0.75
"""Share of their words that two sentences have in common, figures aside, for one to be the other corrected; more where
words alone tell them apart."""
ROUNDING = 0.05
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DIGITS = re.compile(r"\d+(?:[.,:/]\d+)*")
_LETTER = r"[\w\u0300-\u036f\u064b-\u065f\u0900-\u0963]"
"""Signs that Arabic and Devanagari set above and below their letters are none to `re`."""
_BRACKETS = "[\\[【(（〔《<]", "[\\]】)）〕》>]"
_WIRE = r"(?:update\s*\d*\s*[-–:]\s*)?"
"""What agencies put before it: "UPDATE 1-CORRECTED-"."""


class Version(NamedTuple):
    """A report as it stood: its headline, plain text, and what was read out of them."""

    title: str
    body: str
    tags: Tags


class Wordings(BaseModel, extra="forbid"):
    """One [languages.X] of corrections.toml."""

    marks: list[str]
    notes: list[str]
    negations: list[str]
    turns: list[list[str]]
    moving: list[str]
    live: list[str]


class Words:
    """The wordings of one language made ready; those of none find nothing."""

    def __init__(self, said: Wordings | None, *, unspaced: bool) -> None:
        marks = "|".join(map(re.escape, sorted(said.marks, key=len, reverse=True))) if said else "(?!)"
        opens, closes = _BRACKETS
        self._mark = re.compile(
            rf"^\W*{_WIRE}(?:{marks})\s*[:：\-–—|]|{opens}[^{closes[1:-1]}]{{0,12}}(?:{marks})[^{opens[1:-1]}]{{0,12}}{closes}"
        )
        self._notes = tuple(said.notes) if said else ()
        self._live = tuple(said.live) if said else ()
        self.negation = _any(said.negations if said else (), unspaced)
        self.turns = [_any(side, unspaced) for side in said.turns] if said else []
        self.moving = _any(said.moving if said else (), unspaced)

    def corrects(self, sentence: str) -> bool:
        """Does it say that something was corrected?"""
        low = _lower(sentence)
        return bool(self._mark.search(low)) or any(note in low for note in self._notes)

    def live(self, title: str) -> bool:
        low = _lower(title)
        return any(word in low for word in self._live)


class Sentence(NamedTuple):
    """One sentence or headline, and what of it a correction may change."""

    text: str
    terms: frozenset[str]
    """Its words without figures and without what turns it round."""
    amounts: list[tuple[float, float, str]]
    years: frozenset[str]
    slugs: frozenset[str]
    negated: bool
    sides: tuple[bool, ...]
    """Which sides of the turns it has words of."""
    moving: bool


def sentence(version: Version, text: str, at: int, titled: bool, words: Words) -> Sentence:
    """`at` is where it begins in headline or body."""
    tags = version.tags
    begins = at if titled else at + len(version.title) + 1
    inside = [f for f in tags.figures if begins <= f.start and f.end <= begins + len(text)]
    bare = _lower(_cut(text, [(f.start - begins, f.end - begins) for f in inside]))
    rest = _DIGITS.sub(" ", bare)
    for pattern in (words.negation, *words.turns):
        rest = pattern.sub(" ", rest)
    here = [e for e in tags.evidence if (e.zone == "title") == titled and at <= e.start and e.end <= at + len(text)]
    return Sentence(
        text=" ".join(text.split()),
        terms=frozenset(terms(rest, tags.lang)),
        amounts=[(f.value_low, f.value_high, f.unit) for f in inside],
        years=frozenset(_YEAR.findall(bare)),
        slugs=frozenset(e.slug for e in here),
        negated=bool(words.negation.search(bare)),
        sides=tuple(bool(side.search(bare)) for side in words.turns),
        moving=bool(words.moving.search(bare)),
    )


def corrected(old: Sentence, new: Sentence) -> bool:
    alike = _alike(old.terms, new.terms)
    if alike < ALIKE:
        return False
    moving = old.moving or new.moving
    swapped = bool(old.years - new.years and new.years - old.years) or bool(
        old.slugs - new.slugs and new.slugs - old.slugs
    )
    if swapped or (not moving and _recounted(old.amounts, new.amounts)):
        return True
    return not moving and alike >= NEARLY_THE_SAME and (old.negated != new.negated or _turned(old.sides, new.sides))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one) + len(other)
    return 2 * len(one & other) / both if both else 0.0


def _recounted(old: Iterable[tuple[float, float, str]], new: Iterable[tuple[float, float, str]]) -> bool:
    """One amount is gone and another stands for it: of the same unit, or the same number of another one.

    The same in another currency is no correction, nor is what is only said more exactly.
    """
    old, new = list(old), list(new)
    lost = [one for one in old if not any(_same(one, other) for other in new)]
    gained = [one for one in new if not any(_same(one, other) for other in old)]
    return any(one[2] == other[2] or one[:2] == other[:2] for one in lost for other in gained)


def _same(one: tuple[float, float, str], other: tuple[float, float, str]) -> bool:
    return one[2] == other[2] and _rounds(one[0], other[0]) and _rounds(one[1], other[1])


def _rounds(one: float, other: float) -> bool:
    """Whether one is the other, rounded."""
    if one == other:
        return True
    coarse = min(_digits(one), _digits(other))
    near = abs(one - other) <= ROUNDING * max(abs(one), abs(other))
    return near and f"{one:.{coarse - 1}e}" == f"{other:.{coarse - 1}e}"


def _digits(number: float) -> int:
    """How many significant digits it is told with."""
    return len(f"{number:.9e}".split("e")[0].replace(".", "").replace("-", "").rstrip("0")) or 1


def _turned(old: Sequence[bool], new: Sequence[bool]) -> bool:
    """Whether one says up where the other says down: words of one side only, then of the other side only."""
    sides = zip(old[::2], old[1::2], new[::2], new[1::2], strict=True)
    return any((up, down) != (up2, down2) and up != down and up2 != down2 for up, down, up2, down2 in sides)


def _lower(text: str) -> str:
    return text.lower().replace("’", "'")


def _cut(text: str, places: Iterable[tuple[int, int]]) -> str:
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _any(written: Iterable[str], unspaced: bool) -> re.Pattern[str]:
    """Any of the words, at their beginning or whole; in scripts without spaces anywhere."""
    forms = [re.escape(word.rstrip("$")) + (f"(?!{_LETTER})" if word.endswith("$") else "") for word in written]
    return re.compile(("" if unspaced else f"(?<!{_LETTER})") + "(?:" + "|".join(forms) + ")" if forms else "(?!)")
