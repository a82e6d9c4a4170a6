"""What sorted arrays have in common: one against another, one against many at once."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


def shared(one: NDArray[Any], two: NDArray[Any]) -> int:
    """How many of two rising arrays' values they have in common."""
    short, long = (one, two) if len(one) < len(two) else (two, one)
    if not len(short):
        return 0
    place = long.searchsorted(short)
    place[place == len(long)] = 0
    return int(np.count_nonzero(long[place] == short))


class Common(NamedTuple):
    """What one sorted array shares with many: place in the one, place in the many joined, and whose it is."""

    mine: Places
    theirs: Places
    whose: Places


def meet(one: NDArray[Any], many: Sequence[NDArray[Any]]) -> Common:
    """Where keys of `one` turn up in each of `many`."""
    joined = np.concatenate(many)
    whose = np.repeat(np.arange(len(many)), [len(each) for each in many])
    if not len(one):
        none = np.zeros(0, dtype=np.intp)
        return Common(none, none, none)
    place = one.searchsorted(joined)
    place[place == len(one)] = 0
    found = (one[place] == joined).nonzero()[0]
    return Common(place[found], found, whose[found])


def overlaps(one: NDArray[Any], many: Sequence[NDArray[Any]]) -> list[int]:
    """How many values of `one`, a rising array, each of `many` has too."""
    found: list[int] = np.bincount(meet(one, many).whose, minlength=len(many)).tolist()
    return found
