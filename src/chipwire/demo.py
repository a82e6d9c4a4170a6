"""A small feed world on loopback for `chipwire run --demo`: real HTTP, one document that grows, one that fails.

The documents are in data/demo. Their printed dates are moved by whole days so that the newest is from yesterday.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import xxhash

from chipwire.collect.lists.sources import load_feeds
from chipwire.domain import Feed

STAND_IN = "http://demo.example"
NEWEST = date(2026, 2, 14)
"""The newest date printed in the bundled documents."""
GROWING, AT_FIRST, EVERY = "live-from-the-fab.rss", 2, 20.0
"""The document that gains an item every so many seconds, and how many it starts with."""
FAILING = "night-shift.rss"
TYPES = {".rss": "application/rss+xml", ".atom": "application/atom+xml", ".rdf": "application/rdf+xml",
         ".json": "application/feed+json", ".xml": "application/xml"}  # fmt: skip

_RFC822 = re.compile(rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? Feb 2026 \d\d:\d\d:\d\d (?:GMT|[+-]\d{4})")
_ISO = re.compile(rb"2026-02-(\d\d)(?=T\d\d:)")
_ITEM = re.compile(rb"\s*<item>.*?</item>", re.DOTALL)


def moved(body: bytes, days: int) -> bytes:
    """`body` with every printed date moved by `days`; the bytes around dates stay as they are."""
    step = timedelta(days=days)

    def rfc822(match: re.Match[bytes]) -> bytes:
        return format_datetime(parsedate_to_datetime(match[0].decode("ascii")) + step).encode("ascii")

    def iso(match: re.Match[bytes]) -> bytes:
        return (date(2026, 2, int(match[1])) + step).isoformat().encode("ascii")

    return _ISO.sub(iso, _RFC822.sub(rfc822, body))


def grown(body: bytes, count: int) -> bytes:
    """`body` with only its first `count` items, the newest on top as a blog would have it."""
    items = _ITEM.findall(body)
    start = body.index(items[0])
    end = body.index(items[-1]) + len(items[-1])
    return body[:start] + b"".join(reversed(items[:count])) + body[end:]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path
    started: float
    days: int

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        path = self.folder / name
        if name == FAILING:
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, b"the night shift is asleep\n", "text/plain")
        elif "/" in name or path.suffix not in TYPES or not path.is_file():
            self._answer(HTTPStatus.NOT_FOUND, b"no such demo feed\n", "text/plain")
        else:
            self._feed(name, path)

    def _feed(self, name: str, path: Path) -> None:
        body = moved(path.read_bytes(), self.days)
        if name == GROWING:
            body = grown(body, AT_FIRST + int((time.monotonic() - self.started) / EVERY))
        etag = f'"{xxhash.xxh3_64_hexdigest(body)}"'
        if self.headers.get("If-None-Match") == etag:
            self._answer(HTTPStatus.NOT_MODIFIED, b"", None, etag)
        else:
            self._answer(HTTPStatus.OK, body, TYPES[path.suffix], etag)

    def _answer(self, status: HTTPStatus, body: bytes, kind: str | None, etag: str | None = None) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if etag:
            self.send_header("ETag", etag)
        self.send_header("Cache-Control", "max-age=15" if self.path.endswith(GROWING) else "max-age=300")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the service's own log tells of every fetch."""


@contextmanager
def world(data: Path, now: datetime) -> Iterator[tuple[str, list[Feed]]]:
    """Serve data/demo until the block ends; yields the server's "host:port" and its feeds."""
    days = (now.astimezone(UTC).date() - NEWEST).days - 1
    handler = type("Handler", (_Handler,), {"folder": data / "demo", "started": time.monotonic(), "days": days})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    place = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield (
            place,
            [
                feed.model_copy(update={"url": feed.url.replace(STAND_IN, f"http://{place}")})
                for feed in load_feeds(data / "demo" / "feeds.toml")
            ],
        )
    finally:
        server.shutdown()
        server.server_close()
