"""What an answer depends on, as a number, and since when that number has stood."""

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

    def of(self, path: str, now: datetime) -> tuple[Version, datetime]:
        """The number that an answer at this path depends on, and when it took that value as far as was seen."""
        name = "news" if path == "/" or path.startswith(_OF_NEWS) else "all"
        version = Version(name, self._changes.news() if name == "news" else self._changes.commits())
        seen = self._since.get(name)
        if seen is None or seen[0] != version:
            seen = self._since[name] = (version, now)
        return seen

    def news(self) -> int:
        """Changes when items or stories do."""
        return self._changes.news()
