"""Politeness: one request at a time to a registrable domain, a pause between two, a bound over all."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from chipwire.collect.guard import literal

MANY = 1024
"""Idle lanes kept before the ones that are past their pause are dropped."""


class Lanes:
    """One lane per registrable domain, used from one event loop; `pause` in seconds, `concurrency` over all lanes."""

    def __init__(self, pause: float, concurrency: int) -> None:
        self.pause = pause
        self._all = asyncio.Semaphore(concurrency)
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def slot(self, url: str) -> AsyncIterator[None]:
        """Wait for the domain's turn and its pause, then for a free place; the pause starts when the block ends."""
        lane = self._lane(registrable(url))
        lane.users += 1
        try:
            async with lane.turn:
                await asyncio.sleep(max(0.0, lane.free_at - time.monotonic()))
                async with self._all:
                    try:
                        yield
                    finally:
                        lane.free_at = time.monotonic() + self.pause
        finally:
            lane.users -= 1

    def _lane(self, domain: str) -> "_Lane":
        if len(self._lanes) > MANY:
            now = time.monotonic()
            self._lanes = {name: lane for name, lane in self._lanes.items() if lane.users or lane.free_at > now}
        return self._lanes.setdefault(domain, _Lane())


class _Lane:
    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.free_at = 0.0
        self.users = 0


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=8192)
def registrable(url: str) -> str:
    """The domain a person can register (news.example.co.uk → example.co.uk); an address or single label is itself."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return url
    address = literal(host)
    if address is not None:
        return str(address)
    return str(_suffixes().privatesuffix(host) or host)
