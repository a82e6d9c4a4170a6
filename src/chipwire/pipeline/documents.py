"""BODY → READS: a document is read by a worker, in part where that is certain to come to the same, else whole."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog

from chipwire.collect.article import Articles
from chipwire.collect.document.marks import usable
from chipwire.collect.workers.pool import Workers
from chipwire.domain import Failed, Read, Tags
from chipwire.enrich.boilerplate.remember import WINDOW, address
from chipwire.keep.db import Store
from chipwire.keep.news import items, tagging
from chipwire.keep.sources import lines, marks
from chipwire.pipeline import calls, recurrence
from chipwire.pipeline.messages import Given, Memory, Reading, Stored

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
            given = replace(given, said=lines.of(c, given.feed.id))
        reading = await self._in_part(given, before) or await self._whole(given)
        if isinstance(reading, Failed):
            return reading
        reads = await self._articles(reading.reads, given) if given.feed.full_text else reading.reads
        mended = await self._mended(reading, given) if reading.overtaken else []
        return replace(reading, reads=reads, before=before, mended=mended)

    async def _in_part(self, given: Given, before: bytes | None) -> Reading | None:
        if before is None or not usable(before):
            return None
        reading = await self.workers.run(calls.read_unseen, given, before, self.data)
        if reading is None or isinstance(reading, Failed):
            return None
        with self.store.read() as c:
            reads = items.told(c, given.feed.id, reading.reads)
        return None if reads is None else replace(reading, reads=reads)

    async def _whole(self, given: Given) -> Reading | Failed:
        with self.store.read() as c:
            memory = Memory(items.known(c, given.feed.id), items.links(c, given.feed.id))
        return await self.workers.run(calls.read, given, memory, self.data)

    async def _mended(self, reading: Reading, given: Given) -> list[tuple[int, Tags]]:
        """Stored items without the boxes that this document made known; none where that fails: a retag mends them."""
        if not (sought := recurrence.earlier(reading)):
            return []
        with self.store.read() as c:
            latest = [one for one in tagging.latest(c, given.feed.id, WINDOW) if address(one.url) in sought]
        texts = [Stored(one.id, one.title, one.body, one.lang, one.beside) for one in latest]
        if not texts:
            return []
        found = await self.workers.run(calls.tagged_anew, texts, given.said, reading, self.data)
        return [] if isinstance(found, Failed) else found

    async def _articles(self, reads: list[Read], given: Given) -> list[Read]:
        """Each with its article's text, if there is one; the lines of the first are known when the next one is read."""
        found: list[Read] = []
        for one in reads:
            found.append(await self._article(one, given))
            given = replace(given, said=given.said + found[-1].said)
        return found

    async def _article(self, one: Read, given: Given) -> Read:
        if one.entry.url is None:
            return one
        text = await self.articles.text(one.entry.url, self.now())
        if isinstance(text, Failed):
            log.info("article", feed=given.feed.id, url=one.entry.url, why=text.message)
            return one
        entry = one.entry.model_copy(update={"text": text, "beside": ()})
        again = await self.workers.run(calls.read_again, entry, one.content_hash, given, self.data)
        return one if isinstance(again, Failed) else again
