"""Workers: a call that hangs, dies, raises or eats memory costs that call alone."""

import asyncio
import copy
import operator
import os
import pickle
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from chipwire.collect.workers.pool import Workers
from chipwire.collect.workers.worker import FORK, HEAD, ORDER
from chipwire.domain import Document, Entry, Failed, utc
from chipwire.errors import ConfigError

CALLS: list[tuple[str, Callable[..., Any], tuple[Any, ...], str]] = [
    ("sleeps", time.sleep, (60,), "longer than"),
    ("spins", max, (range(10**12),), "longer than"),
    ("exits", os._exit, (3,), "died"),
    ("leaves", sys.exit, (0,), "SystemExit"),
    ("is killed", signal.raise_signal, (signal.SIGKILL,), "died"),
    ("crashes", signal.raise_signal, (signal.SIGSEGV,), "died"),
    ("raises", operator.truediv, (1, 0), "division by zero"),
    ("eats memory", bytes, (2**34,), "memory"),
    ("gives back what cannot be carried", compile, ("1", "x", "eval"), "cannot pickle"),
]


async def run(seconds: float, *calls: tuple[Callable[..., Any], tuple[Any, ...]], count: int = 1) -> list[Any]:
    async with Workers(count, seconds) as workers:
        return [await workers.run(fn, *args) for fn, args in calls]


@pytest.mark.parametrize(("fn", "args", "words"), [call[1:] for call in CALLS], ids=[call[0] for call in CALLS])
def test_a_bad_call_costs_itself_alone(fn: Callable[..., Any], args: tuple[Any, ...], words: str) -> None:
    began = time.monotonic()
    before, bad, after = asyncio.run(run(0.5, (operator.add, (1, 2)), (fn, args), (operator.add, (3, 4))))
    assert (before, after) == (3, 7)
    assert isinstance(bad, Failed)
    assert bad.kind == "parse"
    assert words in bad.message
    assert time.monotonic() - began < 6


def test_what_cannot_be_sent_is_a_failure_too() -> None:
    (outcome,) = asyncio.run(run(30, (lambda: 1, ())))
    assert isinstance(outcome, Failed)


def test_large_bodies_travel_both_ways() -> None:
    body = bytes(range(256)) * 2**14
    (back,) = asyncio.run(run(30, (bytes, (body,))))
    assert back == body


def test_what_a_call_prints_does_not_disturb() -> None:
    first, second = asyncio.run(run(30, (print, ("noise " * 1000,)), (operator.add, (1, 1))))
    assert (first, second) == (None, 2)


def test_a_reader_of_stdin_gets_nothing() -> None:
    (outcome,) = asyncio.run(run(30, (input, ())))
    assert isinstance(outcome, Failed)
    assert "EOFError" in outcome.message


def test_calls_share_the_workers() -> None:
    async def many() -> tuple[list[Any], float]:
        async with Workers(2, 5) as workers:
            await asyncio.gather(*(workers.run(os.getpid) for _ in range(2)))
            began = time.monotonic()
            slept = asyncio.gather(*(workers.run(time.sleep, 0.3) for _ in range(4)))
            pids = asyncio.gather(*(workers.run(os.getpid) for _ in range(20)))
            await slept
            return await pids, time.monotonic() - began

    pids, took = asyncio.run(many())
    assert 1 <= len(set(pids)) <= 2
    assert os.getpid() not in pids
    assert took >= 0.6


@pytest.mark.slow
def test_a_large_document_has_more_time() -> None:
    """An archive of 2,000 whole reports takes longer to read than a small document that hangs may."""
    nap = "__import__('time').sleep(0.8)"
    small, large = asyncio.run(run(0.4, (eval, (nap, {})), (eval, (nap, {"body": b" " * 2**20}))))
    assert isinstance(small, Failed)
    assert "longer than 0.4 s" in small.message
    assert large is None


def test_close_is_quick_and_answers_everybody() -> None:
    async def closing() -> tuple[list[Any], float, Any]:
        workers = Workers(2, 30)
        await workers.start()
        calls = [asyncio.create_task(workers.run(time.sleep, 20)) for _ in range(5)]
        await asyncio.sleep(0.5)
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


def test_a_cancelled_call_frees_its_place() -> None:
    async def cancel() -> Any:
        async with Workers(1, 30) as workers:
            call = asyncio.create_task(workers.run(time.sleep, 20))
            await asyncio.sleep(0.5)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            return await workers.run(operator.add, 1, 1)

    assert asyncio.run(cancel()) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sleeps", "exits", "leaves"])
def test_who_waits_behind_a_bad_call_is_served_by_another(name: str) -> None:
    """One that is ended, one that ends its worker, one that its worker survives."""
    ((_, fn, args, words),) = (call for call in CALLS if call[0] == name)

    async def in_line() -> list[Any]:
        async with Workers(1, 0.5) as workers:
            await workers.run(int)
            calls = [(fn, args), (operator.add, (1, 2)), (fn, args), (operator.add, (3, 4))]
            return list(await asyncio.gather(*(workers.run(one, *given) for one, given in calls)))

    first, three, second, seven = asyncio.run(in_line())
    assert (three, seven) == (3, 7)
    assert words in first.message
    assert words in second.message


def test_a_call_that_is_cancelled_in_the_line_disturbs_nobody() -> None:
    async def in_line() -> tuple[list[Any], Any]:
        async with Workers(1, 5) as workers:
            here = await workers.run(os.getpid)
            slow = asyncio.create_task(workers.run(time.sleep, 0.3))
            await asyncio.sleep(0.05)
            given_up = asyncio.create_task(workers.run(operator.add, 1, 1))
            await asyncio.sleep(0.05)
            given_up.cancel()
            last = [await slow, await workers.run(operator.add, 2, 2), await workers.run(os.getpid)]
            return last, here

    (slept, four, pid), before = asyncio.run(in_line())
    assert (slept, four, pid) == (None, 4, before)


def test_whoever_comes_behind_a_cancelled_call_that_hangs_is_not_blamed_for_it() -> None:
    async def in_line() -> Any:
        async with Workers(1, 0.5) as workers:
            slow = asyncio.create_task(workers.run(time.sleep, 0.3))
            await asyncio.sleep(0.05)
            given_up = asyncio.create_task(workers.run(time.sleep, 60))
            await asyncio.sleep(0.05)
            given_up.cancel()
            await slow
            return await workers.run(operator.add, 2, 2)

    assert asyncio.run(in_line()) == 4


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

        async with Workers(1, 5, rest=0.2) as workers:
            workers.resting = told
            first = await workers.run(os.getpid)
            busy = await workers.run(time.sleep, 0.4)
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


def test_nouns_come_back_as_they_are() -> None:
    document = Document(entries=[Entry(uid="1", published=utc(2026, 11, 23))])
    (back,) = asyncio.run(run(30, (copy.deepcopy, (document,))))
    assert back == document


def test_an_answer_cannot_bring_code() -> None:
    """As a worker would that hostile input has taken over."""
    answers = [os.system, Workers.run, eval, subprocess.Popen, operator.attrgetter("x")]
    for back in asyncio.run(run(30, *((copy.copy, (answer,)) for answer in answers))):
        assert isinstance(back, Failed)
        assert "may not hold" in back.message


@pytest.mark.slow
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


def test_no_secrets_reach_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPWIRE_SMTP_PASSWORD", "hunter2")
    assert asyncio.run(run(30, (os.getenv, ("CHIPWIRE_SMTP_PASSWORD",)), (os.getenv, ("PATH",)))) == [
        None,
        os.environ["PATH"],
    ]


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_hundred_killed_workers_leave_no_trace() -> None:
    async def massacre() -> tuple[int, Any]:
        async with Workers(2, 5) as workers:
            outcomes = await asyncio.gather(*(workers.run(os._exit, 9) for _ in range(100)))
            return sum(isinstance(o, Failed) for o in outcomes), await workers.run(operator.add, 1, 1)

    before = len(os.listdir("/proc/self/fd"))
    assert asyncio.run(massacre()) == (100, 2)
    assert len(os.listdir("/proc/self/fd")) <= before + 2


def test_the_only_one_is_the_process_that_loaded() -> None:
    async def asked() -> list[Any]:
        async with Workers(1, 5) as one:
            return [await one.run(fn, *args) for fn, *args in ((os.getppid,), (os._exit, 9), (operator.add, 1, 1))]

    parent, failed, after = asyncio.run(asked())
    assert (parent, isinstance(failed, Failed), after) == (os.getpid(), True, 2)
