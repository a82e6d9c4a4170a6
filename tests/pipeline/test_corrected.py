"""Over real HTTP: a feed changes a report in place, by polling or a hub's push; what says something else is told."""

from datetime import timedelta

import pytest

from chipwire import clock
from chipwire.domain import Correction
from chipwire.keep.db import Store
from chipwire.keep.news import corrections
from chipwire.keep.sources import feeds, pushes
from chipwire.pipeline.refresh import Refresher
from tests.pipeline.site import Site, go, subscribe

pytestmark = pytest.mark.slow
WRONG, RIGHT = "Samsung to spend 4 trillion won on HBM4", "Samsung to spend 400 billion won on HBM4"


async def everything(machine: Refresher) -> None:
    with machine.store.write() as c:
        feeds.refresh_now(c, None, clock.now() - timedelta(seconds=1))
    await machine.round(machine.due())


def found(store: Store) -> list[Correction]:
    with store.read() as c:
        return corrections.between(c, 0, 99)


def test_a_figure_that_a_feed_changes_in_place(store: Store, site: Site) -> None:
    subscribe(store, site, "/a")
    began = clock.now()

    async def poll(machine: Refresher) -> None:
        for title in (WRONG, f"{WRONG}.", RIGHT):
            site.feed("/a", [title, "Nvidia opens a lab"])
            await everything(machine)

    go(store, site, poll)
    [one] = found(store)
    assert (one.before, one.now, one.companies) == (f"{WRONG}.", RIGHT, {"samsung": "about"})
    assert began <= one.at <= clock.now()


def test_a_feed_that_shows_it_elsewhere_corrects_nothing(store: Store, site: Site) -> None:
    """Another feed's version of an address is that feed's: who had the item first says what it says."""
    subscribe(store, site, "/a")
    subscribe(store, site, "/b")

    async def poll(machine: Refresher) -> None:
        site.feed("/a", [WRONG])
        await everything(machine)
        site.feed("/b", [RIGHT])
        await everything(machine)

    go(store, site, poll)
    assert found(store) == []


def test_a_figure_that_a_hub_delivers(store: Store, site: Site) -> None:
    subscribe(store, site, "/a")
    site.feed("/a", [WRONG])

    async def poll(machine: Refresher) -> None:
        await everything(machine)
        site.feed("/a", [RIGHT])
        _, kind, body = site.pages["/a"]
        with store.write() as c:
            assert pushes.put(c, "a", kind, body.encode(), clock.now())
        with store.read() as c:
            [push] = pushes.waiting(c)
        await machine.pushed(push)

    go(store, site, poll)
    assert [(one.before, one.now) for one in found(store)] == [(WRONG, RIGHT)]
