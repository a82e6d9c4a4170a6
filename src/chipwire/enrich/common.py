"""What sorted arrays have in common: many pairs out of a few arrays, all at once."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


class Common(NamedTuple):
    """Shared keys: places of both sides among all arrays joined, and the number of the pair that shares them."""

    mine: Places
    theirs: Places
    whose: Places


def meet(keys: Sequence[NDArray[Any]], ones: Places, others: Places) -> Common:
    """Where keys of the one turn up in the other, for each pair of numbers into `keys`; theirs rise within a pair.

    Each of `keys` is rising, but the others may say a key more than once. Pairs of one `one` stand together.
    """
    sizes = np.array([len(each) for each in keys], dtype=np.intp)
    starts, joined = sizes.cumsum() - sizes, np.concatenate(keys)
    theirs = runs(starts[others], sizes[others])
    sought, mine = joined[theirs], np.zeros(len(theirs), dtype=np.intp)
    times = sizes[others]
    ends = [0, *times.cumsum().tolist()]
    for first, last in stretches(ones):
        one, here = ones[first], slice(ends[first], ends[last])
        mine[here] = np.minimum(keys[one].searchsorted(sought[here]), sizes[one] - 1) + starts[one]
    found = (joined[mine] == sought) & (sizes[ones] > 0).repeat(times)
    return Common(mine[found], theirs[found], np.arange(len(ones)).repeat(times)[found])


def overlaps(keys: Sequence[NDArray[Any]], ones: Places, others: Places) -> Places:
    """How many keys each pair has in common."""
    if not len(ones):
        return np.zeros(0, dtype=np.intp)
    return np.bincount(meet(keys, ones, others).whose, minlength=len(ones))


def stretches(numbers: Places) -> list[tuple[int, int]]:
    """From where to where the same number stands."""
    turns = (numbers[1:] != numbers[:-1]).nonzero()[0] + 1
    edges = [0, *turns.tolist(), len(numbers)]
    return list(pairwise(edges)) if len(numbers) else []


def runs(starts: Places, counts: Places) -> Places:
    """start, start + 1 … for each start, as many as it counts."""
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: Places = (starts - ends + counts).repeat(counts) + np.arange(total)
    return found
