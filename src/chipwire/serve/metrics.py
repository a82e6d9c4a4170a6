"""GET /metrics for Prometheus, and the two layers that watch requests for it: outside the clock, inside the name."""

import time
from collections import OrderedDict
from dataclasses import dataclass

import structlog
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chipwire.serve.board import Board
from chipwire.serve.state import state

log = structlog.get_logger()
router = APIRouter(tags=["health"])
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER = "other"
_MOST_PATHS = 20_000


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"example": "chipwire_items 1234.0\n"}}}},
)
def metrics(request: Request) -> Response:
    """Numbers for Prometheus: feeds' turns and lateness, items, tags, stories, outbox, webhooks, requests."""
    request.scope["chipwire.moves"] = True
    return Response(state(request).board.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)


@dataclass
class _Seen:
    """Travels with a request; filled where its route is known."""

    route: str | None = None


def _note(scope: Scope, method: str, route: str, status: int, took: float) -> None:
    """One log line for each request: its route, not its path, in which links to readers' choices would be."""
    say = log.warning if status >= 500 else log.debug
    client = scope["client"][0] if scope.get("client") else None
    number = scope.get("chipwire.request_id")
    say(
        "request", method=method, route=route, status=status, ms=round(took * 1000, 1), client=client, request_id=number
    )


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

    def __init__(self, app: ASGIApp, board: Board) -> None:
        self.app = app
        self.board = board
        self._routes: OrderedDict[str, str] = OrderedDict()

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
            route = self._route(scope["path"], seen.route)
            self.board.met(method, route, status, took)
            _note(scope, method, route, status, took)

    def _route(self, path: str, known: str | None) -> str:
        """The route's template; that of a kept answer is the one its path had when it was made."""
        if known is None:
            return self._routes.get(path, _OTHER)
        self._routes[path] = known
        if len(self._routes) > _MOST_PATHS:
            self._routes.popitem(last=False)
        return known
