"""Stories do not depend on crashes: killed after every few commits and started again, the same partition comes out."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from chipwire import clock
from chipwire.cli import wiring
from chipwire.config import load
from chipwire.demo import GROWING, world
from chipwire.domain import Feed, FeedEvent
from chipwire.keep.db import open_store
from chipwire.keep.sources import following
from chipwire.pipeline import placing

pytestmark = pytest.mark.slow


async def poll(path: Path, place: str, die_after: int | None) -> None:
    """One round over the demo world; with `die_after` the process kills itself after so many turns were written."""
    placing.PORTION = 1  # a transaction for each document: these are so few that one would hold them all
    settings = load(store=path, workers=1)
    store = open_store(path)
    written = 0

    def note(_feed: Feed, _event: FeedEvent) -> None:
        nonlocal written
        written += 1
        if written == die_after:
            os.kill(os.getpid(), signal.SIGKILL)

    async with wiring.fetcher(settings, {place}) as wire:
        machine = wiring.refresher(store, wire, settings, demo=wiring.Demo(frozenset({place})), progress=note)
        try:
            await machine.start()
            await machine.round(machine.due())
        finally:
            await machine.workers.close()
    store.close()


def stories(path: Path) -> set[frozenset[str]]:
    """The partition, as titles; copies with what they copy."""
    store = open_store(path)
    with store.read() as c:
        rows = c.exec_driver_sql("select story_id, title, copy_of is not null from item").all()
        assert c.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.close()
    told: dict[int, set[str]] = {}
    for story, title, copy in rows:
        told.setdefault(story, set()).add(f"copy: {title}" if copy else title)
    return {frozenset(titles) for titles in told.values()}


def test_kill_and_restart_give_the_same_stories(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.db", tmp_path / "broken.db"
    data = load().data
    with world(data, clock.now()) as (place, sample):
        for path in (whole, broken):
            store = open_store(path)
            with store.write() as c:
                steady = [feed for feed in sample if not feed.url.endswith(GROWING)]
                following.sync(c, steady, clock.now() - timedelta(seconds=1))
            store.close()
        asyncio.run(poll(whole, place, None))
        killed = 0
        for die_after in (3, 3, 3, 99):
            words = [sys.executable, __file__, str(broken), place, str(die_after)]
            killed += subprocess.run(words, timeout=120).returncode == -signal.SIGKILL
    assert killed == 3
    assert stories(broken) == stories(whole)
    assert max(len(story) for story in stories(whole)) >= 7


if __name__ == "__main__":
    asyncio.run(poll(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
