"""One item of the window as the story tracker keeps it, with its links to others by how strong they are."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories.lineage import BELIEVED

STRIDE, HARDEST = 0.1, 0.95
_NO_ITEMS, _NO_VALUES = array("q"), array("d")
"""Of all who have noted nobody yet: most of a restored window."""


class Noted:
    """A number for each neighbour worth it, in 16 bytes each: a window holds millions.

    Ids are never used twice, so what is said of an item that is gone does no harm.
    """

    __slots__ = ("items", "values")

    def __init__(self) -> None:
        self.items, self.values = _NO_ITEMS, _NO_VALUES

    def note(self, item_id: int, value: float) -> None:
        """Keeps the number of a neighbour that has none yet."""
        if not self.items:
            self.items, self.values = array("q"), array("d")
        self.items.append(item_id)
        self.values.append(value)


def table(members: Sequence["Member"]) -> NDArray[np.float64]:
    """Likeness of every pair of members as far as it is known, else nan."""
    found = np.full((len(members), len(members)), np.nan)
    known = [(row, member.likeness) for row, member in enumerate(members) if member.likeness.items]
    if known:
        ids = np.array([member.item_id for member in members])
        order = ids.argsort()
        others = np.concatenate([np.frombuffer(each.items, dtype=np.int64) for _, each in known])
        values = np.concatenate([np.frombuffer(each.values) for _, each in known])
        rows = np.repeat([row for row, _ in known], [len(each.items) for _, each in known])
        place = order[np.minimum(ids[order].searchsorted(others), len(ids) - 1)]
        here = ids[place] == others
        found[rows[here], place[here]] = values[here]
    return found


@dataclass(slots=True)
class Member:
    """One item of the window."""

    item_id: int
    moment: float
    """Publication in epoch seconds; infinity when unknown."""
    text: int
    family: int
    feed: int
    credit: int
    about: frozenset[int] = frozenset()
    """Companies it is about."""
    placed: int | None = None
    copy_of: int | None = None
    follows: int | None = None
    link: str = "new"
    arrived: float | None = None
    """When it came in, in epoch seconds, where that is known."""
    compared: bool = False
    """False for an item from the store that nothing new has come near to yet: its story is taken as it was."""
    likeness: Noted = field(default_factory=Noted)
    """Probability of one story."""
    kin: Noted = field(default_factory=Noted)
    """Kinship with items published at another time, where it is not faint."""
    near: "dict[int, array[int]]" = field(default_factory=dict)
    """Neighbours likely enough to be of one story with it, by the step of their likeness."""
    copies: frozenset[int] = frozenset()

    @property
    def order(self) -> tuple[float, int, int]:
        """Place in time; ties fall by content, so no arrival order shows."""
        return (self.moment, self.text, self.item_id)

    @property
    def age(self) -> tuple[bool, tuple[float, int, int]]:
        """The same among those of one event, with whose date is too old to be true behind all others."""
        return (self.arrived is not None and self.moment < self.arrived - BELIEVED.total_seconds(), self.order)

    def join(self, other: "Member", step: int) -> None:
        """Makes neighbours of two, on both sides."""
        for one, two in ((self, other.item_id), (other, self.item_id)):
            there = one.near.get(step)
            if there is None:
                one.near[step] = array("q", (two,))
            elif two not in there:
                there.append(two)

    def copy(self, other: "Member") -> None:
        """Notes on both sides that one is a copy of the other."""
        self.copies |= {other.item_id}
        other.copies |= {self.item_id}

    def forget(self, item_id: int) -> None:
        """Takes one that is gone out of every neighbourhood."""
        self.copies -= {item_id}
        for others in self.near.values():
            if item_id in others:
                others.remove(item_id)


class Steps:
    """Likeness in steps from the threshold to join upwards: what a group is grown by, strongest links first."""

    def __init__(self, join: float) -> None:
        self.bars = [join]
        while self.bars[-1] < HARDEST:
            self.bars.append(self.bars[-1] + STRIDE)

    def of(self, likeness: NDArray[np.float64]) -> NDArray[np.intp]:
        """How many bars each likeness reaches; 0 when it joins nobody."""
        return np.searchsorted(self.bars, likeness, side="right")
