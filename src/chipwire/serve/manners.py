"""What every request meets first: an id, a limit, a token where reads are closed, and no bare crash."""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from chipwire.serve import auth
from chipwire.serve.limits import Meter
from chipwire.serve.origin import is_foreign
from chipwire.serve.problems import Refused, defect, refused
from chipwire.serve.state import State

_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
LARGEST_BODY = 2**20
LARGEST_PUSH = 16 * 2**20
"""Hubs deliver whole feeds."""
_UNMETERED = ("/healthz", "/readyz")
_OPEN = (
    "/healthz", "/readyz", "/docs", "/openapi.json", "/problems/", "/static/", "/robots.txt", "/favicon.ico",
    "/websub/", "/subscribe", "/confirm/", "/unsubscribe/", "/preferences/", "/v1/digests/",
)  # fmt: skip
"""Open even when reads need a token: letters link to some of it, people find help in the rest."""


@dataclass
class Admission:
    """What was decided on a request at the door. `refused` says why it may not pass: it asks too much, may not read,
    was led here by another site, or this could not be found out."""

    request_id: str
    headers: list[tuple[bytes, bytes]]
    """Of every answer to it."""
    refused: Exception | None = None


class Gate:
    """Decides on each request once, whichever way it is answered."""

    def __init__(self, here: State) -> None:
        self.here = here
        self.meter = Meter(here.options.rate_limit, time.monotonic) if here.options.rate_limit else None

    def admit(self, scope: Scope, headers: Mapping[str, str]) -> Admission:
        """Made at the first call for a request, the same at every other."""
        found: Admission | None = scope.get("chipwire.admission")
        if found is not None:
            return found
        given = headers.get("x-request-id", "")
        request_id = given if _SANE_ID.fullmatch(given) else secrets.token_hex(8)
        scope["chipwire.request_id"] = request_id
        made = Admission(request_id, [(b"x-request-id", request_id.encode()), _NO_SNIFFING])
        scope["chipwire.admission"] = made
        try:
            self._admit(scope, headers, made.headers)
        except Exception as error:
            made.refused = error
        return made

    def _admit(self, scope: Scope, headers: Mapping[str, str], more: list[tuple[bytes, bytes]]) -> None:
        path: str = scope["path"]
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > _largest(path):
            raise Refused("too-large", f"a body may have {_largest(path)} bytes")
        if self.meter and path not in _UNMETERED:
            allowed, left, seconds = self.meter.take(scope["client"][0] if scope.get("client") else "-")
            more += self.meter.headers(left, seconds)
            if not allowed:
                detail = f"more than {self.meter.per_minute} requests a minute; try again in {seconds} s"
                raise Refused("rate-limited", detail, {"Retry-After": str(seconds)})
        if is_foreign(scope["method"], headers, self.here.options.base_url, self.here.options.cors_origins):
            raise Refused("foreign-origin", "a page of another site asked for this change; nothing was changed")
        if self.here.options.read_token and scope["method"] != "OPTIONS" and not path.startswith(_OPEN):
            auth.check(self.here, headers, "read")


class Manners:
    """The outermost layer but for the one that counts."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app = app
        self.gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        admission = self.gate.admit(scope, Headers(scope=scope))
        started = False

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], *admission.headers]
            await send(message)

        try:
            with bound_contextvars(request_id=admission.request_id):
                if admission.refused:
                    raise admission.refused
                await self.app(scope, _bounded(receive, _largest(scope["path"])), dressed)
        except Refused as error:
            await refused(Request(scope), error)(scope, receive, dressed)
        except Exception as error:
            if started:
                raise
            await defect(Request(scope), error)(scope, receive, dressed)


def _largest(path: str) -> int:
    return LARGEST_PUSH if path.startswith("/websub/") else LARGEST_BODY


def _bounded(receive: Receive, most: int) -> Receive:
    """Refuses a body that goes on beyond the limit, whatever its headers promised."""
    got = 0

    async def bounded() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > most:
            raise HTTPException(413, f"a body may have {most} bytes")
        return message

    return bounded
