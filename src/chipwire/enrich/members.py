"""One item of the window as the story tracker keeps it, with its links to others by how strong they are."""

from dataclasses import dataclass, field

STRIDE, HARDEST = 0.1, 0.95


@dataclass(slots=True)
class Member:
    """One item of the window; `likeness` holds the probability of one story for every neighbour worth it."""

    item_id: int
    moment: float
    """Publication in epoch seconds; infinity when unknown."""
    text: int
    family: int
    feed: int
    credit: int
    placed: int | None = None
    copy_of: int | None = None
    follows: int | None = None
    link: str = "new"
    arrived: float | None = None
    """When it came in, in epoch seconds, as far as this process knows."""
    compared: bool = False
    """False for an item from the store that nothing new has come near to yet: its story is taken as it was."""
    likeness: dict[int, float] = field(default_factory=dict)
    kin: dict[int, float] = field(default_factory=dict)
    """Kinship with items published at another time, where it is not faint."""
    near: dict[int, set[int]] = field(default_factory=dict)
    """Neighbours likely enough to be of one story with it, by the step of their likeness."""
    copies: set[int] = field(default_factory=set)

    @property
    def order(self) -> tuple[float, int, int]:
        """Place in time; ties fall by content, so no arrival order shows."""
        return (self.moment, self.text, self.item_id)

    def join(self, other: "Member", step: int) -> None:
        """Makes neighbours of two, on both sides."""
        self.near.setdefault(step, set()).add(other.item_id)
        other.near.setdefault(step, set()).add(self.item_id)

    def forget(self, item_id: int) -> None:
        """Takes one that is gone out of every neighbourhood."""
        self.likeness.pop(item_id, None)
        self.kin.pop(item_id, None)
        self.copies.discard(item_id)
        for others in self.near.values():
            others.discard(item_id)


class Steps:
    """Likeness in steps from the threshold to join upwards: what a group is grown by, strongest links first."""

    def __init__(self, join: float) -> None:
        self.bars = [join]
        while self.bars[-1] < HARDEST:
            self.bars.append(self.bars[-1] + STRIDE)

    def of(self, likeness: float) -> int:
        """How many bars a likeness reaches; 0 when it joins nobody."""
        return sum(likeness >= bar for bar in self.bars)
