"""A process that writes to a store as the service does, says what was committed, and waits to be killed.

`python kill_writer.py STORE SEED`: one line a commit, `added TOKEN…` or `pruned`, after it was acknowledged.
"""

import random
import sys
from collections.abc import Iterator
from datetime import timedelta

from chipwire.domain import Entry, Feed, FeedEvent, FeedState, Placement, Read, Tags, utc
from chipwire.keep.db import Connection, open_store
from chipwire.keep.news import items, stories, tagging
from chipwire.keep.news.prune import prune
from chipwire.keep.sources import feeds, following

START = utc(2026, 1, 1)


def reads(rng: random.Random, seed: int, turn: int) -> Iterator[Read]:
    for n in range(rng.randint(1, 60)):
        token = f"w{seed}t{turn}n{n}"
        tags = Tags(lang="en", companies={"nvidia": "about"}, topics=["gpu"])
        entry = Entry(
            uid=token, url=f"https://wafer.example/{token}", title=f"Report {token}", text="Foundry news. " * 40
        )
        yield Read(
            entry=entry, url=f"https://wafer.example/{token}", content_hash=token, tags=tags, fingerprint=b"x" * 400
        )


def turn(c: Connection, rng: random.Random, seed: int, number: int) -> str:
    """One transaction of the service: what is said of it once it is committed."""
    now = START + timedelta(hours=number)
    if number % 7 == 6:
        prune(c, START + timedelta(hours=number - 4), limit=60)
        return "pruned"
    if number % 5 == 4:
        some = [(t.id, Tags(lang="en", companies={"amd": "about"})) for t in tagging.texts(c, 0, 20)]
        tagging.retag(c, some)
        return "retagged"
    added = items.add(c, "wafer", list(reads(rng, seed, number)), now)
    first = added.new[0][0]
    stories.apply(c, [Placement(item_id=i, story_id=first if i % 2 else i) for i, _ in added.new], now)
    feeds.save(c, FeedState(feed_id="wafer", etag=str(number)), FeedEvent(feed_id="wafer", at=now, outcome="new"))
    return "added " + " ".join(read.entry.uid for _, read in added.new)


def main(path: str, seed: int) -> None:
    store, rng = open_store(path), random.Random(seed)
    with store.write() as c:
        following.sync(c, [Feed(id="wafer", url="https://wafer.example/rss", title="Wafer")], START)
    number = seed * 100
    while True:
        with store.write() as c:
            said = turn(c, rng, seed, number)
        print(said, flush=True)
        number += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
