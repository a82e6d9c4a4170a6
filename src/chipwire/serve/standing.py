"""What an answer depends on, as a number, and since when that number has stood."""

from datetime import datetime
from typing import NamedTuple

from chipwire.keep.db import Store
from chipwire.keep.pulse import Pulse

_OF_NEWS = (
    "/v1/items", "/v1/stories", "/v1/companies", "/v1/topics",
    "/companies", "/stories/", "/items/", "/search", "/sitemap.xml", "/static/",
)  # fmt: skip


class Mark(NamedTuple):
    """What an answer depends on, news or all of the store, and the number that it had."""

    of: str
    number: int


class Standing:
    """Numbers that stay while nothing changed; those of news do not move when only feeds were checked."""

    def __init__(self, store: Store) -> None:
        self._pulse = Pulse(store)
        self._since: dict[str, tuple[Mark, datetime]] = {}

    def of(self, path: str, now: datetime) -> tuple[Mark, datetime]:
        """The number that an answer at this path depends on, and when it took that value as far as was seen."""
        name = "news" if path == "/" or path.startswith(_OF_NEWS) else "all"
        mark = Mark(name, self._pulse.news() if name == "news" else self._pulse.beat())
        seen = self._since.get(name)
        if seen is None or seen[0] != mark:
            seen = self._since[name] = (mark, now)
        return seen

    def news(self) -> int:
        """Changes when items or stories do."""
        return self._pulse.news()
