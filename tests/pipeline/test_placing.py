"""Two processes that place items in one file: `chipwire refresh` beside the clock."""

import asyncio
from pathlib import Path

import pytest

from chipwire.config import data_dir
from chipwire.domain import Entry, Feed, Read, Tags, utc
from chipwire.enrich.stories.cluster import Arrival, Window
from chipwire.enrich.stories.fingerprint import fingerprint
from chipwire.keep.db import Store
from chipwire.keep.news import items, stories
from chipwire.keep.shelf import FileShelf
from chipwire.keep.sources import feeds
from chipwire.pipeline.placing import PORTION, Placing, portions
from chipwire.pipeline.reading import lexicon
from chipwire.pipeline.sharing import Alone
from tests.stores import open_store

NOW = utc(2026, 11, 23, 8)
DATA = data_dir()
TEXT = (
    "ByteDance plans to make at least 100,000 units of an inference chip this year and is in talks with Samsung about "
    "building it, two people with knowledge of the plan said. The chip is to reach 350,000 units next year."
)


def bring(placing: Placing, store: Store, number: int) -> int:
    """The same report by one more feed, placed; the story it is in."""
    title, url = "ByteDance plans its own AI chip with Samsung", f"https://f{number}.example/1"
    tags = Tags(lang="en", companies={"bytedance": "about", "samsung": "about"}, relevant=True)
    seen = fingerprint(title, TEXT, "en", NOW, f"f{number}", url, tags, lexicon(DATA))
    entry = Entry(uid="1", url=url, title=title, text=TEXT, published=NOW)
    read = Read(entry=entry, url=url, content_hash=str(number), tags=tags, fingerprint=seen)
    with store.write() as c:
        feeds.add(c, Feed(id=f"f{number}", url=f"https://f{number}.example/feed", title=f"F{number}"))
        ((item, one),) = items.add(c, f"f{number}", [read], NOW).new
        placing.place(c, [Arrival(item, one.fingerprint)], NOW, Alone(store))
        placed = stories.recent(c, NOW)
    return next(story for ident, story, *_ in placed if ident == item)


@pytest.mark.sqlite
def test_each_hears_of_what_the_other_placed(tmp_path: Path) -> None:
    here, there = (open_store(tmp_path / "chipwire.db") for _ in range(2))
    model = Window.load(DATA).model
    clock = Placing(here, Window(model, FileShelf), lambda: NOW)
    command = Placing(there, Window(model), lambda: NOW)
    for placing in (clock, command):
        asyncio.run(placing.remember())
    first = bring(clock, here, 1)
    assert bring(command, there, 2) == first
    assert bring(clock, here, 3) == first
    window = clock.window
    assert bring(clock, here, 4) == first
    assert clock.window is window, "what it placed itself is not read again"
    here.close()
    there.close()


def test_turns_are_parted_where_one_transaction_would_read_too_much_and_none_is_lost() -> None:
    reads = [PORTION // 2, PORTION // 2, 1, 0, 3 * PORTION, 2]
    assert list(portions(range(6), reads.__getitem__)) == [[0, 1], [2, 3], [4], [5]]
    assert list(portions([], reads.__getitem__)) == []
