"""A web server that misbehaves on demand: stdlib sockets, loopback only, in a thread of its own.

`server.script("/feed", reply, reply, …)` answers requests for a path one after the other, the last for ever. A reply
is bytes (sent as they are), or a coroutine function (request, writer). `server.log` has every request with its time.
"""

import asyncio
import base64
import gzip
import threading
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Wafer Post</title><link>https://wafer.example/</link>
<description>Invented news</description><lastBuildDate>Mon, 23 Nov 2026 08:00:00 GMT</lastBuildDate>
<item><guid>w-1</guid><title>A foundry opens a line</title><link>https://wafer.example/1</link></item>
</channel></rss>"""


BROTLI_256_MIB = (
    "&;S2_03-n7u|RU~|M~y_4}b(f92S7?{XhTz{{fHyh{FQVz5nO`|33f{0C89Vy7&M5|NjR-0w4|xK==Ni|Ns90NC3oP0qEZU^Z)-J011FNECAj6fB"
    "ygf10VqqhXtT}|Ih#be*h!^;;;a8@BjJ#{||r!KpYl;?)^Xi|NjAy0Eoi^(7pfX|NlP#5&&^n0J``8{Qv(4Kms5R3qbe&pa1{=07wADVFBpg|MUO<"
    "9{>q}I4l6&`+xrb{{tWa5Qhbzd;dQ"
)
"""A whole brotli stream of 203 bytes."""


@dataclass(frozen=True)
class Request:
    at: float
    method: str
    path: str
    headers: dict[str, str]
    """Lower-case names."""
    body: bytes = b""


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]
Reply = bytes | Handler


@dataclass
class Torture:
    """Use as a context manager; `ports` has one port for each of `hosts`."""

    hosts: tuple[str, ...] = ("127.0.0.1",)
    log: list[Request] = field(default_factory=list)
    scripts: dict[str, list[Reply]] = field(default_factory=dict)
    ports: list[int] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0

    def __enter__(self) -> "Torture":
        self._loop = asyncio.new_event_loop()
        up = threading.Event()
        self._thread = threading.Thread(target=self._live, args=(up,), daemon=True)
        self._thread.start()
        assert up.wait(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(5)

    def script(self, path: str, *replies: Reply) -> str:
        """Say what a path answers; its URL."""
        self.scripts[path] = list(replies)
        return self.url(path)

    def url(self, path: str = "/", host: str | None = None) -> str:
        name = host or self.hosts[0]
        return f"http://{f'[{name}]' if ':' in name else name}:{self.ports[0]}{path}"

    def hits(self, path: str) -> list[Request]:
        return [request for request in self.log if request.path == path]

    def _live(self, up: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._main(up))
        self._loop.close()

    async def _main(self, up: threading.Event) -> None:
        self._end = asyncio.Event()
        servers = [await asyncio.start_server(self._client, host, 0) for host in self.hosts]
        self.ports += [server.sockets[0].getsockname()[1] for server in servers]
        up.set()
        await self._end.wait()
        for server in servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read(reader)
            self.log.append(request)
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            try:
                replies = self.scripts.get(request.path) or [status(404)]
                reply = replies.pop(0) if len(replies) > 1 else replies[0]
                if isinstance(reply, bytes):
                    writer.write(reply)
                else:
                    await reply(request, writer)
                await writer.drain()
            finally:
                self.busy -= 1
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, path, _version = first.split(" ", 2)
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(time.monotonic(), method, path, headers, body)


def answer(code: int = 200, body: bytes = RSS, **headers: str) -> bytes:
    """A well-formed answer; header names by keyword, `_` for `-`."""
    lines = [f"HTTP/1.1 {code} Whatever", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if code not in (204, 304) and "Content_Length" not in headers and "Transfer_Encoding" not in headers:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (b"" if code in (204, 304) else body)


def status(code: int, **headers: str) -> bytes:
    return answer(code, b"", **headers)


def redirect(code: int, to: str) -> bytes:
    return status(code, Location=to)


def conditional(etag: str | None = None, modified: str | None = None, body: bytes = RSS) -> Handler:
    """A server that knows conditional requests: 304 when a validator matches."""

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        given = {name: value for name, value in (("ETag", etag), ("Last-Modified", modified)) if value}
        match = etag and request.headers.get("if-none-match") == etag
        match = match or (modified and request.headers.get("if-modified-since") == modified)
        writer.write(answer(304 if match else 200, body, **given))

    return handle


def drip(interval: float = 0.05, head: bytes = answer(body=b"", Content_Length="100000")) -> Handler:
    """One byte at a time, each within any read timeout."""

    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(interval)

    return handle


async def silence(_request: Request, _writer: asyncio.StreamWriter) -> None:
    """Accepts and never says a word."""
    await asyncio.sleep(3600)


async def header_drip(_request: Request, writer: asyncio.StreamWriter) -> None:
    """Headers that never end, slowly."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: yes\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


def slow(seconds: float, reply: bytes) -> Handler:
    async def handle(_request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        writer.write(reply)

    return handle


async def hang_up(_request: Request, writer: asyncio.StreamWriter) -> None:
    """A reset instead of an answer."""
    writer.transport.abort()


def bomb(kind: str, mebibytes: int = 256) -> bytes:
    """A small body that unpacks to `mebibytes` of zeros, as a complete answer."""
    return answer(body=packed(kind, mebibytes), Content_Encoding=kind, Content_Type="application/rss+xml")


def packed(kind: str, mebibytes: int) -> bytes:
    chunk = bytes(2**20)
    if kind in ("gzip", "deflate"):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31 if kind == "gzip" else 15)
        return b"".join(packer.compress(chunk) for _ in range(mebibytes)) + packer.flush()
    if kind == "zstd":
        return _zstd_zeros(mebibytes)
    return base64.b85decode(BROTLI_256_MIB)


def _zstd_zeros(mebibytes: int) -> bytes:
    """A frame of RLE blocks of 128 KiB (RFC 8878), written by hand: no library needed."""
    count = mebibytes * 8
    size = 128 * 1024
    head = bytes.fromhex("28b52ffd") + bytes([0x00, 0x58])
    blocks = [((size << 3) | 2 | (1 if n == count - 1 else 0)).to_bytes(3, "little") + b"\0" for n in range(count)]
    return head + b"".join(blocks)


def gzipped(body: bytes) -> bytes:
    return gzip.compress(body)
