"""Ten days of the demo's news, really parsed, tagged and folded, a few reports a day: the ten letters together."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chipwire.collect.lists.sources import load_feeds
from chipwire.config import data_dir
from chipwire.domain import Feed, Read, Reader, utc
from chipwire.enrich.stories.cluster import Arrival, Window
from chipwire.keep.db import Store, open_store
from chipwire.keep.news import items, stories
from chipwire.keep.people import letters, readers
from chipwire.keep.sources import feeds
from chipwire.pipeline import reading
from chipwire.pipeline.desk import Desk
from chipwire.pipeline.digests import preview, queue_digests
from chipwire.pipeline.messages import Given, Memory
from chipwire.send.compose import Catalogue
from chipwire.send.render import Sender
from tests.send.conftest import reader
from tests.send.letters import leave, told

pytestmark = pytest.mark.slow
START = utc(2026, 2, 12, 7)
DAYS = 10
DENIAL = "ByteDance rejects talk of in-house processor, threatens legal steps"
HEADLINE = re.compile(r"^\* (Update: )?(.+)$", re.MULTILINE)


def reports() -> list[tuple[Feed, Read]]:
    """What the demo's documents hold, in the order it was published."""
    folder = data_dir() / "demo"
    found: list[tuple[Feed, Read]] = []
    for feed in load_feeds(folder / "feeds.toml"):
        document = folder / feed.url.rpartition("/")[2]
        if document.is_file():
            got = reading.read(Given(document.read_bytes(), feed, feed.url), Memory(), data_dir())
            found += [(feed, read) for read in got.reads]
    return sorted(found, key=lambda one: (one[1].entry.published or START, one[1].url))


@pytest.fixture(scope="module")
def news() -> list[tuple[Feed, Read]]:
    return reports()


@pytest.fixture
def desk(sender: Sender) -> Desk:
    known = reading.tagger(data_dir())
    return Desk(sender, Catalogue(known.companies, known.topics), lambda: START)


def lived(path: Path, news: list[tuple[Feed, Read]], desk: Desk, who: Reader) -> Iterator[tuple[Store, Reader, int]]:
    """Ten days in a store of their own: each day's share of the reports arrives, then the letter is queued and sent."""
    store, window = open_store(path), Window.load(data_dir())
    with store.write() as c:
        for feed in {feed.id: feed for feed, _ in news}.values():
            feeds.add(c, feed)
        alice = readers.add(c, who)
    share = -(-len(news) // DAYS)
    for day in range(DAYS):
        now = START + timedelta(days=day)
        for feed, read in news[day * share : (day + 1) * share]:
            with store.write() as c:
                added = items.add(c, feed.id, [read], now - timedelta(hours=2))
                stories.apply(c, window.place([Arrival(item, one.fingerprint) for item, one in added.new], now), now)
        assert preview(store, desk, alice, now).body == preview(store, desk, alice, now).body
        queue_digests(store, desk, now)
        leave(store)
        yield store, alice, day
    store.close()


def test_ten_days_of_demo_news(tmp_path: Path, news: list[tuple[Feed, Read]], desk: Desk) -> None:
    """No story twice but as an update with something new; no headline twice; a second life gives the same bytes."""
    who = reader(id=None, companies=[], zone="UTC", created=START)
    headlines: list[tuple[bool, str]] = []
    bodies: list[bytes] = []
    known: set[int] = set()
    denied = 0
    for store, alice, day in lived(tmp_path / "one.db", news, desk, who):
        text = told(store, alice, (START + timedelta(days=day)).date()).replace("\r", "")
        found = [(bool(update), title) for update, title in HEADLINE.findall(text)]
        headlines += found
        denied += text.count("Denied by ByteDance")
        assert text.count("New: ") + text.count("Denied by") >= sum(update for update, _ in found)
        with store.read() as c:
            letter = letters.listing(c)[0]
            bodies.append(letters.get(c, letter.id or 0).body)
            now_known = set(letters.told(c, alice.id or 0))
        first = sum(not update for update, _ in found)
        assert len(now_known) - len(known) <= first, "what is told as new was not told before"
        known = now_known
    titles = [title for _, title in headlines]
    assert len(titles) == len(set(titles)), "no headline twice"
    assert 12 <= len(titles) <= len(news)
    assert not any(update for update, _ in headlines), "translations and copies bring nothing new"
    assert sum("ByteDance designs own AI chip" in title for title in titles) == 1, "six more reports of it came later"
    assert DENIAL in titles, "the denial of three days later is news of its own"
    assert denied == 2, "in the report itself, and in the story of its own"
    again = []
    for store, _, _ in lived(tmp_path / "two.db", news, desk, who):
        with store.read() as c:
            again.append(letters.get(c, letters.listing(c)[0].id or 0).body)
    assert bodies == again
