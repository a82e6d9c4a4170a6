"""ITEM → CORRECTION: whether a report that its outlet gives anew says something else than before, or only otherwise.

A comma, a rewritten lead and a live report that grows are no corrections. What counts is a sentence that stands there
nearly as it did and has another figure, year or company in it or is turned round, a word of the outlet on what it
corrected, and a denial that was not there.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from chipwire.domain.boilerplate import blanked
from chipwire.enrich import data_file
from chipwire.enrich.rewording import Sentence, Version, Wordings, Words, corrected, sentence
from chipwire.enrich.text.sentence import spans
from chipwire.enrich.text.terms import family

SENTENCES = 80
"""Of a text, changed ones only, that are set beside each other: headlines and what follows them are corrected first."""

LONGEST = 400
"""Code points of what is quoted."""


class Change(NamedTuple):
    """The sentence or headline as it was and as it is; `before` is empty where one was only added."""

    before: str
    now: str


class Book(BaseModel, extra="forbid"):
    """The whole of corrections.toml."""

    languages: dict[str, Wordings]


class Corrections:
    """What corrections are told by, from data/corrections.toml."""

    def __init__(self, book: Book) -> None:
        self._book = book.languages
        self._words = cache(self._made)

    @classmethod
    def load(cls, data: Path) -> "Corrections":
        """Read data/corrections.toml; ConfigError when it is wrong."""
        return cls(data_file.read(data / "corrections.toml", Book))

    def _made(self, lang: str) -> "Words":
        return Words(self._book.get(lang), unspaced=lang in ("zh", "ja", "ko"))

    def between(self, before: Version, after: Version) -> Change | None:
        """What was corrected from one version to the next; None when nothing was that a reader must be told again."""
        found = self._found(before, after)
        return found and Change(found.before[:LONGEST], found.now[:LONGEST])

    def _found(self, before: Version, after: Version) -> Change | None:
        words = self._words(family(after.tags.lang))
        if words.live(before.title) or words.live(after.title):
            return _announced(before, after, words)
        return (
            _between(_headline(before, words), _headline(after, words))
            or _between(_sentences(before, after, words), _sentences(after, before, words))
            or _announced(before, after, words)
            or _denied(before, after)
        )


def _headline(version: Version, words: Words) -> list[Sentence]:
    return [sentence(version, version.title, 0, True, words)] if version.title else []


def _sentences(version: Version, other: Version, words: Words) -> list[Sentence]:
    """Those of its text that the other version has not: what stands in both says what it said."""
    body = blanked(version.body, version.tags.boilerplate)
    standing = set(_said(other.body))
    changed = [place for place in spans(body) if " ".join(body[slice(*place)].split()) not in standing][:SENTENCES]
    return [sentence(version, body[start:end], start, False, words) for start, end in changed]


def _between(before: Sequence[Sentence], after: Sequence[Sentence]) -> Change | None:
    """The first sentence that has taken another's place and says something else."""
    for old in before:
        for new in after:
            if old.text != new.text and corrected(old, new):
                return Change(old.text, new.text)
    return None


def _announced(before: Version, after: Version, words: Words) -> Change | None:
    """A word of the outlet that it corrected something: in the headline, or in a line of its own, boxes included."""
    if words.corrects(after.title) and not words.corrects(before.title):
        return Change(before.title, after.title)
    there = set(_said(before.body))
    return next((Change("", said) for said in _said(after.body) if words.corrects(said) and said not in there), None)


def _denied(before: Version, after: Version) -> Change | None:
    """A denial where there was none."""
    if any(claim.kind == "denial" for claim in before.tags.claims):
        return None
    new = (claim.text for claim in after.tags.claims if claim.kind == "denial" and claim.text not in before.body)
    return next((Change("", " ".join(text.split())) for text in new), None)


def _said(body: str) -> Iterator[str]:
    """Its sentences, each in one line."""
    return (" ".join(body[start:end].split()) for start, end in spans(body))
