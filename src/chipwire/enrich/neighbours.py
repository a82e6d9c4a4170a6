"""Who is near whom in the window, which of them hang together, and which of those are copies of which."""

from dataclasses import dataclass, field

import numpy as np

from chipwire.enrich.copies import are_copies
from chipwire.enrich.fingerprint import Raw
from chipwire.enrich.linkage import agglomerate, united
from chipwire.enrich.model import Model
from chipwire.enrich.pairs import NAMES, features
from chipwire.enrich.window import Index

FAINT = 0.05
"""Likeness not worth remembering."""
GAP = 12 * 3600.0
REACH = 10 * 86400.0
"""A story that follows another starts at least GAP seconds after it and at most REACH seconds."""
EXACT = 40
"""Groups up to this size are parted on every pair, larger ones on the pairs that were near enough to be compared."""
AFRESH = 8
"""Stories from the store up to this size are parted anew when something comes near."""
LARGEST = 160
"""A chain of joins longer than this is cut at its weaker links."""
SEMBLANCE = 0.25
"""Copies have at least this cosine; below it nothing closer is looked at."""


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
    near: set[int] = field(default_factory=set)
    """Neighbours likely enough to be of one story with it."""
    copies: set[int] = field(default_factory=set)

    @property
    def order(self) -> tuple[float, int, int]:
        """Place in time; ties fall by content, so no arrival order shows."""
        return (self.moment, self.text, self.item_id)


class Neighbours:
    """Members of the window and the graph of their likeness, compared when first needed."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.members: dict[int, Member] = {}
        self.index = Index(model.common)
        self.stories: dict[int, set[int]] = {}
        """Item ids of the window by the story they hang on."""

    def add(self, item_id: int, data: bytes, seen: Raw) -> Member:
        """Files an item; nothing is compared yet."""
        view = self.index.add(item_id, data, seen)
        moment = float("inf") if seen.published is None else float(seen.published)
        member = Member(item_id, moment, seen.text, view.family_key, seen.feed, seen.credit)
        self.members[item_id] = member
        return member

    def recall(self) -> None:
        """Takes the copies of restored items as the store knows them."""
        for member in self.members.values():
            origin = self.members.get(member.copy_of) if member.copy_of is not None else None
            if origin is not None:
                member.copies.add(origin.item_id)
                origin.copies.add(member.item_id)

    def drop(self, item_id: int) -> None:
        """Forgets an item and its place in others' neighbourhoods."""
        member = self.members.pop(item_id)
        self.index.drop(item_id)
        for other in member.likeness.keys() | member.kin.keys() | member.copies:
            if other in self.members:
                self.members[other].likeness.pop(item_id, None)
                self.members[other].kin.pop(item_id, None)
                self.members[other].near.discard(item_id)
                self.members[other].copies.discard(item_id)

    def reach(self, start: Member) -> list[Member]:
        """Everything joined to `start` by a chain of pairs that could merge: what a new item can change, in order.

        Where such chains run through half the window, only links strong enough to keep the group small count.
        """
        bar = self.model.join
        while (seen := self._chain(start, bar)) is None:
            bar += 0.1
        return sorted((self.members[i] for i in seen), key=lambda m: m.order)

    def _chain(self, start: Member, bar: float) -> set[int] | None:
        """Ids reached over links of at least `bar`; None when they are too many and a higher bar is left."""
        seen, queue = {start.item_id}, [start]
        while queue:
            here = queue.pop()
            for other in self._joined(here, bar) - seen:
                seen.add(other)
                queue.append(self.members[other])
            if len(seen) > LARGEST and bar < 0.95:
                return None
            if len(seen) > 4 * LARGEST:
                break
        return seen

    def families(self, story: list[Member]) -> list[tuple[int, list[Member]]]:
        """(id of the origin, members) of every set of copies in a story; an item without copies is its own family."""
        rows = {member.item_id: row for row, member in enumerate(story)}
        found = []
        for family in united(len(story), self._copies(story, rows)):
            members = [story[row] for row in family]
            left = [m.copy_of for m in members if m.copy_of is not None and m.copy_of not in self.members]
            found.append((min(left) if left else self.origin(members).item_id, members))
        return found

    def origin(self, members: list[Member]) -> Member:
        """Whom the others credit, if it is among them, else the earliest."""
        credited = {m.credit for m in members if m.credit and m.credit != m.feed}
        named = [m for m in members if m.feed in credited]
        return min(named or members, key=lambda m: m.order)

    def share_company(self, one: Member, two: Member) -> bool:
        """Whether both are about one company."""
        return bool(self.index.view(one.item_id).about & self.index.view(two.item_id).about)

    def _joined(self, member: Member, bar: float) -> set[int]:
        near = member.near
        if bar > self.model.join:
            near = {other for other in near if member.likeness[other] >= bar}
        near = near | member.copies
        return near if member.compared else near | self._mates(member)

    def _mates(self, member: Member) -> set[int]:
        return set() if member.placed is None else self.stories.get(member.placed, set())

    def compare(self, member: Member) -> None:
        """Measures a new item against the nearest of the window."""
        view = self.index.view(member.item_id)
        self._measure(member, [o for o in self.index.nearest(view, member.item_id) if o not in member.likeness])
        member.compared = True

    def _measure(self, one: Member, others: list[int]) -> list[float]:
        """Likeness of one item and others, remembered on both sides when it is not faint; copies are noted too."""
        if not others:
            return []
        mine, theirs = self.index.view(one.item_id), [self.index.view(other) for other in others]
        rows = features(mine, theirs)
        same = np.array([view.family == mine.family for view in theirs])
        odds, kinships = self.model.judge(rows, same)
        likely: list[float] = odds.tolist()
        for other, probability, kinship in zip(others, likely, kinships.tolist(), strict=True):
            two = self.members[other]
            if kinship >= FAINT and GAP <= abs(one.moment - two.moment) <= REACH:
                one.kin[other] = two.kin[one.item_id] = kinship
            if probability >= FAINT:
                one.likeness[other] = two.likeness[one.item_id] = probability
            if probability >= self.model.join:
                one.near.add(other)
                two.near.add(one.item_id)
        close = (same & (rows[:, NAMES.index("whole")] >= SEMBLANCE)).nonzero()[0].tolist()
        if close:
            for place, copied in zip(close, are_copies(mine, [theirs[place] for place in close]), strict=True):
                if copied:
                    one.copies.add(others[place])
                    self.members[others[place]].copies.add(one.item_id)
        return likely

    def part(self, group: list[Member]) -> list[list[Member]]:
        """The stories in a group that reach() gave, each in the order of time."""
        rows = {member.item_id: row for row, member in enumerate(group)}
        likeness = np.full((len(group), len(group)), np.nan)
        settled = self._settled(group)
        for row, member in enumerate(group):
            unknown: list[int] = []
            for place, other in enumerate(group[:row]):
                known = member.likeness.get(other.item_id)
                if known is None and member.placed in settled and member.placed == other.placed:
                    known = 1.0
                if known is not None:
                    likeness[row, place] = likeness[place, row] = known
                elif len(group) <= EXACT:
                    unknown.append(other.item_id)
            for other_id, measured in zip(unknown, self._measure(member, unknown), strict=True):
                member.likeness[other_id] = self.members[other_id].likeness[member.item_id] = measured
                likeness[row, rows[other_id]] = likeness[rows[other_id], row] = measured
        links = self._copies(group, rows)
        for story in settled.values():
            links += [(rows[story[0]], rows[other]) for other in story[1:]]
        together = united(len(group), links)
        return [[group[row] for row in story] for story in agglomerate(likeness, together, self.model.join)]

    def _settled(self, group: list[Member]) -> dict[int, list[int]]:
        """Large stories from the store, which stay together: measuring all their pairs again would take too long."""
        stories: dict[int, list[int]] = {}
        for member in group:
            if not member.compared and member.placed is not None:
                stories.setdefault(member.placed, []).append(member.item_id)
        return {story: items for story, items in stories.items() if len(items) > AFRESH}

    def _copies(self, group: list[Member], rows: dict[int, int]) -> list[tuple[int, int]]:
        return [(rows[m.item_id], rows[other]) for m in group for other in m.copies if other in rows]
