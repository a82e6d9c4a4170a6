"""ITEM → STORY: one transaction at a time, whose new items are set beside those of the last days."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from chipwire.collect.workers.heap import Sparing
from chipwire.enrich.stories.cluster import Arrival, Window
from chipwire.keep import unplaced
from chipwire.keep.db import Connection, Store
from chipwire.keep.news import items, stories
from chipwire.keep.queries import query
from chipwire.pipeline.sharing import Sharing

WINDOW = timedelta(days=14)
PORTION = 60
"""Reads written in one transaction, unless one document brings more: placing them in stories takes milliseconds each,
and other writers wait meanwhile."""
MANY = 25
"""Items placed at once that take so much room meanwhile, some 12 MiB, that it is worth giving back."""
Done = TypeVar("Done")
Turn = TypeVar("Turn")


@dataclass
class Placing:
    """The window of stories, which is always what the store says."""

    store: Store
    window: Window
    now: Callable[[], datetime]
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tidy: Sparing = field(default_factory=Sparing)
    _known: int = -1
    """The greatest item that the window has heard of."""

    async def remember(self) -> None:
        """Make the window what the store says: at the start, and after a transaction that did not commit."""
        await asyncio.to_thread(self._remember)

    def _remember(self) -> None:
        with self.store.read() as c:
            self._read(c)

    def _read(self, c: Connection) -> None:
        self.window = self.window.anew()
        self.window.restore(stories.recent(c, self.now() - WINDOW))
        self._known = query.newest(c)

    async def alone(self, deed: Callable[[], Done]) -> Done:
        """One transaction at a time, in a thread; what did not commit must not stay in the window."""
        async with self._writing:
            try:
                return await asyncio.to_thread(deed)
            except Exception:
                await self.remember()
                raise

    async def rest(self) -> None:
        """Let go of what can be made again, as nothing new has come for a while."""
        async with self._writing:
            await asyncio.to_thread(self.store.rest)

    def place(self, c: Connection, arrivals: list[Arrival], now: datetime, sharing: Sharing) -> int:
        """Put new items into stories, and some of those that wait; leave them to wait where another clock places."""
        if not sharing.places(c, now):
            unplaced.note(c, [one.item_id for one in arrivals])
            return 0
        self._catch_up(c, len(arrivals))
        waiting = [Arrival(item_id, mark) for item_id, mark in unplaced.some(c, PORTION)]
        stories.apply(c, self.window.place(arrivals + waiting, now), now)
        unplaced.done(c, [one.item_id for one in waiting])
        if len(arrivals) + len(waiting) >= MANY:
            self._tidy()
        return len(waiting)

    def _catch_up(self, c: Connection, arrived: int) -> None:
        """A store in a file may have been written by another process (`chipwire refresh` beside the clock): what it
        placed is read first. On a server whoever has the lease is the only one that places."""
        if not self.store.shared and stories.arrived(c, self._known) != arrived:
            self._read(c)
        self._known = query.newest(c)

    async def waiting(self, sharing: Sharing) -> int:
        """Put into stories what other clocks brought, a portion in a transaction; returns how many items."""
        number = 0
        while await asyncio.to_thread(self._waits) and (placed := await self.alone(lambda: self._commit(sharing))):
            number += placed
        return number

    def _waits(self) -> bool:
        with self.store.read() as c:
            return unplaced.waits(c)

    def _commit(self, sharing: Sharing) -> int:
        now = self.now()
        with self.store.write() as c:
            return self.place(c, [], now, sharing)


def arrivals_of(added: items.Added) -> list[Arrival]:
    return [Arrival(item_id, one.fingerprint) for item_id, one in added.new]


def portions(turns: Iterable[Turn], reads: Callable[[Turn], int]) -> Iterator[list[Turn]]:
    """In the same order, parted where a transaction would have more than PORTION reads."""
    some: list[Turn] = []
    held = 0
    for turn in turns:
        more = reads(turn)
        if some and held + more > PORTION:
            yield some
            some, held = [], 0
        some.append(turn)
        held += more
    if some:
        yield some
