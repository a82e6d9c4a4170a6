"""Politeness, measured in the server's own log."""

import asyncio
from itertools import pairwise

import pytest

from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.collect.pacing.pace import Lanes, registrable
from chipwire.domain import Fetched
from tests.cases import every
from tests.collect.conftest import NOW
from tests.collect.torture import Torture, answer, slow

PAUSE = 0.15


@every(
    ("url", "domain"),
    [
        ("https://news.wafer.example/feed", "wafer.example"),
        ("https://a.b.wafer.co.uk/", "wafer.co.uk"),
        ("http://www.wafer.com.tw:8080/rss", "wafer.com.tw"),
        ("https://one.github.io/feed.xml", "one.github.io"),
        ("https://WAFER.example./", "wafer.example"),
        ("http://127.0.0.1:9000/", "127.0.0.1"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://[::1]:80/", "::1"),
        ("http://intranet/", "intranet"),
        ("http://新闻.例子.中国/", "例子.中国"),
        ("", ""),
    ],
)
def test_registrable_domain(url: str, domain: str) -> None:
    assert registrable(url) == domain


async def burst(server: Torture, urls: list[str], lanes: Lanes) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async def one(fetcher: Fetcher, url: str) -> None:
        async with lanes.slot(url):
            assert isinstance(await fetcher.get(url, now=NOW), Fetched)

    async with Fetcher(guard=Guard(allow_private=True, resolver=resolve)) as fetcher:
        await asyncio.gather(*(one(fetcher, url) for url in urls))


@pytest.mark.slow
def test_one_at_once_and_a_pause_between(server: Torture) -> None:
    """Twelve feeds on six subdomains of two domains, all due at start-up."""
    server.script("/feed", slow(0.03, answer()))
    hosts = [f"{sub}.{domain}.example" for domain in ("wafer", "litho") for sub in ("www", "feeds", "blog")]
    asyncio.run(burst(server, [server.url("/feed", host) for host in hosts] * 2, Lanes(PAUSE, 32)))
    for domain in ("wafer", "litho"):
        times = [request.at for request in server.log if f"{domain}.example" in request.headers["host"]]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert len(times) == 6
        assert min(gaps) >= PAUSE
    assert server.busiest <= 2
    moments = sorted(request.at for request in server.log)
    assert min(later - earlier for earlier, later in pairwise(moments)) < PAUSE, "no domain waits for the other"


def test_no_start_up_burst_over_all_hosts(server: Torture) -> None:
    server.script("/feed", slow(0.02, answer()))
    urls = [server.url("/feed", f"outlet-{n}.example") for n in range(40)]
    asyncio.run(burst(server, urls, Lanes(PAUSE, 4)))
    assert len(server.log) == 40
    assert server.busiest <= 4


@pytest.mark.slow
def test_a_slow_host_does_not_hold_up_the_others(server: Torture) -> None:
    server.script("/slow", slow(0.5, answer()))
    server.script("/feed", answer())
    urls = [server.url("/slow", "snail.example")] * 2 + [server.url("/feed", f"o{n}.example") for n in range(10)]
    asyncio.run(burst(server, urls, Lanes(0.0, 2)))
    last_fast = max(request.at for request in server.hits("/feed"))
    assert last_fast - server.log[0].at < 0.45


def test_a_cancelled_wait_leaves_the_lane_free() -> None:
    async def run() -> bool:
        lanes = Lanes(0.0, 1)

        async def hold() -> None:
            async with lanes.slot("http://wafer.example/"):
                await asyncio.sleep(5)

        holder, waiter = asyncio.create_task(hold()), asyncio.create_task(hold())
        await asyncio.sleep(0.01)
        for task in (waiter, holder):
            task.cancel()
        await asyncio.gather(holder, waiter, return_exceptions=True)
        async with asyncio.timeout(1), lanes.slot("http://wafer.example/"):
            return True

    assert asyncio.run(run())


@pytest.mark.slow
def test_idle_lanes_do_not_pile_up() -> None:
    async def run() -> int:
        lanes = Lanes(0.0, 8)
        for n in range(5000):
            async with lanes.slot(f"http://outlet-{n}.example/"):
                pass
        return len(lanes._lanes)

    assert asyncio.run(run()) <= 1100
