"""Bodies by sentence: what tells whether one was reworded into the other."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories import columns
from chipwire.enrich.stories.common import Places, distinct, edges

if TYPE_CHECKING:
    from chipwire.enrich.stories.views import View

_ITEM, _WORD, _NUMBER = np.uint64(32), np.uint64(16), np.uint64(0xFFFF)
"""Where in one number the view, a word and its sentence are kept while bodies are parted."""


class Sentences(NamedTuple):
    """Words of bodies, rising within each, once for every sentence with it."""

    number: Places
    """Of the sentence."""
    first: Places
    """Where each word's sentences begin, and where the last one's end."""
    words: Places
    """How many of them each body has."""
    size: Places
    """How many sentences."""
    total: NDArray[np.float64]
    """Rarity of all."""


def sentences(views: Sequence["View"]) -> Sentences:
    """Their bodies by sentence."""
    body, sizes = columns.BODY(views), columns.BODY.sizes(views)
    ends, last = edges(body == 0), edges(sizes)
    owner = np.arange(len(views)).repeat(sizes)
    number = ends[:-1] - ends[last[:-1]].repeat(sizes)
    spoken = body.nonzero()[0]
    parts = owner[spoken].astype(np.uint64) << _ITEM, body[spoken].astype(np.uint64) << _WORD
    rows = distinct(parts[0] | parts[1] | number[spoken].astype(np.uint64))
    starts = np.append(True, rows[1:] >> _WORD != rows[:-1] >> _WORD)[: len(rows)].nonzero()[0]
    whose = (rows >> _ITEM).astype(np.intp)
    term = edges(columns.TERMS.sizes(views))[whose] + (rows >> _WORD & _NUMBER).astype(np.intp) - 1
    rarity = views[0].values[columns.SAID(views)[term] & columns.STEP]
    spans = pairwise(whose.searchsorted(np.arange(len(views) + 1)).tolist())
    total = np.array([float(rarity[start:end].sum()) for start, end in spans])
    return Sentences(
        number=(rows & _NUMBER).astype(np.intp),
        first=np.append(starts, len(rows)),
        words=np.bincount(whose[starts], minlength=len(views)),
        size=np.diff(ends[last]) + 1,
        total=np.where(total > 0, total, 1.0),
    )
