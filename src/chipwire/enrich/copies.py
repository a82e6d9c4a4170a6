"""Copies: the same text again, whatever its headline, its trims and its additions; never decided on the title."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.common import overlaps

if TYPE_CHECKING:
    from chipwire.enrich.pairs import Pairs
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


def are_copies(pairs: "Pairs") -> NDArray[np.bool_]:
    """Of each pair whether one body is the other, trimmed, padded or reworded sentence by sentence.

    The same vocabulary is assumed.
    """
    agreed, fewer = _held(pairs, [view.figures for view in pairs.views])
    runs, shingled = _held(pairs, [view.shingles for view in pairs.views])
    form_anew = (fewer >= 3) & (agreed * 2 < fewer)  # like yesterday's market close
    copied: NDArray[np.bool_] = ~form_anew & (shingled >= LEAST) & (runs >= LIGHT * shingled)
    open_ = ~form_anew & ~copied & (agreed == fewer)
    left = pairs.those(open_)
    spoken, words = _held(left, [view.words for view in left.views])
    open_[open_] = (words >= 2 * LEAST) & (spoken >= WORDS * words)
    least = np.where(agreed >= 2, TOLD, TOLD_BARE)
    for pair in open_.nonzero()[0].tolist():
        copied[pair] = told(pairs.views[pairs.ones[pair]], pairs.views[pairs.others[pair]]) >= least[pair]
    return copied


def _held(pairs: "Pairs", keys: list[NDArray[Any]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """How many keys each pair has in common, and how many the shorter side has."""
    sizes = np.array([len(each) for each in keys], dtype=np.intp)
    return overlaps(keys, pairs.ones, pairs.others), np.minimum(sizes[pairs.ones], sizes[pairs.others])


def told(one: "View", two: "View") -> float:
    """Share of one's content that the nearest single sentences of the other also say, by rarity: the better way."""
    mine, theirs = one.sentences, two.sentences
    first = theirs.terms.searchsorted(mine.terms)
    times = theirs.terms.searchsorted(mine.terms, side="right") - first
    ends = times.cumsum()
    if not len(ends) or not ends[-1]:
        return 0.0
    other = (first - ends + times).repeat(times) + np.arange(ends[-1])
    cell = mine.number.repeat(times) * theirs.size + theirs.number[other]
    weight = mine.rarity.repeat(times)
    said = np.bincount(cell, weight, minlength=mine.size * theirs.size).reshape(mine.size, theirs.size)
    there, back = float(said.max(axis=1).sum()), float(said.max(axis=0).sum())
    return max(there / mine.total if mine.total else 0.0, back / theirs.total if theirs.total else 0.0)
