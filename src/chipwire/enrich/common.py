"""What sorted arrays have in common: many pairs out of a few arrays, all at once."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
_BITS = 15
_MASK, _SALT, _MIX = (1 << _BITS) - 1, 40_503, np.uint64(0x9E3779B97F4A7C15)
_NONE = np.zeros(0, dtype=np.intp)


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
    slots = (joined * _MIX.astype(joined.dtype) >> (joined.itemsize * 8 - _BITS)).astype(np.intp)
    salt = np.arange(len(keys)) * _SALT & _MASK  # each one has its own order of slots
    once = ones[np.append(True, ones[1:] != ones[:-1])[: len(ones)]]
    held = runs(starts[once], sizes[once])
    table, after = _filed(held, slots.take(held) ^ salt[once].repeat(sizes[once]), len(joined))
    sought, whose = runs(starts[others], sizes[others]), np.arange(len(ones)).repeat(sizes[others])
    there = table.take(slots.take(sought) ^ salt[ones].repeat(sizes[others]))
    owner, found = np.arange(len(keys)).repeat(sizes), []
    left = (there >= 0).nonzero()[0]
    there = there.take(left)
    while len(left):
        theirs, pair = sought.take(left), whose.take(left)
        same = (joined.take(there) == joined.take(theirs)) & (owner.take(there) == ones.take(pair))
        found.append((left[same], there[same], theirs[same], pair[same]))
        there = after.take(there)
        left, there = left[there >= 0], there[there >= 0]
    order, *columns = (np.concatenate(column) for column in zip(*found, strict=True)) if found else [_NONE] * 4
    return Common(*(column.take(order.argsort(kind="stable")) if len(found) > 1 else column for column in columns))


def _filed(held: Places, slots: Places, size: int) -> tuple[Places, Places]:
    """A table from which a slot tells one of its places, and after each place the next in the same slot; -1 is none."""
    table, after = np.full(_MASK + 1, -1), np.full(size, -1)
    table[slots] = held
    first = table.take(slots)
    while len(held):  # those that another has the slot of
        lost = first != held
        held, first = held[lost], first[lost]
        after[first] = held
        first = after.take(first)
    return table, after


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
