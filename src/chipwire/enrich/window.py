"""The recent items by what they say: finds the few worth comparing with a new one, in time bounded by the window."""

from array import array
from collections import OrderedDict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.anchors import Kind
from chipwire.enrich.copies import sketch
from chipwire.enrich.fingerprint import Print, decode
from chipwire.enrich.pairs import View, lead

BUCKETS = 1 << 19
"""Keys share buckets beyond this many: memory stays bounded, a stranger may cost one needless comparison."""
NEAREST = 24
"""Items compared with a new one, in its own vocabulary and again across languages."""
COMMONPLACE = 1500
"""What more items of the window say than this brings nobody together."""
LEAST = 1.5
"""Summed rarity below which nothing is compared."""
VIEWS = 6000
"""Fingerprints kept decoded."""
_PULL = {
    Kind.COMPANY: 0.5, Kind.FIGURE: 1.5, Kind.NAME: 1.0, Kind.PLACE: 0.8, Kind.CONCEPT: 0.6, Kind.NUMBER: 1.0,
    Kind.ACT: 0.3, Kind.PRODUCT: 1.2,
}  # fmt: skip


class Index:
    """Slots of items under the buckets of their keys; slots grow with arrival and are never used twice."""

    def __init__(self, common: dict[int, float]) -> None:
        self.common = common
        self.items: list[int] = []
        self._data: list[bytes | None] = []
        self._family = array("I")
        self._slots: dict[int, int] = {}
        self._buckets: dict[int, array[int]] = {}
        self._views: OrderedDict[int, View] = OrderedDict()
        self._gone = 0

    def add(self, item_id: int, data: bytes, seen: Print) -> View:
        """Files an item under its keys."""
        slot, view = len(self.items), View(seen, self.common)
        self.items.append(item_id)
        self._data.append(data)
        self._family.append(view.family_key)
        self._slots[item_id] = slot
        for bucket, _ in keys(view):
            self._buckets.setdefault(bucket, array("I")).append(slot)
        self._keep(item_id, view)
        return view

    def drop(self, item_id: int) -> None:
        """Forgets an item; its slot is skipped from now on and freed when a third of them are empty."""
        slot = self._slots.pop(item_id)
        self._data[slot] = None
        self._views.pop(item_id, None)
        self._gone += 1
        if self._gone > 100 and self._gone * 3 > len(self.items):
            self._compact()

    def view(self, item_id: int) -> View:
        """The decoded fingerprint, from memory when it was needed lately."""
        known = self._views.get(item_id)
        if known is not None:
            self._views.move_to_end(item_id)
            return known
        seen = decode(self._data[self._slots[item_id]] or b"")
        if seen is None:
            raise KeyError(item_id)
        view = View(seen, self.common)
        self._keep(item_id, view)
        return view

    def nearest(self, view: View, item_id: int) -> list[int]:
        """Ids of the items that share most with `view`, itself left out, best first within either vocabulary."""
        pull = np.zeros(len(self.items))
        for bucket, weight in keys(view):
            slots = self._buckets.get(bucket)
            if slots is not None and len(slots) <= COMMONPLACE:
                pull[np.frombuffer(slots, dtype=np.uint32)] += weight
        own = np.frombuffer(self._family, dtype=np.uint32) == view.family_key
        found: list[int] = []
        for side in (own, ~own):
            found.extend(self._best(np.where(side, pull, 0.0), item_id))
        return found

    def _best(self, pull: NDArray[np.float64], item_id: int) -> Iterator[int]:
        wanted = min(NEAREST + 1, len(pull))
        for slot in np.argpartition(-pull, wanted - 1)[:wanted].tolist():
            if pull[slot] >= LEAST and self._data[slot] is not None and self.items[slot] != item_id:
                yield self.items[slot]

    def _keep(self, item_id: int, view: View) -> None:
        self._views[item_id] = view
        if len(self._views) > VIEWS:
            self._views.popitem(last=False)

    def _compact(self) -> None:
        kept = [slot for slot, data in enumerate(self._data) if data is not None]
        moved = np.full(len(self.items), -1, dtype=np.int64)
        moved[kept] = np.arange(len(kept))
        self.items = [self.items[slot] for slot in kept]
        self._data = [self._data[slot] for slot in kept]
        self._family = array("I", [self._family[slot] for slot in kept])
        self._slots = {item_id: slot for slot, item_id in enumerate(self.items)}
        for bucket, slots in list(self._buckets.items()):
            there = moved[np.frombuffer(slots, dtype=np.uint32)]
            left = there[there >= 0]
            if len(left):
                self._buckets[bucket] = array("I", left.tolist())
            else:
                del self._buckets[bucket]
        self._gone = 0


def keys(view: View) -> list[tuple[int, float]]:
    """(bucket, rarity) of what brings items near: rare words of title and lead, anchors, a sketch of the body."""
    found: dict[int, float] = {}
    seen = view.seen
    for term in {*seen.title, *lead(seen.body)} - {0}:
        weight = view.common.get(term, 1.0)
        if weight >= 0.5:
            found[(term * 31 + view.family_key) % BUCKETS] = weight * 0.6
    for kind, anchors in view.anchors.items():
        for name, rarity in anchors.items():
            found[name % BUCKETS] = _PULL[kind] * rarity * (1.3 if name in view.prominent else 1.0)
    for mark in sketch(seen.body):
        found[(mark * 31 + view.family_key) % BUCKETS] = 1.0
    return list(found.items())
