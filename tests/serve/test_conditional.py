"""Many who ask the same at once: its answer is made once, and nobody waits for what is not kept."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from chipwire.serve.conditional import Conditional
from chipwire.serve.response_cache import ResponseCache
from chipwire.serve.state import State
from tests.serve.conftest import Newsroom

CALLERS = 5


class Desk:
    """Routes that answer when they are told to, and count how often they were asked."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.asked, self.go = 0, asyncio.Event()
        paths = {"/kept": self.kept, "/mine": self.mine, "/missing": self.missing, "/stream": self.stream}
        routes = Starlette(routes=[Route(path, route) for path, route in paths.items()])
        layer = Conditional(routes, State(newsroom.store, newsroom.options), ResponseCache())
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(layer), base_url="http://chipwire.test")

    async def _said(self) -> str:
        self.asked += 1
        await self.go.wait()
        return f"answer {self.asked}"

    async def kept(self, _request: Request) -> Response:
        return PlainTextResponse(await self._said())

    async def mine(self, request: Request) -> Response:
        request.scope["chipwire.private"] = True
        return PlainTextResponse(await self._said())

    async def missing(self, _request: Request) -> Response:
        return PlainTextResponse(await self._said(), 404)

    async def stream(self, _request: Request) -> Response:
        async def lines() -> AsyncIterator[str]:
            yield await self._said()

        return StreamingResponse(lines())

    async def all_ask(self, path: str) -> tuple[int, list[httpx.Response]]:
        """How many questions reached the route before any was answered, and all answers."""
        waiting = [asyncio.create_task(self.client.get(path)) for _ in range(CALLERS)]
        for _ in range(50):
            await asyncio.sleep(0)
        reached = self.asked
        self.go.set()
        return reached, await asyncio.gather(*waiting)


def ask(newsroom: Any, path: str) -> tuple[int, int, set[int], set[str]]:
    """Questions that reached the route at first and in all, the statuses and the texts that came."""

    async def run() -> tuple[int, int, set[int], set[str]]:
        desk = Desk(newsroom)
        reached, answers = await asyncio.wait_for(desk.all_ask(path), 20)
        return reached, desk.asked, {one.status_code for one in answers}, {one.text for one in answers}

    return asyncio.run(run())


def test_one_answer_is_made_for_all_who_wait(newsroom: Any) -> None:
    assert ask(newsroom, "/kept") == (1, 1, {200}, {"answer 1"})


def test_what_is_one_caller_s_own_is_made_for_each(newsroom: Any) -> None:
    assert ask(newsroom, "/mine")[:3] == (1, CALLERS, {200})


def test_what_is_missing_is_said_to_each(newsroom: Any) -> None:
    assert ask(newsroom, "/missing")[:3] == (1, CALLERS, {404})


def test_nobody_waits_for_a_stream_to_end(newsroom: Any) -> None:
    assert ask(newsroom, "/stream")[:3] == (CALLERS, CALLERS, {200})
