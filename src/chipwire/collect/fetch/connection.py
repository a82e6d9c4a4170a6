"""One connection: bytes by asyncio, HTTP/1.1 by h11, errors by httpx's names."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import h11
import httpx

CHUNK = 64 * 1024
MOST_HEAD = 100_000
"""Bytes of status line and headers."""
PATIENCE = 3.0
"""Seconds for one address while others are left to try."""
Headers = list[tuple[bytes, bytes]]


class Line:
    """Carries one exchange at a time; nothing here waits longer than its caller lets it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
        self.peer = str(writer.get_extra_info("peername")[0])

    async def ask(self, method: bytes, target: bytes, headers: Headers, body: bytes) -> tuple[int, Headers]:
        """Send a request; status and headers of the answer."""
        with _named():
            out = self._http.send(h11.Request(method=method, target=target, headers=headers)) or b""
            if body:
                out += self._http.send(h11.Data(data=body)) or b""
            self._writer.write(out + (self._http.send(h11.EndOfMessage()) or b""))
            await self._writer.drain()
            while not isinstance(event := await self._event(), h11.Response):
                pass
            return event.status_code, event.headers.raw_items()

    async def chunk(self) -> bytes:
        """The next piece of the body; empty at its end."""
        with _named():
            while self._http.their_state is h11.SEND_BODY:
                event = await self._event()
                if isinstance(event, h11.Data) and event.data:
                    return bytes(event.data)
            return b""

    async def _event(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = await self._reader.read(CHUNK)
            if not data and self._http.their_state is h11.SEND_RESPONSE:
                raise httpx.RemoteProtocolError("the server disconnected without an answer")
            self._http.receive_data(data)
        return event

    @property
    def dead(self) -> bool:
        """Hung up?"""
        return self._reader.at_eof() or self._writer.is_closing()

    def renew(self) -> bool:
        """Ready for another request?"""
        if self.dead or self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return self._http.trailing_data == (b"", False)

    def drop(self) -> None:
        self._writer.transport.abort()


async def dial(addresses: list[str], port: int, tls: ssl.SSLContext | None, name: str) -> Line:
    """A connection to the first of these addresses that answers, with `name` for SNI and certificate."""
    for place, address in enumerate(addresses):
        last = place == len(addresses) - 1
        try:
            async with asyncio.timeout(None if last else PATIENCE):
                return Line(*await _open(address, port, tls, name))
        except (OSError, TimeoutError) as error:
            if last or isinstance(error, ssl.SSLError):
                raise httpx.ConnectError(error.strerror or str(error) or type(error).__name__) from error
    raise httpx.ConnectError(f"{name} has no address")


async def _open(
    address: str, port: int, tls: ssl.SSLContext | None, name: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if tls is None:
        return await asyncio.open_connection(address, port, limit=CHUNK)
    return await asyncio.open_connection(
        address, port, limit=CHUNK, ssl=tls, server_hostname=name, ssl_shutdown_timeout=1.0
    )


@contextmanager
def _named() -> Iterator[None]:
    """Errors of sockets and of h11 under the names httpx gives them."""
    try:
        yield
    except h11.RemoteProtocolError as error:
        raise httpx.RemoteProtocolError(str(error)) from error
    except h11.LocalProtocolError as error:
        raise httpx.LocalProtocolError(str(error)) from error
    except OSError as error:
        raise httpx.ReadError(str(error)) from error
