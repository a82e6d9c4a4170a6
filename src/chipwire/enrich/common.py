"""What sorted arrays have in common: many pairs out of a few arrays, all at once."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
_BITS, _ROOM = 15, 16
"""Slots of the table in which keys are looked for: so many for each key, in so many bits at most."""
_SALT, _MIX = 40_503, np.uint64(0x9E3779B97F4A7C15)
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
    once = ones[np.append(True, ones[1:] != ones[:-1])[: len(ones)]]
    held = runs(starts[once], sizes[once])
    bits = min(_BITS, (_ROOM * len(held) | _ROOM).bit_length())
    slots = (joined * _MIX.astype(joined.dtype) >> (joined.itemsize * 8 - bits)).astype(np.intp)
    salt = np.arange(len(keys)) * _SALT & ((1 << bits) - 1)  # each one has its own order of slots
    table, after = np.full(1 << bits, -1), np.full(len(joined), -1)
    _file(table, after, held, slots.take(held) ^ salt[once].repeat(sizes[once]))
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


def _file(table: Places, after: Places, held: Places, slots: Places) -> None:
    """So that from `table` a slot tells one of its places, and `after` each place the next in the same slot."""
    table[slots] = held
    first = table.take(slots)
    while len(held):  # those that another has the slot of
        lost = first != held
        held, first = held[lost], first[lost]
        after[first] = held
        first = after.take(first)


def overlaps(keys: Sequence[NDArray[Any]], ones: Places, others: Places) -> Places:
    """How many keys each pair has in common."""
    if not len(ones):
        return np.zeros(0, dtype=np.intp)
    return np.bincount(meet(keys, ones, others).whose, minlength=len(ones))


def runs(starts: Places, counts: Places) -> Places:
    """start, start + 1 … for each start, as many as it counts."""
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: Places = (starts - ends + counts).repeat(counts) + np.arange(total)
    return found
