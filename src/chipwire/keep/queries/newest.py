"""The newest few thousand items in memory: which have what as bits of one number each, and their wire JSON.

A page of news is then a few ANDs and no statement. It holds for one value of the news counter, read in the snapshot
that the memory was made of; what it does not know (words, kinds, single stories, older items) the store is asked.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime
from threading import Lock
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, select

from chipwire.keep.db import Store
from chipwire.keep.news.arrival import disorder
from chipwire.keep.queries import query
from chipwire.keep.queries.filters import Filter
from chipwire.keep.sql.compiled import Ready, moment
from chipwire.keep.sql.meta import counter
from chipwire.keep.sql.packed import Rows
from chipwire.keep.tables import table

SIZE = 3000
"""Ids that it goes back at least; when there are twice as many, the older half is forgotten."""
_AT_ONCE = 100
"""Changed items that are read while a question waits: a few milliseconds."""
_ITEM, _WIRE = table("item"), table("item_wire")
_BELOW = Ready(select(func.max(_ITEM.c.id)).where(_ITEM.c.id < bindparam("floor")))
_ROWS = select(_WIRE.c.item_id, _WIRE.c.wire, _ITEM.c.relevant, _ITEM.c.first_seen).join_from(_WIRE, _ITEM)
_ALL = Ready(_ROWS.where(_WIRE.c.item_id >= bindparam("floor")).order_by(_WIRE.c.item_id))
_CHANGED = Ready(_ROWS.where(_WIRE.c.news > bindparam("news")).order_by(_WIRE.c.news).limit(bindparam("most")))
Fact = tuple[str, str]
"""What an item has: ("lang", "id"), ("about", "nvidia"), ("role", "about") …"""


class Newest:
    """Asked and, where little has changed, brought up to date on one thread; read anew on another, while which it
    knows nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._news = self._gone = -1
        self._empty(1)

    def _empty(self, base: int) -> None:
        self._base, self._whole, self._ordered = base, False, False
        """Id of the first bit; no items are older; ids rise with the time of arrival."""
        self._bits: dict[Fact, int] = {}
        self._langs: set[str] = set()
        self._relevant = self._all = 0
        self._wires: dict[int, bytes] = {}
        self._ids: list[int] = []
        self._seen: list[datetime] = []

    @property
    def stands(self) -> int:
        """The value of the news counter that it is of; -1 for none."""
        return self._news

    def page(self, news: int, asked: Filter, *, limit: int, before: int | None) -> Rows | None:
        """As `query.rows` while the news counter stands at `news`; None where the store must be asked."""
        if asked.words or asked.kinds or asked.stories or asked.collapse or asked.above:
            return None
        if news != self._news or not self._lock.acquire(blocking=False):
            return None
        try:
            return self._page(asked, limit, before) if news == self._news else None
        finally:
            self._lock.release()

    def _page(self, asked: Filter, limit: int, before: int | None) -> Rows | None:
        if (asked.since or asked.until) and not self._ordered:
            return None
        if before is not None and before <= self._base and not self._whole:
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
        if not closed and bits.bit_count() < limit:
            return None
        found: list[bytes] = []
        while bits and len(found) < limit:
            newest = bits.bit_length() - 1
            found.append(self._wires[self._base + newest])
            bits ^= 1 << newest
        return Rows.of(found)

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
            yield from (tag for tag in self._langs if tag.startswith(f"{range_}-"))

    def _any(self, facts: Iterable[Fact]) -> int:
        found = 0
        for fact in facts:
            found |= self._bits.get(fact, 0)
        return found

    def follow(self, c: Connection) -> bool:
        """Take over what has changed up to the snapshot of `c`; False when that is too much, or nothing is known."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._follow(c, _AT_ONCE)
        finally:
            self._lock.release()

    def _follow(self, c: Connection, most: int) -> bool:
        if self._news < 0 or counter(c, "gone") != self._gone:
            return False
        news = self._store.news(c)
        rows = _CHANGED(c, {"news": self._news, "most": most + 1})
        if len(rows) > most:
            return False
        settled = self._settled(c)
        for row in sorted(rows):
            self._put(*row)
        self._whole, self._ordered = settled
        self._news = news
        self._forget()
        return True

    def renew(self) -> None:
        """Make it what the store says now. StoreError when that cannot be read."""
        with self._lock, self._store.read() as c:
            if not self._follow(c, SIZE):
                self._begin(c)

    def _begin(self, c: Connection) -> None:
        self._news = -1
        news, self._gone = self._store.news(c), counter(c, "gone")
        self._empty(max(query.newest(c) - SIZE + 1, 1))
        for row in _ALL(c, {"floor": self._base}):
            self._put(*row)
        self._whole, self._ordered = self._settled(c)
        self._news = news

    def _settled(self, c: Connection) -> tuple[bool, bool]:
        return _BELOW.one(c, {"floor": self._base}) is None, not disorder(c)

    def _put(self, item_id: int, made: bytes, relevant: Any, seen: Any) -> None:
        """An item as it is now; each that is new comes after all others."""
        if item_id < self._base:
            return
        bit = 1 << (item_id - self._base)
        known = self._wires.get(item_id)
        if known is None:
            self._all |= bit
            self._ids.append(item_id)
            self._seen.append(moment(seen))
        for fact in _facts(known) if known else ():
            self._bits[fact] &= ~bit
        for fact in _facts(made):
            self._bits[fact] = self._bits.get(fact, 0) | bit
            if fact[0] == "lang":
                self._langs.add(fact[1])
        self._relevant = self._relevant | bit if relevant else self._relevant & ~bit
        self._wires[item_id] = made

    def _forget(self) -> None:
        """Of twice as many items as it need go back, the older half."""
        if not self._ids or self._ids[-1] - self._base < 2 * SIZE:
            return
        base = self._ids[-1] - SIZE + 1
        stay, shift = bisect_left(self._ids, base), base - self._base
        for item_id in self._ids[:stay]:
            del self._wires[item_id]
        del self._ids[:stay], self._seen[:stay]
        self._bits = {fact: left for fact, flags in self._bits.items() if (left := flags >> shift)}
        self._all, self._relevant = self._all >> shift, self._relevant >> shift
        self._base, self._whole = base, self._whole and not stay


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
