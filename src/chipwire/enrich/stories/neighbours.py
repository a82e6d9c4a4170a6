"""Who is near whom in the window, which of them hang together, and which of those are copies of which."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories.common import numbered
from chipwire.enrich.stories.copies import are_copies
from chipwire.enrich.stories.fingerprint import Raw
from chipwire.enrich.stories.linkage import Matrix, agglomerate, gathered, united
from chipwire.enrich.stories.members import Member, both_ways, items_of, steps, table
from chipwire.enrich.stories.model import Model
from chipwire.enrich.stories.pairs import NAMES, Pairs, Shared, features
from chipwire.enrich.stories.reach import EXACT, Reach
from chipwire.enrich.stories.shelf import Shelf
from chipwire.enrich.stories.views import View, companies
from chipwire.enrich.stories.window import Filed, Index

FAINT = 0.05
"""Likeness not worth remembering."""
GAP = 12 * 3600.0
REACH = 10 * 86400.0
"""A story that follows another starts at least GAP seconds after it and at most REACH seconds."""
AFRESH = 8
"""Stories from the store up to this size are parted anew when something comes near."""
SEMBLANCE = 0.25
"""Copies have at least this cosine; below it nothing closer is looked at."""
AT_ONCE = 25
"""New items set beside their neighbours in one go: more saves no time, and takes memory."""
TOGETHER = 200
"""Fingerprints decoded in one go."""
PAIRS = 800
"""Pairs measured in one go: what they share takes some 8 KiB each for a moment, and a group can have 12,720 of them."""


Couples = NDArray[np.int64]
"""Two item ids a row."""
Values = NDArray[np.float32]


class Neighbours:
    """Members of the window and the graph of their likeness, compared when first needed."""

    def __init__(self, model: Model, shelf: Shelf) -> None:
        self.model = model
        self.members: dict[int, Member] = {}
        self.index = Index(model.common, shelf)
        self.stories: dict[int, set[int]] = {}
        """Item ids of the window by the story they hang on."""
        self._abouts: dict[frozenset[int], frozenset[int]] = {}
        """Each set of companies once."""
        self.reach = self._reach()
        """Asked for the groups that an item can change; it learns, until a link goes."""

    def add(self, given: Sequence[tuple[int, Raw]]) -> list[tuple[Member, Filed]]:
        """Files items as (id, unpacked fingerprint); nothing is compared yet."""
        found = []
        for start in range(0, len(given), TOGETHER):
            some = given[start : start + TOGETHER]
            views = View.many([seen for _, seen in some], self.model.common)
            filed = self.index.add([item_id for item_id, _ in some], views)
            told = zip(some, filed, companies(views), strict=True)
            found += [(self._member(*one, of.view, about), of) for one, of, about in told]
        return found

    def _member(self, item_id: int, seen: Raw, view: View, about: frozenset[int]) -> Member:
        moment = float("inf") if seen.published is None else float(seen.published)
        about = self._abouts.setdefault(about, about)
        found = Member(item_id, moment, seen.text, view.family_key, seen.feed, seen.credit, about)
        self.members[item_id] = found
        return found

    def recall(self) -> None:
        """Takes the copies of restored items as the store knows them."""
        for member in self.members.values():
            origin = self.members.get(member.copy_of) if member.copy_of is not None else None
            if origin is not None:
                member.copy(origin)

    def drop(self, item_id: int) -> None:
        """Forgets an item and its place in others' neighbourhoods."""
        member = self.members.pop(item_id)
        self.index.drop(item_id)
        for other in member.copies:
            self.members[other].forget(item_id)
        self.reach = self._reach()

    def _reach(self) -> Reach:
        return Reach(self.members, self.stories, steps(self.model.join))

    def families(self, story: list[Member]) -> list[tuple[int, list[Member]]]:
        """(id of the origin, members) of every set of copies in a story; an item without copies is its own family."""
        rows = {member.item_id: row for row, member in enumerate(story)}
        found = []
        for family in self._copied(story, rows):
            members = [story[row] for row in family]
            left = [m.copy_of for m in members if m.copy_of is not None and m.copy_of not in self.members]
            found.append((min(left) if left else self.origin(members).item_id, members))
        return found

    def origin(self, members: list[Member]) -> Member:
        """Whom the others credit, if it is among them, else the earliest of those with a date that can be true."""
        credited = {m.credit for m in members if m.credit and m.credit != m.feed}
        named = [m for m in members if m.feed in credited]
        return min(named or members, key=lambda m: m.age)

    def compare(self, fresh: Sequence[tuple[Member, Filed]]) -> None:
        """Measures new items against the nearest of the window."""
        for start in range(0, len(fresh), AT_ONCE):
            asked: dict[int, set[int]] = {}
            some = fresh[start : start + AT_ONCE]
            for member, filed in some:
                near = self.index.nearest(member.item_id, filed)
                new = {other for other in near if member.item_id not in asked.get(other, ())}
                asked[member.item_id] = new.difference(items_of(member.likeness))
                member.compared = True
            self._measure(np.array([(one, other) for one, others in asked.items() for other in others], dtype=np.int64))

    def _measure(self, pairs: Couples) -> Values:
        """Likeness of pairs (of one `one` together), remembered on both sides when not faint; copies are noted too."""
        pieces = [self._measured(pairs[start : start + PAIRS]) for start in range(0, len(pairs), PAIRS)]
        return np.concatenate([np.zeros(0, dtype=np.float32), *pieces])

    def _measured(self, pairs: Couples) -> Values:
        ids, place = numbered(pairs)
        ones, others = np.ascontiguousarray(place.T)
        shared = Shared(Pairs(self.index.views(ids.tolist()), ones, others))
        rows, same = features(shared), shared.terms.same
        odds, kinships = (found.astype(np.float32) for found in self.model.judge(rows, same))  # as links keep them
        apart = shared.apart()
        kin = (kinships >= FAINT) & (apart >= GAP) & (apart <= REACH)
        for item_id, gained in both_ways(pairs[kin], kinships[kin]):
            self.members[item_id].kin += gained
        self._liken(pairs, odds, odds >= FAINT)
        close = (same & (rows[:, NAMES.index("whole")] >= SEMBLANCE)).nonzero()[0]
        for one, other in pairs[close[are_copies(shared, close)]].tolist():
            self.members[one].copy(self.members[other])
        return odds

    def _liken(self, pairs: Couples, odds: Values, chosen: NDArray[np.bool_]) -> None:
        for item_id, gained in both_ways(pairs[chosen], odds[chosen]):
            self.members[item_id].likeness += gained

    def part(self, group: list[Member]) -> list[list[Member]]:
        """The stories in a group that Reach gave, each in the order of time."""
        if len(group) == 1:
            return [group]
        rows = {member.item_id: row for row, member in enumerate(group)}
        settled = self._settled(group)
        likeness = self._likeness(group, rows, settled)
        links = [(family[0], other) for family in self._copied(group, rows) for other in family[1:]]
        for story in settled.values():
            links += [(rows[story[0]], rows[other]) for other in story[1:]]
        together = united(len(group), links)
        return [[group[row] for row in story] for story in agglomerate(likeness, together, self.model.join)]

    def _likeness(self, group: list[Member], at: dict[int, int], settled: dict[int, list[int]]) -> Matrix:
        """What is known of every pair, 1 inside of settled stories, nan elsewhere; small groups are measured whole."""
        found = table(group)
        for story in settled.values():
            block = np.ix_([at[i] for i in story], [at[i] for i in story])
            found[block] = np.where(np.isnan(found[block]), 1.0, found[block])
        if len(group) <= EXACT:
            below = np.tril(np.isnan(found), -1)
        else:  # what is new is at least set beside those that stand for large stories
            new = np.array([member.placed is None for member in group])
            size = [len(self.stories.get(m.placed or 0, ())) for m in group]
            below = np.isnan(found) & new[:, None] & (np.array(size) > EXACT)
        rows, places = below.nonzero()
        ids = np.array([member.item_id for member in group])
        pairs = np.stack([ids[rows], ids[places]], axis=1)
        measured = self._measure(pairs)
        found[below] = found.T[below] = measured
        self._liken(pairs, measured, measured < FAINT)  # is else not kept, but is not to be measured again
        return found

    def _settled(self, group: list[Member]) -> dict[int, list[int]]:
        """Stories that stay together: those of which not all are in the group, and large ones from the store, as
        measuring all their pairs again would take too long."""
        stories: dict[int, list[Member]] = {}
        for member in group:
            if member.placed is not None:
                stories.setdefault(member.placed, []).append(member)
        found = {}
        for story, members in stories.items():
            part = len(members) < len(self.stories[story])
            stay = [member.item_id for member in members if part or not member.compared]
            if part or len(stay) > AFRESH:
                found[story] = stay
        return found

    def _copied(self, group: list[Member], rows: dict[int, int]) -> list[list[int]]:
        return gathered([{rows[other] for other in m.copies if other in rows} for m in group])
