"""GET /metrics for Prometheus, and the two layers that watch requests for it: outside the clock, inside the name."""

import time
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chipwire.serve.openapi import plain
from chipwire.serve.state import State, state

router = APIRouter(tags=["health"])
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER = "other"


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: plain("chipwire_items 1234.0\n")},
)
def metrics(request: Request) -> Response:
    """Numbers for Prometheus: feeds' turns and lateness, items, tags, stories, outbox, webhooks, requests."""
    request.scope["chipwire.moves"] = True
    return Response(state(request).telemetry.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)


@dataclass
class _Seen:
    """Travels with a request; filled where its route is known."""

    route: str | None = None


class Named:
    """The innermost layer: notes which route a request went to. A kept answer never gets here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        finally:
            seen = scope.get("chipwire.seen")
            if seen is not None:
                seen.route = getattr(scope.get("route"), "path", None)


class Timed:
    """The outermost layer: counts each answer and takes the time until it began, whoever gave it."""

    def __init__(self, app: ASGIApp, here: State) -> None:
        self.app = app
        self.here = here

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = scope["chipwire.seen"] = _Seen()
        began, took, status = time.perf_counter(), 0.0, 500

        async def watched(message: Message) -> None:
            nonlocal took, status
            if message["type"] == "http.response.start":
                took, status = time.perf_counter() - began, message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else _OTHER
            route = self.here.telemetry.route(scope["path"], seen.route) or _OTHER
            self.here.note(scope, method, route, status, took)
