"""A backup that takes the store's place: no number stands for two items, and what may have left is in doubt."""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from chipwire.domain import Feed, FeedEvent, FeedState, Letter, Read, Reader, utc
from chipwire.keep import restored
from chipwire.keep.backup import backup
from chipwire.keep.db import Store
from chipwire.keep.news import items
from chipwire.keep.people import letters, outbox, readers
from chipwire.keep.sources import feeds
from tests.stores import open_store

pytestmark = pytest.mark.sqlite
NOW = utc(2026, 11, 23, 8)


@pytest.fixture
def store(store: Store) -> Store:
    """With a feed that was asked at NOW and a letter that waits."""
    with store.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
        feeds.save(c, FeedState(feed_id="f", last_checked=NOW), FeedEvent(feed_id="f", at=NOW, outcome="new"))
        alice = readers.add(c, Reader(email="alice@chipwire.test", created=NOW))
        letter = Letter(
            reader_id=alice.id or 0, local_date=NOW.date(), message_id="<1@chipwire.test>", subject="News",
            body=b"News", queued_at=NOW, next_try=NOW, expires_at=NOW + timedelta(days=1),
        )  # fmt: skip
        outbox.queue(c, letter)
    return store


def add(store: Store, read: Read) -> int:
    with store.write() as c:
        return items.add(c, "f", [read], NOW).new[0][0]


def test_no_item_gets_a_number_that_the_lost_store_gave(
    store: Store, read: Callable[..., Read], tmp_path: Path
) -> None:
    kept = add(store, read("a"))
    backup(store, tmp_path / "copy.db")
    lost = add(store, read("b"))
    with store.write() as c:
        assert restored.settle(c, NOW) is None, "the store that was copied goes on as it was"
    shutil.copy(tmp_path / "copy.db", tmp_path / "again.db")
    with closing(open_store(tmp_path / "again.db")) as again:
        with again.read() as c:
            assert restored.waits(c)
            assert restored.at(c, NOW) is None
        with again.write() as c:
            assert restored.settle(c, NOW) == ("2026-11-23 08:00:00.000000", 1)
        assert kept < lost < add(again, read("c"))
        with again.write() as c:
            assert restored.settle(c, NOW) is None, "once"
            assert restored.at(c, NOW) == NOW
            assert restored.at(c, NOW - timedelta(days=400)) is None, "the clock that did it ran ahead"
            assert [letter.last_reply for letter in letters.unknown(c)] == [
                "the store was put back from a backup: it may have left before"
            ]
            assert outbox.claim(c, NOW) is None
