"""One item of the window as the story tracker keeps it, with its links to others by how strong they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories.common import distinct
from chipwire.enrich.stories.lineage import BELIEVED

STRIDE, HARDEST = 0.1, 0.95
_ID, _ABOVE, _LINK = np.uint64(0xFFFFFFFF), np.uint64(32), 8


def links(item_ids: NDArray[np.int64], values: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Items (below 2**32) with a number each, from 0 to 1, as one number: a window holds millions.

    The bits of a float32 stand above the id, so that links rise with their values.
    """
    packed: NDArray[np.uint64] = values.view(np.uint32).astype(np.uint64) << _ABOVE | item_ids.astype(np.uint64)
    return packed


def both_ways(pairs: NDArray[np.int64], values: NDArray[np.float32]) -> Iterator[tuple[int, bytes]]:
    """Of pairs of ids each item once, with its links to all that it is paired with."""
    ones, others = pairs.T
    whose, packed = np.concatenate((ones, others)), np.concatenate((links(others, values), links(ones, values)))
    order = whose.argsort(kind="stable")
    ids = distinct(whose)
    first = [*whose[order].searchsorted(ids).tolist(), len(order)]
    held = packed[order]
    for item_id, (start, end) in zip(ids.tolist(), pairwise(first), strict=True):
        yield item_id, held[start:end].tobytes()


def items_of(held: bytes, least: int = 0, under: int = 1 << 63) -> list[int]:
    """Whom links from `least` on and below `under` lead to; `held` may be those of many items, joined."""
    found = np.frombuffer(held, dtype=np.uint64)
    ids: list[int] = (found[(found >= least) & (found < under)] & _ID).tolist()
    return ids


def values_of(held: bytes) -> NDArray[np.float32]:
    return (np.frombuffer(held, dtype=np.uint64) >> _ABOVE).astype(np.uint32).view(np.float32)


def table(members: Sequence["Member"]) -> NDArray[np.float64]:
    """Likeness of every pair of members as far as it is known, else nan."""
    found = np.full((len(members), len(members)), np.nan)
    held = b"".join([member.likeness for member in members])
    if held:
        ids = np.array([member.item_id for member in members])
        order = ids.argsort()
        others = (np.frombuffer(held, dtype=np.uint64) & _ID).astype(np.int64)
        rows = np.arange(len(members)).repeat([len(member.likeness) // _LINK for member in members])
        place = order[np.minimum(ids[order].searchsorted(others), len(ids) - 1)]
        here = ids[place] == others
        found[rows[here], place[here]] = values_of(held)[here]
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
    likeness: bytes = b""
    """Links with the probability of one story. Ids are never used twice, so one that leads to an item that is gone does
    no harm."""
    kin: bytes = b""
    """Links with the kinship of items published at another time, where it is not faint."""
    copies: tuple[int, ...] = ()
    """Ids, each once. A set of one takes four times as much, and most have but a few."""

    @property
    def order(self) -> tuple[float, int, int]:
        """Place in time; ties fall by content, so no arrival order shows."""
        return (self.moment, self.text, self.item_id)

    @property
    def age(self) -> tuple[bool, tuple[float, int, int]]:
        """The same among those of one event, with whose date is too old to be true behind all others."""
        return (self.arrived is not None and self.moment < self.arrived - BELIEVED.total_seconds(), self.order)

    def copy(self, other: "Member") -> None:
        """Notes on both sides that one is a copy of the other."""
        if other.item_id not in self.copies:
            self.copies += (other.item_id,)
            other.copies += (self.item_id,)

    def forget(self, item_id: int) -> None:
        """Drops an item that is gone from the copies."""
        self.copies = tuple([one for one in self.copies if one != item_id])


def steps(join: float) -> list[int]:
    """Links as strong as the threshold to join, and stronger ones from step to step: what a group is grown by,
    strongest links first."""
    bars = [join]
    while bars[-1] < HARDEST:
        bars.append(bars[-1] + STRIDE)
    found: list[int] = links(np.zeros(len(bars), dtype=np.int64), np.array(bars, dtype=np.float32)).tolist()
    return found
