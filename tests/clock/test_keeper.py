"""A clock keeps no store that is not its own any more."""

import asyncio

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from chipwire import clock
from chipwire.cli import wiring
from chipwire.clock import keeper
from chipwire.config import load
from chipwire.keep import lease, vitals
from chipwire.keep.db import Store

CHANGES = (
    "UPDATE alembic_version SET version_num = '9999'",
    "UPDATE meta SET value = 'of another version' WHERE key = 'search_form'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_clock_stands_still_when_a_newer_chipwire_has_changed_its_store(store: Store, change: str) -> None:
    """What it would write, to rows or to the search index, would not fit any more."""
    settings = load()

    async def work() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.1, stop.set)
        async with wiring.fetcher(settings) as fetcher:
            machine = wiring.refresher(store, fetcher, settings, progress=lambda _feed, _event: None)
            await asyncio.wait_for(keeper.run(machine, {}, stop), 60)

    with store.write() as c:
        c.execute(text(change))
    with capture_logs() as lines:
        asyncio.run(work())
    assert [line["event"] for line in lines] == ["the clock stands still"]
    assert "end this process and start it anew" in lines[0]["why"]
    with store.read() as c:
        assert lease.holder_of(c, vitals.CLOCK, clock.now()) is None
