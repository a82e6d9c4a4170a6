"""What is asked most, answered before FastAPI sets to work: kept bodies, lists of items, one item.

The same gate, cache, counters and log as the layers use; a request that needs more than that goes their way, where
it is admitted no second time.
"""

import time
from datetime import datetime
from typing import NamedTuple

import structlog
from starlette.types import Scope, Send

from chipwire.serve.admission import Gate
from chipwire.serve.answers import Page
from chipwire.serve.conditional import response
from chipwire.serve.fast_items import FastItems, Made
from chipwire.serve.response_cache import CachedResponse, Header, ResponseCache
from chipwire.serve.state import State
from chipwire.serve.versions import Version

log = structlog.get_logger()
_SPECIAL = ("origin", "content-length", "transfer-encoding")
"""With one of these headers a request is not what is asked most: for CORS, or with a body."""


class Answer(NamedTuple):
    """All that is sent. Whoever sends it calls `FastPath.note`."""

    status: int
    headers: list[Header]
    body: bytes
    route: str
    took: float
    """Seconds it was made in."""


class _Tried(NamedTuple):
    """What was found out about a request at once: it travels with it, so that nothing is done twice."""

    began: float
    headers: dict[str, str]
    page: Page | None = None
    """To be read on another thread."""


class FastPath:
    def __init__(self, here: State) -> None:
        self.here, self.gate, self.cache = here, Gate(here), ResponseCache()
        self.fast_items = FastItems(here)

    async def answered(self, scope: Scope, send: Send) -> bool:
        """Answer a GET if that can be done here. False: nothing was sent, the layers are to answer."""
        answer = None if "chipwire.tried" in scope else self.at_once(scope)
        if answer is None:
            answer = await self._beside(scope)
        if answer is None:
            return False
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})
        self.note(scope, answer)
        return True

    def at_once(self, scope: Scope) -> Answer | None:
        """The answer to a GET where nothing must be waited for; to be called once for a request."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
        tried = scope["chipwire.tried"] = _Tried(time.perf_counter(), headers)
        if any(name in headers for name in _SPECIAL) or self.gate.admit(scope, headers).refused:
            return None
        try:
            found = self._found(scope)
        except Exception:
            log.debug("left to the layers, which say what is wrong", exc_info=True)
            return None
        if isinstance(found, Page):
            scope["chipwire.tried"] = tried._replace(page=found)
            return None
        return found

    async def _beside(self, scope: Scope) -> Answer | None:
        """The answer for which other threads read."""
        page, now = scope["chipwire.tried"].page, self.here.now()
        if page is None:
            return None
        version, changed = self.here.versions.of(scope["path"], now)
        try:
            made = await self.fast_items.beside(page, scope["query_string"], version.number)
        except Exception:
            log.debug("left to the layers, which say what is wrong", exc_info=True)
            return None
        return None if made is None else self._kept(scope, made, version, now if made.moves else changed)

    def note(self, scope: Scope, answer: Answer) -> None:
        """Count an answer that was sent, and log it."""
        self.here.note(scope, "GET", answer.route, answer.status, answer.took)

    def _found(self, scope: Scope) -> Answer | Page | None:
        """An answer with the template of its route."""
        path, query = key = scope["path"], scope["query_string"]
        now = self.here.now()
        version, changed = self.here.versions.at_once(path, now)
        route = self.here.telemetry.route(path)
        if route is not None and (kept := self.cache.find(key, version, now)) is not None:
            return self._answer(scope, kept, route)
        made = self.fast_items.at_once(path, query, version.number)
        if not isinstance(made, Made):
            return made
        return self._kept(scope, made, version, now if made.moves else changed)

    def _kept(self, scope: Scope, made: Made, version: Version, changed: datetime) -> Answer:
        kept = CachedResponse(version, made.headers, made.body, "application/json", changed)
        if not made.moves:
            self.cache.keep((scope["path"], scope["query_string"]), kept)
        return self._answer(scope, kept, self.here.telemetry.route(scope["path"], made.route) or "")

    def _answer(self, scope: Scope, kept: CachedResponse, route: str) -> Answer:
        tried: _Tried = scope["chipwire.tried"]
        status, headers, body = response(kept, tried.headers, self.here.now(), self.here.options.read_token)
        more: list[Header] = scope["chipwire.admission"].headers
        return Answer(status, headers + more, body, route, time.perf_counter() - tried.began)
