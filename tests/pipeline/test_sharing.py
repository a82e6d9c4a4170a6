"""Two clocks on one store: each takes hosts of its own, what one leaves the other gets, and one of them places."""

from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from chipwire.domain import Feed, utc
from chipwire.keep import lease, vitals
from chipwire.keep.db import Store
from chipwire.keep.sources import feeds
from chipwire.pipeline.sharing import EACH, Alone, Shared

NOW = utc(2026, 11, 26, 9)
SECOND = timedelta(seconds=1)
LARGE = EACH + 2


@pytest.fixture
def store(store: Store) -> Store:
    """Feeds a1, a2, b1, b2, c1, c2 on three hosts, and more than a turn holds on the host of z."""
    with store.write() as c:
        for name in [f"{host}{n}" for host in "abc" for n in (1, 2)] + [f"z{n}" for n in range(LARGE)]:
            feeds.add(c, Feed(id=name, url=f"https://www.{name[0]}.example/{name}", title=name))
    return store


def joined(store: Store, name: str) -> Shared:
    made = Shared(store, name, 5 * SECOND, 30)
    made.live(NOW)
    return made


def due(clock: Shared, now: datetime = NOW, busy: int = 0, limit: int | None = None) -> list[str]:
    return [feed.id for feed, _ in clock.due(now, {str(n) for n in range(busy)}, limit, None)]


def test_hosts_are_parted_and_a_large_one_is_taken_in_turns(store: Store) -> None:
    one, two = joined(store, "one"), joined(store, "two")
    first, second, third = due(one), due(two), due(two)
    assert first == ["a1", "a2", "b1", "b2", "c1", "c2"], "half of ten that may be taken, and the rest of that host"
    assert second == [f"z{n}" for n in range(EACH)]
    assert third == due(one) == []


def test_a_clock_without_room_takes_nothing(store: Store) -> None:
    one = joined(store, "one")
    assert due(one, busy=500) == []
    assert due(one, busy=498) == ["a1", "a2"]


def test_a_host_that_was_left_rests_and_goes_to_whoever_asks(store: Store) -> None:
    one, two = joined(store, "one"), joined(store, "two")
    assert due(one)[:2] == ["a1", "a2"]
    one.ended(["a1"], NOW)
    one.ended(["a2", "b1"], NOW + SECOND)
    due(one, NOW + SECOND)
    assert "a1" not in due(two, NOW + 5 * SECOND)
    assert due(two, NOW + 6 * SECOND) == ["a1", "a2"], "nothing was written, so they are due still; b2 is under way"


def test_a_silent_clock_begins_nothing_writes_nothing_and_loses_its_hosts(store: Store) -> None:
    one, two = joined(store, "one"), joined(store, "two")
    assert "a1" in due(one)
    later = NOW + 30 * SECOND
    two.live(later)
    assert (one.stands(later - SECOND), one.stands(later), two.stands(later)) == (True, False, True)
    assert "a1" in due(two, later)
    with store.write() as c, capture_logs() as told:
        assert one.kept(c, ["a1", "a2"]) == set()
        assert two.kept(c, ["a1", "a2"]) == {"a1", "a2"}
    assert [line["hosts"] for line in told] == [["a.example"]], "the silent one says so, the other has nothing to say"


def test_a_clock_that_ends_leaves_all_to_others(store: Store) -> None:
    one, two = joined(store, "one"), joined(store, "two")
    assert "a1" in due(one)
    one.leave(NOW)
    with store.write() as c:
        assert one.kept(c, ["a1"]) == set()
    assert "a1" in due(two, NOW + 5 * SECOND)


def test_one_that_has_the_lease_and_the_window_places(store: Store) -> None:
    one, two = joined(store, "one"), joined(store, "two")
    one.leads = two.leads = True  # two believes so still
    with store.write() as c:
        lease.take(c, vitals.CLOCK, "one", NOW, 30)
        assert [clock.places(c, NOW) for clock in (one, two)] == [True, False]
        assert not one.places(c, NOW + 30 * SECOND)


def test_alone_everything_is_taken_by_limit_and_name(store: Store) -> None:
    alone = Alone(store)
    assert len(alone.due(NOW, set(), None, None)) == 6 + LARGE
    assert [feed.id for feed, _ in alone.due(NOW, {"a1"}, 100, {"a1", "a2"})] == ["a2"]
