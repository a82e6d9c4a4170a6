"""Copies: the same text again, whatever its headline, its trims and its additions; never decided on the title."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories.columns import bodies
from chipwire.enrich.stories.common import Places, distinct, edges, meet, numbered, runs
from chipwire.enrich.stories.sentences import Sentences, sentences

if TYPE_CHECKING:
    from chipwire.enrich.stories.pairs import Pairs, Shared, Terms
    from chipwire.enrich.stories.views import View

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
DAY = 20 * 3600.0
"""Seconds from which a text is of another day: there one amount is enough to tell a form that is filled in anew."""
_CELLS = 1 << 18
"""Sentences times sentences that are set beside each other in one go."""
_SAMPLE, _DRAWN = np.uint64(8), 64
_OWNER, _HASH = np.uint64(48), np.uint64((1 << 48) - 1)
"""Shingles are hashes of 48 bits; above them stands whose they are while those of many views are sorted."""
_MIX, _STEP = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


def shingles(views: Sequence["View"]) -> tuple[Keys, Places]:
    """The hashed runs of terms inside sentences of each body, rising, one view after the other; how many each has."""
    body, sizes = bodies(views)
    terms, owner = body.astype(np.uint64), np.arange(len(views)).repeat(sizes)
    if len(terms) < RUN:
        return terms[:0], np.zeros_like(sizes)
    runs = [terms[start : len(terms) - RUN + 1 + start] for start in range(RUN)]
    mixed = np.zeros_like(runs[0])
    for run in runs:
        mixed = (mixed ^ run) * _MIX
        mixed ^= mixed >> _STEP
    whole = (runs[0] != 0) & (runs[1] != 0) & (runs[2] != 0) & (owner[: len(mixed)] == owner[RUN - 1 :])
    rows = distinct(owner[: len(mixed)][whole].astype(np.uint64) << _OWNER | mixed[whole] & _HASH)
    return rows & _HASH, np.bincount((rows >> _OWNER).astype(np.intp), minlength=len(views))


def sketched(views: Sequence["View"]) -> tuple[Keys, Places]:
    """A sample of their shingles that any two texts draw alike, which finds a copy in a large window; with the place
    of the view that each is of."""
    marks, sizes = shingles(views)
    owner = np.arange(len(views)).repeat(sizes)
    drawn = marks % _SAMPLE == 0
    rows = np.sort(owner[drawn].astype(np.uint64) << _OWNER | marks[drawn] & np.uint64(0xFFFFFFFF))
    owner = (rows >> _OWNER).astype(np.intp)
    first = edges(np.bincount(owner, minlength=len(views)))
    few = np.arange(len(rows)) - first[owner] < _DRAWN
    return rows[few] & _HASH, owner[few]


def are_copies(shared: "Shared", near: Places) -> NDArray[np.bool_]:
    """Of the pairs with these numbers whether one body is the other, trimmed, padded or reworded by sentence.

    The same vocabulary is assumed; a text in the other Chinese script is another language's.
    """
    agreed, fewer = (counts[near] for counts in shared.anchors.figures())
    later = shared.apart()[near] >= DAY
    form_anew = (agreed * 2 < fewer) & ((fewer >= 3) | later)  # like yesterday's market close
    form_anew |= (agreed * 2 == fewer) & (fewer >= 2) & later  # with one amount that is the same by chance
    form_anew |= _transcribed(shared)[near]  # told for readers of the other Chinese script
    form_anew |= (shared.anchors.of_different_companies() | shared.anchors.strange)[near]  # like another's results
    form_anew |= shared.anchors.new_act()[near]  # a denial that repeats what it denies
    copied, open_ = np.zeros(len(near), dtype=bool), (~form_anew).nonzero()[0]
    if len(open_):
        runs, shingled = _shingled(shared.pairs.those(near[open_]))
        copied[open_] = (shingled >= LEAST) & (runs >= LIGHT * shingled)
    open_ = open_[~copied[open_] & (agreed == fewer)[open_]]
    spoken, words = shared.terms.words(near[open_])
    open_ = open_[(words >= 2 * LEAST) & (spoken >= WORDS * words)]
    copied[open_] = told(shared.terms, near[open_]) >= np.where(agreed >= 2, TOLD, TOLD_BARE)[open_]
    return copied


def _transcribed(shared: "Shared") -> NDArray[np.bool_]:
    """Whether the two of each pair are in two scripts, each of which is named."""
    mine, theirs = shared.anchors.both(shared.facts.script)
    return np.asarray((mine != theirs) & (mine != 0) & (theirs != 0))


def _shingled(pairs: "Pairs") -> tuple[Places, Places]:
    """How many shingles each pair has in common, and how many the shorter side has."""
    views, ones, others = pairs
    keys, sizes = shingles(views)
    whose = meet(keys, sizes, ones, others).whose
    return np.bincount(whose, minlength=len(ones)), np.minimum(sizes[ones], sizes[others])


def told(terms: "Terms", near: Places) -> NDArray[np.float64]:
    """Of the pairs with these numbers the share of one's content that the nearest single sentences of the other also
    say, by rarity: the better way."""
    found = np.zeros(len(near))
    if not len(near):
        return found
    used, place = numbered(np.concatenate((terms.ones[near], terms.others[near])))
    texts, ones, others = sentences([terms.views[one] for one in used.tolist()]), place[: len(near)], place[len(near) :]
    portion = (texts.size[ones] * texts.size[others]).cumsum() // _CELLS
    for number in distinct(portion):
        some = portion == number
        found[some] = _told(terms, near[some], texts, ones[some], others[some])
    return found


def _told(terms: "Terms", near: Places, texts: Sentences, ones: Places, others: Places) -> NDArray[np.float64]:
    mine, theirs, whose, rarity = terms.spoken(near)
    before = edges(texts.words)
    mine, theirs = mine + before.take(ones.take(whose)), theirs + before.take(others.take(whose))
    times = np.diff(texts.first)
    again = times.take(theirs)
    every = times.take(mine) * again
    turn, again = runs(np.zeros_like(every), every), again.repeat(every)
    here = texts.number.take(texts.first.take(mine).repeat(every) + turn // again)
    there = texts.number.take(texts.first.take(theirs).repeat(every) + turn % again)
    whose, weight, size = whose.repeat(every), rarity.repeat(every), texts.size
    forth = _nearest(size[ones], size[others], whose, here, there, weight)
    back = _nearest(size[others], size[ones], whose, there, here, weight)
    found: NDArray[np.float64] = np.maximum(forth / texts.total[ones], back / texts.total[others])
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
