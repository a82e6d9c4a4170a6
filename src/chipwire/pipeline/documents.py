"""BODY → READS: a document is read by a worker, in part where that is certain to come to the same, else whole."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog

from chipwire.collect.article import Articles
from chipwire.collect.marks import usable
from chipwire.collect.workers import Workers
from chipwire.domain import Failed, Feed, Read
from chipwire.keep import items, marks
from chipwire.keep.db import Store
from chipwire.pipeline.reading import Given, Memory, Reading, read, read_entry
from chipwire.pipeline.unseen import read_unseen

log = structlog.get_logger()


@dataclass(frozen=True)
class Documents:
    """What reading takes: the store, workers for hostile input, articles of feeds that ask for them."""

    store: Store
    workers: Workers
    articles: Articles
    data: Path
    now: Callable[[], datetime]

    async def read(self, given: Given) -> Reading | Failed:
        """What is new or changed; for a feed that asks for full text, articles are read too as far as sites allow."""
        with self.store.read() as c:
            before = marks.of(c, given.feed.id)
        reading = await self._in_part(given, before) or await self._whole(given)
        if isinstance(reading, Failed):
            return reading
        reads = reading.reads
        if given.feed.full_text:
            reads = [await self._article(one, given.feed) for one in reads]
        return replace(reading, reads=reads, before=before)

    async def _in_part(self, given: Given, before: bytes | None) -> Reading | None:
        if before is None or not usable(before):
            return None
        reading = await self.workers.run(read_unseen, given, before, self.data)
        if reading is None or isinstance(reading, Failed):
            return None
        with self.store.read() as c:
            reads = items.told(c, given.feed.id, reading.reads)
        return None if reads is None else replace(reading, reads=reads)

    async def _whole(self, given: Given) -> Reading | Failed:
        with self.store.read() as c:
            memory = Memory(items.known(c, given.feed.id), items.links(c, given.feed.id))
        return await self.workers.run(read, given, memory, self.data)

    async def _article(self, one: Read, feed: Feed) -> Read:
        if one.entry.url is None:
            return one
        text = await self.articles.text(one.entry.url, self.now())
        if isinstance(text, Failed):
            log.info("article", feed=feed.id, url=one.entry.url, why=text.message)
            return one
        entry = one.entry.model_copy(update={"text": text})
        again = await self.workers.run(read_entry, entry, one.content_hash, feed, self.data)
        return one if isinstance(again, Failed) else again
