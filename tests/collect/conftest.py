"""What the tests of collect share: the misbehaving server and a fetcher that may reach it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.domain import Failed, Feed, FeedState, Fetched, NotModified, utc
from tests.collect.torture import Torture

NOW = utc(2026, 11, 23, 9)
Fetch = Callable[..., Fetched | NotModified | Failed]
QUICK = {"timeout": 0.15, "connect_timeout": 0.12}
"""Limits for a test that waits until they are over."""


@pytest.fixture
def server() -> Iterator[Torture]:
    with Torture() as torture:
        yield torture


@pytest.fixture
def fetch(server: Torture) -> Fetch:
    """fetch(url, state=…, now=…, feed fields…) over real sockets, allowed to reach the torture server only."""

    def one(
        url: str,
        state: FeedState | None = None,
        now: datetime = NOW,
        options: dict[str, float] | None = None,
        **fields: str,
    ) -> Fetched | NotModified | Failed:
        return asyncio.run(_fetch(server, url, state or FeedState(feed_id="wafer"), now, options or {}, fields))

    return one


async def _fetch(
    server: Torture, url: str, state: FeedState, now: datetime, options: dict[str, float], fields: dict[str, str]
) -> Fetched | NotModified | Failed:
    feed = Feed(id="wafer", url=url, title="Wafer Post", **fields)  # type: ignore[arg-type]
    guard = Guard(allowed=frozenset(f"127.0.0.1:{port}" for port in server.ports))
    async with Fetcher(guard=guard, **options) as fetcher:  # type: ignore[arg-type]
        return await fetcher.fetch(feed, state, now)


def failed(outcome: Fetched | NotModified | Failed) -> Failed:
    assert isinstance(outcome, Failed), outcome
    assert outcome.message
    return outcome


def good(outcome: Fetched | NotModified | Failed) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome
