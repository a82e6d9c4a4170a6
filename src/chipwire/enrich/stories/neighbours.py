"""Who is near whom in the window, which of them hang together, and which of those are copies of which."""

from collections.abc import Sequence

import numpy as np

from chipwire.enrich.stories.common import numbered
from chipwire.enrich.stories.copies import are_copies
from chipwire.enrich.stories.fingerprint import Raw
from chipwire.enrich.stories.linkage import Matrix, agglomerate, gathered, united
from chipwire.enrich.stories.members import Member, Steps, table
from chipwire.enrich.stories.model import Model
from chipwire.enrich.stories.pairs import NAMES, Pairs, Shared, features
from chipwire.enrich.stories.reach import EXACT, Reach
from chipwire.enrich.stories.views import Floats, View
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


class Neighbours:
    """Members of the window and the graph of their likeness, compared when first needed."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.members: dict[int, Member] = {}
        self.steps = Steps(model.join)
        self.index = Index(model.common)
        self.stories: dict[int, set[int]] = {}
        """Item ids of the window by the story they hang on."""
        self._abouts: dict[frozenset[int], frozenset[int]] = {}
        """Each set of companies once."""
        self.reach = self._reach()
        """Asked for the groups that an item can change; it learns, until a link goes."""

    def add(self, given: Sequence[tuple[int, bytes, Raw]]) -> list[tuple[Member, Filed]]:
        """Files items as (id, fingerprint, the same unpacked); nothing is compared yet."""
        found = []
        for start in range(0, len(given), TOGETHER):
            some = given[start : start + TOGETHER]
            views = View.many([seen for _, _, seen in some], self.model.common)
            filed = self.index.add([(item_id, data) for item_id, data, _ in some], views)
            found += [
                (self._member(item_id, seen, of.view), of) for (item_id, _, seen), of in zip(some, filed, strict=True)
            ]
        return found

    def _member(self, item_id: int, seen: Raw, view: View) -> Member:
        moment = float("inf") if seen.published is None else float(seen.published)
        about = self._abouts.setdefault(view.about, view.about)
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
        for other in set(member.likeness.items) | member.copies:
            if other in self.members:
                self.members[other].forget(item_id)
        self.reach = self._reach()

    def _reach(self) -> Reach:
        return Reach(self.members, self.stories, len(self.steps.bars))

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
                asked[member.item_id] = new.difference(member.likeness.items)
                member.compared = True
            self._measure([(one, other) for one, others in asked.items() for other in others])

    def _measure(self, pairs: list[tuple[int, int]]) -> list[float]:
        """Likeness of pairs (of one `one` together), remembered on both sides when not faint; copies are noted too."""
        pieces = [self._measured(pairs[start : start + PAIRS]) for start in range(0, len(pairs), PAIRS)]
        return [likely for piece in pieces for likely in piece]

    def _measured(self, pairs: list[tuple[int, int]]) -> list[float]:
        ids, place = numbered(np.array(pairs))
        ones, others = np.ascontiguousarray(place.reshape(-1, 2).T)
        shared = Shared(Pairs(self.index.views(ids.tolist()), ones, others))
        rows, same = features(shared), shared.terms.same
        odds, kinships = self.model.judge(rows, same)
        self._link(pairs, odds, kinships, shared.apart())
        close = (same & (rows[:, NAMES.index("whole")] >= SEMBLANCE)).nonzero()[0]
        for place in close[are_copies(shared, close)].tolist():
            one, other = pairs[place]
            self.members[one].copy(self.members[other])
        likely: list[float] = odds.tolist()
        return likely

    def _link(self, pairs: list[tuple[int, int]], odds: Floats, kinships: Floats, apart: Floats) -> None:
        kin = (kinships >= FAINT) & (apart >= GAP) & (apart <= REACH)
        for place, kinship in zip(kin.nonzero()[0].tolist(), kinships[kin].tolist(), strict=True):
            one, other = pairs[place]
            self.members[one].kin.note(other, kinship)
            self.members[other].kin.note(one, kinship)
        likely = odds >= FAINT
        steps = self.steps.of(odds[likely]).tolist()
        for place, probability, step in zip(likely.nonzero()[0].tolist(), odds[likely].tolist(), steps, strict=True):
            one, other = pairs[place]
            mine, theirs = self.members[one], self.members[other]
            mine.likeness.note(other, probability)
            theirs.likeness.note(one, probability)
            if step:
                mine.join(theirs, step)

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

    def _likeness(self, group: list[Member], rows: dict[int, int], settled: dict[int, list[int]]) -> Matrix:
        """What is known of every pair, 1 inside of settled stories, nan elsewhere; small groups are measured whole."""
        found = table(group)
        for story in settled.values():
            block = np.ix_([rows[i] for i in story], [rows[i] for i in story])
            found[block] = np.where(np.isnan(found[block]), 1.0, found[block])
        if len(group) <= EXACT:
            below = np.tril(np.isnan(found), -1)
        else:  # what is new is at least set beside those that stand for large stories
            new = np.array([member.placed is None for member in group])
            size = [len(self.stories.get(m.placed or 0, ())) for m in group]
            below = np.isnan(found) & new[:, None] & (np.array(size) > EXACT)
        unknown = np.argwhere(below).tolist()
        measured = self._measure([(group[row].item_id, group[place].item_id) for row, place in unknown])
        found[below] = found.T[below] = measured
        for (row, place), value in zip(unknown, measured, strict=True):
            if value < FAINT:  # is not kept when it is measured, but is not to be measured again
                group[row].likeness.note(group[place].item_id, value)
                group[place].likeness.note(group[row].item_id, value)
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
