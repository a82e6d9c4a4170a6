"""Saved queries call a real receiver: signed, at least once under one id, again after failure, and after kill -9."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.domain import Entry, Feed, Read, Tags
from chipwire.keep import feeds, items, webhooks
from chipwire.keep.db import Store, open_store
from chipwire.pipeline import webhooks as pipeline


@cache
def start() -> datetime:
    """When the first test of this file begins: the library believes signatures of the last five real minutes."""
    return datetime.now().astimezone()


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent; answers with `status`, after `pause` seconds."""

    status = 204
    pause = 0.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

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


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "store.db")
    with opened.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
    yield opened
    opened.close()


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


def test_items_are_called_out_signed_and_once(store: Store, receiver: Receiver) -> None:
    arrive(store, range(1, 3))
    hook = save(store, receiver, companies=[["nvidia"]], q="chip")
    arrive(store, range(3, 8))
    assert take_turn(store, receiver) == 3
    assert take_turn(store, receiver) == 0
    with store.read() as c:
        secret = webhooks.get(c, hook)["secret"]
        log = webhooks.log(c, hook)
    told = [Webhook(secret).verify(body, headers) for headers, body in receiver.got]
    assert sorted(event["data"]["title"] for event in told) == ["Chip 3", "Chip 5", "Chip 7"]
    assert {event["type"] for event in told} == {"item.new"}
    assert {(call["state"], call["last_status"], call["tries"]) for call in log} == {("delivered", 204, 1)}


def test_a_refused_call_is_made_again_under_its_id(store: Store, receiver: Receiver) -> None:
    hook = save(store, receiver)
    arrive(store, range(1, 2))
    receiver.status = 500
    assert take_turn(store, receiver) == 0
    assert take_turn(store, receiver, start() + timedelta(seconds=1)) == 0
    receiver.status = 200
    assert take_turn(store, receiver, start() + timedelta(seconds=6)) == 1
    assert receiver.ids() == ["msg_1_1", "msg_1_1"]
    assert receiver.got[0][1] == receiver.got[1][1]
    with store.write() as c:
        webhooks.replay(c, hook, webhooks.log(c, hook)[0]["id"], start())
        webhooks.test(c, hook, start())
    assert take_turn(store, receiver) == 2
    assert json.loads(receiver.got[-1][1])["type"] in {"item.new", "webhook.test"}


def test_a_receiver_that_is_gone_is_left_alone(store: Store, receiver: Receiver) -> None:
    hook = save(store, receiver)
    arrive(store, range(1, 3))
    receiver.status = 410
    take_turn(store, receiver)
    with store.read() as c:
        assert webhooks.get(c, hook)["active"] is False
    assert take_turn(store, receiver, start() + timedelta(days=1)) == 0


def test_private_addresses_are_not_called(store: Store, receiver: Receiver) -> None:
    hook = save(store, receiver)
    arrive(store, range(1, 2))

    async def turn() -> int:
        async with Fetcher(guard=Guard()) as wire:
            return await pipeline.round(store, wire, lambda: start())

    assert asyncio.run(turn()) == 0
    assert receiver.got == []
    with store.read() as c:
        assert webhooks.log(c, hook)[0]["last_error"]


def test_tries_end() -> None:
    assert pipeline.next_try(1, start()) == start() + timedelta(seconds=5)
    assert pipeline.next_try(len(pipeline.AGAIN) + 1, start()) is None


CHILD = """
import asyncio, sys
from datetime import datetime, timedelta
from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.keep.db import open_store
from chipwire.pipeline import webhooks

async def main(path, place):
    store = open_store(path)
    later = datetime.now().astimezone() + timedelta(seconds=float(sys.argv[3]))
    async with Fetcher(guard=Guard(allowed=frozenset({place}))) as wire:
        while True:
            await webhooks.round(store, wire, lambda: later)

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


@pytest.mark.slow
def test_nothing_is_lost_to_kill_9(store: Store, receiver: Receiver, tmp_path: Path) -> None:
    hook = save(store, receiver)
    arrive(store, range(1, 41))
    receiver.pause = 0.15
    for turn in range(4):
        given = [sys.executable, "-c", CHILD, str(tmp_path / "store.db"), receiver.place, str(turn * 10)]
        child = subprocess.Popen(given, env={**os.environ})
        enough, end = len(receiver.got) + 5, time.monotonic() + 30
        while len(receiver.got) < enough and time.monotonic() < end:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.wait()
    receiver.pause = 0.0
    for turn in range(3):
        take_turn(store, receiver, start() + timedelta(minutes=10 * (turn + 1)))
    assert set(receiver.ids()) == {f"msg_{hook}_{number}" for number in range(1, 41)}
    with store.read() as c:
        assert {call["state"] for call in webhooks.log(c, hook)} == {"delivered"}
        secret = webhooks.get(c, hook)["secret"]
    for headers, body in receiver.got:
        if abs(int(headers["webhook-timestamp"]) - time.time()) < 200:
            Webhook(secret).verify(body, headers)
