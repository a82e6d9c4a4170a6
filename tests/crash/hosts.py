"""Many hosts on loopback, each with a few feeds that gain items; who asked for what, and when, is written down."""

import asyncio
import random
import socket
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Self

from tests.newsstand import title, told


@dataclass(frozen=True)
class Asked:
    """One request: by which clock (it stands in the contact of the User-Agent), from when to when."""

    feed: str
    host: str
    clock: str
    start: float
    end: float


class Hosts:
    """Feeds `feed-0` … over addresses 127.1.x.y on one port; an answer takes up to `slow` seconds.

    Feeds 0 and 1, 2 and 3 … are pairs: they carry the same reports, each at addresses of its own.
    """

    def __init__(self, feeds: int, hosts: int, slow: float) -> None:
        self.addresses = [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(hosts)]
        self.place = {f"feed-{n}": self.addresses[n % hosts] for n in range(feeds)}
        self.items: dict[str, int] = dict.fromkeys(self.place, 1)
        self.log: list[Asked] = []
        self.served: set[str] = set()
        """Addresses of items in documents that were sent."""
        self.slow = slow
        self._draw = random.Random(5)
        self._loop = asyncio.new_event_loop()
        self.port = _free(self.addresses)
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def url(self, feed: str) -> str:
        return f"http://{self.place[feed]}:{self.port}/{feed}"

    def item(self, feed: str, number: int) -> str:
        return f"{self.url(feed)}/{_word(feed, number)}"

    def grow(self, pairs: int) -> None:
        """Let so many pairs of feeds have an item more."""
        for pair in self._draw.sample(range(len(self.items) // 2), pairs):
            for feed in (f"feed-{2 * pair}", f"feed-{2 * pair + 1}"):
                self.items[feed] += 1

    def by_feed(self) -> dict[str, list[Asked]]:
        found: dict[str, list[Asked]] = defaultdict(list)
        for one in sorted(self.log, key=lambda one: one.start):
            found[one.feed].append(one)
        return found

    def by_host(self) -> dict[str, list[Asked]]:
        found: dict[str, list[Asked]] = defaultdict(list)
        for one in sorted(self.log, key=lambda one: one.start):
            found[one.host].append(one)
        return found

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._answer, self.addresses, self.port))
        self._started.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.1))
        self._loop.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            start, feed = time.time(), head[0].split(" ")[1].strip("/")
            given = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            await asyncio.sleep(self._draw.uniform(0, self.slow))
            writer.write(self._document(feed, given.get("if-none-match")))
            clock = given["user-agent"].partition("contact/")[2].rstrip(")")
            self.log.append(Asked(feed, self.place[feed], clock, start, time.time()))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # who asked was killed
        finally:
            writer.close()

    def _document(self, feed: str, known: str | None) -> bytes:
        number = self.items[feed]
        tag = f'"{number}"'
        if known == tag:
            return f"HTTP/1.1 304 Not Modified\r\netag: {tag}\r\nconnection: close\r\n\r\n".encode()
        self.served |= {self.item(feed, n) for n in range(number)}
        items = "".join(
            f"<item><title>{title(word)}</title><link>{self.item(feed, n)}</link>"
            f"<guid>{word}</guid><description>{told(word)}</description></item>"
            for n in range(number)
            for word in [_word(feed, n)]
        )
        body = f'<rss version="2.0"><channel><title>{feed}</title>{items}</channel></rss>'.encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\netag: {tag}\r\nconnection: close\r\n"
        return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def _word(feed: str, number: int) -> str:
    """The same for both feeds of a pair."""
    return f"pair{int(feed.removeprefix('feed-')) // 2}x{number}"


def _free(addresses: list[str]) -> int:
    """A port that is free on the first of them, and so, but for bad luck, on all."""
    with socket.socket() as probe:
        probe.bind((addresses[0], 0))
        return int(probe.getsockname()[1])
