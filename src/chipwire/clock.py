"""WHEN: the only module that asks what time it is; it starts rounds and digests when a column says they are due."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

import structlog

from chipwire.pipeline.refresh import Refresher

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between two looks at the columns."""
LETTERS_EVERY = 20.0
"""Seconds between two looks at readers and letters."""


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


async def run(refresher: Refresher, letters: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Until `stop` is set: give every due feed its turn and every due letter its try. Rounds may overlap, feeds not."""
    await refresher.start()
    async with asyncio.TaskGroup() as group:
        jobs = [group.create_task(_feeds(refresher)), group.create_task(_every(LETTERS_EVERY, letters))]
        await stop.wait()
        for job in jobs:
            job.cancel()


async def _feeds(refresher: Refresher) -> None:
    rounds: set[asyncio.Task[None]] = set()
    try:
        while True:
            due = await asyncio.to_thread(refresher.due)
            if due:
                task = asyncio.create_task(_guarded("refresh", partial(refresher.round, due)))
                rounds.add(task)
                task.add_done_callback(rounds.discard)
                await asyncio.sleep(0)
            await asyncio.sleep(LOOK_EVERY)
    finally:
        for task in rounds:
            task.cancel()
        await asyncio.gather(*rounds, return_exceptions=True)


async def _every(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    while True:
        await _guarded("letters", job)
        await asyncio.sleep(seconds)


async def _guarded(what: str, job: Callable[[], Awaitable[object]]) -> None:
    """A defect in one round is logged with its trace and must not stop the clock."""
    try:
        await job()
    except Exception:
        log.exception("round failed", what=what)
