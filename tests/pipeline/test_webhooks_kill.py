"""No call is lost to kill -9 of the service or of who receives it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from chipwire.domain import Feed
from chipwire.keep.db import Store
from chipwire.keep.people import webhooks
from chipwire.keep.sources import feeds
from tests.pipeline.calls import Receiver, arrive, save

SERVICE = """
import asyncio, sys
from datetime import datetime
from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.keep.db import open_store
from chipwire.pipeline import webhooks

webhooks.AGAIN = (0.2,) * 500

async def main(path, place):
    store = open_store(path)
    async with Fetcher(guard=Guard(allowed=frozenset({place})), timeout=1.0) as wire:
        while True:
            await webhooks.round(store, wire, lambda: datetime.now().astimezone())
            await asyncio.sleep(0.02)

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""
"""The service's loop of webhooks; only times are shorter: of a call, and of the pauses before further tries."""
RECEIVER = """
import json, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        line = json.dumps([{key.lower(): value for key, value in self.headers.items()}, body])
        with open(sys.argv[2], "a") as kept:
            kept.write(line + "\\n")
        time.sleep(0.1)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
"""Keeps each call in a file before it answers, as a process of its own that can be killed between the two."""


@pytest.mark.slow
def test_nothing_is_lost_to_kill_9_of_either_side(store: Store, receiver: Receiver, tmp_path: Path) -> None:
    with store.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
    hook, port = save(store, receiver), receiver.server_address[1]
    receiver.shutdown()
    receiver.server_close()
    kept = tmp_path / "kept.jsonl"
    words = {
        "service": [SERVICE, str(tmp_path / "chipwire.db"), receiver.place],
        "receiver": [RECEIVER, str(port), str(kept)],
    }
    running = {name: subprocess.Popen([sys.executable, "-c", *given]) for name, given in words.items()}
    wanted = {f"msg_{hook}_{number}" for number in range(1, 81)}
    try:
        for turn in range(8):
            arrive(store, range(10 * turn + 1, 10 * turn + 11))
            wait_for(partial(more_than, kept, len(calls(kept)) + 2))
            name = ("service", "receiver")[turn % 2]
            running[name].kill()
            running[name].wait()
            running[name] = subprocess.Popen([sys.executable, "-c", *words[name]])
        wait_for(lambda: delivered(store) == len(wanted))
    finally:
        for process in running.values():
            process.kill()
            process.wait()
    with store.read() as c:
        secret = webhooks.get(c, hook)["secret"]
    bodies: dict[str, set[str]] = {}
    for headers, body in calls(kept):
        Webhook(secret).verify(body, headers)
        bodies.setdefault(headers["webhook-id"], set()).add(body)
    assert set(bodies) == wanted
    assert {len(same) for same in bodies.values()} == {1}
    assert len(calls(kept)) > len(wanted), "no kill came between a call and its record"


def calls(kept: Path) -> list[tuple[dict[str, str], str]]:
    whole = kept.read_text().rpartition("\n")[0] if kept.exists() else ""
    return [tuple(json.loads(line)) for line in whole.splitlines() if line]


def delivered(store: Store) -> int:
    with store.read() as c:
        return sum(call["state"] == "delivered" for call in webhooks.log(c, 1, 1000))


def more_than(kept: Path, number: int) -> bool:
    return len(calls(kept)) > number


def wait_for(holds: Callable[[], bool], within: float = 60) -> None:
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
