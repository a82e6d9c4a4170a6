"""Refreshing against a loopback site: articles, hosts that ask for quiet, ids that change."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from chipwire import clock
from chipwire.domain import Failed
from chipwire.keep.db import Store
from chipwire.keep.sources import feeds
from chipwire.pipeline import refresh
from chipwire.pipeline.bodies import Bodies
from chipwire.pipeline.messages import Given, Reading
from chipwire.pipeline.refresh import Refresher
from tests.pipeline.site import Site, count, everything, go, subscribe

pytestmark = pytest.mark.slow
PAGE = (
    "<html><body><article><h1>Nvidia order</h1>"
    + "<p>Nvidia ordered forty thousand wafers from TSMC for its next server chip, people at the foundry said.</p>" * 4
    + "</article></body></html>"
)


def test_one_item_in_three_feeds_is_one_item_with_three_sightings(store: Store, site: Site) -> None:
    for path in ("/a", "/b", "/c"):
        site.feed(path, ["Nvidia buys wafers"])
        subscribe(store, site, path)
    go(store, site, everything)
    assert count(store, "item") == 1
    assert count(store, "sighting") == 3


def test_feeds_that_failed_last_time_come_last(store: Store, site: Site) -> None:
    for path in ("/a", "/b", "/c"):
        site.feed(path, [f"Wafers for {path}"])
        subscribe(store, site, path)
    site.pages["/a"] = (404, "text/plain", "no")

    async def twice(machine: Refresher) -> None:
        await everything(machine)
        await everything(machine)

    go(store, site, twice)
    assert site.asked == ["/a", "/b", "/c", "/b", "/c", "/a"]


@pytest.mark.parametrize("hangs", [False, True])
def test_a_feed_that_failed_begins_when_the_others_have_ended_or_hang(
    store: Store, site: Site, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    site.feed("/b", ["Wafers"])
    subscribe(store, site, "/b")
    subscribe(store, site, "/missing", url=site.root.replace("127.0.0.1", "localhost") + "/missing", allow_private=True)
    monkeypatch.setattr(refresh, "HEAD_START", 0.1 if hangs else 20)

    async def twice(machine: Refresher) -> None:
        await everything(machine)
        site.asked.clear()
        site.gates["/b"] = threading.Event()
        asking = asyncio.create_task(everything(machine))
        async with asyncio.timeout(60):
            while len(site.asked) < 1 + hangs:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)
            assert site.asked == ["/b", "/missing"][: 1 + hangs]
            site.gates["/b"].set()
            await asking
        assert site.asked == ["/b", "/missing"]

    go(store, site, twice)


def test_changed_guids_do_not_flood(store: Store, site: Site) -> None:
    titles = [f"Chip report {n}" for n in range(10)]
    site.feed("/a", titles, guid=lambda n: f"first-{n}")
    subscribe(store, site, "/a")

    async def twice(machine: Refresher) -> None:
        await everything(machine)
        for round_ in ("second", "third"):
            site.feed("/a", titles, guid=lambda n, r=round_: f"{r}-{n}")  # type: ignore[misc]
            await everything(machine)

    go(store, site, twice)
    assert count(store, "item") == 10
    with store.read() as c:
        assert feeds.get(c, "a")[1].identity == "link"


def test_articles_are_read_once_and_robots_obeyed(store: Store, site: Site) -> None:
    site.feed("/a", ["Nvidia orders wafers", "Nvidia hides a page"])
    site.pages["/0"] = site.pages["/1"] = (200, "text/html", PAGE)
    site.pages["/robots.txt"] = (200, "text/plain", "User-agent: *\nDisallow: /1\n")
    subscribe(store, site, "/a", full_text=True)

    async def twice(machine: Refresher) -> None:
        await everything(machine)
        await everything(machine)

    go(store, site, twice)
    assert site.asked.count("/0") == 1
    assert "/1" not in site.asked
    with store.read() as c:
        texts = {title: text for title, text in c.exec_driver_sql("select title, text from item")}
        tagged = set(c.exec_driver_sql("select slug from item_company").scalars())
    assert "forty thousand wafers" in texts["Nvidia orders wafers"]
    assert texts["Nvidia hides a page"] == "Short."
    assert "tsmc" in tagged, "the article's text is what is tagged"


def test_a_round_that_ends_lets_the_next_turn_of_its_feeds_be(store: Store, site: Site) -> None:
    """A quick feed is due again before the round that it shares with a slow one is over."""

    async def until(true: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not true():
                await asyncio.sleep(0.01)

    async def overlapping(machine: Refresher) -> None:
        for path in ("/quick", "/slow"):
            site.feed(path, [f"Nvidia buys {path}"])
            subscribe(store, site, path)
        site.gates["/slow"] = threading.Event()
        first = asyncio.create_task(machine.round(machine.due()))
        await until(lambda: machine.in_flight == {"slow"})
        site.gates["/quick"] = threading.Event()
        site.feed("/quick", ["Nvidia buys /quick", "Nvidia sells"])
        with store.write() as c:
            feeds.refresh_now(c, {"quick"}, clock.now() - timedelta(seconds=1))
        second = asyncio.create_task(machine.round(machine.due()))
        await until(lambda: site.asked.count("/quick") == 2)
        site.gates["/slow"].set()
        await first
        assert machine.in_flight == {"quick"}
        assert machine.due() == [], "its turn is under way"
        site.gates["/quick"].set()
        await second
        assert machine.in_flight == set()

    go(store, site, overlapping)
    assert count(store, "item") == 2, "at two addresses"


def test_a_429_keeps_the_rest_of_the_round_away_from_that_host(store: Store, site: Site) -> None:
    for n in range(5):
        site.pages[f"/f{n}"] = (429, "text/plain", "later")
        subscribe(store, site, f"/f{n}")
    go(store, site, everything)
    assert len([path for path in site.asked if path.startswith("/f")]) == 1


def test_bodies_that_wait_to_be_read_hold_back_further_fetches(store: Store, site: Site) -> None:
    """Of twenty large documents no more come in than fit and than are under way; in the end all are read."""
    for n in range(20):
        site.feed(f"/f{n}", [f"Nvidia buys wafers of lot {n}"], extra=f"<!-- {'x' * 50_000} -->")
        subscribe(store, site, f"/f{n}")
    seen: list[int] = []

    async def held_back(machine: Refresher) -> None:
        machine.bodies, machine.lanes._all = Bodies(100_000), asyncio.Semaphore(2)
        read = machine.documents.read

        async def slowly(given: Given) -> Reading | Failed:
            seen.append(machine.bodies._held)
            await asyncio.sleep(0.02)
            return await read(given)

        object.__setattr__(machine.documents, "read", slowly)
        await everything(machine)
        assert not machine.bodies._held

    go(store, site, held_back)
    assert count(store, "sighting") == 20
    assert 100_000 <= max(seen) <= 100_000 + 2 * 51_000


def test_articles_come_while_other_bodies_have_no_room(store: Store, site: Site) -> None:
    """What is read may fetch in the lane for which the next feeds of its host wait."""
    for n in range(6):
        site.feed(f"/f{n}", [f"Nvidia orders wafers of lot {n}"])
        subscribe(store, site, f"/f{n}", full_text=True)
    site.pages["/0"] = (200, "text/html", PAGE)
    site.pages["/robots.txt"] = (200, "text/plain", "")

    async def one_at_a_time(machine: Refresher) -> None:
        machine.bodies = Bodies(1)
        async with asyncio.timeout(60):
            await everything(machine)

    go(store, site, one_at_a_time)
    assert count(store, "sighting") == 6
