"""Copies: the same text again, whatever its headline, its trims and its additions; never decided on the title."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.common import overlaps, shared

if TYPE_CHECKING:
    from chipwire.enrich.views import View

Keys = NDArray[np.uint64]
RUN = 3
"""Terms in a shingle: three words, or four characters of Han, kana and hangul."""
LEAST = 6
"""Fewer shingles than this are a stub, too little to call a copy."""
LIGHT = 0.5
"""Containment of shingles from which a text is a copy."""
WORDS, TOLD, TOLD_BARE = 0.45, 0.44, 0.55
"""A rewording is a copy from these shares of a text's words, and of its content sentence by sentence with all of two
or more amounts kept; without amounts to hold on to it takes more."""
_SAMPLE = np.uint64(8)
_MIX, _STEP = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


def shingles(keys: NDArray[Any]) -> Keys:
    """Hashed runs of terms inside sentences (0 ends one), rising."""
    terms = np.asarray(keys, dtype=np.uint64)
    if len(terms) < RUN:
        return np.zeros(0, dtype=np.uint64)
    runs = [terms[start : len(terms) - RUN + 1 + start] for start in range(RUN)]
    mixed = np.zeros_like(runs[0])
    for run in runs:
        mixed = (mixed ^ run) * _MIX
        mixed ^= mixed >> _STEP
    return np.unique(mixed[np.logical_and.reduce([run != 0 for run in runs])])


def sketched(marks: Keys) -> Keys:
    """A sample of the shingles that any two texts draw alike: what finds a copy in a large window."""
    return np.sort(marks[marks % _SAMPLE == 0] & np.uint64(0xFFFFFFFF))[:64]


def are_copies(one: "View", others: Sequence["View"]) -> list[bool]:
    """Of each other whether one body is its body, trimmed, padded or reworded sentence by sentence.

    The same vocabulary is assumed.
    """
    figures = overlaps(one.figures, [other.figures for other in others])
    runs = overlaps(one.shingles, [other.shingles for other in others])
    return [_is_copy(one, *row) for row in zip(others, figures, runs, strict=True)]


def _is_copy(one: "View", two: "View", agreed: int, runs: int) -> bool:
    fewer = min(len(one.figures), len(two.figures))
    if fewer >= 3 and agreed * 2 < fewer:
        return False  # a form filled in anew, like yesterday's market close
    least = min(len(one.shingles), len(two.shingles))
    if least >= LEAST and runs / least >= LIGHT:
        return True
    return agreed == fewer and _reworded(one, two, TOLD if agreed >= 2 else TOLD_BARE)


def _reworded(one: "View", two: "View", least: float) -> bool:
    """Whether either text tells the other's sentences one by one in mostly the same words."""
    mine, theirs = one.words, two.words
    size = min(len(mine), len(theirs))
    if size < 2 * LEAST or shared(mine, theirs) / size < WORDS:
        return False
    return told(one, two) >= least


def told(one: "View", two: "View") -> float:
    """Share of one's content that the nearest single sentences of the other also say, by rarity: the better way."""
    common, place, _ = np.intersect1d(one.terms, two.terms, assume_unique=True, return_indices=True)
    if not len(common):
        return 0.0
    weighted, plain = _by_sentence(one, common) * one.rarity[place], _by_sentence(two, common)
    said = weighted @ plain.T
    there, back = said.max(axis=1).sum(), said.max(axis=0).sum()
    totals = one.sentences[2], two.sentences[2]
    return max(float(hit) / total if total else 0.0 for hit, total in zip((there, back), totals, strict=True))


def _by_sentence(view: "View", common: NDArray[Any]) -> NDArray[np.float64]:
    """Which of the common terms each sentence holds, as ones and zeros."""
    terms, number, _ = view.sentences
    place = np.searchsorted(common, terms)
    place[place == len(common)] = 0
    there = common[place] == terms
    table = np.zeros((int(number[-1]) + 1 if len(number) else 1, len(common)))
    table[number[there], place[there]] = 1.0
    return table
