"""What sorted arrays have in common: many pairs out of a few arrays, all at once."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
_ROOM, _MIX = 16, np.uint64(0x9E3779B97F4A7C15)
"""Slots of the table in which a key's number is looked up, for each key."""
_CELLS = 1 << 20
"""Sets times keys that are laid out in one go, 4 bytes each."""
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
    ends = sizes.cumsum()
    new = _changes(ones)
    once, row = ones[new], new.cumsum() - 1
    keys = distinct(joined.take(runs((ends - sizes)[once], sizes[once])))
    wide = len(keys)
    if not wide:
        return Common(_NONE, _NONE, _NONE)
    if len(once) > 1 and len(once) * wide > _CELLS:
        half = int(row.searchsorted(len(once) // 2))
        first, second = (meet(joined, sizes, ones[part], others[part]) for part in (slice(half), slice(half, None)))
        later = second._replace(whose=second.whose + half)
        return Common(*(np.concatenate(each) for each in zip(first, later, strict=True)))
    places, numbers = _known(joined, keys)  # of the others' keys a third at most
    until = places.searchsorted(ends)
    starts = np.zeros_like(until)
    starts[1:] = until[:-1]
    left = until - starts
    held = runs(starts[once], left[once])
    cells = np.full(len(once) * wide, -1, dtype=np.int32)
    cells[numbers.take(held) + (np.arange(len(once)) * wide).repeat(left[once])] = places.take(held)
    counts = left[others]
    sought = runs(starts[others], counts)
    there = cells.take(numbers.take(sought) + (row * wide).repeat(counts))
    hit = (there >= 0).nonzero()[0]
    whose = np.arange(len(ones)).repeat(counts)
    return Common(there.take(hit).astype(np.intp), places.take(sought.take(hit)), whose.take(hit))


def _known(joined: NDArray[Any], keys: NDArray[Any]) -> tuple[Places, Places]:
    """Places in `joined` of what is among `keys`, which rise, and as which of them."""
    wide, bits = len(keys), (_ROOM * len(keys)).bit_length()
    mix, shift = _MIX.astype(joined.dtype), joined.itemsize * 8 - bits
    table, own = np.full(1 << bits, wide, dtype=np.int32), keys * mix >> shift
    table[own] = np.arange(wide)
    numbers = table.take(joined * mix >> shift)
    places = (numbers < wide).nonzero()[0]
    numbers, sought = numbers.take(places), joined.take(places)
    same = keys.take(numbers) == sought
    other = (~same).nonzero()[0]  # strangers, and keys that another has the slot of
    numbers[other] = keys[:-1].searchsorted(sought.take(other))
    same[other] = keys.take(numbers.take(other)) == sought.take(other)
    return places[same], numbers[same].astype(np.intp)


def _changes(keys: NDArray[Any]) -> NDArray[np.bool_]:
    """Where another begins than the one before."""
    found = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=found[1:])
    return found


def distinct(keys: NDArray[Any]) -> NDArray[Any]:
    """Each once, rising. numpy's own loads its masked arrays for that, 1 MiB that a service would keep."""
    ordered = np.sort(keys)
    found: NDArray[Any] = ordered[_changes(ordered)]
    return found


def numbered(keys: NDArray[Any]) -> tuple[NDArray[Any], Places]:
    """Each once, rising, and as which of them every key is there; of few keys in .3 of numpy's own time."""
    found = distinct(keys.ravel())
    return found, found.searchsorted(keys)


def edges(counts: NDArray[Any]) -> Places:
    """Where each of several stretches of such lengths begins, and where the last one ends."""
    found = np.zeros(len(counts) + 1, dtype=np.intp)
    counts.cumsum(out=found[1:])
    return found


def runs(starts: Places, counts: Places) -> Places:
    """start, start + 1 … for each start, as many as it counts."""
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: Places = (starts - ends + counts).repeat(counts) + np.arange(total)
    return found
