"""What every route needs, made once with the app and found on it."""

import time
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

import structlog
from starlette.requests import Request
from starlette.types import Scope

from chipwire.keep.db import Store
from chipwire.keep.sources import feeds
from chipwire.serve.cursor import Cursors
from chipwire.serve.limits import Meter, Room
from chipwire.serve.options import Options
from chipwire.serve.questions import Known
from chipwire.serve.telemetry import Telemetry
from chipwire.serve.versions import Versions

if TYPE_CHECKING:
    from chipwire.send.render import Sender

FOLLOWERS = 500
"""Half of the 1,024 files that a process may usually have open."""
OPT_INS_PER_MINUTE = 10


class FeedIds(Collection[str]):
    """The feeds of a store; looked up again whenever one is asked for that was not there."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids = frozenset[str]()

    def __contains__(self, ident: object) -> bool:
        return ident in self._ids or ident in self._looked_up()

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids or self._looked_up())

    def __len__(self) -> int:
        return len(self._ids or self._looked_up())

    def _looked_up(self) -> frozenset[str]:
        with self._store.read() as c:
            self._ids = feeds.ids(c)
        return self._ids


class State:
    """The store, the options, and what all answers share; nothing of it is replaced while the app lives."""

    def __init__(self, store: Store, options: Options) -> None:
        self.store = store
        self.options = options
        self.cursors = Cursors(options.secret)
        self.known = Known(options.companies.keys(), options.topics.keys(), FeedIds(store))
        self.versions = Versions(store)
        self.telemetry = Telemetry(store, options.clock)
        self.started = options.clock()
        self.log: Any = structlog.get_logger().bind()
        """Bound once: as the library's proxy stands, each line would cost as much as a row."""
        self.followers = Room(FOLLOWERS)
        """Who follows the stream of events."""
        self.opt_ins = Meter(OPT_INS_PER_MINUTE, time.monotonic)
        """How often one client may ask for letters to be sent."""
        self.ending = Event()
        """Set when the service ends: what would go on for ever ends too."""
        self.overviews = Lock()
        """One overview is made at a time: the first after news has sums to make that the next ones need too."""
        self._measurement = Lock()

    @cached_property
    def names(self) -> dict[str, str]:
        """Display names of the companies by slug."""
        return {slug: company.name for slug, company in self.options.companies.items()}

    @cached_property
    def sender(self) -> "Sender | None":
        """Who writes letters, made at the first call: templates and words are not needed for the first answers."""
        return self.options.sender() if self.options.sender else None

    @cached_property
    def _measured(self) -> Mapping[str, Any] | None:
        return self.options.quality() if self.options.quality else None

    def quality(self) -> Mapping[str, Any] | None:
        """What the measurement of the tags gave; None when there is none."""
        with self._measurement:
            return self._measured

    def measuring(self) -> bool:
        """Is the measurement still under way? Begins it when nobody has; it takes seconds."""
        if self.options.quality is None or "_measured" in self.__dict__:
            return False
        if not self._measurement.locked():
            Thread(target=self.quality, daemon=True).start()
        return True

    def now(self) -> datetime:
        return self.options.clock()

    def note(self, scope: Scope, method: str, route: str, status: int, took: float) -> None:
        """Count an answer and log a line for it: its route, not its path, in which links to readers' choices would be.

        `took` is seconds until the answer began.
        """
        self.telemetry.met(method, route, status, took)
        say = self.log.warning if status >= 500 else self.log.debug
        ms, client = round(took * 1000, 1), scope["client"][0] if scope.get("client") else None
        number = scope.get("chipwire.request_id")
        say("request", method=method, route=route, status=status, ms=ms, client=client, request_id=number)

    def link(self, path: str) -> str:
        """An absolute address under the public base."""
        return self.options.base_url.rstrip("/") + path


def state(request: Request) -> State:
    found: State = request.app.state.chipwire
    return found
