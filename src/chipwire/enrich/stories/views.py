"""A fingerprint made ready to be set beside others: sorted arrays of what it says, so that sharing is looked up."""

import marshal
import math
import struct
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories import columns
from chipwire.enrich.stories.anchors import Kind, Zone, anchor_key
from chipwire.enrich.stories.common import Places, edges
from chipwire.enrich.stories.fingerprint import Raw
from chipwire.enrich.text.terms import family, key

Floats = NDArray[np.float64]
IS_MATTER = np.isin(np.arange(16), (Kind.CONCEPT, Kind.PLACE, Kind.PRODUCT, Kind.ACT))
"""By kind: what a headline is measured by."""
KEY = np.uint64(0xFFFFFFFF)
"""The bits of a key."""
_KIND = np.uint64(32)
_COMPANY, _CONCEPT, _ACT = int(Kind.COMPANY), int(Kind.CONCEPT), int(Kind.ACT)
"""As plain numbers: to ask an Enum for a member takes longer than what is done with it."""
_TITLE, _BODY = int(Zone.TITLE), int(Zone.BODY)
MARKET_CLOSE = np.uint64(anchor_key(Kind.CONCEPT, "index-close"))
_MANY = np.array([MARKET_CLOSE, anchor_key(Kind.CONCEPT, "news-round")], dtype=np.uint64)
"""What tells of many events: a market's close, the news in brief, a list of shares to watch."""


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
    script: Any
    """Of its language's tag, zh-Hans or zh-Hant; 0 where that names none."""
    about: Any
    """How many companies it is about."""
    heads: Any
    """How many of them its headline names."""
    acts: Any
    rounds: Any
    """Whether its headline is that of what tells of many events."""
    head_total: Any
    concept_norm: Any
    title: Any
    """Length of the vector over the terms of its title; the same of the lead, and of the whole."""
    lead: Any
    whole: Any


_FACTS = struct.Struct(f"{len(Facts._fields)}d")


class View(NamedTuple):
    """One fingerprint made ready for comparison, in `columns`; about 1.3 kB."""

    family_key: int
    terms: bytes
    said: bytes
    body: bytes
    anchors: bytes
    facts: bytes
    values: Floats
    """Of rarity, by step; of all views the same."""

    @classmethod
    def many(cls, seen: Sequence[Raw], common: Rarity) -> list["View"]:
        """The views of many fingerprints: made together each takes a tenth of what it takes alone."""
        return [
            cls(
                _family(raw.lang), said.terms, said.said, said.body,
                found.anchors, _FACTS.pack(*found.facts, *said.norms), common.values,
            )
            for raw, said, found in zip(seen, _words(seen, common), _anchored(seen), strict=True)
        ]  # fmt: skip

    def packed(self) -> bytes:
        """All but `values`; for `unpacked` in the same process."""
        return marshal.dumps(self[:-1])

    @classmethod
    def unpacked(cls, packed: bytes, common: Rarity) -> "View":
        """What `packed` gave."""
        return cls._make((*marshal.loads(packed), common.values))  # noqa: S302 - from this process


def facts(views: Sequence[View]) -> Facts:
    """Their columns."""
    return Facts(*columns.FACTS(views).T)


def companies(views: Sequence[View]) -> list[frozenset[int]]:
    """The keys of those that each view is about: named in title or lead."""
    anchors = columns.ANCHORS(views)
    chosen = (columns.kind_of(anchors) == _COMPANY) & (columns.zone_of(anchors) < _BODY)
    owner = np.arange(len(views)).repeat(columns.ANCHORS.sizes(views))[chosen]
    found: list[list[int]] = [[] for _ in views]
    for whose, company in zip(owner.tolist(), columns.key_of(anchors[chosen]).tolist(), strict=True):
        found[whose].append(company)
    return [frozenset(named) for named in found]


class _Words(NamedTuple):
    """Columns of an item's words, and the lengths of its vectors over title, lead and the whole."""

    terms: bytes
    said: bytes
    body: bytes
    norms: tuple[float, float, float]


class _Anchored(NamedTuple):
    """Anchors of an item, and what they come to."""

    anchors: bytes
    facts: tuple[float, int, int, int, int, int, float, float]


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
    owner = (whole >> _KIND).astype(np.intp)
    first = edges(np.bincount(owner, minlength=len(seen)))
    ranks = np.zeros(len(terms), dtype=np.uint16)
    ranks[told] = place - first[item[told]] + 1
    counts = [np.bincount(place[of[told]], minlength=len(whole)) for of in (title, in_lead, ~title)]
    found = (whole & KEY).astype(np.uint32)
    steps = common(found)
    said = columns.pack_said(steps, *counts)
    weights = common.values[steps] * columns.often(said).T
    norms = [np.sqrt(np.bincount(owner, row * row, minlength=len(seen))) for row in weights]
    lengths = np.where(np.stack(norms) > 0, norms, 1.0).T.tolist()
    bodies, last = ranks[~title], edges(sizes[1::2])
    for number, norm in enumerate(lengths):
        own, body = slice(first[number], first[number + 1]), slice(last[number], last[number + 1])
        yield _Words(found[own].tobytes(), said[own].tobytes(), bodies[body].tobytes(), tuple(norm))


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
    given = given[order]
    anchors = columns.pack_anchors(given["kind"], given["key"], given["weight"], given["zone"])
    kinds, weight, zone = given["kind"], given["weight"] / 32, given["zone"]
    prominent = zone < _BODY
    named = prominent & (kinds == _COMPANY)
    head = np.where(IS_MATTER[kinds] & (zone == _TITLE), weight, 0.0)
    size, spoken = len(seen), np.where(kinds == _CONCEPT, weight, 0.0)
    acts = np.bincount(owner[prominent & (kinds == _ACT)], minlength=size).tolist()
    many = (zone == _TITLE) & (kinds == _CONCEPT) & (given["key"][:, None] == _MANY).any(axis=1)
    rounds = np.bincount(owner[many], minlength=size).tolist()
    matter = np.bincount(owner, head, minlength=size).tolist()
    about = np.bincount(owner[named], minlength=size).tolist()
    heads = np.bincount(owner[named & (zone == _TITLE)], minlength=size).tolist()
    norms = np.sqrt(np.bincount(owner, spoken * spoken, minlength=size)).tolist()
    first = edges(np.bincount(owner, minlength=size))
    for number, (start, end) in enumerate(pairwise(first.tolist())):
        at = seen[number].published
        told = (
            math.nan if at is None else at,
            _script(seen[number].lang),
            about[number],
            heads[number],
            acts[number],
            rounds[number],
            matter[number],
            norms[number] or 1.0,
        )
        yield _Anchored(anchors[start:end].tobytes(), told)


@cache
def _family(lang: str) -> int:
    return key(family(lang))


@cache
def _script(lang: str) -> int:
    named = [part for part in lang.split("-")[1:] if len(part) == 4]
    return key(named[0]) if named else 0
