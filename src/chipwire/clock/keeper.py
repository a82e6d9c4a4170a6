"""Which clock of a store does what: one keeps a store in a file; of several that share a server's, one leads."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from chipwire.clock import now
from chipwire.clock.turns import LOOK_EVERY, Jobs, Turn, beside, every, feeds, pause, promptly, until
from chipwire.errors import StoreError
from chipwire.keep import lease, skew, vitals
from chipwire.keep.db import Store, current

if TYPE_CHECKING:
    from chipwire.pipeline.refresh import Refresher
    from chipwire.pipeline.sharing import Shared

log = structlog.get_logger()
STEP_BACK = 60.0
"""Seconds of rest when the store cannot be written: fetching what cannot be kept would only bother the feeds."""
LEASE = 30.0
"""Seconds after which another clock may take over from one that fell silent."""


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
            await pause(stop, STEP_BACK)


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
            await _reign(refresher.store, holder, [feeds(refresher), *beside(jobs)], stop)
            continue
        if not waiting:
            log.info("another clock is running on this store; waiting to take over")
        waiting = True
        await pause(stop, LEASE / 6)


async def _share(refresher: "Refresher", jobs: Jobs, stop: asyncio.Event, holder: str) -> None:
    """Take feeds that no other clock works on; when none of them has the lease, take it and do what one must do."""
    async with joined(refresher, holder) as shared:
        await refresher.workers.start()
        await until([stop], [feeds(refresher), _live(shared), _lead(refresher, shared, jobs)])


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
            await _reign(refresher.store, shared.holder, [_place(refresher, shared), *beside(jobs)])
        await asyncio.sleep(LEASE / 6)


async def _place(refresher: "Refresher", shared: "Shared") -> None:
    """The window is read after the lease was taken: whoever had it before places nothing more."""
    await refresher.placing.remember()
    shared.leads = True
    try:
        await every("placing", LOOK_EVERY, refresher.place_waiting)
    finally:
        shared.leads = False


async def _reign(store: Store, holder: str, turns: list[Turn], *ends: asyncio.Event) -> None:
    """Do all this until one of `ends` or until the lease is lost, and give it back."""
    lost = asyncio.Event()
    try:
        await until([lost, *ends], [_renew(store, holder, lost), *turns])
    finally:
        with suppress(StoreError):
            await asyncio.to_thread(_release, store, holder)


async def _live(shared: "Shared") -> None:
    while True:
        await asyncio.sleep(LEASE / 3)
        await promptly(shared.live, now())


async def _renew(store: Store, holder: str, lost: asyncio.Event) -> None:
    while await promptly(_take, store, holder):
        await asyncio.sleep(LEASE / 3)
    log.warning("another clock took over this store")
    lost.set()


def _take(store: Store, holder: str) -> bool:
    """Take or keep the lease; whoever has it also plans anew what a wrong clock had planned.

    StoreError when a newer chipwire has changed the store: what this one writes would not fit it.
    """
    with store.write() as c:
        if not current(c):
            raise StoreError(
                "another version of chipwire has brought the store up to date: end this process and start it anew"
            )
        taken = lease.take(c, vitals.CLOCK, holder, now(), LEASE)
        if taken and (number := skew.mend(c, now())):
            log.warning("the clock was set back: what waits for the future is due now", rows=number)
    return taken


def _release(store: Store, holder: str) -> None:
    with store.write() as c:
        lease.release(c, vitals.CLOCK, holder)
