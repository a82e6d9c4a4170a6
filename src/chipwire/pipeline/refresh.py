"""FEED → STORE: fetch what is due, read it in workers, write it in batches, say when to look again."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from chipwire.collect.article import Articles
from chipwire.collect.fetch import Fetcher
from chipwire.collect.pacing import pace
from chipwire.collect.workers.pool import Workers
from chipwire.domain import Failed, Feed, FeedEvent, FeedState, Fetched
from chipwire.enrich.stories.cluster import Arrival
from chipwire.keep.db import Store
from chipwire.keep.news import items, tagging
from chipwire.keep.sources import feeds, holds, marks, pushes, tally
from chipwire.pipeline import corrected, delivered
from chipwire.pipeline.bodies import Bodies
from chipwire.pipeline.delivered import left_by
from chipwire.pipeline.documents import Documents
from chipwire.pipeline.finished import AHEAD, FEW, Finished, Outcome, Turns
from chipwire.pipeline.messages import Given
from chipwire.pipeline.placing import Placing, arrivals_of, portions
from chipwire.pipeline.recurrence import remember
from chipwire.pipeline.sharing import Alone, Sharing

log = structlog.get_logger()

ENOUGH, RECENT = 12, timedelta(minutes=3)
"""So many recent fetches tell a failing network from failing feeds."""
HEAD_START = 1.0
"""Seconds. That a host resets, breaks off or drips takes longer to find out than what a healthy one says, and one that
hangs takes a place for 20 s."""
Progress = Callable[[Feed, FeedEvent], None]


def note(feed: Feed, event: FeedEvent) -> None:
    """One log line for each turn."""
    log.info("feed", feed=feed.id, outcome=event.outcome, new=event.items_new, why=event.error, next=event.reason)


@dataclass
class Refresher:
    """Holds what a refresh needs between rounds: the wire, the workers, the stories, the politeness."""

    store: Store
    fetcher: Fetcher
    workers: Workers
    placing: Placing
    lanes: pace.Lanes
    limits: pace.Limits
    data: Path
    now: Callable[[], datetime]
    progress: Progress = note
    in_flight: set[str] = field(default_factory=set)
    held: dict[str, datetime] = field(default_factory=dict)
    """Domains that asked to be left alone, for turns of this round that wait in line behind the one that was told."""
    bodies: Bodies = field(default_factory=Bodies)
    documents: Documents = field(init=False)
    sharing: Sharing = field(init=False)
    _recent: deque[tuple[datetime, str, bool]] = field(default_factory=lambda: deque(maxlen=200))

    def __post_init__(self) -> None:
        articles = Articles(self.fetcher, self.lanes, self.workers)
        self.documents = Documents(self.store, self.workers, articles, self.data, self.now)
        self.sharing = Alone(self.store)

    async def start(self) -> None:
        """Start the workers and remember the recent stories."""
        self.workers.resting = self.placing.rest
        await self.workers.start()
        await self.placing.remember()
        await self.place_waiting()

    async def place_waiting(self) -> int:
        """Put into stories what other clocks brought; returns how many items."""
        return await self.placing.waiting(self.sharing)

    def due(self, limit: int | None = None, only: set[str] | None = None) -> list[tuple[Feed, FeedState]]:
        """Feeds whose time has come and whose turn has not begun; at most as many as fit, or `limit`."""
        return self.sharing.due(self.now(), self.in_flight, limit, only)

    async def round(self, due: list[tuple[Feed, FeedState]]) -> int:
        """Take each feed's turn, polite to its host, and write what came; returns the number of new items.

        Feeds that failed last time begin when the others have ended, at the latest after HEAD_START.
        ConfigError, and no feed is blamed, when what the workers need cannot be loaded.
        """
        mine = {feed.id for feed, _ in due}
        self.in_flight |= mine
        first = asyncio.create_task(self._take([one for one in due if not one[1].failures], mine))

        async def then() -> int:
            await asyncio.wait([first], timeout=HEAD_START)
            return await self._take([one for one in due if one[1].failures], mine)

        last = asyncio.create_task(then())
        try:
            return sum(await asyncio.gather(first, last))
        finally:
            first.cancel()
            last.cancel()
            self._ended(mine, mine)

    async def _take(self, due: list[tuple[Feed, FeedState]], mine: set[str]) -> int:
        """These turns side by side; the number of new items."""
        turns, room = Turns(due), asyncio.Semaphore(AHEAD)

        async def turn_all() -> None:
            try:
                async with asyncio.TaskGroup() as group:
                    for feed, state in due:
                        group.create_task(self._turn(feed, state, room, turns))
            finally:
                turns.close()

        turning = asyncio.create_task(turn_all())
        try:
            await self.workers.ready()
            new = await self._drain(turns, mine)
            await turning
        finally:
            turning.cancel()
        return new

    def _ended(self, ids: Iterable[str], mine: set[str]) -> None:
        """Of a feed whose turn is over another round may have the next one: it is no longer among `mine`."""
        over = list(ids)
        mine.difference_update(over)
        self.in_flight.difference_update(over)
        self.sharing.ended(over, self.now())

    async def pushed(self, push: pushes.Push) -> int:
        """Read what a hub delivered as if it had been fetched; the polling plan stays as it is."""
        with self.store.read() as c:
            feed, state = feeds.get(c, push.feed_id)
        reading = await self.documents.read(Given(push.body, feed, feed.url, push.content_type, state.identity))
        now = self.now()
        place = partial(self.placing.place, now=now, sharing=self.sharing)
        return await self.placing.alone(partial(delivered.write, self.store, push, reading, now, place, self.data))

    async def _turn(self, feed: Feed, state: FeedState, room: asyncio.Semaphore, turns: Turns) -> None:
        try:
            outcome = await self._fetched(feed, state)
        finally:
            turns.answered(feed.id)
        if outcome is None:
            return
        if not isinstance(outcome, Fetched) or pace.unchanged(state, outcome):
            turns.ended(Finished(feed, state, outcome, None))
            return
        with self.bodies.held(len(outcome.body)):
            await room.acquire()  # in no lane: a document whose articles are fetched has room and waits for one
            url, kind = outcome.final_url or feed.url, outcome.headers.get("content-type")
            result = await self.documents.read(Given(outcome.body, feed, url, kind, state.identity))
        if isinstance(result, Failed):
            room.release()
            turns.ended(Finished(feed, state, result, None))
            return
        if few := len(result.reads) <= FEW:
            room.release()
        turns.ended(Finished(feed, state, outcome, result, None if few else room))

    async def _fetched(self, feed: Feed, state: FeedState) -> Outcome | None:
        """What came of asking; None where the host wants to be left alone, or another clock has the feed by now."""
        domain = pace.registrable(url := pace.address(feed, state))
        while True:
            await self.bodies.room()
            async with self.lanes.slot(url):
                if self.held.get(domain, self.now()) > self.now() or not self.sharing.stands(self.now()):
                    return None
                if self.bodies.full:
                    continue
                outcome = await self.fetcher.fetch(feed, state, self.now())
                if isinstance(outcome, Failed) and outcome.kind == "too-many-requests":
                    self.held[domain] = outcome.retry_after or self.now() + self.limits.least
                return outcome

    async def _drain(self, turns: Turns, mine: set[str]) -> int:
        """Write good news as it comes, failures when enough was seen to know whether our own network is down."""
        new, failed = 0, list[Finished]()
        while finished := await turns.together():
            for f in finished:
                self._recent.append((self.now(), f.feed.url, pace.unreached(f.outcome)))
            failed += [f for f in finished if isinstance(f.outcome, Failed)]
            new += await self._write([f for f in finished if not isinstance(f.outcome, Failed)], mine)
            if len(self._fresh(self.now())) >= ENOUGH:
                await self._write(failed, mine)
                failed = []
        return new + await self._write(failed, mine)

    async def _write(self, finished: list[Finished], mine: set[str]) -> int:
        total = 0
        for some in portions(finished, lambda one: len(one.reading.reads) if one.reading else 0):
            turns, new = await self.placing.alone(partial(self._commit, some))
            self._ended([f.feed.id for f in some], mine)
            for room in [f.room for f in some if f.room]:
                room.release()
            for feed, event in turns:
                self.progress(feed, event)
            total += new
        return total

    def _commit(self, some: list[Finished]) -> tuple[list[tuple[Feed, FeedEvent]], int]:
        """One transaction: items, tags, index, stories, states; not of feeds that another clock has now."""
        now, total = self.now(), 0
        down = pace.network_down(self._fresh(now))
        with self.store.write() as c:
            kept = self.sharing.kept(c, [f.feed.id for f in some])
            finished = [f for f in some if f.feed.id in kept]
            arrivals: list[Arrival] = []
            turns: list[pace.Paced] = []
            for f in finished:
                seen = None
                if f.reading is not None:
                    added = items.add(c, f.feed.id, f.reading.reads, now)
                    corrected.note(c, added.changed, self.data, now)
                    arrivals += arrivals_of(added)
                    total += len(added.new)
                    seen = pace.Seen(f.reading.items, len(added.new), f.reading.problems, f.reading.facts)
                    f.state.identity = f.reading.identity
                turns.append(self._pace(f, seen, now, down))
            marks.keep(c, [left_by(f.feed, f.reading) for f in finished if f.reading], now)
            remember(c, [(f.feed.id, f.reading) for f in finished if f.reading], now)
            tagging.retag(c, [one for f in finished if f.reading for one in f.reading.mended])
            feeds.save_all(c, [(paced.state, paced.event) for paced in turns])
            for paced in turns:
                if paced.hold:
                    holds.hold(c, *paced.hold)
            tally.add(c, [(paced.event.outcome, f.late(now)) for f, paced in zip(finished, turns, strict=True)])
            self.placing.place(c, arrivals, now, self.sharing)
        return [(f.feed, paced.event) for f, paced in zip(finished, turns, strict=True)], total

    def _pace(self, f: Finished, seen: pace.Seen | None, now: datetime, down: bool) -> pace.Paced:
        outcome = pace.excused(f.outcome, down=down) if isinstance(f.outcome, Failed) else f.outcome
        return pace.after(
            f.feed, f.state, outcome, seen, now, spread=random.random(), limits=self.limits  # noqa: S311
        )  # fmt: skip

    def _fresh(self, now: datetime) -> list[tuple[str, bool]]:
        """(url, did nobody answer) of recent fetches."""
        since = now - RECENT
        return [(url, silent) for at, url, silent in self._recent if at > since]
