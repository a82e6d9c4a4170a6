"""What views are set beside each other by: packed in each view, joined for many of them in one go."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from chipwire.enrich.stories.common import Places, edges

Numbers = NDArray[Any]


class Column:
    """Rows of one kind that every view has some of, as bytes under the same name."""

    def __init__(self, name: str, kind: DTypeLike) -> None:
        self._of, self._kind = attrgetter(name), np.dtype(kind)

    def __call__(self, views: Sequence[Any]) -> NDArray[Any]:
        """The rows of all views, one view after the other."""
        return np.frombuffer(b"".join(map(self._of, views)), dtype=self._kind)

    def sizes(self, views: Sequence[Any]) -> Places:
        """How many rows each view has."""
        return np.array([len(held) for held in map(self._of, views)], dtype=np.intp) // self._kind.itemsize


TERMS = Column("terms", np.uint32)
"""Rising within a view."""
SAID = Column("said", np.uint16)
"""Of each term what `pack_said` makes of it."""
BODY = Column("body", np.uint16)
"""The body in order: as which of the view's terms, from 1, each word is there; 0 ends a sentence."""
ANCHORS = Column("anchors", np.uint64)
"""What `pack_anchors` makes of each, rising by kind and key within a view."""
FACTS = Column("facts", (np.float64, 11))
"""One row a view: the numbers of `views.Facts`."""
STEP = 15
"""Of what is said of a term: the place of its rarity in the view's `values`."""
_TITLE, _LEAD, _BODY = 4, 6, 9
_MOST_TITLE, _MOST_LEAD, _MOST_BODY = 3, 7, 127
_KEY, _KIND, _WEIGHT, _ZONE = (np.uint64(bits) for bits in (0xFFFFFFFF, 32, 40, 48))
_ANCHOR, _BYTE = np.uint64(0xFFFFFFFFFF), np.uint64(0xFF)


def pack_said(steps: Numbers, title: Numbers, lead: Numbers, body: Numbers) -> NDArray[np.uint16]:
    """Of terms the step of their rarity and how often they are in title, lead and body, in two bytes.

    Who says a word more than 3, 7 or 127 times there says it no oftener.
    """
    counts = np.minimum(title, _MOST_TITLE) << _TITLE, np.minimum(lead, _MOST_LEAD) << _LEAD
    found: Numbers = steps | counts[0] | counts[1] | np.minimum(body, _MOST_BODY) << _BODY
    return found.astype(np.uint16)


def often(said: Numbers) -> NDArray[np.float64]:
    """What terms are worth by how often they are said: rows of title, lead and the whole."""
    return _OFTEN.take(said >> _TITLE, axis=0)


def opens(said: Numbers) -> NDArray[np.bool_]:
    """Which terms are in title or lead."""
    return np.asarray((said >> _TITLE) & ((1 << _BODY - _TITLE) - 1) > 0)


def in_body(said: Numbers) -> NDArray[np.bool_]:
    """Which terms are in the body."""
    return np.asarray(said >> _BODY > 0)


def pack_anchors(kinds: Numbers, keys: Numbers, weights: Numbers, zones: Numbers) -> NDArray[np.uint64]:
    """Anchors in eight bytes each: the key in the lowest 32 bits, then kind, weight * 32 and zone."""
    parts = ((kinds, _KIND), (weights, _WEIGHT), (zones, _ZONE))
    found = keys.astype(np.uint64)
    for part, shift in parts:
        found |= part.astype(np.uint64) << shift
    return found


def identity(anchors: Numbers) -> NDArray[np.uint64]:
    """Kind and key: what two items have in common when both name it."""
    return anchors & _ANCHOR


def key_of(anchors: Numbers) -> NDArray[np.uint64]:
    return anchors & _KEY


def kind_of(anchors: Numbers) -> Places:
    return (anchors >> _KIND & _BYTE).astype(np.intp)


def weight_of(anchors: Numbers) -> NDArray[np.float64]:
    return (anchors >> _WEIGHT & _BYTE) / 32


def zone_of(anchors: Numbers) -> Places:
    return (anchors >> _ZONE).astype(np.intp)


def bodies(views: Sequence[Any]) -> tuple[NDArray[np.uint32], Places]:
    """The terms of all bodies in order, 0 after each sentence but the last, and how many each view has."""
    ranks, sizes = BODY(views).astype(np.intp), BODY.sizes(views)
    before = edges(TERMS.sizes(views))[:-1].repeat(sizes)
    terms = np.append(np.zeros(1, dtype=np.uint32), TERMS(views))
    return terms.take((ranks + before) * (ranks > 0)), sizes


def _worth() -> NDArray[np.float64]:
    number = np.arange(1 << 16 - _TITLE)
    title, lead = number & _MOST_TITLE, number >> _LEAD - _TITLE & _MOST_LEAD
    counts = np.stack([title, lead, title + (number >> _BODY - _TITLE)], axis=1)
    return np.where(counts > 0, 1.0 + np.log(np.maximum(counts, 1)), 0.0)


_OFTEN = _worth()
