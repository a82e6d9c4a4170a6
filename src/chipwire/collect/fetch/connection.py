"""One connection: requests out and replies in, by asyncio; errors by httpx's names."""

import asyncio
import re
import ssl
from typing import cast

import httpx

from chipwire.collect.fetch.reply import Headers, Reply

AHEAD = 128 * 1024
"""Bytes of a body that may wait for whoever reads it before the server has to."""
PATIENCE = 3.0
"""Seconds for one address while others are left to try."""
_GOODBYE = 1.0
"""Seconds for the end of a TLS connection."""
_UNFIT = re.compile(rb"[^\t\x20-\x7e\x80-\xff]")


class Line(asyncio.Protocol):
    """Carries one exchange at a time; nothing here waits longer than its caller lets it."""

    def __init__(self) -> None:
        self.dead = False
        """Hung up?"""
        self._reply = Reply()
        self._transport: asyncio.Transport
        self._paused = False
        self._error: Exception | None = None
        self._news: asyncio.Future[None] | None = None

    async def ask(self, method: bytes, target: bytes, headers: Headers, body: bytes) -> tuple[int, Headers]:
        """Send a request; status and headers of the answer."""
        if self._reply.complete:
            self._reply = Reply()
        self._transport.write(_request(method, target, headers) + body)
        while not self._reply.begun:
            await self._more()
        return self._reply.status, self._reply.headers

    async def chunk(self) -> bytes:
        """The next piece of the body; empty at its end."""
        reply = self._reply
        while not reply.body and not reply.complete:
            await self._more()
        piece, reply.body = bytes(reply.body), bytearray()
        return piece

    async def secure(self, tls: ssl.SSLContext, name: str) -> None:
        """Go on with TLS, as behind the answer to a CONNECT: what was plain so far is forgotten."""
        self._reply = Reply()
        loop = asyncio.get_running_loop()
        try:
            turned = await loop.start_tls(
                self._transport, self, tls, server_hostname=name, ssl_shutdown_timeout=_GOODBYE
            )
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        if turned is None:
            raise httpx.ConnectError("hung up before TLS began")
        self._transport = turned

    def renew(self) -> bool:
        """Ready for another request?"""
        return not self.dead and self._reply.reusable

    def drop(self) -> None:
        self.dead = True
        self._transport.abort()

    async def _more(self) -> None:
        """Wait until something came, or what went wrong."""
        if self._error:
            raise self._error
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        self._news = asyncio.get_running_loop().create_future()
        await self._news

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's does not say that it is one
        self.peer = str(transport.get_extra_info("peername")[0])

    def data_received(self, data: bytes) -> None:
        if self._reply.complete:  # nobody asked for more: what comes now must not be taken for the next answer
            self.drop()
            return
        try:
            self._reply.feed(data)
        except httpx.RemoteProtocolError as error:
            self._broken(error)
        else:
            if len(self._reply.body) > AHEAD and not self._reply.complete:
                self._paused = True
                self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        try:
            self._reply.end()
        except httpx.RemoteProtocolError as error:
            self._broken(error)
        self.dead = True
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        if error:
            self._broken(httpx.ReadError(str(error)))
        elif not self.dead:
            self.eof_received()
        self.dead = True
        self._wake()

    def _broken(self, error: Exception) -> None:
        self._error = self._error or error
        self.drop()

    def _wake(self) -> None:
        if self._news and not self._news.done():
            self._news.set_result(None)


def _request(method: bytes, target: bytes, headers: Headers) -> bytes:
    """The head of a request. LocalProtocolError for what would end a line, or is no text."""
    lines = [b"%s %s HTTP/1.1" % (method, target), *(b"%s: %s" % pair for pair in headers)]
    if unfit := next((line for line in lines if _UNFIT.search(line)), None):
        raise httpx.LocalProtocolError(f"not to be sent: {unfit[:200]!r}")
    return b"\r\n".join([*lines, b"", b""])


async def dial(addresses: list[str], port: int, tls: ssl.SSLContext | None, name: str) -> Line:
    """A connection to the first of these addresses that answers, with `name` for SNI and certificate."""
    *others, last = addresses
    try:
        for address in others:
            try:
                async with asyncio.timeout(PATIENCE):
                    return await _open(address, port, tls, name)
            except ssl.SSLError:
                raise
            except OSError:
                continue
        return await _open(last, port, tls, name)
    except OSError as error:
        raise httpx.ConnectError(error.strerror or str(error) or type(error).__name__) from error


async def _open(address: str, port: int, tls: ssl.SSLContext | None, name: str) -> Line:
    loop = asyncio.get_running_loop()
    if tls is None:
        _, line = await loop.create_connection(Line, address, port)
    else:
        _, line = await loop.create_connection(
            Line, address, port, ssl=tls, server_hostname=name, ssl_shutdown_timeout=_GOODBYE
        )
    return line
