"""One holder at a time; the next takes over when the first is dead or its clock was wrong."""

from datetime import timedelta

from chipwire.domain import utc
from chipwire.keep import lease
from chipwire.keep.db import Store

NOW = utc(2026, 11, 23, 8)


def take(store: Store, holder: str, at: float) -> bool:
    with store.write() as c:
        return lease.take(c, "clock", holder, NOW + timedelta(seconds=at), 30)


def test_a_second_holder_waits_until_the_first_is_silent(store: Store) -> None:
    assert take(store, "one", 0)
    assert not take(store, "two", 10)
    assert take(store, "one", 20), "prolonged"
    assert not take(store, "two", 40)
    assert take(store, "two", 50), "the first did not prolong"
    assert not take(store, "one", 51)


def test_renew_only_prolongs(store: Store) -> None:
    with store.write() as c:
        assert not lease.renew(c, "clock", "one", NOW, 30), "never taken"
        lease.take(c, "clock", "one", NOW, 30)
        assert lease.renew(c, "clock", "one", NOW + timedelta(seconds=29), 30)
        assert not lease.renew(c, "clock", "two", NOW + timedelta(seconds=29), 30)
        assert lease.holder_of(c, "clock", NOW + timedelta(seconds=58)) == "one"
        assert not lease.renew(c, "clock", "one", NOW + timedelta(seconds=60), 30), "too late"


def test_released_is_free(store: Store) -> None:
    assert take(store, "one", 0)
    with store.write() as c:
        lease.release(c, "clock", "two")
    assert not take(store, "two", 1)
    with store.write() as c:
        lease.release(c, "clock", "one")
    assert take(store, "two", 1)


def test_a_lease_from_a_clock_that_was_a_day_ahead_is_taken_over(store: Store) -> None:
    assert take(store, "one", 86_400)
    assert take(store, "two", 0)


def test_leases_have_names(store: Store) -> None:
    with store.write() as c:
        assert lease.take(c, "clock", "one", NOW, 30)
        assert lease.take(c, "digest", "two", NOW, 30)
