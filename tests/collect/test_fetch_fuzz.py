"""Thousands of damaged answers: each ends as a value that the pace understands."""

import asyncio
import random

import pytest

from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.collect.pacing import pace
from chipwire.domain import Failed, Feed, FeedState, Fetched, NotModified
from tests.collect.conftest import NOW
from tests.collect.torture import RSS, Torture, answer, bomb, gzipped, redirect, status

SEEDS = [
    answer(ETag='"a"', Cache_Control="max-age=60", Expires="0", Age="5"),
    redirect(301, "/elsewhere"),
    bomb("gzip", 20),
    answer(body=gzipped(RSS), Content_Encoding="gzip"),
    answer(body=b"5\r\nabcde\r\n0\r\n\r\n", Transfer_Encoding="chunked"),
    status(429, Retry_After="Mon, 23 Nov 2026 11:00:00 GMT"),
    answer(304, ETag='"a"'),
]


def damaged(reply: bytes, draw: random.Random) -> bytes:
    """A few bytes changed, cut out or put in, mostly near the head."""
    data = bytearray(reply)
    for _ in range(draw.randint(1, 12)):
        place = draw.randrange(min(len(data), 400) or 1)
        match draw.randrange(4):
            case 0 if data:
                data[place] = draw.randrange(256)
            case 1:
                del data[place : place + draw.randint(1, 20)]
            case 2:
                data[place:place] = draw.randbytes(draw.randint(1, 10))
            case _ if draw.random() < 0.3:
                del data[place:]
    return bytes(data)


async def onslaught(server: Torture, draw: random.Random, rounds: int) -> set[str]:
    """Kinds of ends that were met."""
    feed = Feed(id="wafer", url=server.url("/feed"), title="Wafer Post", allow_private=True)
    met: set[str] = set()
    async with Fetcher(guard=Guard(), timeout=2) as fetcher:
        for _ in range(rounds):
            server.script("/feed", damaged(draw.choice(SEEDS), draw))
            state = FeedState(feed_id="wafer", etag=draw.choice([None, '"a"']))
            outcome = await fetcher.fetch(feed, state, NOW)
            assert isinstance(outcome, Fetched | NotModified | Failed)
            seen = pace.Seen(1, 1, []) if isinstance(outcome, Fetched) else None
            paced = pace.after(feed, state, outcome, seen, NOW, spread=draw.random(), limits=pace.Limits())
            assert paced.state.next_check
            assert paced.state.next_check > NOW
            met.add(outcome.kind if isinstance(outcome, Failed) else type(outcome).__name__)
    return met


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_damaged_answers_end_as_values(server: Torture, seed: int) -> None:
    met = asyncio.run(onslaught(server, random.Random(seed), 500))
    assert {"Fetched", "protocol", "reset"} <= met
