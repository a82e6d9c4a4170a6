"""Feeds on loopback that gain items: what was ever served is known, so that what is stored can be compared with it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chipwire.domain import Feed

SHOWN = 150
"""A document shows its newest items only, as real ones do."""


class Newsstand(ThreadingHTTPServer):
    """`grow` adds items; each title has a word of its own, by which it must be found."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, feeds: int = 1, padding: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.items: dict[str, list[str]] = {f"feed-{n}": [] for n in range(feeds)}
        self.served: set[str] = set()
        """Addresses of items in documents that were sent."""
        self.padding = padding
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def grow(self, feed: str, number: int = 1) -> None:
        with self.lock:
            words = self.items[feed]
            words += [f"{feed.replace('-', '')}x{len(words) + n}" for n in range(number)]

    def feeds(self) -> list[Feed]:
        return [
            Feed(id=name, url=f"http://{self.place}/{name}", title=name, lang="en", interval_minutes=1)
            for name in self.items
        ]

    def document(self, feed: str) -> bytes:
        with self.lock:
            shown = list(self.items[feed])[-SHOWN:]
            self.served |= {self.url(word) for word in shown}
        items = "".join(
            f"<item><title>Nvidia memo {word}</title><link>{self.url(word)}</link><guid>{word}</guid>"
            f"<description>Samsung makes the chip {word}. {'wafer ' * self.padding}</description></item>"
            for word in shown
        )
        return f'<rss version="2.0"><channel><title>{feed}</title>{items}</channel></rss>'.encode()

    def url(self, word: str) -> str:
        return f"http://{self.place}/items/{word}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Newsstand

    def do_GET(self) -> None:
        body = self.server.document(self.path.strip("/"))
        self.send_response(200)
        self.send_header("content-type", "application/rss+xml")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
