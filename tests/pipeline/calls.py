"""Webhooks of the tests: a receiver, items that arrive, and one turn of who makes the calls."""

import asyncio
import threading
import time
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.domain import Entry, Read, Tags
from chipwire.keep.db import Store
from chipwire.keep.news import items
from chipwire.keep.people import webhooks
from chipwire.pipeline import webhooks as pipeline


@cache
def start() -> datetime:
    """When the first test of this file begins: the library believes signatures of the last five real minutes."""
    return datetime.now().astimezone()


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent; answers with `status`, after `pause` seconds."""

    request_queue_size = 64
    status = 204
    pause = 0.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
        time.sleep(self.server.pause)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def arrive(store: Store, numbers: range) -> None:
    reads = []
    for number in numbers:
        url = f"https://f.example/{number}"
        entry = Entry(uid=str(number), url=url, title=f"Chip {number}")
        tags = Tags(lang="en", companies={"nvidia" if number % 2 else "amd": "about"})
        reads.append(Read(entry=entry, url=url, content_hash=str(number), tags=tags))
    with store.write() as c:
        items.add(c, "f", reads, start())


def take_turn(store: Store, receiver: Receiver, now: datetime | None = None) -> int:
    async def turn() -> int:
        async with Fetcher(guard=Guard(allowed=frozenset({receiver.place}))) as wire:
            return await pipeline.round(store, wire, lambda: now or start())

    return asyncio.run(turn())


def save(store: Store, receiver: Receiver, **asked: object) -> int:
    with store.write() as c:
        return webhooks.add(c, f"http://{receiver.place}/hook", asked, start())
