"""httpx's lightest transport: HTTP/1.1 by httptools over asyncio, to addresses that the guard has passed.

Name, Host header, SNI and certificate check stay those of the URL; only the address is ours. A connection that is
used again was passed when it was opened, so nothing is resolved twice and DNS rebinding finds no second look-up.
There is no environment, no cookies, no redirects and no timers here: the caller keeps the deadline.
"""

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator

import httpx

from chipwire.collect.fetch.connection import Line, dial
from chipwire.collect.fetch.proxy import Proxy
from chipwire.collect.guard import Guard
from chipwire.domain import Failed

KEPT = 4.0
"""Seconds an idle connection is kept: common servers hang up after five. With TLS it holds buffers of up to 256 KiB."""
MOST_KEPT = 64
Origin = tuple[str, str, int]


class Stopped(Exception):
    """A request that ends as `failed`, from inside the machinery of httpx."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.message)
        self.failed = failed


class GuardedTransport(httpx.AsyncBaseTransport):
    """One request, one answer. Raises httpx's errors, `Stopped` when the guard says no.

    With a proxy all goes through it but what may be private.
    """

    def __init__(
        self, guard: Guard, tls: ssl.SSLContext, *, private: bool, connect_timeout: float, proxy: Proxy | None = None
    ) -> None:
        self._guard = guard
        self._tls = tls
        self._private = private
        self._proxy = None if private else proxy
        self._connect_timeout = connect_timeout
        self._idle: OrderedDict[Line, tuple[Origin, asyncio.TimerHandle]] = OrderedDict()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        origin = (url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80))
        line = self._kept(origin) if request.method == "GET" else None
        if line is not None:
            try:
                return await self._ask(line, origin, request)
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                pass  # it hung up while idle: that is nobody's failure
        return await self._ask(await self._dial(origin), origin, request)

    async def aclose(self) -> None:
        for line in list(self._idle):
            self._release(line).drop()
        await asyncio.sleep(0)

    async def _ask(self, line: Line, origin: Origin, request: httpx.Request) -> httpx.Response:
        method, body = request.method.encode("ascii"), b"" if request.method == "GET" else request.content
        target, sent = request.url.raw_path, request.headers.raw
        handed = self._proxy if origin[0] == "http" and self._by_proxy(origin) else None
        if handed:
            target, sent = handed.request(request.url, sent)
        try:
            status, headers = await line.ask(method, target, sent, body)
        except BaseException:
            line.drop()
            raise
        if handed and status == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
            line.drop()
            raise Stopped(handed.refusal(status))
        return httpx.Response(status, headers=headers, stream=_Stream(self, line, origin))

    async def _dial(self, origin: Origin) -> Line:
        scheme, host, port = origin
        tls = self._tls if scheme == "https" else None
        try:
            async with asyncio.timeout(self._connect_timeout):
                if self._proxy and self._by_proxy(origin):
                    reached = await self._proxy.reach(self._guard, host, port, tls)
                    if isinstance(reached, Failed):
                        raise Stopped(reached)
                    return reached
                addresses = await self._guard.addresses(host, port, private=self._private)
                if isinstance(addresses, Failed):
                    raise Stopped(addresses)
                line = await dial(addresses, port, tls, host)
        except TimeoutError as late:
            raise httpx.ConnectTimeout("no connection in time") from late
        refused = self._guard.judge_peer(host, port, line.peer, private=self._private)
        if refused:
            line.drop()
            raise Stopped(refused)
        return line

    def _by_proxy(self, origin: Origin) -> bool:
        return self._proxy is not None and not self._guard.excepted(*origin[1:])

    def _kept(self, origin: Origin) -> Line | None:
        for line, (kept_for, _) in self._idle.items():
            if kept_for == origin and not line.dead:
                return self._release(line)
        return None

    def keep(self, line: Line, origin: Origin) -> None:
        """Take back a connection whose answer was read; one that cannot be used again is closed."""
        if not line.renew():
            line.drop()
            return
        ends = asyncio.get_running_loop().call_later(KEPT, lambda: self._release(line).drop())
        self._idle[line] = (origin, ends)
        if len(self._idle) > MOST_KEPT:
            self._release(next(iter(self._idle))).drop()

    def _release(self, line: Line) -> Line:
        """This connection, idle no longer."""
        _, ends = self._idle.pop(line)
        ends.cancel()
        return line


class _Stream(httpx.AsyncByteStream):
    def __init__(self, transport: GuardedTransport, line: Line, origin: Origin) -> None:
        self._transport = transport
        self._line = line
        self._origin = origin

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self._line.chunk():
            yield chunk

    async def aclose(self) -> None:
        self._transport.keep(self._line, self._origin)
