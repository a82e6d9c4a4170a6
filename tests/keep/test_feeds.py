"""The catalogue, what is due, what was learnt, and the history that is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from chipwire.domain import Feed, FeedEvent, FeedState, utc
from chipwire.errors import Conflict, NotFound
from chipwire.keep.db import Store
from chipwire.keep.sources import feeds, following, holds
from chipwire.keep.tables import table

NOW = utc(2026, 11, 23, 8)
HOUR = timedelta(hours=1)


def feed(name: str, **given: object) -> Feed:
    return Feed.model_validate({"id": name, "url": f"https://{name}.example/rss", "title": name.title(), **given})


def sync(store: Store, *catalogue: Feed) -> following.Synced:
    with store.write() as c:
        return following.sync(c, catalogue, NOW)


def learnt(store: Store, feed_id: str, **state: object) -> None:
    with store.write() as c:
        event = FeedEvent(feed_id=feed_id, at=NOW, outcome="new")
        feeds.save(c, FeedState.model_validate({"feed_id": feed_id, **state}), event)


def due(store: Store, limit: int = 100) -> list[str]:
    with store.read() as c:
        return [f.id for f, _ in feeds.due(c, NOW, limit)]


def test_the_catalogue_is_followed(store: Store) -> None:
    assert sync(store, feed("one"), feed("two", topics=["foundry"])) == (["one", "two"], [], [])
    assert sync(store, feed("one"), feed("two", topics=["foundry"])) == ([], [], [])
    assert sync(store, feed("one", title="Renamed")) == ([], ["one"], ["two"])
    with store.read() as c:
        kept = {f.id: f for f, _ in feeds.listing(c)}
    assert kept["one"].title == "Renamed"
    assert kept["two"].topics == ["foundry"]
    assert not kept["two"].enabled
    assert kept["two"].note == "left the catalogue on 2026-11-23"


def test_a_feed_that_returns_to_the_catalogue_is_enabled_again(store: Store) -> None:
    sync(store, feed("one"))
    sync(store)
    assert sync(store, feed("one")).changed == ["one"]
    assert due(store) == ["one"]


def test_state_is_kept_while_the_address_stays(store: Store) -> None:
    sync(store, feed("one"))
    learnt(store, "one", etag='"v1"', next_check=NOW + HOUR)
    sync(store, feed("one", title="Renamed"))
    with store.read() as c:
        assert feeds.get(c, "one")[1].etag == '"v1"'
    sync(store, feed("one", url="https://new.example/rss"))
    with store.read() as c:
        assert feeds.get(c, "one")[1] == FeedState(feed_id="one")


def test_a_feed_changed_by_hand_is_no_more_the_catalogues(store: Store) -> None:
    sync(store, feed("one"), feed("two"))
    learnt(store, "one", etag='"v1"', next_check=NOW + HOUR)
    with store.write() as c:
        following.change(c, "one", NOW, interval_minutes=30)
    assert sync(store, feed("one", title="Renamed"), feed("two")).changed == []
    assert sync(store, feed("two")).gone == []
    with store.read() as c:
        one, state = feeds.get(c, "one")
    assert (one.interval_minutes, one.title, one.enabled) == (30, "One", True)
    assert (state.etag, state.next_check) == ('"v1"', NOW), "what was learnt stays"
    with store.write() as c:
        following.change(c, "one", NOW, url="https://new.example/rss")
        assert feeds.get(c, "one")[1].etag is None, "another address is read afresh"
        with pytest.raises(Conflict, match="two"):
            following.change(c, "one", NOW, url="https://TWO.example:443/rss")


def test_feeds_added_and_removed_by_hand_are_left_alone(store: Store) -> None:
    sync(store, feed("one"), feed("two"))
    with store.write() as c:
        feeds.add(c, feed("mine"))
        feeds.remove(c, "two")
    assert sync(store, feed("one"), feed("two"), feed("mine", title="Other")) == ([], [], [])
    with store.read() as c:
        assert [f.id for f, _ in feeds.listing(c)] == ["mine", "one"]
        assert feeds.get(c, "mine")[0].title == "Mine"
        with pytest.raises(NotFound, match="two"):
            feeds.get(c, "two")


def test_a_feed_without_a_name_of_its_own_gets_one_that_is_free(store: Store) -> None:
    sync(store, feed("host"), feed("host-3", url="https://host.example/c"))
    with store.write() as c:
        feeds.remove(c, "host-3")
        assert feeds.unused(c, feed("free")).id == "free"
        assert feeds.unused(c, feed("host")).id == "host", "the same address is another matter"
        assert feeds.unused(c, feed("host", url="https://host.example/b")).id == "host-2"
        feeds.add(c, feed("host-2", url="https://host.example/b"))
        assert feeds.unused(c, feed("host", url="https://host.example/d")).id == "host-4", (
            "items are of the removed one"
        )
        assert feeds.unused(c, feed("host", url="https://host.example/c")).id == "host-3"


def test_a_removed_feed_can_be_added_again_and_a_present_one_cannot(store: Store) -> None:
    sync(store, feed("one"))
    with store.write() as c:
        feeds.remove(c, "one")
        feeds.add(c, feed("one", title="Back"))
        assert feeds.get(c, "one")[0].title == "Back"
        with pytest.raises(Conflict, match="the feed one has this address"):
            feeds.add(c, feed("one"))
        with pytest.raises(Conflict, match="a feed one already"):
            feeds.add(c, feed("one", url="https://elsewhere.example/"))
        with pytest.raises(Conflict, match="the feed one has this address"):
            feeds.add(c, feed("two", url=feed("one").url))
        with pytest.raises(Conflict, match="the feed three has this address"):
            feeds.add_all(c, [feed("three"), feed("four", url=feed("three").url)])


def written_as(store: Store, feed_id: str, url: str, **state: object) -> None:
    """The row of a feed as older versions left it, who kept every spelling of an address."""
    with store.write() as c:
        c.execute(update(table("feed")).where(table("feed").c.id == feed_id).values(url=url))
    learnt(store, feed_id, **state)


def test_a_feed_kept_in_another_spelling_is_the_same_feed(store: Store) -> None:
    sync(store, feed("one"))
    written_as(store, "one", "HTTPS://one.example:443/rss")
    with store.write() as c:
        with pytest.raises(Conflict, match="the feed one has this address"):
            feeds.add(c, feed("two", url="https://one.example/rss"))
        assert feeds.unused(c, feed("one")).id == "one"


def test_a_new_spelling_of_an_address_forgets_nothing(store: Store) -> None:
    sync(store, feed("one"))
    old, moved = "https://ONE.example/rss", "https://moved.example/rss"
    written_as(store, "one", old, etag='"v1"', next_check=NOW, address=moved, address_of=old)
    assert sync(store, feed("one")).changed == ["one"]
    with store.read() as c:
        kept, state = feeds.get(c, "one")
        assert (kept.url, state.etag) == ("https://one.example/rss", '"v1"')
        assert list(feeds.waiting(c, NOW)) == [("one", moved)]


def test_due_never_fetched_first_then_the_longest_overdue(store: Store) -> None:
    sync(store, *(feed(name) for name in ("late", "later", "fresh", "future", "off", "retired")))
    sync(store, *(feed(name) for name in ("late", "later", "fresh", "future", "retired")), feed("off", enabled=False))
    learnt(store, "late", next_check=NOW - HOUR)
    learnt(store, "later", next_check=NOW - 2 * HOUR)
    learnt(store, "future", next_check=NOW + HOUR)
    learnt(store, "retired", next_check=NOW - HOUR, retired_at=NOW - HOUR)
    assert due(store) == ["fresh", "later", "late", "retired"]
    assert due(store, 2) == ["fresh", "later"]


def test_a_host_that_asked_for_quiet_is_passed_over(store: Store) -> None:
    hosts = ("https://a.quiet.example/rss", "https://quiet.example/rss", "https://notquiet.example/rss")
    sync(store, *(feed(f"f{n}", url=url) for n, url in enumerate(hosts)))
    with store.write() as c:
        holds.hold(c, "quiet.example", NOW + HOUR)
        holds.hold(c, "quiet.example", NOW + HOUR / 2)
        holds.hold(c, "other.example", NOW - HOUR)
        assert holds.quiet(c, NOW) == {"quiet.example"}
        assert holds.until(c, "https://news.quiet.example/feed", NOW) == NOW + HOUR
        assert holds.until(c, "https://other.example/feed", NOW) is None
        assert holds.quiet(c, NOW + HOUR * 0.9) == {"quiet.example"}, "the longer hold stands"
    assert due(store, 1) == ["f2"]


def test_what_a_turn_taught_comes_back_as_it_was(store: Store) -> None:
    sync(store, feed("one"))
    state = FeedState(
        feed_id="one", etag='W/"é"', next_check=NOW + HOUR, next_reason="server says 1 h", failures=1.5,
        identity="link", skip_hours=[1, 2], skip_days=["Sunday"],
        hub="https://hub.example", hub_expires=NOW, ttl_seconds=3600, last_status=200,
    )  # fmt: skip
    event = FeedEvent(feed_id="one", at=NOW, outcome="new", status=200, items_new=3, reason="server says 1 h")
    with store.write() as c:
        feeds.save(c, state, event)
    with store.read() as c:
        assert feeds.get(c, "one")[1] == state
        assert feeds.events(c, "one") == [event]


def test_the_last_thirty_events_are_kept(store: Store) -> None:
    sync(store, feed("one"), feed("two"))
    learnt(store, "two")
    with store.write() as c:
        for n in range(35):
            feeds.save(c, FeedState(feed_id="one"), FeedEvent(feed_id="one", at=NOW, outcome="new", items_new=n))
    with store.read() as c:
        assert [e.items_new for e in feeds.events(c, "one")] == list(range(34, 4, -1))
        assert len(feeds.events(c, "two")) == 1


def test_refresh_now_makes_due(store: Store) -> None:
    sync(store, feed("one"), feed("two"), feed("off", enabled=False))
    for name in ("one", "two", "off"):
        learnt(store, name, next_check=NOW + HOUR)
    with store.write() as c:
        assert feeds.refresh_now(c, ["two"], NOW) == 1
    assert due(store) == ["two"]
    with store.write() as c:
        assert feeds.refresh_now(c, None, NOW) == 1
        with pytest.raises(NotFound, match="nobody"):
            feeds.refresh_now(c, ["nobody"], NOW)
    assert due(store) == ["one", "two"]
