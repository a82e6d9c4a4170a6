"""The newest few thousand items in memory: which have what as bits of one number each, and their wire JSON.

A page of news is then a few ANDs and no statement. It holds for one value of the news counter, read in the snapshot
that the memory was made of; what it does not know (words, kinds, single stories, older items) the store is asked.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime
from threading import Lock

import orjson
from sqlalchemy import Connection, bindparam, func, select

from chipwire.keep import query
from chipwire.keep.arrival import disorder
from chipwire.keep.compiled import Ready
from chipwire.keep.db import Store
from chipwire.keep.filters import Filter
from chipwire.keep.tables import table

SIZE = 3000
"""Ids that it goes back at least; when there are twice as many it begins anew."""
_ITEM, _WIRE = table("item"), table("item_wire")
_BELOW = Ready(select(func.max(_ITEM.c.id)).where(_ITEM.c.id < bindparam("floor")))
_WIRES = Ready(select(_WIRE.c.item_id, _WIRE.c.wire).where(_WIRE.c.item_id >= bindparam("floor")))
_RELEVANT = Ready(select(_ITEM.c.id).where(_ITEM.c.relevant, _ITEM.c.id >= bindparam("floor")))
_SEEN = select(_ITEM.c.id, _ITEM.c.first_seen).where(_ITEM.c.id > bindparam("last")).order_by(_ITEM.c.id)
Fact = tuple[str, str]
"""What an item has: ("lang", "id"), ("about", "nvidia"), ("role", "about") …"""


class Newest:
    """Asked on one thread, renewed on another; while it is renewed it knows nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._news = -1
        self._empty()

    def _empty(self) -> None:
        self._base, self._whole, self._ordered = 1, False, False
        """Id of the first bit; no items are older; ids rise with the time of arrival."""
        self._bits: dict[Fact, int] = {}
        self._relevant = self._all = 0
        self._facts: dict[int, tuple[Fact, ...]] = {}
        self._wires: dict[int, bytes] = {}
        self._ids: list[int] = []
        self._seen: list[datetime] = []

    @property
    def stands(self) -> int:
        """The value of the news counter that it is of; -1 for none."""
        return self._news

    def page(self, news: int, asked: Filter, *, limit: int, before: int | None) -> list[tuple[int, bytes]] | None:
        """As `query.page` while the news counter stands at `news`; None where the store must be asked."""
        if asked.words or asked.kinds or asked.stories or asked.collapse or asked.above:
            return None
        if news != self._news or not self._lock.acquire(blocking=False):
            return None
        try:
            return self._page(asked, limit, before) if news == self._news else None
        finally:
            self._lock.release()

    def _page(self, asked: Filter, limit: int, before: int | None) -> list[tuple[int, bytes]] | None:
        if (asked.since or asked.until) and not self._ordered:
            return None
        bits = self._relevant if asked.relevant_only else self._all
        for group in self._groups(asked):
            bits &= self._any(group)
        closed = self._whole
        if asked.since:
            first = bisect_left(self._seen, asked.since)
            closed = closed or first > 0
            bits &= -1 << (self._ids[first] - self._base) if first < len(self._ids) else 0
        if asked.until and (end := bisect_left(self._seen, asked.until)) < len(self._ids):
            bits &= (1 << max(self._ids[end] - self._base, 0)) - 1
        if before is not None:
            bits &= (1 << max(before - self._base, 0)) - 1
        found: list[tuple[int, bytes]] = []
        flags, place = f"{bits:b}", -1  # the first digit is the newest item's
        top = self._base + len(flags) - 1
        while len(found) < limit and (place := flags.find("1", place + 1)) >= 0:
            found.append((top - place, self._wires[top - place]))
        return found if closed or len(found) == limit else None

    def _groups(self, asked: Filter) -> Iterator[Iterable[Fact]]:
        """Facts of which an item must have any."""
        roles = asked.roles or ("about", "mention")
        for group in asked.companies:
            yield ((role, slug) for role in roles for slug in group)
        if asked.roles and not asked.companies:
            yield (("role", role) for role in asked.roles)
        yield from ((("topic", slug) for slug in group) for group in asked.topics)
        yield from ((("lang", tag) for tag in self._tags(group)) for group in asked.langs)
        yield from ((("feed", ident) for ident in group) for group in asked.feeds)

    def _tags(self, ranges: Iterable[str]) -> Iterator[str]:
        """Language ranges and the languages here that they cover (RFC 4647, basic filtering)."""
        for range_ in ranges:
            yield range_
            yield from (tag for kind, tag in self._bits if kind == "lang" and tag.startswith(f"{range_}-"))

    def _any(self, facts: Iterable[Fact]) -> int:
        found = 0
        for fact in facts:
            found |= self._bits.get(fact, 0)
        return found

    def renew(self) -> None:
        """Make it what the store says now. StoreError when that cannot be read."""
        with self._lock:
            self._news = -1
            with self._store.read() as c:
                news = self._store.news(c)
                self._read(c)
            self._news = news

    def _read(self, c: Connection) -> None:
        top = query.newest(c)
        if not self._ids or top - self._base >= 2 * SIZE:
            self._empty()
            self._base = max(top - SIZE + 1, 1)
        floor = {"floor": self._base}
        wires: dict[int, bytes] = dict(_WIRES(c, floor))
        for item_id, made in wires.items():
            if (known := self._wires.get(item_id)) == made:
                wires[item_id] = known  # what stays in memory stays in its place
            else:
                self._put(item_id, _facts(made))
        for item_id in self._wires.keys() - wires.keys():
            self._put(item_id, ())
        self._wires = wires
        self._all = self._marked(wires)
        self._relevant = self._all & self._marked(item_id for (item_id,) in _RELEVANT(c, floor))
        last = self._ids[-1] if self._ids else self._base - 1
        for item_id, seen in c.execute(_SEEN, {"last": last}):
            self._ids.append(item_id)
            self._seen.append(seen)
        self._whole = _BELOW.one(c, floor) is None
        self._ordered = not disorder(c)

    def _put(self, item_id: int, facts: tuple[Fact, ...]) -> None:
        bit = 1 << (item_id - self._base)
        for fact in self._facts.pop(item_id, ()):
            self._bits[fact] &= ~bit
        for fact in facts:
            self._bits[fact] = self._bits.get(fact, 0) | bit
        if facts:
            self._facts[item_id] = facts

    def _marked(self, item_ids: Iterable[int]) -> int:
        flags = bytearray()
        for item_id in item_ids:
            place = item_id - self._base
            if place >> 3 >= len(flags):
                flags.extend(bytes((place >> 3) + 512 - len(flags)))
            flags[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(flags, "little")


def _facts(made: bytes) -> tuple[Fact, ...]:
    """What an item's wire JSON says that it can be asked by."""
    item = orjson.loads(made)
    companies = [(company["role"], company["slug"]) for company in item["companies"]]
    return (
        ("lang", item["lang"]),
        ("feed", item["feed"]["id"]),
        *companies,
        *{("role", role) for role, _ in companies},
        *(("topic", slug) for slug in item["topics"]),
    )
