"""The world around a running service, on loopback: feeds that grow, a receiver of webhooks, a mail server."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, Self
from urllib.request import urlopen

import orjson

from chipwire import clock
from chipwire.config import data_dir
from chipwire.keep.db import open_store
from chipwire.keep.people import webhooks
from chipwire.keep.sources import feeds
from tests.loopback import free_port
from tests.newsstand import Newsstand

TOKEN = "the token of the kill tests"


class Receiver(ThreadingHTTPServer):
    """Counts the ids of the webhook calls that it took, and keeps in which story their items were."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.calls: Counter[str] = Counter()
        self.stories: dict[int, int | None] = {}
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Hook(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        item = orjson.loads(self.rfile.read(int(self.headers["content-length"])))["data"]
        self.server.calls[self.headers["webhook-id"]] += 1
        if "id" in item:
            self.server.stories[item["id"]] = item["story"]
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Sink(ThreadingTCPServer):
    """A mail server that takes every letter and counts it by its Message-ID before it says so."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.letters: Counter[str] = Counter()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Smtp(StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        with suppress(OSError):
            self._say("220 sink.test ESMTP")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self._say("354 go on")
                    if not self._letter():
                        return
                self._say("221 bye" if verb == b"QUIT" else "250 2.0.0 fine")

    def _letter(self) -> bool:
        """False when the line broke before the final dot: then nothing was taken."""
        name = ""
        while line := self.rfile.readline():
            if line == b".\r\n":
                self.server.letters[name] += 1
                return True
            if not name and line.lower().startswith(b"message-id:"):
                name = line.split(b":", 1)[1].strip().decode()
        return False

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class World:
    """Everything but the service; `env` is what the service is started with."""

    def __init__(self, folder: Path, feeds: int, name: str = "feed", **more: object) -> None:
        self.stand, self.receiver, self.sink = Newsstand(feeds, name=name), Receiver(), Sink()
        self.store, self.log = folder / "chipwire.db", folder / "log"
        self.log.touch()
        data = folder / "data"
        shutil.copytree(data_dir(), data, ignore=shutil.ignore_patterns("demo", "*.db*", "feeds.toml"))
        (data / "feeds.toml").write_text("".join(_listed(feed) for feed in self.stand.feeds()))
        given = {
            "STORE": self.store, "DATA": data, "ALLOW_PRIVATE": "true", "HOST_PAUSE": "0", "WORKERS": "1",
            "RATE_LIMIT": "0", "PORT": free_port(), "TOKEN": TOKEN, "LOG_JSON": "true",
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": self.sink.port, "SMTP_SECURITY": "none",
            "MAIL_FROM": "chipwire <digest@chipwire.test>", **more,
        }  # fmt: skip
        outside = {name: value for name, value in os.environ.items() if not name.startswith("CHIPWIRE_")}
        self.env = outside | {f"CHIPWIRE_{name}": str(value) for name, value in given.items()}
        self.base = f"http://127.0.0.1:{self.env['CHIPWIRE_PORT']}"

    def hook(self, **asked: object) -> None:
        """Save a query that calls the receiver, before anything has arrived."""
        store = open_store(self.store)
        with store.write() as c:
            webhooks.add(c, self.receiver.url, asked, clock.now())
        store.close()

    def close(self) -> None:
        for server in (self.stand, self.receiver, self.sink):
            server.shutdown()
            server.server_close()


@contextmanager
def world(folder: Path, feeds: int, name: str = "feed", **more: object) -> Iterator[World]:
    made = World(folder, feeds, name, **more)
    try:
        yield made
    finally:
        made.close()


class Process:
    """`chipwire COMMAND` over the world's store, with clocks that take over within seconds (see service.py)."""

    module = "tests.crash.service"

    def __init__(self, here: World, *command: str) -> None:
        self.here, self.command = here, command
        self.started = time.monotonic()
        with here.log.open("ab") as out:
            run = [sys.executable, "-m", self.module, *command]
            self._child = subprocess.Popen(run, env=here.env, stdout=out, stderr=out, cwd=Path(__file__).parents[2])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def up(self, patience: float = 300) -> None:
        """Wait until its web side answers."""
        end = time.monotonic() + patience
        while time.monotonic() < end and self.alive:
            with suppress(OSError, HTTPException), urlopen(f"{self.here.base}/healthz", timeout=5):
                return
            time.sleep(0.1)
        raise AssertionError(f"the service does not start: {self.here.log.read_text()[-4000:]}")

    def workers(self) -> list[int]:
        """Its parse workers' process ids."""
        with suppress(OSError):
            return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]
        return []

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()

    def end(self) -> int:
        """As a person ends it; its exit code."""
        self._child.send_signal(signal.SIGTERM)
        return self._child.wait(60)

    def wait(self, seconds: float) -> int:
        return self._child.wait(seconds)


def ask(path: Path, names: list[str] | None = None) -> None:
    """Make feeds due from a process of its own, as the API does."""
    store = open_store(path)
    try:
        with store.write() as c:
            feeds.refresh_now(c, names, clock.now())
    finally:
        store.close()


def _listed(feed: Any) -> str:
    return f'[[feed]]\nid = "{feed.id}"\nurl = "{feed.url}"\ntitle = "{feed.title}"\nlang = "en"\n\n'
