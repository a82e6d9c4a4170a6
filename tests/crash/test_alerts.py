"""kill -9 while saved searches are answered: every reader is told of every hit, and of none twice."""

import multiprocessing
import os
import random
import signal
import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from chipwire.domain import Company, Entry, Feed, Placement, Read, Tags
from chipwire.keep.db import Store, open_store
from chipwire.keep.news import items, stories
from chipwire.keep.people import alerts, letters, readers
from chipwire.keep.queries import query
from chipwire.keep.sources import feeds
from chipwire.pipeline.alerts import queue_alerts
from chipwire.pipeline.desk import Desk
from chipwire.send import words
from chipwire.send.compose import Catalogue
from chipwire.send.render import Sender
from chipwire.send.tokens import Links
from tests.send.conftest import DATA, NOW, reader

READERS, KILLS = 12, 20
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.crash.test_alerts"])


def desk() -> Desk:
    links = Links("https://news.chipwire.test", ["a secret of the tests"])
    sender = Sender("chipwire <digest@chipwire.test>", "chipwire.test", links, words.load(DATA / "locales.toml"))
    return Desk(sender, Catalogue({"samsung": Company(slug="samsung", name="Samsung")}, {}), lambda: NOW)


def work(path: Path) -> None:
    """One event after another, two hours apart, each followed by a round of alerts; until killed."""
    store, writer = open_store(path), desk()
    while True:
        number = publish(store)
        queue_alerts(store, writer, NOW + timedelta(hours=2 * number))


def publish(store: Store) -> int:
    """One more event on HBM4; its number."""
    with store.write() as c:
        number = query.newest(c) + 1
        at = NOW + timedelta(hours=2 * number - 1)
        entry = Entry(uid=str(number), url=f"https://f.example/{number}", title=f"HBM4 event {number:03} of Samsung")
        tags = Tags(lang="en", companies={"samsung": "about"}, relevant=True)
        added = items.add(c, "f", [Read(entry=entry, url=str(entry.url), content_hash=str(number), tags=tags)], at)
        item = added.new[0][0]
        stories.apply(c, [Placement(item_id=item, story_id=item)], at)
    return item


def newest(store: Store) -> int:
    with store.read() as c:
        return query.newest(c)


def told(store: Store) -> dict[int, str]:
    """What each reader's alerts say in all, by reader."""
    texts: dict[int, str] = {}
    with store.read() as c:
        for head in letters.listing(c, limit=100_000):
            assert head.kind == "alert"
            body = message_from_bytes(letters.get(c, head.id or 0).body, policy=default).get_body(("plain",))
            assert body is not None
            texts[head.reader_id] = texts.get(head.reader_id, "") + str(body.get_content())
    return texts


@pytest.mark.slow
def test_alerts_through_kills(tmp_path: Path) -> None:
    path, draw = tmp_path / "chipwire.db", random.Random(11)
    store = open_store(path)
    with store.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="Wafer Post"))
        for number in range(READERS):
            one = readers.add(c, reader(id=None, email=f"r{number}@chipwire.test"))
            alerts.add(c, one.id or 0, "HBM4", {"q": "HBM4"}, True, NOW)
    started = time.monotonic()
    queue_alerts(store, desk(), NOW + timedelta(hours=2 * publish(store)))
    took, unanswered = time.monotonic() - started, 0
    for _ in range(KILLS):
        before = newest(store)
        working = _context.Process(target=work, args=(path,))
        working.start()
        while newest(store) == before:
            time.sleep(0.005)
        time.sleep(draw.uniform(0.0, 2 * took))
        os.kill(working.pid or 0, signal.SIGKILL)
        working.join(10)
        with store.read() as c:
            (reached,) = {alert.watermark for alert in alerts.listing(c)}
        unanswered += reached < newest(store)
    events = newest(store)
    queue_alerts(store, desk(), NOW + timedelta(hours=2 * events + 2))
    said = told(store)
    assert events > KILLS
    assert unanswered, "no kill struck a round"
    assert len(said) == READERS
    for text in said.values():
        assert [text.count(f"* HBM4 event {number:03} ") for number in range(1, events + 1)] == [1] * events
    store.close()
