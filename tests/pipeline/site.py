"""A loopback site with feeds, and a refresher that may reach it."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from chipwire import clock
from chipwire.cli import wiring
from chipwire.config import load
from chipwire.domain import Feed
from chipwire.keep.db import Store
from chipwire.keep.sources import feeds
from chipwire.pipeline.refresh import Refresher

FEED = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Site</title>
<link>{root}/</link>{extra}{items}</channel></rss>"""
ITEM = "<item><title>{title}</title><link>{root}/{n}</link><guid>{guid}</guid><description>Short.</description></item>"


class Site:
    """A loopback site whose answers a test sets; it remembers what was asked and posted."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, str, str]] = {}
        self.gates: dict[str, threading.Event] = {}
        """Paths whose answers wait."""
        self.asked: list[str] = []
        self.posted: list[dict[str, list[str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                if gate := site.gates.get(self.path):
                    gate.wait(20)
                status, kind, body = site.pages.get(self.path, (404, "text/plain", "no"))
                self._answer(status, kind, body.encode())

            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                site.posted.append(parse_qs(self.rfile.read(length).decode()))
                self._answer(202, "text/plain", b"")

            def _answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                if status in (301, 302):
                    self.send_header("location", body.decode())
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_address[1]}"
        self.root = f"http://{self.place}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def feed(self, path: str, titles: list[str], *, extra: str = "", guid: Callable[[int], str] = str) -> None:
        items = "".join(ITEM.format(title=t, root=self.root, n=n, guid=guid(n)) for n, t in enumerate(titles))
        body = FEED.format(root=self.root, extra=extra, items=items)
        self.pages[path] = (200, "application/rss+xml", body)


def subscribe(store: Store, site: Site, path: str, **more: object) -> None:
    with store.write() as c:
        feeds.add(
            c, Feed.model_validate({"id": path.strip("/"), "url": site.root + path, "title": path, "lang": "en"} | more)
        )


def go(store: Store, site: Site, work: Callable[[Refresher], "asyncio.Future[None] | object"]) -> None:
    """Run `work` with a refresher that may reach the site and does not pause."""

    async def main() -> None:
        settings = load(workers=1)
        async with wiring.fetcher(settings, {site.place}) as wire:
            machine = wiring.refresher(
                store, wire, settings, demo=wiring.Demo(frozenset({site.place})), progress=lambda _f, _e: None
            )
            try:
                await machine.start()
                await work(machine)  # type: ignore[misc]
            finally:
                await machine.workers.close()

    asyncio.run(main())


async def everything(machine: Refresher) -> None:
    with machine.store.write() as c:
        feeds.refresh_now(c, None, clock.now() - timedelta(seconds=1))
    await machine.round(machine.due())


def count(store: Store, table: str) -> int:
    with store.read() as c:
        return int(c.exec_driver_sql(f"select count(*) from {table}").scalar_one())
