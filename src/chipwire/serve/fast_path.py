"""What is asked most, answered before FastAPI sets to work: kept bodies, lists of items, one item.

The same gate, cache, counters and log as the layers use; a request that needs more than that goes their way, where
it is admitted no second time.
"""

import time

import structlog
from starlette.types import Scope, Send

from chipwire.serve.admission import Gate
from chipwire.serve.conditional import response
from chipwire.serve.fast_items import FastItems
from chipwire.serve.response_cache import CachedResponse, ResponseCache
from chipwire.serve.state import State

log = structlog.get_logger()
_SPECIAL = ("origin", "content-length", "transfer-encoding")
"""With one of these headers a request is not what is asked most: for CORS, or with a body."""


class FastPath:
    def __init__(self, here: State) -> None:
        self.here, self.gate, self.cache = here, Gate(here), ResponseCache()
        self.fast_items = FastItems(here)

    async def answered(self, scope: Scope, send: Send) -> bool:
        """Answer a GET if that can be done here. False: nothing was sent, the layers are to answer."""
        began = time.perf_counter()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
        if any(name in headers for name in _SPECIAL):
            return False
        admission = self.gate.admit(scope, headers)
        if admission.refused:
            return False
        try:
            found = await self._found(scope)
        except Exception:
            log.debug("left to the layers, which say what is wrong", exc_info=True)
            return False
        if found is None:
            return False
        kept, route = found
        status, made, body = response(kept, headers, self.here.now(), self.here.options.read_token)
        took = time.perf_counter() - began
        await send({"type": "http.response.start", "status": status, "headers": made + admission.headers})
        await send({"type": "http.response.body", "body": body})
        self.here.note(scope, "GET", route, status, took)
        return True

    async def _found(self, scope: Scope) -> tuple[CachedResponse, str] | None:
        """An answer with the template of its route."""
        path, query = key = scope["path"], scope["query_string"]
        now = self.here.now()
        version, changed = self.here.versions.of(path, now)
        route = self.here.telemetry.route(path)
        if route is not None and (kept := self.cache.find(key, version, now)) is not None:
            return kept, route
        made = await self.fast_items(path, query, version.number)
        if made is None:
            return None
        kept = CachedResponse(version, made.headers, made.body, "application/json", now if made.moves else changed)
        if not made.moves:
            self.cache.keep(key, kept)
        return kept, self.here.telemetry.route(path, made.route) or ""
