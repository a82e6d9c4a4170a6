"""What is decided on every request before anything else: its id, a limit, a token where reads are closed."""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import Scope

from chipwire.serve import bearer
from chipwire.serve.limits import Meter
from chipwire.serve.origin import is_foreign
from chipwire.serve.problem_types import Refused
from chipwire.serve.state import State

_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
LARGEST_BODY = 2**20
LARGEST_PUSH = 16 * 2**20
"""Hubs deliver whole feeds."""
_UNMETERED = ("/healthz", "/readyz")
_OPEN = (
    "/healthz", "/readyz", "/docs", "/openapi.json", "/problems/", "/static/", "/robots.txt", "/favicon.ico",
    "/websub/", "/subscribe", "/confirm/", "/unsubscribe/", "/mute/", "/preferences/", "/v1/digests/",
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
        if length.isdigit() and int(length) > largest(path):
            raise Refused("too-large", f"a body may have {largest(path)} bytes")
        if self.meter and path not in _UNMETERED:
            allowed, left, seconds = self.meter.take(scope["client"][0] if scope.get("client") else "-")
            more += self.meter.headers(left, seconds)
            if not allowed:
                detail = f"more than {self.meter.per_minute} requests a minute; try again in {seconds} s"
                raise Refused("rate-limited", detail, {"Retry-After": str(seconds)})
        if is_foreign(scope["method"], headers, self.here.options.base_url, self.here.options.cors_origins):
            raise Refused("foreign-origin", "a page of another site asked for this change; nothing was changed")
        if self.here.options.read_token and scope["method"] != "OPTIONS" and not path.startswith(_OPEN):
            bearer.check(self.here, headers, "read")


def largest(path: str) -> int:
    """Bytes that a body sent there may have."""
    return LARGEST_PUSH if path.startswith("/websub/") else LARGEST_BODY
