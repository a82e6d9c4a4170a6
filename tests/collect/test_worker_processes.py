"""Processes of workers: how they start, prepare, rest and end, and that none is left behind."""

import asyncio
import operator
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from chipwire.collect.workers.pool import Workers
from chipwire.domain import Failed
from chipwire.errors import ConfigError


def test_close_is_quick_and_answers_everybody() -> None:
    async def closing() -> tuple[list[Any], float, Any]:
        workers = Workers(2, 30)
        await workers.start()
        calls = [asyncio.create_task(workers.run(time.sleep, 20)) for _ in range(5)]
        await asyncio.sleep(0.1)
        began = time.monotonic()
        await workers.close()
        return await asyncio.gather(*calls), time.monotonic() - began, await workers.run(os.getpid)

    outcomes, took, late = asyncio.run(closing())
    assert took < 1
    assert all(isinstance(outcome, Failed) for outcome in [*outcomes, late])


@pytest.mark.parametrize(
    "after", [0, *(pytest.param(after, marks=pytest.mark.slow) for after in (0.005, 0.02, 0.05, 0.1))]
)
def test_closing_while_processes_start_leaves_none_behind(after: float) -> None:
    async def closing() -> list[Any]:
        workers = Workers(2, 30)
        calls = [asyncio.create_task(workers.run(time.sleep, 20)) for _ in range(3)]
        await asyncio.sleep(after)
        await workers.close()
        return await asyncio.gather(*calls)

    assert all(isinstance(outcome, Failed) for outcome in asyncio.run(closing()))
    assert children() == []


def children() -> list[str]:
    """Reading processes that this one started and that still run, by their command lines; other tests start others."""
    tasks = Path("/proc/self/task").glob("*/children")
    ids = [pid for task in tasks for pid in task.read_text().split()]
    lines = [Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in ids]
    return [line for line in lines if "chipwire.collect.workers" in line]


def test_a_worker_that_cannot_start_is_a_failure_not_a_hang() -> None:
    async def broken() -> Any:
        async with Workers(1, 5, warm=("no_such_module_anywhere",)) as workers:
            return await workers.run(operator.add, 1, 1)

    assert isinstance(asyncio.run(broken()), Failed)


@pytest.mark.slow
def test_preparing_is_not_on_the_clock_of_the_first_call() -> None:
    async def slow_start() -> Any:
        async with Workers(1, 0.5, prepare=(time.sleep, 1.0)) as workers:
            return await workers.run(operator.add, 1, 1)

    assert asyncio.run(slow_start()) == 2


def test_workers_that_are_not_called_rest_and_come_back() -> None:
    async def idle() -> tuple[Any, ...]:
        rested = asyncio.Event()

        async def told() -> None:
            rested.set()

        async with Workers(1, 5, rest=0.1) as workers:
            workers.resting = told
            first = await workers.run(os.getpid)
            busy = await workers.run(time.sleep, 0.2)
            same = await workers.run(os.getpid)
            await asyncio.wait_for(rested.wait(), 5)
            there = Path(f"/proc/{first}").exists()
            return first, busy, same, there, await workers.run(os.getpid)

    first, busy, same, there, back = asyncio.run(idle())
    assert busy is None
    assert first == same != back
    assert not there


def test_a_round_without_documents_wakes_nobody() -> None:
    """Each round asks whether documents could be read; a first call may have come before the first round."""

    async def idle() -> list[str]:
        rested = asyncio.Event()

        async def told() -> None:
            rested.set()

        async with Workers(1, 5, rest=0.1) as workers:
            workers.resting = told
            await workers.run(os.getpid)
            await workers.ready()
            await asyncio.wait_for(rested.wait(), 5)
            await workers.ready()
            return children()

    assert asyncio.run(idle()) == []


def test_no_stranger_is_ended() -> None:
    """A number that was a worker's may be another process's later."""

    async def asked() -> list[Any]:
        async with Workers(2, 5) as workers:
            first = await workers.run(operator.add, 1, 2)
            assert workers._forkserver is not None
            workers._forkserver.end(stranger.pid)
            workers._forkserver.end(0)
            return [first, await workers.run(time.sleep, 0.2), await workers.run(operator.add, 3, 4)]

    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        assert asyncio.run(asked()) == [3, None, 7]
        assert stranger.poll() is None
        stranger.kill()


def unprepared(why: str) -> None:
    raise ConfigError(why)


@pytest.mark.slow
def test_what_cannot_be_prepared_is_said_before_any_document_is_blamed() -> None:
    async def ready(count: int, *prepare: Any) -> None:
        async with Workers(count, 5, prepare=prepare) as workers:
            await workers.ready()
            assert await workers.run(operator.add, 1, 2) == 3, "being ready takes nothing away"

    async def working() -> None:
        async with Workers(1, 5) as workers:
            await workers.run(os.getpid)
            await workers.ready()
            assert len(children()) == 1, "nothing is loaded a second time beside a worker"

    asyncio.run(working())
    for count in (1, 2):
        asyncio.run(ready(count, int))
        with pytest.raises(ConfigError, match=r"^nothing can be read: roles.toml: weights: 'x' missing$"):
            asyncio.run(ready(count, unprepared, "roles.toml: weights: 'x' missing"))


def test_what_is_prepared_once_all_have() -> None:
    async def prepared() -> list[list[Any]]:
        async with Workers(2, 5, prepare=(os.chdir, "/proc")) as workers:
            asked = [[workers.run(ask) for _ in range(2)] for ask in (os.getcwd, os.getppid)]
            return [await asyncio.gather(*calls) for calls in asked]

    places, parents = asyncio.run(prepared())
    assert places == ["/proc", "/proc"]
    assert parents[0] == parents[1] != os.getpid()


def test_the_only_one_is_the_process_that_loaded() -> None:
    async def asked() -> list[Any]:
        async with Workers(1, 5) as one:
            return [await one.run(fn, *args) for fn, *args in ((os.getppid,), (os._exit, 9), (operator.add, 1, 1))]

    parent, failed, after = asyncio.run(asked())
    assert (parent, isinstance(failed, Failed), after) == (os.getpid(), True, 2)
