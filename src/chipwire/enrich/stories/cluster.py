"""Stories: new items against the window of recent ones, in a partition that no order of arrival can change."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from chipwire.domain import Placement
from chipwire.enrich.stories.fingerprint import Raw, unpack
from chipwire.enrich.stories.members import Member, items_of, values_of
from chipwire.enrich.stories.model import Model
from chipwire.enrich.stories.neighbours import GAP, TOGETHER, Neighbours
from chipwire.enrich.stories.shelf import Held, Shelf
from chipwire.enrich.stories.window import Filed

WINDOW = timedelta(days=14)
"""An item that came in longer ago than this takes no part any more; its story keeps its id."""
MOST = 120_000
"""Items in the window at most, whatever their age."""
STRIDE = timedelta(hours=6)


@dataclass(frozen=True)
class Arrival:
    """A new item: its id in the store and its fingerprint."""

    item_id: int
    fingerprint: bytes


class Window:
    """The recent items and their stories; feed it with restore() once and place() for every poll.

    `shelf` makes what keeps 1.3 kB of each item.
    """

    def __init__(self, model: Model, shelf: Callable[[], Shelf] = Held) -> None:
        self.model = model
        self._shelf = shelf
        self.near = Neighbours(model, shelf())
        self.stories = self.near.stories
        self._starts: dict[int, float] = {}
        """When the earliest item of a story was published, where it was asked before."""
        self._swept = 0.0

    @classmethod
    def load(cls, data: Path, shelf: Callable[[], Shelf] = Held) -> "Window":
        """An empty window with the weights of data/stories.toml; ConfigError when they are wrong."""
        return cls(Model.load(data), shelf)

    def anew(self) -> "Window":
        """An empty window like this one."""
        return Window(self.model, self._shelf)

    def restore(self, rows: Iterable[tuple[int, int, int | None, bytes, datetime]]) -> None:
        """Takes (item id, story id, copy_of, fingerprint, arrival) of the stored window: it decides on as before."""
        ordered = sorted(rows, key=lambda row: row[0])
        moments: dict[datetime, float] = {}  # many came in together and share one number
        for start in range(0, len(ordered), TOGETHER):
            found = [(row, unpack(row[3])) for row in ordered[start : start + TOGETHER]]
            known = [(row, seen) for row, seen in found if seen is not None and row[0] not in self.near.members]
            filed = self.near.add([(row[0], seen) for row, seen in known])
            for ((item_id, story_id, copy_of, _, at), _), (member, _) in zip(known, filed, strict=True):
                member.placed, member.copy_of = story_id, copy_of
                member.arrived = moments.setdefault(at, at.timestamp())
                self.stories.setdefault(story_id, set()).add(item_id)
        self.near.recall()

    def place(self, arrivals: list[Arrival], now: datetime | None = None) -> list[Placement]:
        """Places a poll's new items; returned are they and every older item whose place changed.

        What came in longer than WINDOW before `now` (aware) is forgotten; without `now` nothing grows old. Printed
        dates play no part in that: a feed may bring its archive, and a clock may be wrong.
        """
        alone: list[Placement] = []
        fresh: list[tuple[int, Raw]] = []
        for arrival in sorted(arrivals, key=lambda a: a.item_id):
            seen = unpack(arrival.fingerprint)
            if seen is None or arrival.item_id in self.near.members:
                alone += [Placement(item_id=arrival.item_id, story_id=arrival.item_id)] if seen is None else []
            else:
                fresh.append((arrival.item_id, seen))
        filed = self.near.add(fresh)
        came = now.timestamp() if now else None
        for member, _ in filed:
            member.arrived = came
        changed = self._settle(filed)
        self._expire(now)
        return alone + changed

    def _settle(self, fresh: list[tuple[Member, Filed]]) -> list[Placement]:
        """Parts anew every group of items that a fresh one can reach, and names the stories in it."""
        done: set[int] = set()
        changed: dict[int, Placement] = {}
        told: list[int] = []
        self.near.compare(fresh)
        for start, _ in fresh:
            if start.item_id in done:
                continue
            group = self.near.reach(start)
            done.update(member.item_id for member in group)
            for story_id, story, rest in self._named(self.near.part(group)):
                if rest:
                    hung = self._join(story_id, story)
                else:
                    told.append(story_id)
                    hung = self._hang(story_id, story)
                changed.update((p.item_id, p) for p in hung)
        for story_id in told:
            changed.update((p.item_id, p) for p in self._follow(story_id))
        return [changed[item_id] for item_id in sorted(changed)]

    def _named(self, parts: list[list[Member]]) -> Iterator[tuple[int, list[Member], bool]]:
        """Each part with its story's id, and whether the story has more items in the window than these.

        A story keeps the id of its earliest item to arrive, also when that one has left the window. One that becomes
        part of another brings all its items along.
        """
        here = {member.item_id for part in parts for member in part}
        taken: set[int] = set()
        for part in parts:
            own = {member.item_id for member in part}
            held = {m.placed for m in part if m.placed is not None and m.placed not in here} - taken
            story_id = min(own | held)
            taken.add(story_id)
            away = {story: self.stories[story] - here for story in {m.placed for m in part} if story is not None}
            for story, others in away.items():
                part += [self.near.members[i] for i in sorted(others)] if story != story_id else []
            yield story_id, part, bool(away.get(story_id))

    def _join(self, story_id: int, part: list[Member]) -> Iterator[Placement]:
        """The places of those that come to a story of which most items are not among `part`, and stay as they are."""
        members = self.near.members
        there = self.stories[story_id]
        origin = next((members[i] for i in there if members[i].link == "origin"), None) or members[min(there)]
        for member in [one for one in part if one.placed != story_id]:
            known = [members[i] for i in member.copies if members[i].placed == story_id]
            copied = {one.copy_of or one.item_id for one in known} - {member.item_id}  # those may be copies of it
            copy_of = member.copy_of or min(copied, default=None)
            member.follows = origin.follows
            yield from self._put(member, story_id, copy_of, origin)

    def _hang(self, story_id: int, story: list[Member]) -> Iterator[Placement]:
        """Every member's place in the story; those that had it already are left out."""
        origin = self.near.origin(story)
        first = {copy.item_id: family_origin for family_origin, family in self.near.families(story) for copy in family}
        for member in story:
            copy_of = None if first[member.item_id] == member.item_id else first[member.item_id]
            yield from self._put(member, story_id, copy_of, origin)

    def _put(self, member: Member, story_id: int, copy_of: int | None, origin: Member) -> Iterator[Placement]:
        same = member.family == origin.family
        link = "origin" if member is origin else "copy" if copy_of else "rewrite" if same else "translation"
        if (story_id, copy_of, link) != (member.placed, member.copy_of, member.link):
            if member.placed is not None:
                self._leave(member.placed, member.item_id)
            member.placed, member.copy_of, member.link = story_id, copy_of, link
            self.stories.setdefault(story_id, set()).add(member.item_id)
            if story_id in self._starts:
                self._starts[story_id] = min(self._starts[story_id], member.moment)
            yield _placement(member)

    def _leave(self, story_id: int, item_id: int) -> None:
        self._starts.pop(story_id, None)
        self.stories.get(story_id, set()).discard(item_id)
        if not self.stories.get(story_id):
            self.stories.pop(story_id, None)

    def _follow(self, story_id: int) -> Iterator[Placement]:
        """Links a story to the earlier one that most of its items come near to without telling of the same event."""
        story = [self.near.members[i] for i in sorted(self.stories.get(story_id, ()))]
        if not story:
            return
        start, weight = min(member.moment for member in story), sum(not m.copy_of for m in story)
        best: dict[int, float] = {}
        for member in story:
            for other, kinship in self._kin(member, story_id).items() if not member.copy_of else ():
                best[other] = best.get(other, 0.0) + kinship / weight
        score, nearest = max(
            ((p, -other) for other, p in best.items() if self._start(other) + GAP <= start), default=(0, 0)
        )
        follows = -nearest if score >= self.model.follow else None
        if any(member.follows != follows for member in story):
            for member in story:
                member.follows = follows
                yield _placement(member)

    def _kin(self, member: Member, story_id: int) -> dict[int, float]:
        """A member's kinship with every other story around it that is about one of its companies."""
        found: dict[int, float] = {}
        told = zip(items_of(member.kin), values_of(member.kin).tolist(), strict=True)
        for other_id, kinship in told if member.about else ():
            other = self.near.members.get(other_id)
            if other is None or other.placed in (None, story_id) or member.about.isdisjoint(other.about):
                continue
            found[other.placed] = max(found.get(other.placed, 0.0), kinship)
        return found

    def _start(self, story_id: int) -> float:
        found = self._starts.get(story_id)
        if found is None:
            found = self._starts[story_id] = min(self.near.members[i].moment for i in self.stories[story_id])
        return found

    def _expire(self, now: datetime | None) -> None:
        """Drops what came in too long ago, in strides of a few hours, and the oldest when the window is too full."""
        members = self.near.members
        leaving = sorted(members)[: len(members) - MOST] if len(members) > MOST else []
        if now is not None and now.timestamp() >= self._swept + STRIDE.total_seconds():
            self._swept = now.timestamp()
            for member in members.values():
                if member.arrived is not None and member.arrived < self._swept - WINDOW.total_seconds():
                    leaving.append(member.item_id)
        for item_id in dict.fromkeys(leaving):
            placed = self.near.members[item_id].placed
            self.near.drop(item_id)
            if placed is not None:
                self._leave(placed, item_id)


def _placement(member: Member) -> Placement:
    same = {name: getattr(member, name) for name in ("item_id", "copy_of", "link", "follows")}
    return Placement.model_validate(same | {"story_id": member.placed})
