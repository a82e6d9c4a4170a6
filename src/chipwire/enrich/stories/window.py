"""The recent items by what they say: finds the few worth comparing with a new one, in time bounded by the window."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories import columns
from chipwire.enrich.stories.anchors import Kind, Zone
from chipwire.enrich.stories.copies import sketched
from chipwire.enrich.stories.postings import Postings
from chipwire.enrich.stories.shelf import Shelf
from chipwire.enrich.stories.views import KEY, Rarity, View

BUCKETS = 1 << 19
"""Keys share buckets beyond this many: memory stays bounded, a stranger may cost one needless comparison."""
NEAREST = 16
"""Items compared with a new one, in its own vocabulary and again across languages: as good as 24 on those labelled."""
COMMONPLACE = 1500
"""What more items of the window say than this brings nobody together."""
LEAST = 1.5
"""Summed rarity below which nothing is compared."""
_KIND, _BODY = np.uint64(32), int(Zone.BODY)
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

    def __init__(self, common: Rarity, shelf: Shelf) -> None:
        self.common = common
        self.items: list[int] = []
        self._shelf = shelf
        self._family = array("I")
        self._slots: dict[int, int] = {}
        self._postings = Postings(BUCKETS)
        self._gone = 0

    def add(self, item_ids: Sequence[int], views: Sequence[View]) -> list[Filed]:
        """Files items under their keys."""
        filed = []
        self._shelf.add([view.packed() for view in views])
        for item_id, view, (buckets, weights) in zip(item_ids, views, keys(views), strict=True):
            slot = len(self.items)
            self.items.append(item_id)
            self._family.append(view.family_key)
            self._slots[item_id] = slot
            self._postings.add(buckets, slot)
            filed.append(Filed(view, buckets, weights))
        return filed

    def drop(self, item_id: int) -> None:
        """Forgets an item; its slot is skipped from now on and freed when a third of them are empty."""
        del self._slots[item_id]
        self._gone += 1
        if self._gone > 100 and self._gone * 3 > len(self.items):
            self._compact()

    def views(self, item_ids: Iterable[int]) -> list[View]:
        """What these items say."""
        packed = self._shelf.of(map(self._slots.__getitem__, item_ids))
        return [View.unpacked(each, self.common) for each in packed]

    def nearest(self, item_id: int, filed: Filed) -> list[int]:
        """The ids of those that share most with a filed item, best first within either vocabulary.

        One item at a time: what several lead to at once is more than the heap keeps (`collect.workers.heap`), and to
        have it mapped anew each time took longer than all the rest.
        """
        slots, shares = self._postings.find(filed.buckets, filed.weights, COMMONPLACE)
        pull = np.bincount(slots, shares, len(self.items))
        pull[self._slots[item_id]] = 0.0
        near = (pull >= LEAST).nonzero()[0]
        push, own = -pull[near], np.frombuffer(self._family, dtype=np.uint32)[near] == filed.view.family_key
        best = [slot for side in (own, ~own) for slot in _least(near[side], push[side])]
        return [found for slot in best if (found := self.items[slot]) in self._slots]

    def _compact(self) -> None:
        kept = sorted(self._slots.values())
        moved = np.full(len(self.items), -1, dtype=np.int64)
        moved[kept] = np.arange(len(kept))
        self.items = [self.items[slot] for slot in kept]
        self._shelf.keep(kept)
        self._family = array("I", [self._family[slot] for slot in kept])
        self._slots = {item_id: slot for slot, item_id in enumerate(self.items)}
        self._postings.move(moved)
        self._gone = 0


def _least(slots: NDArray[np.intp], push: NDArray[np.float64]) -> list[int]:
    """The NEAREST slots that are pushed away least."""
    if len(slots) > NEAREST:
        slots = slots[push.argpartition(NEAREST - 1)[:NEAREST]]
    found: list[int] = slots.tolist()
    return found


def keys(views: Sequence[View]) -> list[tuple[NDArray[np.uint32], NDArray[np.float64]]]:
    """For each view the buckets and rarity of what brings items near: rare words of title and lead, anchors, a sketch
    of the body; of two in one bucket the later counts."""
    family = np.array([view.family_key for view in views], dtype=np.uint64)
    said, anchors = columns.SAID(views), columns.ANCHORS(views)
    rarity = views[0].values[said & columns.STEP]
    told = columns.opens(said) & (rarity >= 0.5)
    terms, owner = columns.TERMS(views)[told], np.arange(len(views)).repeat(columns.TERMS.sizes(views))[told]
    early = np.where(columns.zone_of(anchors) < _BODY, 1.3, 1.0)
    pull = _PULLS[columns.kind_of(anchors)] * columns.weight_of(anchors) * early
    sketch, drawn = sketched(views)
    owners = owner, np.arange(len(views)).repeat(columns.ANCHORS.sizes(views)), drawn
    spelt = [found * np.uint64(31) + family[whose] for found, whose in ((terms, owner), (sketch, drawn))]
    buckets = np.concatenate([spelt[0], columns.key_of(anchors), spelt[1]]) % np.uint64(BUCKETS)
    weights = np.concatenate([rarity[told] * 0.6, pull, np.ones(len(sketch))])
    owned = np.concatenate(owners).astype(np.uint64) << _KIND | buckets
    once, last = np.unique(owned[::-1], return_index=True)
    edges = once.searchsorted(np.arange(len(views) + 1, dtype=np.uint64) << _KIND).tolist()
    buckets, weights = (once & KEY).astype(np.uint32), weights[::-1][last]
    return [(buckets[start:end].copy(), weights[start:end].copy()) for start, end in pairwise(edges)]
