"""Stories: new items against the window of recent ones, in a partition that no order of arrival can change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from chipwire.domain import Placement
from chipwire.enrich.copies import is_copy
from chipwire.enrich.fingerprint import decode, fingerprint
from chipwire.enrich.lexicon import Lexicon
from chipwire.enrich.linkage import agglomerate
from chipwire.enrich.model import Model
from chipwire.enrich.pairs import View, features
from chipwire.enrich.tagger import Tagger


@dataclass(frozen=True)
class Arrival:
    """A new item: its id in the store and its fingerprint."""

    item_id: int
    fingerprint: bytes


@dataclass
class Member:
    """One item of the window; `likeness` holds the probability for every neighbour it was compared with."""

    item_id: int
    view: View
    story_id: int
    copy_of: int | None = None
    follows: int | None = None
    link: str = "new"
    likeness: dict[int, float] = field(default_factory=dict)
    copies: set[int] = field(default_factory=set)

    @property
    def order(self) -> tuple[float, int, int]:
        """Place in time; ties fall by content, so no arrival order shows."""
        moment = self.view.seen.published
        return (float("inf") if moment is None else moment, self.view.seen.text, self.item_id)


class Window:
    """The recent items and their stories; feed it with restore() once and place() for every poll."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.members: dict[int, Member] = {}
        self.index: dict[int, list[int]] = {}

    @classmethod
    def load(cls, data: Path) -> "Window":
        """An empty window with the weights of data/stories.toml; ConfigError when they are wrong."""
        return cls(Model.load(data))

    def restore(self, rows: list[tuple[int, int, int | None, bytes]]) -> None:
        """Takes (item id, story id, copy_of, fingerprint) of the stored window: the same decisions as before follow."""
        for item_id, story_id, copy_of, data in sorted(rows, key=lambda row: row[0]):
            member = self._admit(item_id, data)
            if member:
                member.story_id, member.copy_of = story_id, copy_of

    def place(self, arrivals: list[Arrival]) -> list[Placement]:
        """Places a poll's new items; returned are they and every older item whose place changed."""
        fresh: list[Placement] = []
        touched: list[Member] = []
        for arrival in sorted(arrivals, key=lambda a: a.item_id):
            member = self._admit(arrival.item_id, arrival.fingerprint)
            if member is None:
                fresh.append(Placement(item_id=arrival.item_id, story_id=arrival.item_id))
            else:
                touched.append(member)
        return fresh + self._settle(touched)

    def _admit(self, item_id: int, data: bytes) -> Member | None:
        seen = decode(data)
        if seen is None or item_id in self.members:
            return None
        member = Member(item_id, View(seen, self.model.common), item_id)
        for other in self._candidates(member):
            same = member.view.family == other.view.family
            probability = self.model.probability(features(member.view, other.view), same)
            member.likeness[other.item_id] = other.likeness[item_id] = probability
            if same and is_copy(seen, other.view.seen):
                member.copies.add(other.item_id)
                other.copies.add(item_id)
        self.members[item_id] = member
        return member

    def _candidates(self, member: Member) -> list[Member]:
        return list(self.members.values())

    def _settle(self, touched: list[Member]) -> list[Placement]:
        changed: list[Placement] = []
        done: set[int] = set()
        for member in touched:
            if member.item_id not in done:
                group = self._reach(member)
                done.update(m.item_id for m in group)
                changed.extend(self._part(group))
        return changed

    def _reach(self, start: Member) -> list[Member]:
        """Everything joined to `start` by a chain of pairs that could merge: the part of the window it can change."""
        seen, queue = {start.item_id}, [start]
        while queue:
            here = queue.pop()
            for other, probability in here.likeness.items():
                if (
                    other in self.members
                    and other not in seen
                    and (probability >= self.model.join or other in here.copies)
                ):
                    seen.add(other)
                    queue.append(self.members[other])
        return sorted((self.members[i] for i in seen), key=lambda m: m.order)

    def _part(self, group: list[Member]) -> Iterator[Placement]:
        rows = {member.item_id: row for row, member in enumerate(group)}
        likeness = np.zeros((len(group), len(group)))
        for member in group:
            for other, probability in member.likeness.items():
                if other in rows:
                    likeness[rows[member.item_id], rows[other]] = probability
        families = _families(group, rows)
        for story in agglomerate(likeness, families, self.model.join):
            yield from self._name([group[row] for row in story], families, rows)

    def _name(self, story: list[Member], families: list[list[int]], rows: dict[int, int]) -> Iterator[Placement]:
        story_id = min(m.item_id for m in story)
        home = {row: family[0] for family in families for row in family}
        ids = {row: item for item, row in rows.items()}
        origin = story[0]
        for member in story:
            first = ids[home[rows[member.item_id]]]
            copy_of = None if first == member.item_id else first
            link = (
                "copy"
                if copy_of
                else "origin"
                if member is origin
                else ("rewrite" if member.view.family == origin.view.family else "translation")
            )
            if (story_id, copy_of, link) != (member.story_id, member.copy_of, member.link):
                member.story_id, member.copy_of, member.link = story_id, copy_of, link
                yield Placement.model_validate(
                    {"item_id": member.item_id, "story_id": story_id, "copy_of": copy_of, "link": link}
                )


def _families(group: list[Member], rows: dict[int, int]) -> list[list[int]]:
    """Rows joined by copying, each family in the order of time."""
    label = list(range(len(group)))
    for member in group:
        for other in member.copies:
            if other in rows:
                one, two = sorted((label[rows[member.item_id]], label[rows[other]]))
                label = [one if x == two else x for x in label]
    return [[row for row in range(len(group)) if label[row] == first] for first in sorted(set(label))]


def run(items: Iterable[dict[str, Any]], tagger: Tagger, data: Path) -> Iterator[dict[str, Any]]:
    """Items as `chipwire cluster -` reads them → {"id", "story", "copy_of"}; the order given changes nothing."""
    given = list(items)
    lexicon, window = Lexicon.load(data), Window.load(data)
    ordered = sorted(given, key=lambda item: (str(item.get("published") or "~"), str(item["id"])))
    names = {number: item["id"] for number, item in enumerate(ordered, 1)}
    arrivals = [Arrival(number, _print(item, tagger, lexicon)) for number, item in enumerate(ordered, 1)]
    placed = {p.item_id: p for p in window.place(arrivals)}
    numbers = {id(item): number for number, item in enumerate(ordered, 1)}
    for item in given:
        place = placed[numbers[id(item)]]
        copy_of = names[place.copy_of] if place.copy_of else None
        yield {"id": item["id"], "story": str(names[place.story_id]), "copy_of": copy_of}


def _print(item: dict[str, Any], tagger: Tagger, lexicon: Lexicon) -> bytes:
    title, body, url = str(item.get("title") or ""), str(item.get("body") or ""), str(item.get("url") or "")
    tags = tagger.tag(title, body, lang=item.get("lang"), url=url or None)
    lang = str(item.get("lang") or tags.lang)
    return fingerprint(
        title, body, lang, moment(item.get("published")), str(item.get("feed") or ""), url, tags, lexicon
    )


def moment(text: str | None) -> datetime | None:
    """RFC 3339 → aware UTC; None when absent or unreadable."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
