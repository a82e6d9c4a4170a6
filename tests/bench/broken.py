"""Hosts that fail, in a process of their own: `python -m tests.bench.broken ADDRESS…` prints the port it listens on.

Were they threads of whoever asks them, their work would count as its.
"""

import asyncio
import socket
import struct
import subprocess
import sys
from contextlib import suppress

WAYS = ("500", "503", "404", "410", "301", "reset", "truncated", "drip", "hang")
PHRASES = {"500": "Internal Server Error", "503": "Service Unavailable", "404": "Not Found", "410": "Gone"}


class Broken:
    """So many hosts of 127.78.0.0/16, each of which fails in its own way, on one port."""

    def __init__(self, count: int) -> None:
        self.addresses = [f"127.78.{n // 250}.{n % 250 + 1}" for n in range(count)]
        command = [sys.executable, "-m", "tests.bench.broken", *self.addresses]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def url(self, number: int) -> str:
        return f"http://{self.addresses[number]}:{self.port}/{WAYS[number % len(WAYS)]}"

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)


async def serve(addresses: list[str]) -> None:
    """Until ended."""
    port = 0
    for address in addresses:
        server = await asyncio.start_server(_fail, address, port)
        port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    await asyncio.Event().wait()


async def _fail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, asyncio.IncompleteReadError):
        way = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode().strip("/")
        if way == "reset":
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif way == "truncated":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n<rss version='2.0'><channel><title>half</ti")
        elif way == "301":
            writer.write(b"HTTP/1.1 301 Moved Permanently\r\nlocation: /404\r\ncontent-length: 0\r\n\r\n")
        elif way in ("hang", "drip"):
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n" if way == "drip" else b"")
            for _ in range(60):
                writer.write(b"<" if way == "drip" else b"")
                await writer.drain()
                await asyncio.sleep(1)
        else:
            writer.write(f"HTTP/1.1 {way} {PHRASES[way]}\r\ncontent-length: 0\r\n\r\n".encode())
        if way != "reset":
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1:]))
