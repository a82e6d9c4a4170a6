"""Whose turn it is at which host, among clocks that share a store; followers wait for items that are not placed."""

from collections.abc import Callable
from datetime import timedelta

from chipwire.domain import FeedEvent, FeedState, Placement, Read, Reader, utc
from chipwire.keep import host_claims, lease, unplaced, vitals
from chipwire.keep.db import Connection, Store
from chipwire.keep.news import items, stories
from chipwire.keep.people import digests, webhooks
from chipwire.keep.queries import query
from chipwire.keep.sources import feeds

NOW = utc(2026, 11, 26, 9)
SECOND = timedelta(seconds=1)
MakeRead = Callable[..., Read]


def clocks(c: Connection, *names: str) -> None:
    for name in names:
        host_claims.live(c, name, NOW, 30)


def test_a_host_goes_to_one_clock_until_it_is_given_back_and_has_rested(store: Store) -> None:
    with store.write() as c:
        clocks(c, "one", "two")
        assert host_claims.take(c, ["a.example", "b.example"], "one", NOW) == {"a.example", "b.example"}
        assert host_claims.take(c, ["b.example", "c.example"], "two", NOW) == {"c.example"}
        assert host_claims.elsewhere(c, "two", NOW) == {"a.example", "b.example"}
        host_claims.release(c, [("a.example", NOW + 5 * SECOND), ("c.example", NOW)], "one")
        assert host_claims.take(c, ["a.example"], "two", NOW) == set(), "it rests"
        assert host_claims.elsewhere(c, "one", NOW) == {"a.example", "c.example"}, "c was not its own to give back"
        assert host_claims.take(c, ["a.example"], "two", NOW + 5 * SECOND) == {"a.example"}


def test_what_a_dead_clock_had_is_free_and_its_turns_are_void(store: Store) -> None:
    with store.write() as c:
        clocks(c, "one", "two")
        host_claims.take(c, ["a.example", "b.example"], "one", NOW)
        later = NOW + 20 * SECOND
        host_claims.live(c, "two", later, 30)
        assert host_claims.take(c, ["a.example"], "two", later) == set()
        later = NOW + 30 * SECOND
        assert host_claims.take(c, ["a.example"], "two", later) == {"a.example"}
        assert host_claims.kept(c, ["a.example", "b.example"], "one") == {"b.example"}


def test_a_clock_that_leaves_gives_all_back(store: Store) -> None:
    with store.write() as c:
        clocks(c, "one", "two")
        host_claims.take(c, ["a.example"], "one", NOW)
        host_claims.leave(c, "one", NOW + SECOND)
        assert host_claims.living(c, NOW) == {"two"}
        assert host_claims.take(c, ["a.example"], "two", NOW) == set()
        assert host_claims.take(c, ["a.example"], "two", NOW + SECOND) == {"a.example"}


def test_clocks_are_counted(store: Store) -> None:
    with store.write() as c:
        lease.take(c, vitals.CLOCK, "one", NOW, 30)
        assert vitals.signs(c, NOW).clocks == 1
        clocks(c, "one", "two")
        assert vitals.signs(c, NOW).clocks == 2
        assert vitals.signs(c, NOW + 31 * SECOND).clocks == 0
        host_claims.live(c, "three", NOW + timedelta(hours=2), 30)
        assert [row[0] for row in c.exec_driver_sql("SELECT name FROM lease ORDER BY name")] == ["clock", "clock/three"]


def test_feeds_wait_under_the_address_that_is_asked(newsroom: Store) -> None:
    with newsroom.write() as c:
        for name, state in {
            "reaktor": FeedState(feed_id="reaktor", next_check=NOW, address="https://new.example/feed",
                                 address_of="https://reaktor.example/feed"),
            "silizium": FeedState(feed_id="silizium", next_check=NOW + SECOND),
        }.items():  # fmt: skip
            feeds.save(c, state, FeedEvent(feed_id=name, at=NOW, outcome="unchanged"))
        waiting = [("wafer-daily", "https://wafer.example/rss"), ("reaktor", "https://new.example/feed")]
        assert list(feeds.waiting(c, NOW)) == waiting
        ids = ["silizium", "reaktor", "wafer-daily"]
        assert [feed.id for feed, _ in feeds.still_due(c, ids, NOW)] == ["reaktor", "wafer-daily"]


def test_followers_wait_for_what_is_not_placed(newsroom: Store, read: MakeRead) -> None:
    with newsroom.write() as c:
        hook = webhooks.add(c, "https://hook.example/", {"relevant_only": False}, NOW)
        items.add(c, "wafer-daily", [read("a"), read("b"), read("c", fingerprint=b"c")], NOW)
        stories.apply(c, [Placement(item_id=n, story_id=n) for n in (1, 3)], NOW)
        unplaced.note(c, [2])
    with newsroom.write() as c:
        assert unplaced.waits(c)
        assert unplaced.some(c, 9) == [(2, b"")]
        assert (unplaced.settled(c), query.newest(c)) == (1, 3)
        assert webhooks.queue(c, NOW) == 1
        assert digests.window(c, Reader(email="a@chipwire.test", created=NOW), NOW).high == 1
        stories.apply(c, [Placement(item_id=2, story_id=1)], NOW)
        unplaced.done(c, [2])
    with newsroom.write() as c:
        assert (unplaced.settled(c), unplaced.waits(c)) == (3, False)
        assert webhooks.queue(c, NOW) == 2
        assert len(webhooks.log(c, hook)) == 3
        assert digests.window(c, Reader(email="a@chipwire.test", created=NOW), NOW).high == 3
