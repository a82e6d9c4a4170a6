"""Applications with a sender of letters over one store, and Alice, who reads them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from chipwire.domain import Company, Reader, Topic, utc
from chipwire.keep.db import Store
from chipwire.keep.people import readers
from chipwire.send import words
from chipwire.send.render import Sender
from chipwire.send.tokens import Links
from chipwire.serve.app import create_app
from chipwire.serve.options import Options
from tests.client import Client

DATA = Path(__file__).parents[3] / "data"
NOW = utc(2026, 11, 23, 7)
SENDER = Sender(
    "chipwire <digest@chipwire.test>", "chipwire.test", Links("http://chipwire.test", ["older", "newest"]),
    words.load(DATA / "locales.toml"),
)  # fmt: skip
Clients = Callable[..., Client]


class Clock:
    now = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(store: Store, clock: Clock) -> Iterator[Clients]:
    running = ExitStack()

    def make(**other: Any) -> Client:
        given: dict[str, Any] = {
            "base_url": "http://chipwire.test", "clock": lambda: clock.now, "secret": "s", "rate_limit": 0,
            "companies": {s: Company(slug=s, name=s) for s in ("bytedance", "samsung")},
            "topics": {"foundry": Topic(slug="foundry", name="Foundry")}, "sender": lambda: SENDER,
        }  # fmt: skip
        app = create_app(store, Options(**(given | other)))
        return running.enter_context(Client(app, base_url="http://chipwire.test"))

    with running:
        yield make


@pytest.fixture
def alice(store: Store) -> Reader:
    with store.write() as c:
        return readers.add(c, Reader(email="alice@chipwire.test", created=NOW))
