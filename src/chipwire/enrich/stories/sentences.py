"""Bodies by sentence: what tells whether one was reworded into the other, made when it is first needed."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories.columns import COUNTS, STEPS, TITLE, WHOLE
from chipwire.enrich.stories.common import distinct

if TYPE_CHECKING:
    from chipwire.enrich.stories.views import View

_ITEM, _SENTENCE, _NUMBER = np.uint64(48), np.uint64(16), np.uint64(0xFFFF)
"""Where in one number the item, a term and its sentence are kept while bodies are parted."""


class Sentences(NamedTuple):
    """Words of a body, rising, each once for every sentence with it."""

    number: NDArray[np.uint16]
    """Of the sentence."""
    first: NDArray[np.uint16]
    """Where each word's sentences begin."""
    size: int
    total: float
    """Rarity of all."""


def sentences(views: Sequence["View"]) -> list[Sentences]:
    """Their bodies by sentence, which are parted together where it was not done before."""
    missing = [view for view in views if view.parted is None]
    for view, parted in zip(missing, _parted(missing) if missing else (), strict=True):
        view.parted = parted
    return [view.parted for view in views if view.parted is not None]


def _parted(views: Sequence["View"]) -> Iterator[Sentences]:
    sizes, said = np.array([len(view.body) for view in views]), np.concatenate([view.body for view in views])
    owner, ends = np.arange(len(views)).repeat(sizes), np.append(0, (said == 0).cumsum())
    last = sizes.cumsum()
    before = ends[last - sizes]
    spoken = (said != 0).nonzero()[0]
    whose = owner[spoken]
    number = (ends[spoken] - before[whose]).astype(np.uint64)
    rows = distinct(whose.astype(np.uint64) << _ITEM | said[spoken].astype(np.uint64) << _SENTENCE | number)
    words = np.append(True, rows[1:] >> _SENTENCE != rows[:-1] >> _SENTENCE)[: len(rows)].nonzero()[0]
    counts = COUNTS(views)
    steps = STEPS(views)[counts[:, WHOLE] > counts[:, TITLE]]  # the words of all bodies
    rarity = views[0].values[steps].repeat(np.diff(words, append=len(rows)))
    edges = rows.searchsorted(np.arange(len(views) + 1, dtype=np.uint64) << _ITEM)
    starts = words.searchsorted(edges).tolist()
    numbers, size = (rows & _NUMBER).astype(np.uint16), (ends[last] - before + 1).tolist()
    spans = zip(pairwise(edges.tolist()), pairwise(starts), size, strict=True)
    for (start, end), (first, after), many in spans:
        total = float(rarity[start:end].sum()) or 1.0
        yield Sentences(numbers[start:end].copy(), (words[first:after] - start).astype(np.uint16), many, total)
