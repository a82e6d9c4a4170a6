"""Documents read in part beside the same documents read whole: whatever a feed does, the same is stored."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from chipwire.collect.article import Articles
from chipwire.collect.document.marks import usable
from chipwire.collect.fetch import Fetcher
from chipwire.collect.pacing.lanes import Lanes
from chipwire.collect.workers.pool import Workers
from chipwire.config import data_dir
from chipwire.domain import Failed, Feed
from chipwire.keep.db import Store
from chipwire.keep.news import items, prune, tagging
from chipwire.keep.sources import feeds, lines, marks
from chipwire.pipeline import reading
from chipwire.pipeline.documents import Documents
from chipwire.pipeline.messages import Given, Memory, Reading
from chipwire.pipeline.recurrence import remember
from chipwire.pipeline.unseen import read_unseen
from tests.bench.documents import document
from tests.bench.feedworld import World
from tests.pipeline.shown import EDITS, FIRST, NOW, Page, Shown, edited
from tests.stores import open_store

pytestmark = pytest.mark.slow
ATOM = "http://www.w3.org/2005/Atom"


@dataclass
class Reader:
    """One store, and the way in which documents come into it."""

    store: Store
    documents: Documents | None = None
    """None: always whole."""
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    policies: dict[str, Any] = field(default_factory=dict)

    def turn(self, feed: Feed, body: bytes, now: datetime) -> tuple[Any, ...]:
        """What the turn of a feed comes to: told of the document, and stored."""
        given = Given(body, feed, feed.url, None, self.policies.get(feed.id, "uid"))
        found = self._whole(given) if self.documents is None else self.runner.run(self.documents.read(given))
        assert not isinstance(found, Failed)
        with self.store.write() as c:
            added = items.add(c, feed.id, found.reads, now)
            marks.keep(c, [marks.Left(feed.id, found.before, found.marks)], now)
            remember(c, [(feed.id, found)], now)
            tagging.retag(c, found.mended)
        self.policies[feed.id] = found.identity
        new = [(item_id, read.url, read.entry) for item_id, read in added.new]
        return found.items, found.facts, found.problems, found.identity, new, added.changed, self.rows(feed.id)

    def _whole(self, given: Given) -> Reading:
        with self.store.read() as c:
            memory = Memory(items.known(c, given.feed.id), items.links(c, given.feed.id))
            given = replace(given, said=lines.of(c, given.feed.id))
        return reading.read(given, memory, data_dir())

    def rows(self, feed_id: str) -> list[Any]:
        with self.store.read() as c:
            sightings = "select uid, item_id, seen_at, content_hash from sighting where feed_id = ? order by uid"
            stored = "select * from item where id in (select item_id from sighting where feed_id = ?) order by id"
            return [tuple(row) for sql in (sightings, stored) for row in c.exec_driver_sql(sql, (feed_id,))]

    def prune(self, now: datetime) -> None:
        with self.store.write() as c:
            prune.prune(c, now)

    def left(self, feed: Feed) -> bytes | None:
        """The marks of its last document, if they can be used."""
        with self.store.read() as c:
            found = marks.of(c, feed.id)
        return found if found and usable(found) else None

    def sees(self, feed: Feed, body: bytes) -> Reading | None:
        """What would be read in part."""
        left = self.left(feed)
        return (
            read_unseen(Given(body, feed, feed.url, None, self.policies[feed.id]), left, data_dir()) if left else None
        )


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Reader]]:
    folder = tmp_path_factory.mktemp("unseen")
    whole, part = open_store(folder / "whole.db"), open_store(folder / "part.db")
    workers = Workers(1, seconds=60, prepare=(reading.prepare, data_dir()))
    documents = Documents(part, workers, Articles(Fetcher(), Lanes(0.0, 1), workers), data_dir(), lambda: NOW)
    with asyncio.Runner() as runner:
        yield [Reader(whole), Reader(part, documents, runner)]
        runner.run(workers.close())
    whole.close()
    part.close()


NUMBERS = count()


def subscribe(readers: list[Reader], **more: Any) -> Feed:
    number = next(NUMBERS)
    feed = Feed(id=f"f{number}", url=f"https://f{number}.example/feed", title="T", **{"lang": "en", **more})
    for reader in readers:
        with reader.store.write() as c:
            feeds.add(c, feed)
    return feed


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["rss", "rss", "json"]), FIRST, st.lists(EDITS, min_size=1, max_size=6), st.booleans())
def test_what_a_feed_shows_is_stored_alike(
    readers: list[Reader], shape: str, first: list[Shown], story: list[list[tuple[str, Any]]], shared: bool
) -> None:
    feed, other = subscribe(readers), subscribe(readers)
    page, now = Page(tuple(first)), NOW
    for edits in [[], *story]:
        page, now = edited(page, edits), now + timedelta(hours=1)
        body = page.written(shape, f"{feed.id}.example")
        event(f"document {'in part' if readers[1].sees(feed, body) else 'whole'}")
        whole, part = (reader.turn(feed, body, now) for reader in readers)
        assert part == whole
        for reader in readers:
            if shared:
                there = replace(page, shown=page.shown[:2]).written("rss", f"{feed.id}.example")
                reader.turn(other, there, now)
            if ("prune", None) in edits:
                reader.prune(now - timedelta(minutes=30))
    assert readers[0].rows(other.id) == readers[1].rows(other.id)


def test_ordinary_news_is_read_in_part_in_every_format(readers: list[Reader]) -> None:
    """Of 24 feeds with old items and three new ones; those that are ill-formed are read whole."""
    world = World(24, 8, seed=11)
    followed = [subscribe(readers, lang=None) for _ in world.outlets]
    before = [document(outlet) for outlet in world.outlets]
    world.grow(1.0)
    for feed, outlet, old in zip(followed, world.outlets, before, strict=True):
        news = document(outlet)
        whole, part = (reader.turn(feed, old, NOW) for reader in readers)
        assert part == whole
        found = readers[1].sees(feed, news)
        assert found is not None or outlet.damage
        assert found is None or (len(found.reads), found.items) == (3, 8)
        whole, part = (reader.turn(feed, news, NOW + timedelta(hours=1)) for reader in readers)
        assert part == whole


def test_marks_are_not_relied_upon_when_another_document_came_between(readers: list[Reader]) -> None:
    feed = subscribe(readers)
    _, part = readers
    page = Page((Shown(1), Shown(2)))
    part.turn(feed, page.written("rss", "m.example"), NOW)
    assert part.left(feed)
    with part.store.write() as c:
        marks.keep(c, [marks.Left(feed.id, b"what stood then", b"m" * 48)], NOW)
    assert not part.left(feed)
    part.turn(feed, replace(page, head=1).written("rss", "m.example"), NOW)
    assert part.left(feed)


@pytest.mark.parametrize(
    "change", [{"lang": "ko"}, {"home": "https://home.example/"}, {"url": "https://moved.example/"}], ids=str
)
def test_a_feed_that_is_followed_otherwise_is_read_whole(readers: list[Reader], change: dict[str, str]) -> None:
    feed = subscribe(readers)
    _, part = readers
    body = Page((Shown(1), Shown(2))).written("rss", "c.example")
    part.turn(feed, body, NOW)
    assert part.sees(feed, body)
    assert part.sees(feed.model_copy(update=change), body) is None
