"""Turns that are over and wait to be written: as many together as one transaction holds, and not too many ahead."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chipwire.domain import Failed, Feed, FeedState, Fetched, NotModified
from chipwire.pipeline.messages import Reading
from chipwire.pipeline.placing import PORTION

BATCH = 64
GATHER = 0.05
"""Seconds that a finished turn waits for others to be written with: most of a small transaction's cost is its own."""
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


async def together(done: "asyncio.Queue[Finished | None]") -> list[Finished | None]:
    """The next finished turn and what else is finished soon, as far as one transaction holds; None ends a round."""
    batch, reads = [await done.get()], 0
    with suppress(TimeoutError):
        async with asyncio.timeout(GATHER):
            while (last := batch[-1]) is not None and len(batch) < BATCH:
                reads += len(last.reading.reads) if last.reading else 0
                if reads >= PORTION and done.empty():
                    break
                batch.append(await done.get())
    return batch
