"""Processor milliseconds of each stage for a feed of 50 items, in one process.

    python -m tests.bench.bench_stages [FEEDS]

Download (nginx on loopback), decode and cut, parse, clean, tag, fingerprint, cluster, write, index: what is slowest
is next.
First of whole documents into an empty store, then of the same with three new items each, which are read in part.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chipwire import clock
from chipwire.cli import wiring
from chipwire.collect.content.entries import refine
from chipwire.collect.content.identity import canonical_url, content_hash
from chipwire.collect.document.marks import Marks, digest
from chipwire.collect.parse import characters, raw, understand
from chipwire.config import data_dir
from chipwire.domain import Entry, Feed, FeedState, Fetched, Read
from chipwire.enrich.boilerplate import recurring, remember
from chipwire.enrich.stories.cluster import Arrival, Window
from chipwire.enrich.stories.fingerprint import fingerprint
from chipwire.keep.db import Connection
from chipwire.keep.news import items, search, stories, volume
from chipwire.keep.news import wire as wire_json
from chipwire.keep.sources import feeds
from chipwire.pipeline import reading
from chipwire.pipeline.messages import Given, Memory
from tests.bench.feedworld import World
from tests.bench.nginx import Nginx


class Meter:
    """Adds up processor time by stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began = time.process_time()
        try:
            yield
        finally:
            self.spent[stage] = self.spent.get(stage, 0.0) + time.process_time() - began


async def main(folder: Path, count: int) -> None:
    folder.chmod(0o755)
    world = World(count)
    world.write(folder / "www")
    server, data = Nginx(folder / "www", count), data_dir()
    reading.prepare(data)
    settings = wiring.settings(folder / "chipwire.db", allow_private=True, log_level="error")
    all_feeds = [Feed(id=f"feed-{n}", url=server.url(n), title=f"Feed {n}") for n in range(count)]
    window, marks = Window.load(data), dict[str, Marks | None]()
    with wiring.opened(settings, new=True) as store:
        with store.write() as c:
            for feed in all_feeds:
                feeds.add(c, feed)
        async with wiring.fetcher(settings) as wire:
            for way in ("whole", "in part"):
                meter, total, documents = Meter(), 0, 0
                for feed in all_feeds:
                    with meter("download"):
                        got = await wire.fetch(feed, FeedState(feed_id=feed.id), clock.now())
                    assert isinstance(got, Fetched)
                    before = marks.get(feed.id)
                    marks[feed.id] = marked(got.body, feed)
                    if way == "in part" and before is None:
                        continue
                    found = read(meter, got.body, feed) if before is None else fresh(meter, got.body, feed, before)
                    reads = tagged(meter, found, feed, data)
                    total, documents = total + len(reads), documents + 1
                    with store.write() as c:
                        write(meter, c, feed, reads, window)
                show(way, meter, documents, total)
                world.write(folder / "www", world.grow(1.0))
    server.close()


def show(way: str, meter: Meter, documents: int, total: int) -> None:
    print(f"{way}: {documents} documents, {total} items; processor ms a document")
    for stage, seconds in meter.spent.items():
        print(f"  {stage:16} {seconds / max(documents, 1) * 1000:8.1f}")


def write(meter: Meter, c: Connection, feed: Feed, reads: list[Read], window: Window) -> None:
    """What `pipeline.refresh` does in its transaction; the index is then made once more to be timed by itself."""
    with meter("write and index"):
        added = items.add(c, feed.id, reads, clock.now())
        volume.flush(c)
    with meter("cluster"):
        placed = window.place([Arrival(i, one.fingerprint) for i, one in added.new])
    with meter("write stories"):
        stories.apply(c, placed, clock.now())
        wire_json.flush(c)
    ids = [i for i, _ in added.new]
    search.remove(c, ids)
    with meter("of that, index"):
        search.index(c, ids)


def marked(body: bytes, feed: Feed) -> Marks | None:
    """What would stay of the document; None where the next one is read whole."""
    given = Given(body, feed, feed.url)
    document = understand(characters(body, None, feed.lang), url=feed.url, lang=feed.lang)
    known = {one.entry.uid: one.content for one in reading.named(document, given)}
    found = reading.read(given, Memory(known), Path())  # nothing is new, so nothing is tagged
    return Marks.unpacked(found.marks) if found.marks else None


def fresh(meter: Meter, body: bytes, feed: Feed, before: Marks) -> list[Entry]:
    """What `pipeline.unseen` does, stage by stage: the entries that are new, and a probe that is read beside them."""
    with meter("decode and cut"):
        text = characters(body, None, feed.lang)
        pieces = text.pieces
        assert pieces is not None
        seen = {mark.raw for mark in before.of}
        raws = [digest(item) for item in pieces.items]
        probe = next(n for n, raw in enumerate(raws) if raw in seen)
        places = [n for n, raw in enumerate(raws) if n == probe or raw not in seen]
    with meter("parse and clean"):
        document = understand(text.of(places), url=feed.url, lang=feed.lang)
    return [entry for n, entry in zip(places, document.entries, strict=True) if n != probe]


def read(meter: Meter, body: bytes, feed: Feed) -> list[Entry]:
    """What `pipeline.reading` does, stage by stage."""
    with meter("decode and cut"):
        text = characters(body, None, feed.lang)
    with meter("parse"):
        found = raw(text)
    with meter("clean"):
        return refine(found, url=feed.url, lang=feed.lang).entries


def tagged(meter: Meter, entries: list[Entry], feed: Feed, data: Path) -> list[Read]:
    """What `reading.read_entries` does of them, which recur in nothing."""
    tagger, lexicon, heard = reading.tagger(data), reading.lexicon(data), []
    urls = [canonical_url(entry.url, feed.home) if entry.url else f"urn:{entry.uid}" for entry in entries]
    with meter("tag"):
        texts = [(entry.title, entry.text, entry.lang) for entry in entries]
        looks = tagger.look(texts, [entry.beside for entry in entries])
    with meter("lines that recur"):
        for entry, url, look in zip(entries, urls, looks, strict=True):
            heard.append(remember.said(url, entry.title, entry.text, entry.published, look.named).packed())
        recurring.boxes(remember.together(*heard))
    with meter("tag"):
        tags = tagger.said(looks)
    with meter("fingerprint"):
        marks = [
            fingerprint(entry.title, entry.text, one.lang, entry.published, feed.id, url, one, lexicon)
            for entry, url, one in zip(entries, urls, tags, strict=True)
        ]
    return [
        Read(entry=entry, url=url, content_hash=content_hash(entry), tags=one, fingerprint=mark)
        for entry, url, one, mark in zip(entries, urls, tags, marks, strict=True)
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="chipwire-stages-") as made:
        asyncio.run(main(Path(made), int(sys.argv[1]) if len(sys.argv) > 1 else 60))
