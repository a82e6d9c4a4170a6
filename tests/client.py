"""A client of an application, in the thread of the test: no socket, and no other thread to hand each request to."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx


class Client(httpx.Client):
    """Follows redirects; `failing=False` answers a bug with 500 where a test would see its exception.

    An answer is there when all of it is: what never ends is asked over a socket.
    """

    def __init__(self, app: Any, *, failing: bool = True, **given: Any) -> None:
        self.app = app
        self._way = _InThread(httpx.ASGITransport(app, raise_app_exceptions=failing))
        super().__init__(**{"transport": self._way, "base_url": "http://testserver", "follow_redirects": True, **given})


class _Body(httpx.AsyncByteStream):
    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


class _InThread(httpx.BaseTransport):
    def __init__(self, asgi: httpx.ASGITransport) -> None:
        self._asgi = asgi
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._loop.run_until_complete(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        body = _Body(request.stream)
        asked = httpx.Request(request.method, request.url, headers=request.headers, stream=body)
        answer = await self._asgi.handle_async_request(asked)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        whole = b"".join([part async for part in answer.stream])
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(whole))

    def close(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
