"""Slots under the buckets of their keys: one sorted array, and a short tail of what came in lately."""

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.uint32]
TAIL = 1 << 18
"""Entries the tail holds at most before it is worked into the whole."""


class Postings:
    """Whole: slots in the order of their buckets, with where each bucket starts. Tail: the same, buckets spelt out."""

    def __init__(self, buckets: int) -> None:
        self._starts = np.zeros(buckets + 1, dtype=np.int32)
        self._slots = np.zeros(0, dtype=np.uint32)
        self._late = (np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint32))
        self._waiting: list[tuple[NDArray[np.uint32], int]] = []

    def add(self, buckets: NDArray[np.uint32], slot: int) -> None:
        """Files a slot, greater than all before it, under rising buckets."""
        self._waiting.append((buckets, slot))

    def find(self, buckets: Slots, worth: NDArray[np.float64], most: int) -> tuple[Slots, NDArray[np.float64]]:
        """The slots under these buckets, each with what its bucket is worth.

        Buckets of more slots than `most` are left out; one may be asked for twice.
        """
        self._file()
        late, late_slots = self._late
        starts, ends = self._starts[buckets], self._starts[buckets + 1]
        late_starts, late_ends = late.searchsorted(buckets), late.searchsorted(buckets, side="right")
        rare = ends - starts + late_ends - late_starts <= most
        found, shares = [], []
        for slots, first, last in ((self._slots, starts, ends), (late_slots, late_starts, late_ends)):
            there = (rare & (first < last)).nonzero()[0]
            stretches = zip(first[there].tolist(), last[there].tolist(), strict=True)
            found += [slots[start:end] for start, end in stretches]
            shares.append(worth[there].repeat((last - first)[there]))
        return np.concatenate(found or [late_slots[:0]]), np.concatenate(shares)

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
        buckets = np.concatenate([each for each, _ in self._waiting])
        slots = np.repeat(np.array([slot for _, slot in self._waiting], dtype=np.uint32),
                          [len(each) for each, _ in self._waiting])  # fmt: skip
        self._waiting.clear()
        order = buckets.argsort(kind="stable")
        self._late = _inserted(*self._late, buckets[order], slots[order])
        if len(self._late[0]) > min(TAIL, max(len(self._slots) // 32, 1 << 15)):
            self._merge()

    def _merge(self) -> None:
        late, late_slots = self._late
        self._slots = np.insert(self._slots, self._starts[late + 1], late_slots)
        self._starts[1:] += np.bincount(late, minlength=len(self._starts) - 1).cumsum(dtype=np.int32)
        self._late = late[:0], late_slots[:0]


def _inserted(buckets: Slots, slots: Slots, more: Slots, more_slots: Slots) -> tuple[Slots, Slots]:
    there = buckets.searchsorted(more, side="right") + np.arange(len(more))
    before = np.ones(len(buckets) + len(more), dtype=bool)
    before[there] = False
    both = np.empty((2, len(before)), dtype=np.uint32)
    both[:, there] = more, more_slots
    both[:, before] = buckets, slots
    return both[0], both[1]
