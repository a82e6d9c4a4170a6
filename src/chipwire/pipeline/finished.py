"""Turns that are over and wait to be written: as many together as one transaction holds, and not too many ahead."""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chipwire.domain import Failed, Feed, FeedState, Fetched, NotModified
from chipwire.pipeline.messages import Reading
from chipwire.pipeline.placing import PORTION

BATCH = 64
GATHER = 0.05
"""Seconds that a finished turn waits at most for others to be written with: a small transaction's cost is its own."""
AHEAD, FEW = 4, 10
"""Documents of more than FEW new items that are read and not yet written in a round at most. Readers are quicker than
the writer: what they had ahead of it was most of the memory of a first pass."""
Outcome = Fetched | NotModified | Failed


@dataclass(frozen=True)
class Finished:
    """One feed's turn, ready to be written."""

    feed: Feed
    state: FeedState
    outcome: Outcome
    reading: Reading | None
    room: asyncio.Semaphore | None = None
    """What it holds a place of until it is written."""

    def late(self, now: datetime) -> timedelta | None:
        """How long after it was due the feed's turn ended; None for one that nobody had planned."""
        due = self.state.next_check
        return now - due if due and due <= now else None


class Turns:
    """The turns of one round, as they end.

    Used from one event loop. Good news waits for other turns only while feeds are being asked: what is being read comes
    later, and by itself.
    """

    def __init__(self, due: Iterable[tuple[Feed, FeedState]]) -> None:
        self._asked = {feed.id for feed, _ in due}
        self._finished: deque[Finished] = deque()
        self._reads = 0
        self._over = False
        self._news = asyncio.Event()

    def answered(self, feed_id: str) -> None:
        """The feed is no longer being asked; its turn may go on for as long as its document is read."""
        self._asked.discard(feed_id)
        self._news.set()

    def ended(self, turn: Finished) -> None:
        self._finished.append(turn)
        self._reads += len(turn.reading.reads) if turn.reading else 0
        self._news.set()

    def close(self) -> None:
        """No more turns will end."""
        self._over = True
        self._news.set()

    async def together(self) -> list[Finished]:
        """What is finished, as far as one transaction holds; nothing when all of the round was taken."""
        while not (self._finished or self._over):
            await self._more()
        with suppress(TimeoutError):
            async with asyncio.timeout(GATHER):
                while not self._worth_writing():
                    await self._more()
        batch = [self._finished.popleft() for _ in range(min(BATCH, len(self._finished)))]
        self._reads -= sum(len(turn.reading.reads) for turn in batch if turn.reading)
        return batch

    def _worth_writing(self) -> bool:
        if self._over or len(self._finished) >= BATCH or self._reads >= PORTION:
            return True
        return not self._asked and any(not isinstance(turn.outcome, Failed) for turn in self._finished)

    async def _more(self) -> None:
        self._news.clear()
        await self._news.wait()
