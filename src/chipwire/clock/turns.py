"""What one clock does side by side: rounds of the feeds that are due, and each job beside them at its pace."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from chipwire.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from chipwire.pipeline.refresh import Refresher

log = structlog.get_logger()
Jobs = Mapping[str, Callable[[], Awaitable[object]]]
"""What is done beside the feeds, by a name of EVERY."""
Turn = Coroutine[Any, Any, None]
Done = TypeVar("Done")
LOOK_EVERY = 1.0
"""Seconds between two looks at the columns."""
EVERY = {"letters": 20.0, "hubs": 2.0, "webhooks": 2.0, "retention": 86_400.0}
"""Seconds between two turns of each job beside the feeds."""
_PULSE = ThreadPoolExecutor(2, "pulse")


async def until(ends: list[asyncio.Event], turns: list[Turn]) -> None:
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


async def feeds(refresher: "Refresher") -> None:
    """Start a round whenever feeds are due. Rounds may overlap, a feed is in one at a time."""
    rounds: set[asyncio.Task[None]] = set()
    try:
        while True:
            due = await asyncio.to_thread(refresher.due)
            if due:
                task = asyncio.create_task(guarded("refresh", partial(refresher.round, due)))
                rounds.add(task)
            await asyncio.sleep(LOOK_EVERY)
            for task in [task for task in rounds if task.done()]:
                rounds.discard(task)
                task.result()
    finally:
        for task in rounds:
            task.cancel()
        await asyncio.gather(*rounds, return_exceptions=True)


def beside(jobs: Jobs) -> list[Turn]:
    """A turn of each job; they never end by themselves."""
    return [every(what, EVERY[what], job) for what, job in jobs.items()]


async def every(what: str, seconds: float, job: Callable[[], Awaitable[object]]) -> None:
    """Again and again, with so many seconds between the end of one and the start of the next."""
    while True:
        await guarded(what, job)
        await asyncio.sleep(seconds)


async def promptly(deed: Callable[..., Done], *given: object) -> Done:
    """In a thread that no other work keeps waiting."""
    return await asyncio.get_running_loop().run_in_executor(_PULSE, deed, *given)


async def guarded(what: str, job: Callable[[], Awaitable[object]]) -> None:
    """A defect in one round is logged with its trace and must not stop the clock; what a person has to mend passes."""
    try:
        await job()
    except (StoreError, ConfigError):
        raise
    except Exception:
        log.exception("round failed", what=what)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Rest, but no longer than until `stop` is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
