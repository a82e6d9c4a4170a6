"""A fingerprint made ready to be set beside others: sorted arrays of what it says, so that sharing is looked up."""

import math
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.anchors import Kind, Zone
from chipwire.enrich.common import Places
from chipwire.enrich.copies import shingles
from chipwire.enrich.fingerprint import Raw
from chipwire.enrich.terms import family, key

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
IS_MATTER = np.isin(np.arange(16), (Kind.CONCEPT, Kind.PLACE, Kind.PRODUCT, Kind.ACT))
"""By kind: what a headline is measured by."""
KEY = np.uint64(0xFFFFFFFF)
"""Anchors are kept as the bits of their kind above the 32 of their key."""
_KIND = np.uint64(32)
TITLE, LEAD, WHOLE = range(3)
"""Rows of a view's weights."""


class Rarity:
    """Weight of a term: 1, or less for what every second report says."""

    def __init__(self, common: dict[int, float]) -> None:
        self._terms = np.array(sorted(common), dtype=np.uint32)
        self._weights = np.array([common[term] for term in sorted(common)] + [1.0])

    def __call__(self, terms: NDArray[np.uint32]) -> Floats:
        place = self._terms.searchsorted(terms)
        known = self._terms.take(place, mode="clip") == terms if len(self._terms) else np.zeros(len(terms), bool)
        return self._weights[np.where(known, place, -1)]


class Facts(NamedTuple):
    """Numbers of one view, or their columns for many."""

    published: Any
    """Epoch seconds, nan when unknown."""
    about: Any
    """How many companies it is about."""
    acts: Any
    head_total: Any
    concept_norm: Any


class View:
    """One fingerprint made ready for comparison; what copies are told by is made when it is first needed."""

    def __init__(self, seen: Raw, common: Rarity) -> None:
        self.family = family(seen.lang)
        self.family_key = key(self.family)
        self.body = seen.body
        self._take_terms(seen.title, common)
        self._take_anchors(seen.anchors)
        self.facts = self._facts(float("nan") if seen.published is None else seen.published)

    def _take_terms(self, title: NDArray[np.uint32], common: Rarity) -> None:
        terms, place = np.unique(np.concatenate([title, self.body]), return_inverse=True)
        none = int(len(terms) > 0 and terms[0] == 0)  # the end of a sentence is no term
        body = place[len(title) :]
        counts = np.zeros((3, len(terms)))
        for row, part in ((TITLE, place[: len(title)]), (LEAD, body[: lead(self.body)]), (WHOLE, place)):
            counts[row] = np.bincount(part, minlength=len(terms))
        self.terms, counts = terms[none:], counts[:, none:]
        self.rarity = common(self.terms)
        weights = np.where(counts > 0, self.rarity * (1.0 + np.log(np.maximum(counts, 1.0))), 0.0)
        norms = np.sqrt((weights * weights).sum(axis=1))
        self.weights: Floats = weights / np.where(norms > 0, norms, 1.0)[:, None]
        """Normalised vectors over `terms`: title, lead, whole."""

    def _take_anchors(self, given: NDArray[np.void]) -> None:
        joined = given["kind"].astype(np.uint64) << _KIND | given["key"]
        order = joined.argsort(kind="stable")
        self.anchors, zones = joined[order], given["zone"][order]
        self.kinds = given["kind"][order].astype(np.intp)
        self.weight = given["weight"][order] / 32
        self.prominent = zones < Zone.BODY
        """Anchors in title or lead; a company is when the item is about it."""
        self.head = np.where(IS_MATTER[self.kinds] & (zones == Zone.TITLE), self.weight, 0.0)
        """What the headline says: concepts, places, products and acts by weight."""
        about = self.anchors[self.prominent & (self.kinds == Kind.COMPANY)]
        self.about = frozenset((about & KEY).tolist())

    def _facts(self, published: float) -> Facts:
        acts = int(np.count_nonzero(self.prominent & (self.kinds == Kind.ACT)))
        spoken = self.weight[self.kinds == Kind.CONCEPT]
        return Facts(published, len(self.about), acts, float(self.head.sum()), math.sqrt(float(spoken @ spoken)) or 1.0)

    @cached_property
    def figures(self) -> Keys:
        """Amounts, rising."""
        found: Keys = self.anchors[self.kinds == Kind.FIGURE]
        return found

    @cached_property
    def words(self) -> NDArray[np.uint32]:
        """Terms of the body, rising."""
        found: NDArray[np.uint32] = np.unique(self.body)
        return found[1:] if len(found) and found[0] == 0 else found

    @cached_property
    def shingles(self) -> Keys:
        return shingles(self.body)

    @cached_property
    def sentences(self) -> "Sentences":
        """The body by sentence."""
        number = np.cumsum(self.body == 0).astype(np.uint64)
        spoken = self.body != 0
        both = np.unique(self.body[spoken].astype(np.uint64) << _KIND | number[spoken])
        terms, sentence = (both >> _KIND).astype(np.uint32), (both & KEY).astype(np.intp)
        rarity = self.rarity[self.terms.searchsorted(terms)]
        return Sentences(terms, sentence, rarity, int(number[-1]) + 1 if len(number) else 1, float(rarity.sum()))


class Sentences(NamedTuple):
    """Terms of a body, rising, each once for every sentence with it: its number, and the rarity."""

    terms: NDArray[np.uint32]
    number: Places
    rarity: Floats
    size: int
    """Sentences at most."""
    total: float
    """Summed rarity."""


def lead(body: NDArray[np.uint32]) -> int:
    """How many terms the first two sentences have, ends included but the last."""
    stops = np.flatnonzero(body == 0)[:2]
    return int(stops[-1]) if len(stops) else len(body)
