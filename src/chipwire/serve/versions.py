"""What an answer depends on, as a number, and since when that number has stood."""

import asyncio
from datetime import datetime
from typing import NamedTuple

from chipwire.keep.change_counter import ChangeCounter
from chipwire.keep.db import Store

_OF_NEWS = (
    "/v1/items", "/v1/stories", "/v1/companies", "/v1/topics",
    "/companies", "/stories/", "/items/", "/search", "/sitemap.xml", "/static/",
)  # fmt: skip


class Version(NamedTuple):
    """What an answer depends on, news or all of the store, and the number that it had."""

    of: str
    number: int


class Versions:
    """Numbers that stay while nothing changed; those of news do not move when only feeds were checked."""

    def __init__(self, store: Store) -> None:
        self._changes = ChangeCounter(store)
        self._since: dict[str, tuple[Version, datetime]] = {}
        self._seen: dict[str, int] = {}
        """By name, in this turn of the event loop."""

    def of(self, path: str, now: datetime) -> tuple[Version, datetime]:
        """The number that an answer at this path depends on, and when it took that value as far as was seen."""
        name = _name(path)
        return self._dated(name, self._number(name), now)

    def at_once(self, path: str, now: datetime) -> tuple[Version, datetime]:
        """The same on the event loop, asked once for all requests that were read together: none of them came later."""
        name = _name(path)
        number = self._seen.get(name)
        if number is None:
            number = self._seen[name] = self._number(name)
            asyncio.get_running_loop().call_soon(self._seen.clear)
        return self._dated(name, number, now)

    def news(self) -> int:
        """Changes when items or stories do."""
        return self._changes.news()

    def _number(self, name: str) -> int:
        return self._changes.news() if name == "news" else self._changes.commits()

    def _dated(self, name: str, number: int, now: datetime) -> tuple[Version, datetime]:
        version = Version(name, number)
        seen = self._since.get(name)
        if seen is None or seen[0] != version:
            seen = self._since[name] = (version, now)
        return seen


def _name(path: str) -> str:
    return "news" if path == "/" or path.startswith(_OF_NEWS) else "all"
