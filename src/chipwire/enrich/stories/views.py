"""A fingerprint made ready to be set beside others: sorted arrays of what it says, so that sharing is looked up."""

import math
import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories.anchors import Kind, Zone, anchor_key
from chipwire.enrich.stories.columns import FACTS
from chipwire.enrich.stories.common import Places
from chipwire.enrich.stories.copies import shingles
from chipwire.enrich.stories.fingerprint import Raw
from chipwire.enrich.stories.sentences import Sentences
from chipwire.enrich.text.terms import family, key

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
IS_MATTER = np.isin(np.arange(16), (Kind.CONCEPT, Kind.PLACE, Kind.PRODUCT, Kind.ACT))
"""By kind: what a headline is measured by."""
KEY = np.uint64(0xFFFFFFFF)
"""Anchors are kept as the bits of their kind above the 32 of their key."""
_KIND = np.uint64(32)
_COMPANY, _CONCEPT, _ACT = int(Kind.COMPANY), int(Kind.CONCEPT), int(Kind.ACT)
"""As plain numbers: to ask an Enum for a member takes longer than what is done with it."""
_TITLE, _BODY = int(Zone.TITLE), int(Zone.BODY)
MARKET_CLOSE = np.uint64(anchor_key(Kind.CONCEPT, "index-close"))
OFTEN = np.concatenate([[0.0], 1.0 + np.log(np.arange(1.0, 1 << 11))])
"""What a term is worth that is said so often: a fingerprint has 1,200 terms at most."""


class Rarity:
    """Weight of a term: 1, or less for what every second report says."""

    def __init__(self, common: dict[int, float]) -> None:
        self.values = np.array([1.0, *sorted(set(common.values()))])
        self._terms = np.array(sorted(common), dtype=np.uint32)
        steps = [self.values[1:].searchsorted(common[term]) + 1 for term in sorted(common)]
        self._steps = np.array([*steps, 0], dtype=np.uint8)

    def __call__(self, terms: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """The place in `values` of each term's weight."""
        place = self._terms.searchsorted(terms)
        known = self._terms.take(place, mode="clip") == terms if len(self._terms) else np.zeros(len(terms), bool)
        return self._steps[np.where(known, place, -1)]


class Facts(NamedTuple):
    """Numbers of one view, or their columns for many."""

    published: Any
    """Epoch seconds, nan when unknown."""
    about: Any
    """How many companies it is about."""
    heads: Any
    """How many of them its headline names."""
    acts: Any
    closes: Any
    """Whether its headline is that of a market's close."""
    head_total: Any
    concept_norm: Any
    title: Any
    """Length of the vector over the terms of its title; the same of the lead, and of the whole."""
    lead: Any
    whole: Any


_FACTS = struct.Struct(f"{len(Facts._fields)}d")


class View:
    """One fingerprint made ready for comparison; what copies are told by is made when it is first needed.

    What is set beside others' lies packed in `columns`.
    """

    __slots__ = (
        "_shingles", "about", "anchors", "body", "counts", "facts", "family_key", "marks", "parted", "steps",
        "terms", "values",
    )  # fmt: skip

    def __init__(self, seen: Raw, said: "_Words", anchored: "_Anchored", values: Floats) -> None:
        self.family_key, self.body = _family(seen.lang), seen.body
        self.terms, self.steps, self.counts = said.terms, said.steps, said.counts
        self.anchors, self.marks, self.about = anchored.anchors, anchored.marks, anchored.about
        self.facts = _FACTS.pack(*anchored.facts, *said.norms)
        self.values = values
        """Of rarity, by step."""
        self._shingles: Keys | None = None
        self.parted: Sentences | None = None
        """The body by sentence, as `sentences` leaves it here."""

    @classmethod
    def many(cls, seen: Sequence[Raw], common: Rarity) -> list["View"]:
        """The views of many fingerprints: made together each takes a tenth of what it takes alone."""
        parts = zip(seen, _words(seen, common), _anchored(seen), strict=True)
        return [cls(*each, common.values) for each in parts]

    @property
    def shingles(self) -> Keys:
        if self._shingles is None:
            self._shingles = shingles([self.body])[0]
        return self._shingles

    @shingles.setter
    def shingles(self, made: Keys) -> None:
        self._shingles = made


def facts(views: Iterable[View]) -> Facts:
    """Their columns."""
    return Facts(*FACTS(views).T)


class _Words(NamedTuple):
    """Terms of an item, rising; the steps of their rarity; how often each is in title, lead and the whole."""

    terms: bytes
    steps: bytes
    counts: bytes
    norms: tuple[float, float, float]


class _Anchored(NamedTuple):
    """Anchors of an item, rising; weight * 32 and zone of each; a company in title or lead is one it is about."""

    anchors: bytes
    marks: bytes
    facts: tuple[float, int, int, int, int, float, float]
    about: frozenset[int]


def _words(seen: Sequence[Raw], common: Rarity) -> Iterator[_Words]:
    parts = [part for raw in seen for part in (raw.title, raw.body)]
    sizes = np.array([len(part) for part in parts], dtype=np.intp)
    terms, part = np.concatenate([*parts, np.zeros(0, np.uint32)]), np.arange(len(parts)).repeat(sizes)
    item = part >> 1
    told = terms != 0  # the end of a sentence is no term
    joined = item.astype(np.uint64) << _KIND | terms
    whole, place = np.unique(joined[told], return_inverse=True)
    title = part & 1 == 0
    in_lead = ~title & _leads(terms, sizes, title)
    rows = [place[title[told]], place[in_lead[told]], place]
    counts = np.stack([np.bincount(each, minlength=len(whole)) for each in rows], axis=1).astype(np.uint16)
    found = (whole & KEY).astype(np.uint32)
    steps = common(found)
    owner = (whole >> _KIND).astype(np.intp)
    weights = common.values[steps] * OFTEN[counts.T]
    norms = [np.sqrt(np.bincount(owner, row * row, minlength=len(seen))) for row in weights]
    lengths = np.where(np.stack(norms) > 0, norms, 1.0).T.tolist()
    for here, (head, lead, all_) in zip(_own(owner, len(seen)), lengths, strict=True):
        yield _Words(found[here].tobytes(), steps[here].tobytes(), counts[here].tobytes(), (head, lead, all_))


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


def _anchored(seen: Sequence[Raw]) -> Iterator[_Anchored]:
    given = np.frombuffer(b"".join([raw.anchors.tobytes() for raw in seen]), dtype=seen[0].anchors.dtype)
    owner = np.arange(len(seen)).repeat([len(raw.anchors) for raw in seen])
    keys = given["kind"].astype(np.uint64) << _KIND | given["key"]
    order = np.lexsort((keys, owner))
    keys, marks = keys[order], np.stack([given["weight"][order], given["zone"][order]], axis=1)
    kinds, weight, zone = given["kind"][order], marks[:, 0] / 32, marks[:, 1]
    prominent = zone < _BODY
    companies = prominent & (kinds == _COMPANY)
    head = np.where(IS_MATTER[kinds] & (zone == _TITLE), weight, 0.0)
    size, spoken = len(seen), np.where(kinds == _CONCEPT, weight, 0.0)
    acts = np.bincount(owner[prominent & (kinds == _ACT)], minlength=size).tolist()
    closing = (zone == _TITLE) & (kinds == _CONCEPT) & (keys & KEY == MARKET_CLOSE)
    closes = np.bincount(owner[closing], minlength=size).tolist()
    matter = np.bincount(owner, head, minlength=size).tolist()
    heads = np.bincount(owner[companies & (zone == _TITLE)], minlength=size).tolist()
    norms = np.sqrt(np.bincount(owner, spoken * spoken, minlength=size)).tolist()
    about: list[list[int]] = [[] for _ in seen]
    for whose, company in zip(owner[companies].tolist(), (keys[companies] & KEY).tolist(), strict=True):
        about[whose].append(company)
    for number, here in enumerate(_own(owner, size)):
        at, named = seen[number].published, about[number]
        told = (
            math.nan if at is None else at,
            len(named),
            heads[number],
            acts[number],
            closes[number],
            matter[number],
            norms[number] or 1.0,
        )
        yield _Anchored(keys[here].tobytes(), marks[here].tobytes(), told, frozenset(named))


def _own(owner: Places, size: int) -> list[slice]:
    """Where each item's rows are, which rise by item."""
    edges = owner.searchsorted(np.arange(size + 1)).tolist()
    return [slice(start, end) for start, end in pairwise(edges)]


@cache
def _family(lang: str) -> int:
    return key(family(lang))
