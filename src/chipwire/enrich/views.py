"""A fingerprint made ready to be set beside others: sorted arrays of what it says, so that sharing is looked up."""

import math
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import pairwise
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
_COMPANY, _FIGURE, _CONCEPT, _ACT = (int(kind) for kind in (Kind.COMPANY, Kind.FIGURE, Kind.CONCEPT, Kind.ACT))
"""As plain numbers: to ask an Enum for a member takes longer than what is done with it."""
_TITLE, _BODY = int(Zone.TITLE), int(Zone.BODY)
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

    def __init__(self, seen: Raw, said: "Words", anchored: "Anchored") -> None:
        self.family, self.family_key = _family(seen.lang)
        self.body = seen.body
        self.terms, self.rarity, self.weights = said
        self.anchors, self.kinds, self.weight, self.prominent, self.head, self.facts = anchored
        about = self.anchors[self.prominent & (self.kinds == _COMPANY)]
        self.about = frozenset((about & KEY).tolist())

    @classmethod
    def many(cls, seen: Sequence[Raw], common: Rarity) -> list["View"]:
        """The views of many fingerprints: made together each takes a tenth of what it takes alone."""
        return [cls(*parts) for parts in zip(seen, _words(seen, common), _anchored(seen), strict=True)]

    @cached_property
    def figures(self) -> Keys:
        """Amounts, rising."""
        found: Keys = self.anchors[self.kinds == _FIGURE]
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


class Words(NamedTuple):
    """Terms of an item, rising; their rarity; normalised vectors over them, rows of TITLE, LEAD and WHOLE."""

    terms: NDArray[np.uint32]
    rarity: Floats
    weights: Floats


class Anchored(NamedTuple):
    """Anchors of an item, rising, and what is known of each."""

    anchors: Keys
    kinds: Places
    weight: Floats
    prominent: NDArray[np.bool_]
    """In title or lead; a company is when the item is about it."""
    head: Floats
    """What the headline says: concepts, places, products and acts by weight."""
    facts: Facts


def _words(seen: Sequence[Raw], common: Rarity) -> Iterator[Words]:
    parts = [part for raw in seen for part in (raw.title, raw.body)]
    sizes = np.array([len(part) for part in parts], dtype=np.intp)
    terms, part = np.concatenate([*parts, np.zeros(0, np.uint32)]), np.arange(len(parts)).repeat(sizes)
    item = part >> 1
    told = terms != 0  # the end of a sentence is no term
    joined = item.astype(np.uint64) << _KIND | terms
    whole, place = np.unique(joined[told], return_inverse=True)
    counts = np.zeros((3, len(whole)))
    title = part & 1 == 0
    in_lead = ~title & _leads(terms, sizes, title)
    rows = [place[title[told]], place[in_lead[told]], place]
    counts = np.stack([np.bincount(each, minlength=len(whole)) for each in rows])
    found = (whole & KEY).astype(np.uint32)
    rarity = common(found)
    weights = np.where(counts > 0, rarity * (1.0 + np.log(np.maximum(counts, 1.0))), 0.0)
    owner = (whole >> _KIND).astype(np.intp)
    for row in weights:
        norms = np.sqrt(np.bincount(owner, row * row, minlength=len(seen)))
        row /= np.where(norms > 0, norms, 1.0)[owner]
    for here in _own(owner, len(seen)):
        yield Words(found[here].copy(), rarity[here].copy(), weights[:, here].copy())


def _leads(terms: NDArray[np.uint32], sizes: Places, title: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the terms of titles and bodies, one after the other, stand before the end of a second sentence.

    Where a body has but one end, before that.
    """
    ends = ((terms == 0) & ~title).cumsum()
    last = sizes.cumsum()
    total = np.concatenate([[0], ends])
    before, there = total[last - sizes], total[last] - total[last - sizes]
    found: NDArray[np.bool_] = ends - before.repeat(sizes) < np.clip(there, 1, 2).repeat(sizes)
    return found


def _anchored(seen: Sequence[Raw]) -> Iterator[Anchored]:
    given = np.frombuffer(b"".join([raw.anchors.tobytes() for raw in seen]), dtype=seen[0].anchors.dtype)
    owner = np.arange(len(seen)).repeat([len(raw.anchors) for raw in seen])
    keys = given["kind"].astype(np.uint64) << _KIND | given["key"]
    order = np.lexsort((keys, owner))
    keys, zones, weight = keys[order], given["zone"][order], given["weight"][order] / 32
    kinds = given["kind"][order].astype(np.intp)
    prominent = zones < _BODY
    head = np.where(IS_MATTER[kinds] & (zones == _TITLE), weight, 0.0)
    size, spoken = len(seen), np.where(kinds == _CONCEPT, weight, 0.0)
    about = np.bincount(owner[prominent & (kinds == _COMPANY)], minlength=size).tolist()
    acts = np.bincount(owner[prominent & (kinds == _ACT)], minlength=size).tolist()
    heads = np.bincount(owner, head, minlength=size).tolist()
    norms = np.sqrt(np.bincount(owner, spoken * spoken, minlength=size)).tolist()
    for number, here in enumerate(_own(owner, size)):
        at = seen[number].published
        facts = Facts(math.nan if at is None else at, about[number], acts[number], heads[number], norms[number] or 1.0)
        yield Anchored(
            keys[here].copy(), kinds[here].copy(), weight[here].copy(), prominent[here].copy(), head[here].copy(), facts
        )


def _own(owner: Places, size: int) -> list[slice]:
    """Where each item's rows are, which rise by item."""
    edges = owner.searchsorted(np.arange(size + 1)).tolist()
    return [slice(start, end) for start, end in pairwise(edges)]


@cache
def _family(lang: str) -> tuple[str, int]:
    name = family(lang)
    return name, key(name)
