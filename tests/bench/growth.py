"""What grows as the store does: `python tests/bench/growth.py STORE…`, stores that make_store.py made, small to large.

For each: one item ingested, a page of the newest, of a company, of a rare and a common word, the overview of a company,
a story, what `/` shows, the stories of a day for a digest, and bytes an item. Medians, in milliseconds of this
process's processor time, so that other work on the machine counts little. Each store is copied and not changed.
"""

import argparse
import json
import logging
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from chipwire.domain import Company, Entry, Placement, Read, Tags, Topic
from chipwire.keep.db import Store, open_store
from chipwire.keep.news import items, stories
from chipwire.keep.people import digests
from chipwire.keep.queries import counts, detail, overview, query
from chipwire.keep.queries.expression import parse
from chipwire.keep.queries.query import Filter
from chipwire.serve.app import create_app
from chipwire.serve.options import Options
from tests.bench.make_store import COMPANIES, NOW, TOPICS
from tests.client import Client

TIMES = 25
DAY = timedelta(days=1)


def one(number: int) -> Read:
    url = f"https://outlet1.example/growth/{number}"
    entry = Entry(uid=url, url=url, title=f"Nvidia ships rack {number}", text="chip " * 60, published=NOW)
    tags = Tags(lang="en", companies={"nvidia": "about", "samsung": "mention"}, topics=["ai"], relevant=True)
    return Read(entry=entry, url=url, content_hash=str(number), tags=tags)


def ingest(store: Store, number: int) -> None:
    """One item as a feed's turn brings it: stored, tagged, indexed, hung on a story of its own, committed."""
    with store.write() as c:
        ((item_id, _),) = items.add(c, "feed-1", [one(number)], NOW).new
        stories.apply(c, [Placement(item_id=item_id, story_id=item_id)], NOW)


def reading(store: Store, deed: Callable[[Any], object]) -> Callable[[int], object]:
    def read(_: int) -> object:
        with store.read() as c:
            return deed(c)

    return read


def overlook(store: Store, span: timedelta, number: int) -> object:
    """The overview of a span that nobody asked for before: it ends at another hour each time."""
    until = NOW - timedelta(hours=number)
    with store.read() as c:
        return overview.company(c, "nvidia", until - span, until)


def deeds(store: Store) -> dict[str, Callable[[int], object]]:
    with store.read() as c:
        story = int(c.exec_driver_sql("SELECT max(id) FROM story WHERE n_items > 5").scalar() or 1)
        low = query.first_at(c, NOW - DAY)
    options = Options(
        base_url="http://127.0.0.1", clock=lambda: NOW, secret="of the bench", rate_limit=0,
        companies={slug: Company(slug=slug, name=slug.title()) for slug, _ in COMPANIES},
        topics={slug: Topic(slug=slug, name=slug.title()) for slug, _ in TOPICS},
    )  # fmt: skip
    client = Client(create_app(store, options))
    newest = Filter()
    company = Filter(companies=(("nvidia",),))
    return {
        "ingest of one item": lambda number: ingest(store, number),
        "newest 50": reading(store, lambda c: query.page(c, newest, limit=51)),
        "50 of a company": reading(store, lambda c: query.page(c, company, limit=51)),
        "50 of a rare word": reading(store, lambda c: query.page(c, Filter(words=parse("zirkelwort")), limit=51)),
        "50 of a common word": reading(store, lambda c: query.page(c, Filter(words=parse("chip")), limit=51)),
        "50 of 三星": reading(store, lambda c: query.page(c, Filter(words=parse("三星")), limit=51)),
        "overview, 30 days": lambda number: overlook(store, 30 * DAY, number),
        "overview, 2 days": lambda number: overlook(store, 2 * DAY, number),
        "counts of all companies": reading(store, counts.companies),
        "story": reading(store, lambda c: detail.story(c, story, {})),
        "digest of a day": reading(store, lambda c: (digests.stories(c, low, query.newest(c)), digests.volume(c, NOW))),
        "page /": lambda number: client.get(f"/?nothing={number}").raise_for_status(),
        "page of a story": lambda number: client.get(f"/stories/{story}?nothing={number}").raise_for_status(),
    }


def measure(path: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(shutil.copy(path, folder))
        store = open_store(copy)
        with store.read() as c:
            many = int(c.exec_driver_sql("SELECT count(*) FROM item").scalar() or 1)
        found: dict[str, float] = {"items": many, "bytes an item": copy.stat().st_size / many}
        for name, deed in deeds(store).items():
            spent = []
            for number in range(TIMES):
                began = time.process_time()
                deed(number)
                spent.append((time.process_time() - began) * 1000)
            found[name] = round(statistics.median(spent[1:]), 3)
        store.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("stores", type=Path, nargs="+")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    columns = [measure(path) for path in given.stores]
    print(f"{'':28}" + "".join(f"{column['items']:>14,.0f}" for column in columns))
    for name in columns[0]:
        if name != "items":
            print(f"{name:28}" + "".join(f"{column[name]:>14,.3f}" for column in columns))
    if given.json:
        given.json.write_text(json.dumps(columns, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
