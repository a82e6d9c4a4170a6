"""What the members of a story come to: its row, and what else is needed to add another member to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from chipwire.domain import Role, as_it_stands, outlet_of
from chipwire.keep.sql.compiled import moment


class Member(NamedTuple):
    """Of an item what its story is told by; `first_seen` as the driver gives it."""

    id: int
    url: str
    title: str
    lang: str
    feed_id: str
    first_seen: Any
    copy_of: int | None
    link: str
    relevant: bool

    @property
    def outlet(self) -> str:
        return outlet_of(self.url, self.feed_id)


@dataclass(slots=True)
class Sums:
    """Of at least one member; times are aware."""

    origin: int
    outlet: str
    """The origin's."""
    title: str
    lang: str
    first_seen: datetime
    last_seen: datetime
    items: int
    copies: int
    outlets: set[str]
    """Of those that are no copies."""
    languages: set[str]
    companies: dict[str, tuple[Role, int]]
    """Each with its strongest role, and how many members name it."""
    topics: set[str]
    relevant: bool
    last_item: int

    @classmethod
    def of(cls, members: Sequence[Member], companies: dict[str, tuple[Role, int]], topics: set[str]) -> "Sums":
        """Of members that come earliest first, and what they are about."""
        outlets = [member.outlet for member in members]
        by_id = {member.id: member for member in members}
        origin = next((member for member in members if member.link == "origin"), members[0])
        versions = ((m.id, m.copy_of, outlet) for m, outlet in zip(members, outlets, strict=True))
        stands = by_id[as_it_stands(origin.id, versions)]
        seen = [member.first_seen for member in members]
        own = {outlet for member, outlet in zip(members, outlets, strict=True) if member.copy_of is None}
        return cls(
            origin=origin.id,
            outlet=origin.outlet,
            title=stands.title,
            lang=stands.lang,
            first_seen=moment(min(seen)),
            last_seen=moment(max(seen)),
            items=len(members),
            copies=sum(member.copy_of is not None for member in members),
            outlets=own,
            languages={member.lang for member in members},
            companies=companies,
            topics=topics,
            relevant=any(member.relevant for member in members),
            last_item=members[-1].id,
        )

    def takes(self, member: Member) -> bool:
        """Whether `add` is enough for one that joins: it must be neither the origin nor a newer version of it."""
        return (
            member.link != "origin"
            and member.id > self.origin
            and (member.copy_of is None or member.outlet != self.outlet)
        )

    def add(self, more: "Sums") -> None:
        """Counts members in that joined, all of which it takes."""
        self.first_seen, self.last_seen = min(self.first_seen, more.first_seen), max(self.last_seen, more.last_seen)
        self.items += more.items
        self.copies += more.copies
        self.outlets |= more.outlets
        self.languages |= more.languages
        for slug, (role, number) in more.companies.items():
            known, before = self.companies.get(slug, (role, 0))
            self.companies[slug] = min(known, role), before + number
        self.topics |= more.topics
        self.relevant |= more.relevant
        self.last_item = max(self.last_item, more.last_item)

    def row(self, story: int, follows: int | None) -> dict[str, Any]:
        """The columns of `story`; companies that it is about come first, and those that most members name."""
        named = sorted(self.companies.items(), key=lambda one: (one[1][0], -one[1][1], one[0]))
        return {
            "id": story,
            "title": self.title,
            "lang": self.lang,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
            "origin_item": self.origin,
            "n_items": self.items,
            "n_outlets": len(self.outlets),
            "n_copies": self.copies,
            "languages": sorted(self.languages),
            "companies": {slug: role for slug, (role, _) in named},
            "topics": sorted(self.topics),
            "relevant": self.relevant,
            "follows": follows,
            "last_item": self.last_item,
        }

    def packed(self) -> bytes:
        return orjson.dumps(self, default=sorted)

    @classmethod
    def unpacked(cls, held: bytes) -> "Sums":
        """What `packed` gave."""
        told = orjson.loads(held)
        times = {name: datetime.fromisoformat(told[name]) for name in ("first_seen", "last_seen")}
        sets = {name: set(told[name]) for name in ("outlets", "languages", "topics")}
        return cls(**told | times | sets)
