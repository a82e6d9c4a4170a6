"""Feeds on loopback that gain items: what was ever served is known, so that what is stored can be compared with it."""

import random
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chipwire.domain import Feed

SHOWN = 150
"""A document shows its newest items only, as real ones do."""


WHO = (
    "Nvidia", "Samsung", "TSMC", "Baidu", "Alibaba", "ByteDance", "Huawei", "Micron", "A ministry", "A court", "Intel",
    "A supplier", "A union", "SK Hynix", "Broadcom", "A rival", "A regulator", "AMD", "Google", "A bank",
)  # fmt: skip
DOES = (
    "delays", "orders", "expands", "sells", "reviews", "doubles", "halts", "ships", "tests", "leaves", "wins", "opens",
    "redesigns", "prices", "defends", "finances", "licenses", "inspects", "postpones", "audits",
)  # fmt: skip
WHAT = (
    "a memory line", "an inference chip", "its wafer orders", "a packaging plant", "an export licence", "a data centre",
    "the new accelerator", "a lithography deal", "its forecast", "a patent suit", "a cooling design", "server racks",
    "test equipment", "a tape-out", "substrate supply", "the pension fund", "a campus", "its dividend", "a compiler",
)  # fmt: skip
WHERE = (
    "in Hsinchu", "in Austin", "near Dresden", "in Pyeongtaek", "in Shanghai", "at a fair in Taipei", "in Kumamoto",
    "in Penang", "in Bengaluru", "after a fire", "before the quarter ends", "under pressure", "with a partner",
)  # fmt: skip


class Newsstand(ThreadingHTTPServer):
    """`grow` adds items; each item has a word of its own, by which it must be found."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, feeds: int = 1, padding: int = 0, name: str = "feed") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.items: dict[str, list[str]] = {f"{name}-{n}": [] for n in range(feeds)}
        self.asked = 0
        """Documents sent."""
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
            self.asked += 1
        items = "".join(
            f"<item><title>{title(word)}</title><link>{self.url(word)}</link><guid>{word}</guid>"
            f"<description>{told(word)} Nvidia is near. {'wafer ' * self.padding}</description></item>"
            for word in shown
        )
        return f'<rss version="2.0"><channel><title>{feed}</title>{items}</channel></rss>'.encode()

    def url(self, word: str) -> str:
        return f"http://{self.place}/items/{word}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


def title(word: str) -> str:
    """A headline that is always the same for its word, and seldom like that of another."""
    draw = random.Random(word)
    return f"{draw.choice(WHO)} {draw.choice(DOES)} {draw.choice(WHAT)} {draw.choice(WHERE)}: {word}"


def told(word: str) -> str:
    """Three sentences in the same manner."""
    draw = random.Random(word + "told")
    lines = [f"{draw.choice(WHO)} {draw.choice(DOES)} {draw.choice(WHAT)} {draw.choice(WHERE)}." for _ in range(3)]
    return f"{' '.join(lines)} The sum is {draw.randrange(2, 900)} million dollars ({word})."


class _Handler(BaseHTTPRequestHandler):
    server: Newsstand

    def do_GET(self) -> None:
        body = self.server.document(self.path.strip("/"))
        self.send_response(200)
        self.send_header("content-type", "application/rss+xml")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # who asked was killed
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
