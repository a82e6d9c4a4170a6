"""Bench: how long 10,000 readers with 300 stories take to compose, render and queue, and how much memory.

python -m tests.bench.letters [READERS] [STORIES]
"""

import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from chipwire.domain import Company, Entry, Feed, Placement, Read, Tags, utc
from chipwire.keep.db import Store, open_store
from chipwire.keep.news import items, stories
from chipwire.keep.people import letters, readers
from chipwire.keep.sources import feeds
from chipwire.pipeline.digests import Desk, queue_digests
from chipwire.send import words
from chipwire.send.compose import Catalogue
from chipwire.send.render import Sender
from chipwire.send.tokens import Links
from tests.send.conftest import DATA, SLUGS, reader

NOW = utc(2026, 11, 23, 7)


def main(people: int, events: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "chipwire.db")
        fill(store, people, events)
        links = Links("https://news.chipwire.test", ["bench"])
        sender = Sender("chipwire <digest@chipwire.test>", "chipwire.test", links, words.load(DATA / "locales.toml"))
        companies = {slug: Company(slug=slug, name=slug.title()) for slug in SLUGS}
        desk = Desk(sender, Catalogue(companies, {}), lambda: NOW)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start, cpu = time.perf_counter(), time.process_time()
        queued = queue_digests(store, desk, NOW)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with store.read() as c:
            size = len(letters.get(c, 1).body)
        print(
            f"{queued.letters} letters of {size} bytes in {seconds:.1f} s ({cpu:.1f} s of CPU), "
            f"+{(peak - before) // 1024} MiB"
        )
        store.close()


def fill(store: Store, people: int, events: int) -> None:
    with store.write() as c:
        for n in range(20):
            feeds.add(c, Feed(id=f"f{n}", url=f"https://f{n}.example/feed", title=f"Outlet {n}"))
        for n in range(events):
            at = NOW - timedelta(hours=20) + timedelta(minutes=n)
            url = f"https://f{n % 20}.example/{n}"
            text = f"The maker said on Monday that step {n} towards its next line is done. More will follow soon."
            entry = Entry(uid=str(n), url=url, title=f"Chip maker takes step {n} towards a new line", text=text)
            tags = Tags(lang="en", companies={SLUGS[n % 5]: "about", SLUGS[n * 7 % 5]: "mention"})
            read = Read(entry=entry, url=url, content_hash=str(n), tags=tags)
            item = items.add(c, f"f{n % 20}", [read], at).new[0][0]
            stories.apply(c, [Placement(item_id=item, story_id=item)], at)
        for n in range(people):
            chosen = [slug for i, slug in enumerate(SLUGS) if n >> i & 1] or SLUGS
            locale = ("en", "id", "ko", "ja")[n % 4]
            readers.add(c, reader(id=None, email=f"r{n}@chipwire.test", companies=chosen, locale=locale))


if __name__ == "__main__":
    main(*(int(given) for given in (sys.argv[1:] or ["10000", "300"])))
