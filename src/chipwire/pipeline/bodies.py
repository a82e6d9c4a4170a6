"""Fetched bodies that wait to be read: while there are too many bytes of them, nothing more is asked for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 32 * 2**20
"""Bytes. Reading takes some 100 ms for a document of 50 kB, so this is a minute's work of one reading process."""


class Bodies:
    """Used from one event loop. What is under way when the last room is taken still comes in: as many bodies more as
    there are fetches at once."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._held = most, 0
        self._room = asyncio.Event()
        self._room.set()

    @property
    def full(self) -> bool:
        return self._held >= self._most

    async def room(self) -> None:
        """Wait until there is some. Not to be waited for in a lane: what is read may fetch articles there."""
        await self._room.wait()

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """A body of so many bytes waits, or is being read."""
        self._count(size)
        try:
            yield
        finally:
            self._count(-size)

    def _count(self, more: int) -> None:
        self._held += more
        if self.full:
            self._room.clear()
        else:
            self._room.set()
