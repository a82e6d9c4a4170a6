"""The recent items by what they say: finds the few worth comparing with a new one, in time bounded by the window."""

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.anchors import Kind
from chipwire.enrich.copies import sketched
from chipwire.enrich.fingerprint import unpack
from chipwire.enrich.postings import Postings
from chipwire.enrich.views import KEY, LEAD, TITLE, Rarity, View

BUCKETS = 1 << 19
"""Keys share buckets beyond this many: memory stays bounded, a stranger may cost one needless comparison."""
NEAREST = 16
"""Items compared with a new one, in its own vocabulary and again across languages: as good as 24 on those labelled."""
COMMONPLACE = 1500
"""What more items of the window say than this brings nobody together."""
LEAST = 1.5
"""Summed rarity below which nothing is compared."""
VIEWS = 1500
"""Fingerprints kept decoded, of some 12 kB each; to decode one of many takes a tenth of what to place an item does."""
_PULL = {
    Kind.COMPANY: 0.5, Kind.FIGURE: 1.5, Kind.NAME: 1.0, Kind.PLACE: 0.8, Kind.CONCEPT: 0.6, Kind.NUMBER: 1.0,
    Kind.ACT: 0.3, Kind.PRODUCT: 1.2,
}  # fmt: skip
_PULLS = np.array([_PULL.get(Kind(kind), 0.0) if kind else 0.0 for kind in range(len(Kind) + 1)])


class Filed(NamedTuple):
    """An item as it was filed: its view, and the buckets it is found under with what each is worth."""

    view: View
    buckets: NDArray[np.uint32]
    weights: NDArray[np.float64]


class Index:
    """Slots of items under the buckets of their keys; slots grow with arrival and are never used twice."""

    def __init__(self, common: Rarity) -> None:
        self.common = common
        self.items: list[int] = []
        self._data: list[bytes | None] = []
        self._family = array("I")
        self._slots: dict[int, int] = {}
        self._postings = Postings(BUCKETS)
        self._views: OrderedDict[int, View] = OrderedDict()
        self._gone = 0

    def add(self, item_id: int, data: bytes, view: View) -> Filed:
        """Files an item under its keys."""
        slot, filed = len(self.items), Filed(view, *keys(view))
        self.items.append(item_id)
        self._data.append(data)
        self._family.append(view.family_key)
        self._slots[item_id] = slot
        self._postings.add(filed.buckets, slot)
        self._keep(item_id, view)
        return filed

    def drop(self, item_id: int) -> None:
        """Forgets an item; its slot is skipped from now on and freed when a third of them are empty."""
        slot = self._slots.pop(item_id)
        self._data[slot] = None
        self._views.pop(item_id, None)
        self._gone += 1
        if self._gone > 100 and self._gone * 3 > len(self.items):
            self._compact()

    def views(self, item_ids: Sequence[int]) -> list[View]:
        """Decoded fingerprints, from memory where they were needed lately."""
        missing = [item_id for item_id in item_ids if item_id not in self._views]
        seen = [raw for raw in (unpack(self._data[self._slots[i]] or b"") for i in missing) if raw is not None]
        made = dict(zip(missing, View.many(seen, self.common) if seen else (), strict=True))
        found = [made.get(item_id) or self._views[item_id] for item_id in item_ids]
        for item_id, view in zip(item_ids, found, strict=True):
            self._keep(item_id, view)
        return found

    def rest(self) -> None:
        """Keeps no fingerprint decoded."""
        self._views.clear()

    def nearest(self, filed: Filed, item_id: int) -> list[int]:
        """Ids of the items that share most with a filed one, itself left out, best first within either vocabulary."""
        slots, shares = self._postings.find(filed.buckets, filed.weights, COMMONPLACE)
        pull = np.bincount(slots, shares, minlength=len(self.items))
        pull[self._slots[item_id]] = 0.0
        worth = (pull >= LEAST).nonzero()[0]
        own = np.frombuffer(self._family, dtype=np.uint32)[worth] == filed.view.family_key
        best = [_most(worth[side], pull[worth[side]]) for side in (own, ~own)]
        return [self.items[slot] for side in best for slot in side if self._data[slot] is not None]

    def _keep(self, item_id: int, view: View) -> None:
        self._views[item_id] = view
        self._views.move_to_end(item_id)
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
        self._postings.move(moved)
        self._gone = 0


def _most(slots: NDArray[np.intp], pull: NDArray[np.float64]) -> list[int]:
    """The NEAREST slots of greatest pull."""
    if len(slots) > NEAREST:
        slots = slots[np.argpartition(-pull, NEAREST - 1)[:NEAREST]]
    found: list[int] = slots.tolist()
    return found


def keys(view: View) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    """Buckets and rarity of what brings items near: rare words of title and lead, anchors, a sketch of the body."""
    told = (view.weights[[TITLE, LEAD]] > 0).any(axis=0) & (view.rarity >= 0.5)
    pull = _PULLS[view.kinds] * view.weight * np.where(view.prominent, 1.3, 1.0)
    marks = sketched(view.shingles)
    words = np.concatenate([view.terms[told].astype(np.uint64), marks]) * np.uint64(31) + np.uint64(view.family_key)
    split = int(told.sum())
    buckets = np.concatenate([words[:split], view.anchors & KEY, words[split:]]) % np.uint64(BUCKETS)
    weights = np.concatenate([view.rarity[told] * 0.6, pull, np.ones(len(marks))])
    once, last = np.unique(buckets[::-1], return_index=True)
    return once.astype(np.uint32), weights[::-1][last]
