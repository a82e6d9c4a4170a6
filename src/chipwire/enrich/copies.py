"""Copies: the same text again, whatever its headline, its trims and its additions; never decided on the title."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.common import Places, meet, overlaps, runs

if TYPE_CHECKING:
    from chipwire.enrich.pairs import Pairs

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
_END = np.zeros(1, dtype=np.uint32)
_CELLS = 1 << 18
"""Sentences times sentences that are set beside each other in one go."""
_SAMPLE = np.uint64(8)
_MIX, _STEP = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


def shingles(bodies: Sequence[NDArray[Any]]) -> list[Keys]:
    """Of each body the hashed runs of terms inside sentences (0 ends one), rising."""
    terms = np.concatenate([part for body in bodies for part in (body, _END)]).astype(np.uint64)
    runs = [terms[start : len(terms) - RUN + 1 + start] for start in range(RUN)]
    if not len(runs[0]):
        return [np.zeros(0, dtype=np.uint64) for _ in bodies]
    mixed = np.zeros_like(runs[0])
    for run in runs:
        mixed = (mixed ^ run) * _MIX
        mixed ^= mixed >> _STEP
    whole = (runs[0] != 0) & (runs[1] != 0) & (runs[2] != 0)
    ends = np.cumsum([len(body) + 1 for body in bodies])
    edges = [0, *np.concatenate([[0], whole.cumsum()]).take(ends, mode="clip").tolist()]
    kept = mixed[whole]
    return [np.unique(kept[start:end]) for start, end in pairwise(edges)]


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
    copied[open_] = told(pairs.those(open_)) >= np.where(agreed >= 2, TOLD, TOLD_BARE)[open_]
    return copied


def _held(pairs: "Pairs", keys: list[NDArray[Any]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """How many keys each pair has in common, and how many the shorter side has."""
    sizes = np.array([len(each) for each in keys], dtype=np.intp)
    return overlaps(keys, pairs.ones, pairs.others), np.minimum(sizes[pairs.ones], sizes[pairs.others])


def told(pairs: "Pairs") -> NDArray[np.float64]:
    """Of each pair the share of one's content that the nearest single sentences of the other also say, by rarity: the
    better way."""
    found, size = np.zeros(len(pairs.ones)), np.array([view.sentences.size for view in pairs.views])
    portion = (size[pairs.ones] * size[pairs.others]).cumsum() // _CELLS
    for number in np.unique(portion):
        found[portion == number] = _told(pairs.those(portion == number))
    return found


def _told(pairs: "Pairs") -> NDArray[np.float64]:
    views, ones, others = pairs
    texts = [view.sentences for view in views]
    common = meet([view.words for view in views] + [text.terms for text in texts], ones, others + len(views))
    number = np.concatenate([text.number for text in texts]).astype(np.intp)
    rarity = texts[0].values.take(np.concatenate([text.steps for text in texts]))
    starts = np.cumsum([0, *[len(text.terms) for text in texts]])
    first = np.concatenate([text.first for text in texts]).astype(np.intp)
    first += starts[:-1].repeat([len(text.first) for text in texts])
    times = np.append(first[1:], starts[-1]) - first  # each word stands there at least once
    again = times.take(common.mine)
    mine, theirs = runs(first.take(common.mine), again), (common.theirs - len(first)).repeat(again)
    whose, size = common.whose.repeat(again), np.array([text.size for text in texts])
    total, weight = np.array([text.total for text in texts]), rarity.take(mine)
    here, there = number.take(mine), number.take(theirs)
    forth = _nearest(size[ones], size[others], whose, here, there, weight)
    back = _nearest(size[others], size[ones], whose, there, here, weight)
    found: NDArray[np.float64] = np.maximum(forth / total[ones], back / total[others])
    return found


def _nearest(
    tall: Places, wide: Places, whose: Places, at: Places, by: Places, weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of each pair what its sentences `at` share with the one of `by` that shares most, summed."""
    ends = (tall * wide).cumsum()
    starts = ends - tall * wide
    said = np.bincount(starts.take(whose) + at * wide.take(whose) + by, weight, minlength=int(ends[-1]))
    rows = runs(np.zeros_like(tall), tall) * wide.repeat(tall) + starts.repeat(tall)
    best = np.maximum.reduceat(said, rows)
    return np.bincount(np.arange(len(tall)).repeat(tall), best, minlength=len(tall)).astype(np.float64)
