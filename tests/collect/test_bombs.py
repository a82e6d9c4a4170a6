"""Bombs: a few kilobytes that unpack to a quarter of a gigabyte cost at most 64 MB, in a process of its own."""

import subprocess
import sys

import pytest

from tests.collect.torture import Torture, answer, bomb, packed

MEASURE = """
import asyncio, gc, resource, sys
from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.domain import Feed, FeedState, utc

async def main():
    guard = Guard(allow_private=True)
    async with Fetcher(guard=guard) as fetcher:
        async def ask(path):
            feed = Feed(id="bomb", url=sys.argv[1] + path, title="Bomb")
            return await fetcher.fetch(feed, FeedState(feed_id="bomb"), utc(2026, 11, 23))
        await ask("/warm")
        gc.collect()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        outcome = await ask("/bomb")
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(getattr(outcome, "kind", "fetched"), (after - before) // 1024, outcome.millis)

asyncio.run(main())
"""


def growth(server: Torture, reply: bytes) -> tuple[str, int, int]:
    """Kind of failure, growth in MB, milliseconds."""
    server.script("/warm", answer())
    server.script("/bomb", reply)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, server.url("")], capture_output=True, text=True, timeout=60, check=True
    )
    kind, grown, millis = done.stdout.split()
    return kind, int(grown), int(millis)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gzip", "deflate", "br", "zstd"])
def test_bombs(server: Torture, kind: str) -> None:
    reply = bomb(kind)
    assert len(reply) < 300_000
    failed, grown, millis = growth(server, reply)
    assert failed == ("too-large" if kind in ("gzip", "deflate") else "protocol")
    assert grown <= 64
    assert millis < 5000


@pytest.mark.slow
def test_a_bomb_that_is_not_announced(server: Torture) -> None:
    """A .gz file served as such is unpacked under the same limit."""
    failed, grown, _ = growth(server, answer(body=packed("gzip", 256), Content_Type="application/gzip"))
    assert failed == "too-large"
    assert grown <= 64


@pytest.mark.slow
def test_the_largest_honest_body_passes(server: Torture) -> None:
    failed, grown, _ = growth(server, answer(body=packed("gzip", 15), Content_Encoding="gzip"))
    assert failed == "fetched"
    assert grown <= 64
