"""kill -9 of the whole service at random moments: what readers were shown stays, what feeds served arrives, once.

`KILLS=500 SEED=7 pytest tests/test_crash.py` kills as often as wanted; what happened is printed (-s shows it).
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import orjson
import pytest
from sqlalchemy import text

from chipwire import clock
from chipwire.config import data_dir
from chipwire.errors import StoreError
from chipwire.keep import feeds, webhooks
from chipwire.keep.backup import integrity
from chipwire.keep.db import Connection, open_store
from tests.newsstand import Newsstand

KILLS = int(os.environ.get("KILLS", "2"))
SEED = int(os.environ.get("SEED", "1"))
FEEDS = int(os.environ.get("FEEDS", "12"))
LONGEST = 4.0
"""Seconds before a kill, counted from the start, or from when new items were first written."""
AT_START = 0.2
"""Share of the kills that come while the service is starting."""
PAGES = ("/v1/items?limit=50", "/v1/stories", "/v1/companies", "/v1/items.csv?q=nvidia", "/metrics", "/readyz")


class Receiver(ThreadingHTTPServer):
    """Counts the ids of the webhook calls that it took."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.calls: Counter[str] = Counter()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


class _Hook(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.calls[self.headers["webhook-id"]] += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Load:
    """Beside the service, while it lives: feeds grow and are asked for, readers read and note what they were shown."""

    def __init__(self, stand: Newsstand, store: Path, base: str) -> None:
        self.stand, self.store, self.base = stand, store, base
        self.shown: set[str] = set()
        self.answers: Counter[int] = Counter()
        self.others: Counter[str] = Counter()
        self.on = threading.Event()
        self.over = threading.Event()
        works = [self._grow, self._ask, *([self._read] * 3)]
        self.threads = [threading.Thread(target=self._while_on, args=(work, n)) for n, work in enumerate(works)]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.over.set()
        self.on.set()
        for thread in self.threads:
            thread.join(30)

    def _while_on(self, work: Callable[[random.Random], None], number: int) -> None:
        rng = random.Random(SEED * 100 + number)
        while not self.over.is_set():
            if self.on.wait(0.2):
                work(rng)

    def _grow(self, rng: random.Random) -> None:
        self.stand.grow(rng.choice(list(self.stand.items)), rng.randrange(1, 3))
        time.sleep(0.25)

    def _ask(self, rng: random.Random) -> None:
        """Make feeds due from a process of its own, as the API does: a third writer beside web and clock."""
        with suppress(StoreError):
            ask(self.store, rng.sample(sorted(self.stand.items), 4))
        time.sleep(rng.random())

    def _read(self, rng: random.Random) -> None:
        page = rng.choice(PAGES)
        try:
            with urlopen(self.base + page, timeout=10) as answer:
                body = answer.read()
                self.answers[answer.status] += 1
        except HTTPError as error:
            with error:
                self.answers[error.code] += 1
                self.others[page] += 1
            return
        except (OSError, HTTPException):
            time.sleep(0.1)
            return
        if page.startswith("/v1/items?"):
            self.shown |= {item["url"] for item in orjson.loads(body)["items"]}
        time.sleep(0.02)


def ask(path: Path, names: list[str] | None = None) -> None:
    store = open_store(path)
    try:
        with store.write() as c:
            feeds.refresh_now(c, names, clock.now())
    finally:
        store.close()


@contextmanager
def world(tmp_path: Path) -> Iterator[tuple[Newsstand, Receiver, dict[str, str]]]:
    """A newsstand in place of the catalogue, and the environment for a service that follows it."""
    stand, receiver = Newsstand(FEEDS), Receiver()
    shutil.copytree(data_dir(), tmp_path / "data", ignore=shutil.ignore_patterns("demo", "*.db*", "feeds.toml"))
    listed = "".join(
        f'[[feed]]\nid = "{feed.id}"\nurl = "{feed.url}"\ntitle = "{feed.title}"\nlang = "en"\n\n'
        for feed in stand.feeds()
    )
    (tmp_path / "data" / "feeds.toml").write_text(listed)
    given = {
        "STORE": tmp_path / "chipwire.db", "DATA": tmp_path / "data", "ALLOW_PRIVATE": "true", "HOST_PAUSE": "0",
        "WORKERS": "1", "RATE_LIMIT": "0", "PORT": free_port(), "TOKEN": "t", "LOG_JSON": "true",
    }  # fmt: skip
    env = {name: value for name, value in os.environ.items() if not name.startswith("CHIPWIRE_")}
    try:
        yield stand, receiver, env | {f"CHIPWIRE_{name}": str(value) for name, value in given.items()}
    finally:
        stand.close()
        receiver.shutdown()
        receiver.server_close()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def start(env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen([sys.executable, "-m", "chipwire", "run"], env=env, stdout=out, stderr=out)


def up(service: subprocess.Popen[bytes], env: dict[str, str]) -> None:
    """Wait until the service answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end and service.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{env['CHIPWIRE_PORT']}/healthz", timeout=5):
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
    raise AssertionError("the service does not start")


def wait_for_news(log: Path, service: subprocess.Popen[bytes]) -> None:
    """Wait until this process has written new items."""
    before, end = log.stat().st_size, time.monotonic() + 60
    while time.monotonic() < end and service.poll() is None:
        if b'"outcome": "new"' in log.read_bytes()[before:]:
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing new is written: {log.read_text()[-4000:]}")


def check(path: Path, shown: set[str]) -> None:
    """Everything agrees with everything, nothing is there twice, and all that readers were shown is there."""
    store = open_store(path)
    try:
        with store.write() as c:
            assert integrity(c, full_text=True) == []
        with store.read() as c:
            urls = list(c.execute(text("SELECT url FROM item")).scalars())
            assert len(urls) == len(set(urls)), "an item is there twice"
            assert shown <= set(urls), "a reader was shown an item that is gone"
            check_made(c)
    finally:
        store.close()


def check_made(c: Connection) -> None:
    """What is made of items was made in the same breath: sightings, JSON, search index, stories."""
    ids = set(c.execute(text("SELECT id FROM item")).scalars())
    assert set(c.execute(text("SELECT item_id FROM sighting")).scalars()) == ids
    assert set(c.execute(text("SELECT item_id FROM item_wire")).scalars()) == ids
    assert set(c.execute(text("SELECT rowid FROM item_fts WHERE item_fts MATCH 'nvidia'")).scalars()) == ids
    for item_id, url in c.execute(text("SELECT id, url FROM item")).all():
        word = url.rpartition("/")[2]
        found = c.execute(text("SELECT rowid FROM item_fts WHERE item_fts MATCH :word"), {"word": word}).scalars()
        assert list(found) == [item_id]
    hung = dict(c.execute(text("SELECT story_id, count(*) FROM item GROUP BY story_id")).all())
    assert dict(c.execute(text("SELECT id, n_items FROM story")).all()) == hung


def stored(path: Path) -> set[str]:
    store = open_store(path)
    try:
        with store.read() as c:
            return set(c.execute(text("SELECT url FROM item")).scalars())
    finally:
        store.close()


@pytest.mark.slow
def test_kills_of_the_whole_service(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    with world(tmp_path) as (stand, receiver, env):
        path, log = tmp_path / "chipwire.db", tmp_path / "log"
        store = open_store(path)
        with store.write() as c:
            asked = {"relevant_only": False}
            webhooks.add(c, f"http://127.0.0.1:{receiver.server_address[1]}/hook", asked, clock.now())
        store.close()
        load = Load(stand, path, f"http://127.0.0.1:{env['CHIPWIRE_PORT']}")
        try:
            for _ in range(KILLS):
                service = start(env, log)
                if rng.random() < AT_START:
                    time.sleep(rng.uniform(0.2, LONGEST))
                else:
                    up(service, env)
                    load.on.set()
                    wait_for_news(log, service)
                    time.sleep(rng.uniform(0, LONGEST))
                assert service.poll() is None, log.read_text()[-4000:]
                service.kill()
                service.wait()
                load.on.clear()
                check(path, set(load.shown))
            settle(env, log, path, stand, receiver)
        finally:
            load.end()
        everything = stored(path)
        check(path, set(load.shown))
        repeated = sum(number - 1 for number in receiver.calls.values())
        print(
            f"{KILLS} kills: {len(everything)} items of {len(stand.served)} served, {len(load.shown)} shown,"
            f" answers {dict(load.answers)}, {len(receiver.calls)} calls, {repeated} repeated"
        )
        assert everything == stand.served
        assert len(receiver.calls) == len(everything), "each item was called out"
        assert set(load.answers) <= {200}, load.others
        assert repeated <= 50 * KILLS, "a kill repeats at most the calls that were under way"


def settle(env: dict[str, str], log: Path, path: Path, stand: Newsstand, receiver: Receiver) -> None:
    """Let the service run in peace until everything arrived, then end it as a person does."""
    service = start(env, log)
    try:
        up(service, env)
        end = time.monotonic() + 60
        while time.monotonic() < end and service.poll() is None:
            ask(path)
            time.sleep(2)
            if stored(path) == stand.served and len(receiver.calls) == len(stand.served):
                break
    finally:
        service.send_signal(signal.SIGTERM)
        code = service.wait(30)
    assert code == 0, log.read_text()[-4000:]
    assert "Traceback" not in log.read_text()
