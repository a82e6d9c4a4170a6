"""Calls of workers: one that hangs, dies, raises or eats memory costs itself alone, and no answer brings code."""

import asyncio
import copy
import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from chipwire.collect.workers.pool import Workers
from chipwire.domain import Document, Entry, Failed, utc

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
            slept = asyncio.gather(*(workers.run(time.sleep, 0.1) for _ in range(4)))
            pids = asyncio.gather(*(workers.run(os.getpid) for _ in range(20)))
            await slept
            return await pids, time.monotonic() - began

    pids, took = asyncio.run(many())
    assert 1 <= len(set(pids)) <= 2
    assert os.getpid() not in pids
    assert took >= 0.2


@pytest.mark.slow
def test_a_large_document_has_more_time() -> None:
    """An archive of 2,000 whole reports takes longer to read than a small document that hangs may."""
    nap = "__import__('time').sleep(0.8)"
    small, large = asyncio.run(run(0.4, (eval, (nap, {})), (eval, (nap, {"body": b" " * 2**20}))))
    assert isinstance(small, Failed)
    assert "longer than 0.4 s" in small.message
    assert large is None


def test_a_cancelled_call_frees_its_place() -> None:
    async def cancel() -> Any:
        async with Workers(1, 30) as workers:
            await workers.run(int)
            call = asyncio.create_task(workers.run(time.sleep, 20))
            await asyncio.sleep(0.1)
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
            slow = asyncio.create_task(workers.run(time.sleep, 0.15))
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
            slow = asyncio.create_task(workers.run(time.sleep, 0.15))
            await asyncio.sleep(0.05)
            given_up = asyncio.create_task(workers.run(time.sleep, 60))
            await asyncio.sleep(0.05)
            given_up.cancel()
            await slow
            return await workers.run(operator.add, 2, 2)

    assert asyncio.run(in_line()) == 4


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


def test_no_secrets_reach_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPWIRE_SMTP_PASSWORD", "hunter2")
    assert asyncio.run(run(30, (os.getenv, ("CHIPWIRE_SMTP_PASSWORD",)), (os.getenv, ("PATH",)))) == [
        None,
        os.environ["PATH"],
    ]
