"""Copies: the same text again, whatever its headline, its trims and its additions; never decided on the title."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories.common import Places, distinct, edges, meet, numbered, runs
from chipwire.enrich.stories.sentences import sentences

if TYPE_CHECKING:
    from chipwire.enrich.stories.pairs import Pairs, Shared, Terms

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
    ends = np.minimum(edges(np.array([len(body) + 1 for body in bodies])), len(whole))
    kept, parts = mixed[whole], edges(whole)[ends].tolist()
    return [distinct(kept[start:end]) for start, end in pairwise(parts)]


def sketched(marks: Keys) -> Keys:
    """A sample of the shingles that any two texts draw alike: what finds a copy in a large window."""
    return np.sort(marks[marks % _SAMPLE == 0] & np.uint64(0xFFFFFFFF))[:64]


def are_copies(shared: "Shared", near: Places) -> NDArray[np.bool_]:
    """Of the pairs with these numbers whether one body is the other, trimmed, padded or reworded by sentence.

    The same vocabulary is assumed.
    """
    if not len(near):
        return np.zeros(0, dtype=bool)
    agreed, fewer = (counts[near] for counts in shared.anchors.figures())
    runs, shingled = _shingled(shared.pairs.those(near))
    form_anew = (fewer >= 3) & (agreed * 2 < fewer)  # like yesterday's market close
    form_anew |= shared.anchors.of_different_companies()[near]  # like another company's results
    form_anew |= shared.anchors.new_act()[near]  # a denial that repeats what it denies
    copied: NDArray[np.bool_] = ~form_anew & (shingled >= LEAST) & (runs >= LIGHT * shingled)
    open_ = (~form_anew & ~copied & (agreed == fewer)).nonzero()[0]
    spoken, words = shared.terms.words(near[open_])
    open_ = open_[(words >= 2 * LEAST) & (spoken >= WORDS * words)]
    copied[open_] = told(shared.terms, near[open_]) >= np.where(agreed >= 2, TOLD, TOLD_BARE)[open_]
    return copied


def _shingled(pairs: "Pairs") -> tuple[Places, Places]:
    """How many shingles each pair has in common, and how many the shorter side has."""
    views, ones, others = pairs
    sizes = np.array([len(view.shingles) for view in views], dtype=np.intp)
    keys = np.concatenate([view.shingles for view in views])
    whose = meet(keys, sizes, ones, others).whose
    return np.bincount(whose, minlength=len(ones)), np.minimum(sizes[ones], sizes[others])


def told(terms: "Terms", near: Places) -> NDArray[np.float64]:
    """Of the pairs with these numbers the share of one's content that the nearest single sentences of the other also
    say, by rarity: the better way."""
    found = np.zeros(len(near))
    used, place = numbered(np.concatenate((terms.ones[near], terms.others[near])))
    size = np.array([text.size for text in sentences([terms.views[one] for one in used.tolist()])], dtype=np.intp)
    mine, theirs = size[place[: len(near)]], size[place[len(near) :]]
    portion = (mine * theirs).cumsum() // _CELLS
    for number in distinct(portion):
        found[portion == number] = _told(terms, near[portion == number])
    return found


def _told(terms: "Terms", near: Places) -> NDArray[np.float64]:
    used, place = numbered(np.concatenate((terms.ones[near], terms.others[near])))
    ones, others = place[: len(near)], place[len(near) :]
    texts = sentences([terms.views[number] for number in used.tolist()])
    mine, theirs, whose, rarity = terms.spoken(near)
    number = np.concatenate([text.number for text in texts]).astype(np.intp)
    starts = edges(np.array([len(text.number) for text in texts]))
    first = np.concatenate([text.first for text in texts]).astype(np.intp)
    words = np.array([len(text.first) for text in texts], dtype=np.intp)
    first += starts[:-1].repeat(words)
    times = np.append(first[1:], starts[-1]) - first  # each word stands there at least once
    before = words.cumsum() - words
    mine, theirs = mine + before.take(ones.take(whose)), theirs + before.take(others.take(whose))
    again = times.take(theirs)
    every = times.take(mine) * again
    turn, again = runs(np.zeros_like(every), every), again.repeat(every)
    here = number.take(first.take(mine).repeat(every) + turn // again)
    there = number.take(first.take(theirs).repeat(every) + turn % again)
    whose, weight = whose.repeat(every), rarity.repeat(every)
    size, total = np.array([text.size for text in texts]), np.array([text.total for text in texts])
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
