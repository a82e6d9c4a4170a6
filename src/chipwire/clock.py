"""WHEN: the only module that asks what time it is; it starts rounds and letters when a column says they are due."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from chipwire.errors import StoreError
from chipwire.keep import lease, skew, vitals
from chipwire.keep.db import Store

if TYPE_CHECKING:  # who only asks for the time has no use for all that fetching needs
    from chipwire.pipeline.refresh import Refresher
    from chipwire.pipeline.sharing import Shared

log = structlog.get_logger()
Jobs = Mapping[str, Callable[[], Awaitable[object]]]
"""What is done beside the feeds, by a name of EVERY."""
Turn = Coroutine[Any, Any, None]

Done = TypeVar("Done")
_PULSE = ThreadPoolExecutor(2, "pulse")

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


async def run(refresher: "Refresher", jobs: Jobs, stop: asyncio.Event) -> None:
    """Until `stop` is set, keep the clock of this store: beside others on a server, else whenever no other does.

    A store that cannot be written (full disk, locked) is logged and tried again: it is weather once we are running.
    """
    holder = name()
    while not stop.is_set():
        try:
            if refresher.store.shared:
                await _share(refresher, jobs, stop, holder)
            else:
                await _wait(refresher, jobs, stop, holder)
        except StoreError as error:
            log.error("the clock stands still", why=str(error))
            await _pause(stop, STEP_BACK)


def name() -> str:
    """Who keeps a clock: machine, process, and a draw, as containers may share the first two."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(2)}"


async def _wait(refresher: "Refresher", jobs: Jobs, stop: asyncio.Event, holder: str) -> None:
    """Do everything while we have the lease, look for it every few seconds while another clock has."""
    waiting = False
    while not stop.is_set():
        if await asyncio.to_thread(_take, refresher.store, holder):
            waiting = False
            await refresher.start()
            await _reign(refresher.store, holder, [_feeds(refresher), *_beside(jobs)], stop)
            continue
        if not waiting:
            log.info("another clock is running on this store; waiting to take over")
        waiting = True
        await _pause(stop, LEASE / 6)


async def _share(refresher: "Refresher", jobs: Jobs, stop: asyncio.Event, holder: str) -> None:
    """Take feeds that no other clock works on; when none of them has the lease, take it and do what one must do."""
    async with joined(refresher, holder) as shared:
        await refresher.workers.start()
        await _until([stop], [_feeds(refresher), _live(shared), _lead(refresher, shared, jobs)])


@asynccontextmanager
async def joined(refresher: "Refresher", holder: str) -> AsyncIterator["Shared"]:
    """Have the refresher share a store on a server with other clocks; what it claimed is given back at the end.

    It stays one of several after that: a thread that is still about to write must find that it has nothing any more.
    """
    from chipwire.pipeline.sharing import Shared

    refresher.sharing = shared = Shared(refresher.store, holder, timedelta(seconds=refresher.lanes.pause), LEASE)
    await asyncio.to_thread(shared.leave, now())  # what it had when it lost the server
    await asyncio.to_thread(shared.live, now())
    try:
        yield shared
    finally:
        with suppress(StoreError):
            await asyncio.to_thread(shared.leave, now())


@asynccontextmanager
async def once(refresher: "Refresher") -> AsyncIterator[None]:
    """For a round while perhaps no clock runs: on a server join those that do, and place when none of them does."""
    if not refresher.store.shared:
        await refresher.start()
        yield
        return
    async with joined(refresher, name()) as shared:
        await refresher.workers.start()
        keeping = [asyncio.create_task(_live(shared))]
        if await asyncio.to_thread(_take, refresher.store, shared.holder):
            keeping.append(asyncio.create_task(_renew(refresher.store, shared.holder, asyncio.Event())))
            await refresher.placing.remember()
            shared.leads = True
        try:
            yield
            await refresher.place_waiting()
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)
            if shared.leads:
                await asyncio.to_thread(_release, refresher.store, shared.holder)


async def _lead(refresher: "Refresher", shared: "Shared", jobs: Jobs) -> None:
    """Whenever no clock has the lease: remember the stories, then place what all clocks bring, send and tidy up."""
    while True:
        if await asyncio.to_thread(_take, refresher.store, shared.holder):
            log.info("this clock places and sends", holder=shared.holder)
            await _reign(refresher.store, shared.holder, [_place(refresher, shared), *_beside(jobs)])
        await asyncio.sleep(LEASE / 6)


async def _place(refresher: "Refresher", shared: "Shared") -> None:
    """The window is read after the lease was taken: whoever had it before places nothing more."""
    await refresher.placing.remember()
    shared.leads = True
    try:
        await _every("placing", LOOK_EVERY, refresher.place_waiting)
    finally:
        shared.leads = False


async def _reign(store: Store, holder: str, turns: list[Turn], *ends: asyncio.Event) -> None:
    """Do all this until one of `ends` or until the lease is lost, and give it back."""
    lost = asyncio.Event()
    try:
        await _until([lost, *ends], [_renew(store, holder, lost), *turns])
    finally:
        with suppress(StoreError):
            await asyncio.to_thread(_release, store, holder)


async def _until(ends: list[asyncio.Event], turns: list[Turn]) -> None:
    """Do all this at the same time until one of the events; what one of them raises ends all of them."""
    running = [asyncio.create_task(turn) for turn in turns]
    ending = [asyncio.create_task(event.wait()) for event in ends]
    try:
        await asyncio.wait([*ending, *running], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*running, *ending):
            task.cancel()
        results = await asyncio.gather(*running, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _feeds(refresher: "Refresher") -> None:
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


def _beside(jobs: Jobs) -> list[Turn]:
    return [_every(what, EVERY[what], job) for what, job in jobs.items()]


async def _live(shared: "Shared") -> None:
    while True:
        await asyncio.sleep(LEASE / 3)
        await _promptly(shared.live, now())


async def _every(what: str, seconds: float, job: Callable[[], Awaitable[object]]) -> None:
    while True:
        await _guarded(what, job)
        await asyncio.sleep(seconds)


async def _renew(store: Store, holder: str, lost: asyncio.Event) -> None:
    while await _promptly(_take, store, holder):
        await asyncio.sleep(LEASE / 3)
    log.warning("another clock took over this store")
    lost.set()


async def _promptly(deed: Callable[..., Done], *given: object) -> Done:
    """In a thread that no other work keeps waiting."""
    return await asyncio.get_running_loop().run_in_executor(_PULSE, deed, *given)


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
