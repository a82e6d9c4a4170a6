"""The newest items in memory say what the store says, or that it must be asked, whatever happened in between."""

import random
from datetime import timedelta

import pytest

from chipwire.domain import Feed
from chipwire.keep.db import Store
from chipwire.keep.news import items, tagging
from chipwire.keep.news.prune import prune
from chipwire.keep.queries import newest, query
from chipwire.keep.queries.expression import parse
from chipwire.keep.queries.newest import Newest
from chipwire.keep.queries.query import Filter
from chipwire.keep.sources import feeds
from chipwire.keep.sql.packed import Rows
from tests.keep.test_volume import COMPANIES, ROLES, START, read, tags

TURNS = 40
"""In the fast suite half as many: already more items than the memory holds there, read anew, followed and pruned."""


def asked(dice: random.Random) -> Filter:
    """Any filter that the memory takes; half of them with few conditions."""
    often = dice.choice([0.1, 0.5])

    def groups(values: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        some = dice.choice([1, 2]) if dice.random() < often else 0
        return tuple(tuple(dice.sample(values, k=dice.choice([1, 1, 2]))) for _ in range(some))

    def moment() -> timedelta:
        return timedelta(hours=dice.randint(0, 6 * TURNS))

    return Filter(
        companies=groups((*COMPANIES, "nobody")),
        roles=tuple(dice.sample(ROLES, k=dice.randint(1, 2))) if dice.random() < often else (),
        topics=groups(("gpu", "memory")),
        langs=groups(("en", "zh", "zh-Hans", "id", "i")),
        feeds=groups(("trade", "wire")),
        since=START + moment() if dice.random() < often else None,
        until=START + moment() if dice.random() < often else None,
        relevant_only=dice.random() < 0.7,
    )


def happen(store: Store, dice: random.Random, turn: int, jitter: int) -> None:
    at = START + timedelta(hours=6 * turn, minutes=dice.randint(-jitter, jitter))
    with store.write() as c:
        again = [read(f"{dice.randint(0, turn)}-0", dice)]
        items.add(c, dice.choice(["trade", "wire"]), [read(f"{turn}-{n}", dice) for n in range(4)] + again, at)
        some = range(1, query.newest(c) + 1)
        tagging.retag(c, [(item_id, tags(dice)) for item_id in dice.sample(some, k=3)])
        if turn % 10 == 9:
            prune(c, START + timedelta(hours=dice.randint(0, 6 * turn)), feed_id="trade", limit=3)


@pytest.mark.parametrize(
    ("turns", "jitter"),
    [(TURNS // 2, 400), *(pytest.param(TURNS, jitter, marks=pytest.mark.slow) for jitter in (0, 400))],
)
def test_it_knows_what_the_store_knows(store: Store, monkeypatch: pytest.MonkeyPatch, turns: int, jitter: int) -> None:
    monkeypatch.setattr(newest, "SIZE", 60)
    dice, memory, known, followed = random.Random(7), Newest(store), 0, 0
    with store.write() as c:
        for name in ("trade", "wire"):
            feeds.add(c, Feed(id=name, url=f"https://{name}.example/feed", title=name))
    for turn in range(turns):
        happen(store, dice, turn, jitter)
        with store.read() as c:
            now = store.news(c)
            assert memory.page(now, Filter(), limit=1, before=None) is None  # it is of other news
            if turn % 3 and memory.follow(c):
                followed += 1
            else:
                memory.renew()
            assert memory.stands == now
            for _ in range(20):
                meant, limit = asked(dice), dice.choice([1, 5, 20])
                before = dice.choice([None, None, dice.randint(1, query.newest(c) + 2)])
                found = memory.page(now, meant, limit=limit, before=before)
                known += found is not None
                if found is not None:
                    assert found == query.rows(c, meant, limit=limit, before=before), meant
    assert known > 5 * turns
    assert followed > turns / 2


def test_it_follows_a_few_changes_and_leaves_many_to_be_read_anew(store: Store) -> None:
    dice, memory = random.Random(8), Newest(store)
    with store.write() as c:
        feeds.add(c, Feed(id="trade", url="https://trade.example/feed", title="Trade"))
        items.add(c, "trade", [read(f"first-{n}", dice) for n in range(5)], START)
    with store.read() as c:
        assert not memory.follow(c)  # it has read nothing yet
    memory.renew()
    for number, follows in ((90, True), (130, False)):
        with store.write() as c:
            items.add(c, "trade", [read(f"{number}-{n}", dice) for n in range(number)], START)
        with store.read() as c:
            assert memory.follow(c) is follows
    with store.write() as c:
        prune(c, START + timedelta(days=1), limit=3)
    memory.renew()
    with store.read() as c:
        found = memory.page(store.news(c), Filter(relevant_only=False), limit=500, before=None)
        assert found == query.rows(c, Filter(relevant_only=False), limit=500)
        assert len(found or ()) == 222


def test_it_leaves_to_the_store_what_it_cannot_tell(store: Store) -> None:
    memory = Newest(store)
    memory.renew()
    news = memory.stands
    assert memory.page(news, Filter(), limit=5, before=None) == Rows.of([])
    beyond = (Filter(words=parse("kiln")), Filter(kinds=(("blog",),)), Filter(stories=((1,),)), Filter(collapse=True))
    for meant in (*beyond, Filter(above=3)):
        assert memory.page(news, meant, limit=5, before=None) is None
    assert memory.page(news + 1, Filter(), limit=5, before=None) is None
