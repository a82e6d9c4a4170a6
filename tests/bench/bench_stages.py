"""Processor milliseconds of each stage for a feed of 50 items, in one process.

    python -m tests.bench.bench_stages [FEEDS]

Download (nginx on loopback), cut and mend, parse, clean, tag, fingerprint, cluster, write, index: the slowest is next.
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
from chipwire.collect.decode import decode
from chipwire.collect.entries import refine
from chipwire.collect.identity import canonical_url, content_hash
from chipwire.collect.mend import mend
from chipwire.collect.parse import feed as parser
from chipwire.config import data_dir
from chipwire.domain import Feed, FeedState, Fetched, Read
from chipwire.enrich.cluster import Arrival, Window
from chipwire.enrich.fingerprint import fingerprint
from chipwire.keep import feeds, items, search, stories
from chipwire.pipeline import reading
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
    World(count).write(folder / "www")
    server, meter, data = Nginx(folder / "www", count), Meter(), data_dir()
    reading.prepare(data)
    settings = wiring.settings(folder / "chipwire.db", allow_private=True, log_level="error")
    window, total = Window.load(data), 0
    with wiring.opened(settings) as store:
        async with wiring.fetcher(settings) as wire:
            for number in range(count):
                feed = Feed(id=f"feed-{number}", url=server.url(number), title=f"Feed {number}")
                with meter("download"):
                    got = await wire.fetch(feed, FeedState(feed_id=feed.id), clock.now())
                assert isinstance(got, Fetched)
                reads = read(meter, got.body, feed, data)
                total += len(reads)
                with store.write() as c:
                    feeds.add(c, feed)
                    with meter("write and index"):
                        added = items.add(c, feed.id, reads, clock.now())
                    with meter("cluster"):
                        placed = window.place([Arrival(i, one.fingerprint) for i, one in added.new])
                    with meter("write stories"):
                        stories.apply(c, placed, clock.now())
                    ids = [i for i, _ in added.new]
                    search.remove(c, ids)
                    with meter("of that, index"):
                        search.index(c, ids)
    server.close()
    print(f"{count} feeds, {total} items; processor ms a feed")
    for stage, seconds in meter.spent.items():
        print(f"{stage:16} {seconds / count * 1000:8.1f}")


def read(meter: Meter, body: bytes, feed: Feed, data: Path) -> list[Read]:
    """What `pipeline.reading` does, stage by stage."""
    with meter("cut and mend"):
        text, _ = decode(body)
        mended, entries, _ = mend(text.lstrip())
    with meter("parse"):
        raw = parser.read(mended, entries)
    with meter("clean"):
        document = refine(raw, url=feed.url, lang=feed.lang)
    tagger, lexicon, reads = reading.tagger(data), reading.lexicon(data), []
    for entry in document.entries:
        url = canonical_url(entry.url, feed.home) if entry.url else f"urn:{entry.uid}"
        with meter("tag"):
            tags = tagger.tag(entry.title, entry.text, lang=entry.lang, url=entry.url)
        with meter("fingerprint"):
            mark = fingerprint(entry.title, entry.text, tags.lang, entry.published, feed.id, url, tags, lexicon)
        reads.append(Read(entry=entry, url=url, content_hash=content_hash(entry), tags=tags, fingerprint=mark))
    return reads


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="chipwire-stages-") as made:
        asyncio.run(main(Path(made), int(sys.argv[1]) if len(sys.argv) > 1 else 60))
