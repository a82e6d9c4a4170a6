"""What was pruned is gone everywhere and stays gone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from chipwire.domain import Placement, Read, utc
from chipwire.errors import BadQuery, NotFound
from chipwire.keep.db import Store
from chipwire.keep.news import items, search, stories
from chipwire.keep.news.prune import checked, prune
from chipwire.keep.news.prune import count as count_old
from chipwire.keep.tables import table

TITLE = {"match": '"title"'}
NOW = utc(2026, 11, 23, 8)
DAY = timedelta(days=1)
MakeRead = Callable[..., Read]


def filled(store: Store, read: MakeRead) -> None:
    """Items 1 and 2 on the first day, 3 on the second; 1 and 3 are one story, 2 is its own."""
    with store.write() as c:
        reads = [read(uid, companies={"nvidia": "about"}, topics=["gpu"]) for uid in "abc"]
        items.add(c, "wafer-daily", reads[:2], NOW)
        items.add(c, "reaktor", reads[2:], NOW + DAY)
        links = [(1, 1), (2, 2), (3, 1)]
        stories.apply(c, [Placement(item_id=i, story_id=s) for i, s in links], NOW + DAY)


def count(store: Store, name: str) -> int:
    with store.read() as c:
        return c.execute(select(func.count()).select_from(table(name))).scalar() or 0


def test_old_items_go_with_all_that_hangs_on_them(newsroom: Store, read: MakeRead) -> None:
    filled(newsroom, read)
    with newsroom.write() as c:
        assert prune(c, NOW + DAY / 2) == 2
        assert prune(c, NOW + DAY / 2) == 0
    assert [count(newsroom, name) for name in ("item", "item_company", "item_topic", "item_wire")] == [1, 1, 1, 1]
    with newsroom.read() as c:
        assert c.execute(select(search.FTS.c.rowid).where(search.matches(search.FTS)), TITLE).scalars().all() == [3]
        rest, gone = stories.get(c, 1), stories.get(c, 2)
        assert gone is None
        assert rest is not None
        assert (rest.n_items, rest.title, rest.origin_item) == (1, "Title of c", 3)


def test_pruned_items_do_not_return(newsroom: Store, read: MakeRead) -> None:
    filled(newsroom, read)
    with newsroom.write() as c:
        prune(c, NOW + DAY / 2)
        assert set(items.known(c, "wafer-daily")) == {"a", "b"}, "not even read again"
        same = items.add(c, "wafer-daily", [read("a"), read("b", title="Changed")], NOW + 2 * DAY)
        other_uid = items.add(c, "wafer-daily", [read("z", url="https://wafer.example/a")], NOW + 2 * DAY)
        other_feed = items.add(c, "silizium", [read("a")], NOW + 2 * DAY)
        other_scheme = items.add(c, "reaktor", [read("y", url="http://wafer.example/a")], NOW + 2 * DAY)
    assert (same.new, same.updated) == ([], 0)
    assert (other_uid.new, other_feed.new, other_scheme.new) == ([], [], [])
    assert count(newsroom, "item") == 1


def test_ids_are_not_given_twice(newsroom: Store, read: MakeRead) -> None:
    filled(newsroom, read)
    with newsroom.write() as c:
        assert prune(c, NOW + 2 * DAY) == 3
        assert [i for i, _ in items.add(c, "reaktor", [read("new")], NOW + 2 * DAY).new] == [4]


def test_one_feed_and_a_batch_at_a_time(newsroom: Store, read: MakeRead) -> None:
    filled(newsroom, read)
    with newsroom.write() as c:
        assert prune(c, NOW + 2 * DAY, feed_id="reaktor") == 1
        assert prune(c, NOW + 2 * DAY, limit=1) == 1
    assert count(newsroom, "item") == 1


def test_what_would_go_is_counted(newsroom: Store, read: MakeRead) -> None:
    filled(newsroom, read)
    with newsroom.read() as c:
        assert [count_old(c, NOW + DAY / 2), count_old(c, NOW), count_old(c, NOW + 2 * DAY, feed_id="reaktor")] == [
            2,
            0,
            1,
        ]
        with pytest.raises(NotFound, match="feeds list"):
            count_old(c, NOW, feed_id="nobody")


def test_stories_that_are_open_keep_their_items() -> None:
    assert checked(NOW - 15 * DAY, NOW) == NOW - 15 * DAY
    with pytest.raises(BadQuery, match="15 days"):
        checked(NOW - 14 * DAY, NOW)
