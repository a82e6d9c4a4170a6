"""What is counted as tags are written is what a count over all tags finds, whatever happened in between."""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from chipwire.domain import Entry, Feed, Read, Role, Tags, utc
from chipwire.keep.db import Connection, Store
from chipwire.keep.news import items, tagging
from chipwire.keep.news.days import ALL_TIME, day_of
from chipwire.keep.news.prune import prune
from chipwire.keep.queries import counts, overview
from chipwire.keep.sources import feeds
from chipwire.keep.tables import table
from tests.stores import open_store

START = utc(2026, 11, 1, 5)
COMPANIES = ("nvidia", "samsung", "bytedance", "baidu")
ROLES: tuple[Role, ...] = ("about", "mention")


def tags(dice: random.Random) -> Tags:
    return Tags(
        lang=dice.choice(["en", "zh-Hans", "id"]),
        companies={slug: dice.choice(ROLES) for slug in dice.sample(COMPANIES, k=dice.choice([0, 1, 1, 2, 3]))},
        topics=dice.sample(["gpu", "memory"], k=dice.randint(0, 2)),
        relevant=dice.random() < 0.8,
    )


def read(uid: str, dice: random.Random) -> Read:
    url = f"https://outlet.example/{uid}"
    entry = Entry(uid=uid, url=url, title="kiln", text="wafer", published=START)
    return Read(entry=entry, url=url, content_hash=str(dice.random()), tags=tags(dice))


def live(store: Store, dice: random.Random, look: Callable[[Connection], None] = lambda c: None) -> None:
    """A fortnight of arrivals, changed texts, new tags and items that go; `look` sees what each turn left."""
    with store.write() as c:
        for name in ("trade", "wire"):
            feeds.add(c, Feed(id=name, url=f"https://{name}.example/feed", title=name))
    for turn in range(60):
        at = START + timedelta(hours=6 * turn, minutes=dice.randint(-90, 90))
        with store.write() as c:
            fresh = [read(f"{turn}-{n}", dice) for n in range(dice.randint(1, 3))]
            again = [read(f"{dice.randint(0, turn)}-0", dice)]
            items.add(c, dice.choice(["trade", "wire"]), fresh + again, at)
            tagging.retag(c, [(item_id, tags(dice)) for item_id in dice.sample(range(1, turn + 2), k=min(turn, 2))])
            if turn % 20 == 19:
                prune(c, START + timedelta(days=turn // 10), limit=7)
        with store.read() as c:
            look(c)


def naive(c: Connection) -> dict[str, Counter[tuple[object, ...]]]:
    """Every table of counts from the tags themselves."""
    seen = {row.id: row for row in c.execute(table("item").select())}
    found: dict[str, Counter[tuple[object, ...]]] = {name: Counter() for name in ("tag_day", "pair_day", "source_day")}
    named: dict[int, list[str]] = {}
    for tag in c.execute(table("item_company").select()):
        if tag.relevant:
            named.setdefault(tag.item_id, []).append(tag.slug)
            day = day_of(seen[tag.item_id].first_seen)
            for of in (day, ALL_TIME):
                found["tag_day"]["company", tag.slug, of, tag.role, tag.lang] += 1
            found["source_day"][tag.slug, day, seen[tag.item_id].feed_id] += 1
    for tag in c.execute(table("item_topic").select()):
        if tag.relevant:
            for of in (day_of(seen[tag.item_id].first_seen), ALL_TIME):
                found["tag_day"]["topic", tag.slug, of, "", tag.lang] += 1
    for item_id, slugs in named.items():
        day = day_of(seen[item_id].first_seen)
        found["pair_day"].update((one, day, other) for one in slugs for other in slugs if one != other)
    return found


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with closing(open_store(tmp_path_factory.mktemp("volume") / "v.db")) as store:
        live(store, random.Random(9))
        yield store


def test_counts_stay_exact(lived: Store) -> None:
    with lived.read() as c:
        for name, expected in naive(c).items():
            kept = {tuple(row)[:-1]: row[-1] for row in c.execute(table(name).select())}
            assert kept == dict(expected), name
            assert expected, name


def test_an_overview_counts_exactly_the_span(lived: Store) -> None:
    dice = random.Random(10)
    with lived.read() as c:
        times = [START + timedelta(hours=dice.randint(-10, 400)) for _ in range(30)]
        for since, until in [(min(pair), max(pair)) for pair in itertools.pairwise(times)]:
            check(c, since, until)
        assert counts.topics(c)["gpu"] == counts.topics(c, utc(2020, 1, 1))["gpu"] > 0


def test_an_overview_of_the_same_span_follows_the_news(store: Store) -> None:
    since, until = START + timedelta(hours=7), START + timedelta(days=11)
    live(store, random.Random(11), lambda c: check(c, since, until))
    with store.write() as c:
        assert prune(c, START + timedelta(days=6), limit=7), "with nothing else changed"
    with store.read() as c:
        check(c, since, until)


def check(c: Connection, since: datetime, until: datetime) -> None:
    """The overview of one company, and the counts of all, against the tags of the span."""
    seen = {row.id: row.first_seen for row in c.execute(table("item").select())}
    tagged = [row for row in c.execute(table("item_company").select()) if row.relevant]
    rows = [row for row in tagged if since <= seen[row.item_id] < until]
    expected = Counter((row.slug, row.role) for row in rows)
    assert {
        (s, r): n for s, roles in counts.companies(c, since, until).items() for r, n in roles.items() if n
    } == expected
    mine = {row.item_id: row for row in rows if row.slug == "nvidia"}
    found = overview.company(c, "nvidia", since, until)
    assert found["about"] + found["mention"] == len(mine)
    assert found["languages"] == Counter(row.lang for row in mine.values())
    days = Counter(seen[item_id].date().isoformat() for item_id in mine)
    assert {day["day"]: day["about"] + day["mention"] for day in found["volume"]} == days
    beside = Counter(row.slug for row in rows if row.item_id in mine and row.slug != "nvidia")
    assert {other["slug"]: other["items"] for other in found["related"]} == beside
    assert sum(source["items"] for source in found["sources"]) == len(mine)
