"""Slots under the buckets of their keys: one sorted array, and a short tail of what came in lately."""

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.uint32]
_BUCKET = np.uint64(32)
TAIL = 1 << 18
"""Entries the tail holds at most before it is worked into the whole."""


class Postings:
    """Whole: slots in the order of their buckets, with where each bucket starts. Tail: both as one number, rising."""

    def __init__(self, buckets: int) -> None:
        self._starts = np.zeros(buckets + 1, dtype=np.int32)
        self._slots = np.zeros(0, dtype=np.uint32)
        self._tail = np.zeros(0, dtype=np.uint64)
        self._late = self._slots
        """The slots of the tail."""
        self._waiting: list[tuple[Slots, np.uint64]] = []

    def add(self, buckets: Slots, slot: int) -> None:
        """Files a slot, greater than all before it, under rising buckets."""
        self._waiting.append((buckets, np.uint64(slot)))

    def find(self, buckets: Slots, worth: NDArray[np.float64], most: int) -> tuple[Slots, NDArray[np.float64]]:
        """The slots under these buckets, each with what its bucket is worth.

        Buckets of more slots than `most` are left out; one may be asked for twice.
        """
        self._file()
        wide = buckets.astype(np.uint64)
        starts, ends = self._starts[buckets], self._starts[buckets + 1]
        late_starts, late_ends = self._tail.searchsorted(wide << _BUCKET), self._tail.searchsorted(wide + 1 << _BUCKET)
        rare = ends - starts + late_ends - late_starts <= most
        found, shares = [], []
        for slots, first, last in ((self._slots, starts, ends), (self._late, late_starts, late_ends)):
            there = (rare & (first < last)).nonzero()[0]
            stretches = zip(first[there].tolist(), last[there].tolist(), strict=True)
            found += [slots[start:end] for start, end in stretches]
            shares.append(worth[there].repeat((last - first)[there]))
        return np.concatenate(found or [self._late[:0]]), np.concatenate(shares)

    def move(self, moved: NDArray[np.int64]) -> None:
        """Gives every slot its new number, in the same order; those that move to -1 are forgotten."""
        self._file()
        self._merge()
        there = moved[self._slots]
        left = np.concatenate([[0], np.cumsum(there >= 0)])
        self._starts = left[self._starts].astype(np.int32)
        self._slots = there[there >= 0].astype(np.uint32)

    def _file(self) -> None:
        """What waits goes into the tail, and the tail into the whole when it has grown long."""
        if not self._waiting:
            return
        new = [buckets.astype(np.uint64) << _BUCKET | slot for buckets, slot in self._waiting]
        self._tail = np.concatenate((self._tail, *new))
        self._tail.sort(kind="stable")  # by runs, of which there are few
        self._late = self._tail.astype(np.uint32)
        self._waiting.clear()
        if len(self._tail) > min(TAIL, max(len(self._slots) // 32, 1 << 15)):
            self._merge()

    def _merge(self) -> None:
        late = (self._tail >> _BUCKET).astype(np.intp)
        self._slots = np.insert(self._slots, self._starts[late + 1], self._late)
        before = np.arange(len(late) + 1, dtype=np.int32)
        self._starts += before.repeat(np.diff(late, prepend=-1, append=len(self._starts) - 1))
        self._tail, self._late = self._tail[:0].copy(), self._late[:0].copy()
