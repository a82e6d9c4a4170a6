"""WHEN: the only module that asks what time it is; it starts rounds and letters when a column says they are due."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import structlog

from chipwire.errors import StoreError
from chipwire.keep import lease, skew, vitals
from chipwire.keep.db import Store
from chipwire.pipeline.refresh import Refresher

log = structlog.get_logger()
Jobs = Mapping[str, Callable[[], Awaitable[object]]]
"""What is done beside the feeds, by a name of EVERY."""

LOOK_EVERY = 1.0
"""Seconds between two looks at the columns."""
EVERY = {"letters": 20.0, "hubs": 2.0, "webhooks": 2.0, "retention": 86_400.0}
"""Seconds between two turns of each job beside the feeds."""
STEP_BACK = 60.0
"""Seconds of rest when the store cannot be written: fetching what cannot be kept would only bother the feeds."""
LEASE = 30.0
"""Seconds after which another clock may take over from one that fell silent."""


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


async def run(refresher: Refresher, jobs: Jobs, stop: asyncio.Event) -> None:
    """Until `stop` is set, keep the clock of this store whenever no other process does.

    A store that cannot be written (full disk, locked) is logged and tried again: it is weather once we are running.
    """
    holder = f"{socket.gethostname()}/{os.getpid()}"
    waiting = False
    while not stop.is_set():
        try:
            if await asyncio.to_thread(_take, refresher.store, holder):
                waiting = False
                await _reign(refresher, jobs, stop, holder)
                continue
            if not waiting:
                log.info("another clock is running on this store; waiting to take over")
            waiting = True
        except StoreError as error:
            log.error("the clock stands still", why=str(error))
            await _pause(stop, STEP_BACK)
        else:
            await _pause(stop, LEASE / 6)


async def _reign(refresher: Refresher, jobs: Jobs, stop: asyncio.Event, holder: str) -> None:
    """Give every due feed its turn and every due letter its try, until `stop` or until the lease is lost."""
    await refresher.start()
    ended = asyncio.Event()
    turns = [_feeds(refresher), _renew(refresher.store, holder, ended)]
    turns += [_every(what, EVERY[what], job) for what, job in jobs.items()]
    running = [asyncio.create_task(turn) for turn in turns]
    stopping = [asyncio.create_task(event.wait()) for event in (stop, ended)]
    try:
        await asyncio.wait([*stopping, *running], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*running, *stopping):
            task.cancel()
        results = await asyncio.gather(*running, return_exceptions=True)
        with suppress(StoreError):
            await asyncio.to_thread(_release, refresher.store, holder)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _feeds(refresher: Refresher) -> None:
    """Start a round whenever feeds are due. Rounds may overlap, a feed is in one at a time."""
    rounds: set[asyncio.Task[None]] = set()
    try:
        while True:
            due = await asyncio.to_thread(refresher.due)
            if due:
                task = asyncio.create_task(_guarded("refresh", partial(refresher.round, due)))
                rounds.add(task)
            await asyncio.sleep(LOOK_EVERY)
            for task in [task for task in rounds if task.done()]:
                rounds.discard(task)
                task.result()
    finally:
        for task in rounds:
            task.cancel()
        await asyncio.gather(*rounds, return_exceptions=True)


async def _every(what: str, seconds: float, job: Callable[[], Awaitable[object]]) -> None:
    while True:
        await _guarded(what, job)
        await asyncio.sleep(seconds)


async def _renew(store: Store, holder: str, ended: asyncio.Event) -> None:
    while await asyncio.to_thread(_take, store, holder):
        await asyncio.sleep(LEASE / 3)
    log.warning("another clock took over this store")
    ended.set()


async def _guarded(what: str, job: Callable[[], Awaitable[object]]) -> None:
    """A defect in one round is logged with its trace and must not stop the clock; a StoreError passes."""
    try:
        await job()
    except StoreError:
        raise
    except Exception:
        log.exception("round failed", what=what)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _take(store: Store, holder: str) -> bool:
    """Take or keep the lease; whoever has it also plans anew what a wrong clock had planned."""
    with store.write() as c:
        taken = lease.take(c, vitals.CLOCK, holder, now(), LEASE)
        if taken and (number := skew.mend(c, now())):
            log.warning("the clock was set back: what waits for the future is due now", rows=number)
    return taken


def _release(store: Store, holder: str) -> None:
    with store.write() as c:
        lease.release(c, vitals.CLOCK, holder)
