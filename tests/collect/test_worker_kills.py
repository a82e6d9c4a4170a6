"""Workers that are killed, or whose parent is: nothing is left running, and nothing but their calls is lost."""

import asyncio
import operator
import os
import pickle
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from chipwire.collect.workers.pool import Workers
from chipwire.collect.workers.worker import FORK, HEAD, ORDER
from chipwire.domain import Failed

pytestmark = pytest.mark.slow


def test_workers_die_with_their_parent() -> None:
    async def orphan() -> int:
        code = (
            "import asyncio, os, time; from chipwire.collect.workers.pool import Workers\n"
            "async def main():\n"
            "    workers = Workers(1, 0.5); pid = await workers.run(os.getpid); print(pid, flush=True)\n"
            "    asyncio.create_task(workers.run(time.sleep, 60)); await asyncio.sleep(0.2); os._exit(1)\n"
            "asyncio.run(main())"
        )
        parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
        out, _ = await parent.communicate()
        return int(out)

    pid = asyncio.run(orphan())
    end = time.monotonic() + 10
    while time.monotonic() < end and alive(pid):
        time.sleep(0.1)
    assert not alive(pid)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_the_system_ends_a_call_that_burns_the_processor_when_nobody_else_does() -> None:
    """A worker by itself, without the parent's clock and with its own alarm blocked, as a hostile call would."""
    command = [sys.executable, "-m", "chipwire.collect.workers.worker", str(2**31), "1"]
    block = (signal.pthread_sigmask, (signal.SIG_BLOCK, {signal.SIGALRM}))
    orders, theirs = socket.socketpair()
    line, end = socket.socketpair()
    with orders, line, subprocess.Popen(command, stdin=theirs.fileno()) as forkserver:
        orders.sendall(framed((int, ())))
        socket.send_fds(orders, [ORDER.pack(FORK, 0)], [end.fileno()])
        theirs.close()
        end.close()
        told = orders.makefile("rb")
        told.read(HEAD.unpack(told.read(HEAD.size))[0])
        (pid,) = HEAD.unpack(told.read(HEAD.size))
        line.sendall(framed(block) + framed((max, (range(10**12),))))
        until = time.monotonic() + 60
        while alive(pid) and time.monotonic() < until:
            time.sleep(0.1)
        assert int(Path(f"/proc/{pid}/stat").read_text().split()[-1]) & 0x7F == signal.SIGXCPU
        told.close()
        orders.shutdown(socket.SHUT_RDWR)
        assert forkserver.wait(10) == 0


def framed(call: tuple[Any, ...]) -> bytes:
    data = pickle.dumps(call, protocol=5)
    return HEAD.pack(len(data)) + data


def test_workers_go_on_when_what_started_them_is_gone() -> None:
    async def orphaned() -> list[Any]:
        async with Workers(2, 0.5) as workers:
            first = await workers.run(os.getpid)
            assert workers._forkserver is not None
            os.kill(workers._forkserver._process.pid, signal.SIGKILL)
            await asyncio.sleep(0.2)
            same = await workers.run(os.getpid)
            failed = await workers.run(time.sleep, 60)
            return [first == same, failed, await workers.run(operator.add, 1, 1)]

    kept, failed, after = asyncio.run(orphaned())
    assert (kept, isinstance(failed, Failed), after) == (True, True, 2)


def test_workers_killed_at_random_cost_their_calls_and_no_more() -> None:
    kills = int(os.environ.get("KILLS", "60"))
    rng = random.Random(3)

    async def massacre() -> tuple[int, int, Any]:
        async with Workers(2, 5) as workers:
            killed = failed = 0
            calls: set[asyncio.Task[Any]] = set()
            while killed < kills:
                while len(calls) < 4:
                    calls.add(asyncio.create_task(workers.run(time.sleep, rng.uniform(0, 0.02))))
                await asyncio.sleep(rng.uniform(0, 0.02))
                for pid in [w.pid for w in workers._all][:1]:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        killed += 1
                done, calls = await asyncio.wait(calls, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
                failed += sum(isinstance(call.result(), Failed) for call in done)
            failed += sum(isinstance(one, Failed) for one in await asyncio.gather(*calls))
            await asyncio.sleep(0.1)  # until the last kill is heard of: it may have met one that had nothing to do
            return killed, failed, await workers.run(operator.add, 1, 1)

    before = len(os.listdir("/proc/self/fd"))
    killed, failed, after = asyncio.run(massacre())
    print(f"{killed} kills, {failed} calls failed, the next one gave {after}")
    assert (after, len(os.listdir("/proc/self/fd")) <= before + 2) == (2, True)
    assert 0 < failed <= killed


def test_a_hundred_killed_workers_leave_no_trace() -> None:
    async def massacre() -> tuple[int, Any]:
        async with Workers(2, 5) as workers:
            outcomes = await asyncio.gather(*(workers.run(os._exit, 9) for _ in range(100)))
            return sum(isinstance(o, Failed) for o in outcomes), await workers.run(operator.add, 1, 1)

    before = len(os.listdir("/proc/self/fd"))
    assert asyncio.run(massacre()) == (100, 2)
    assert len(os.listdir("/proc/self/fd")) <= before + 2
