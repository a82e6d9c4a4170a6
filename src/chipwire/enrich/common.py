"""What sorted arrays have in common: many pairs out of a few arrays, all at once."""

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


def meet(joined: NDArray[Any], sizes: Places, ones: Places, others: Places) -> Common:
    """Where keys of the one turn up in the other, for each pair of numbers of sets; theirs rise within a pair.

    `joined` has the keys of all sets, one set after the other, each rising. Pairs of one `one` stand together.
    """
    if not len(ones):
        return Common(_NONE, _NONE, _NONE)
    starts = sizes.cumsum() - sizes
    once = ones[np.append(True, ones[1:] != ones[:-1])[: len(ones)]]
    held = runs(starts[once], sizes[once])
    bits = min(_BITS, (_ROOM * len(held) | _ROOM).bit_length())
    slots = (joined * _MIX.astype(joined.dtype) >> (joined.itemsize * 8 - bits)).astype(np.intp)
    salt = np.arange(len(sizes)) * _SALT & ((1 << bits) - 1)  # each one has its own order of slots
    table, after = np.full(1 << bits, -1), np.full(len(joined), -1)
    _file(table, after, held, slots.take(held) ^ salt[once].repeat(sizes[once]))
    sought, whose = runs(starts[others], sizes[others]), np.arange(len(ones)).repeat(sizes[others])
    there = table.take(slots.take(sought) ^ salt[ones].repeat(sizes[others]))
    owner, found = np.arange(len(sizes)).repeat(sizes), []
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


def distinct(keys: NDArray[Any]) -> NDArray[Any]:
    """Each once, rising. numpy's own loads its masked arrays for that, 1 MiB that a service would keep."""
    ordered = np.sort(keys)
    found: NDArray[Any] = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found


def runs(starts: Places, counts: Places) -> Places:
    """start, start + 1 … for each start, as many as it counts."""
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: Places = (starts - ends + counts).repeat(counts) + np.arange(total)
    return found
