"""What views are set beside each other by: packed in each view, joined for many of them in one go."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Column:
    """Rows of one kind that every view has some of, as bytes under the same name."""

    def __init__(self, name: str, kind: DTypeLike) -> None:
        self._of, self._kind = attrgetter(name), np.dtype(kind)

    def __call__(self, views: Iterable[Any]) -> NDArray[Any]:
        """The rows of all views, one view after the other."""
        return np.frombuffer(b"".join(map(self._of, views)), dtype=self._kind)


TERMS = Column("terms", np.uint32)
"""Rising within a view."""
STEPS = Column("steps", np.uint8)
"""Rarity of each term, as a place in the view's `values`."""
TITLE, LEAD, WHOLE = range(3)
COUNTS = Column("counts", (np.uint16, 3))
"""How often each term is in TITLE, LEAD and the WHOLE."""
ANCHORS = Column("anchors", np.uint64)
"""Rising within a view."""
MARKS = Column("marks", (np.uint8, 2))
"""Weight * 32 of each anchor, and its zone."""
FACTS = Column("facts", (np.float64, 10))
"""One row a view: the numbers of `views.Facts`."""
