"""Which days a letter covers, and that none has two: first letters, downtime, clocks ahead and behind."""

from datetime import datetime, timedelta

import pytest

from chipwire.domain import FeedEvent, FeedState, Letter, Reader
from chipwire.keep import restored, skew
from chipwire.keep.db import Store
from chipwire.keep.people import alerts, letters, outbox
from chipwire.keep.sources import feeds
from chipwire.keep.sql import meta
from chipwire.pipeline.alerts import queue_alerts
from chipwire.pipeline.digests import Desk, queue_digests
from tests.send.conftest import NOW, Publish, Subscribe
from tests.send.letters import leave, told

DAY = timedelta(days=1)


def turn(store: Store, now: datetime) -> None:
    """A feed is asked by a clock that says so, which keeps its lease."""
    with store.write() as c:
        state = FeedState(feed_id="f0", last_checked=now, next_check=now + timedelta(hours=1))
        feeds.save(c, state, FeedEvent(feed_id="f0", at=now, outcome="unchanged"))
        skew.mend(c, now)


@pytest.mark.parametrize("jump", [DAY, 9 * DAY, 400 * DAY])
def test_a_clock_that_ran_ahead_takes_no_days_letter(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe, jump: timedelta
) -> None:
    """But that of the very day it said; what that one told is told, and alerts come again."""
    reader = subscribe("alice", zone="UTC", hour=7)
    with store.write() as c:
        alerts.add(c, reader.id or 0, "Smoke", {"q": "smoke"}, True, NOW)
    publish("A fab burns")
    assert queue_digests(store, desk, NOW).letters == 1
    publish("A second fab stops", at=NOW + jump)
    publish("Smoke over a fab", at=NOW + jump)
    assert queue_alerts(store, desk, NOW + jump) == 1
    assert queue_digests(store, desk, NOW + jump).letters == 1
    leave(store)
    assert queue_digests(store, desk, NOW + timedelta(hours=3)).letters == 0
    publish("A third fab opens", at=NOW + timedelta(hours=4))
    publish("Smoke again", at=NOW + timedelta(hours=4))
    assert queue_alerts(store, desk, NOW + timedelta(hours=5)) == 1
    leave(store)
    assert queue_digests(store, desk, NOW + DAY).letters == (jump > DAY), "that day's letter came a day early"
    leave(store)
    assert queue_digests(store, desk, NOW + 2 * DAY).letters == (jump == DAY)
    text = told(store, reader, (NOW + (DAY if jump > DAY else 2 * DAY)).date())
    assert "A third fab opens" in text
    assert "second fab" not in text
    assert "Smoke" not in text


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=9), 7000 * DAY])
def test_a_clock_that_is_behind_for_a_while_sends_no_second_letter(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe, jump: timedelta
) -> None:
    """Also one that begins at its maker's time whenever the machine does."""
    subscribe("alice", zone="UTC", hour=7)
    publish("A fab burns", at=NOW - DAY / 2)
    turn(store, NOW)
    assert queue_digests(store, desk, NOW).letters == 1
    leave(store)
    turn(store, NOW - jump)
    publish("A second fab stops", at=NOW - jump)
    assert queue_digests(store, desk, NOW - jump).letters == 0
    turn(store, NOW + timedelta(minutes=5))
    assert queue_digests(store, desk, NOW + timedelta(minutes=5)).letters == 0


def test_must_11_a_new_reader_starts_with_the_last_day(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe
) -> None:
    publish("Old story of the week", at=NOW - 3 * DAY)
    publish("Fresh story of the day", at=NOW - timedelta(hours=23))
    reader = subscribe("alice")
    queue_digests(store, desk, NOW)
    text = told(store, reader, NOW.date())
    assert "Fresh story" in text
    assert "Old story" not in text


def test_where_a_backup_was_put_back_letters_for_times_before_are_in_doubt(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe
) -> None:
    """They may have left from the store that was lost; they still leave by a person's word, or a receipt mailbox's."""
    alice, bob = subscribe("alice", zone="UTC", hour=7), subscribe("bob", zone="UTC", hour=9)
    publish("A fab burns")
    with store.write() as c:
        for reader in (alice, bob):  # neither is new
            outbox.queue(c, had(reader, NOW - DAY))
        meta.put(c, restored.MARK, NOW.isoformat())
        assert restored.settle(c, NOW + timedelta(hours=1))
    carol = subscribe("carol", zone="UTC", hour=7, created=NOW + timedelta(minutes=61))
    for hours in (1, 3):
        queue_digests(store, desk, NOW + timedelta(hours=hours))
    with store.read() as c:
        states = {row.reader_id: row.state for row in letters.listing(c) if row.local_date == NOW.date()}
        held = letters.find(c, alice.id or 0, NOW.date())
    assert states == {alice.id: "unknown", bob.id: "pending", carol.id: "pending"}, "carol came later and had none"
    assert held
    assert b"A fab burns" in held.body, "it can still be sent"
    publish("A second fab stops", at=NOW + timedelta(hours=4))
    assert queue_digests(store, desk, NOW + DAY).letters == 2, "as ever, to alice and carol"


def had(reader: Reader, at: datetime) -> Letter:
    """A letter of that day that had nothing to tell."""
    return Letter(
        reader_id=reader.id or 0, local_date=at.date(), state="skipped_empty",
        message_id=f"<{reader.id}@chipwire.test>", subject="", queued_at=at, next_try=at, expires_at=at,
    )  # fmt: skip


def test_must_11_downtime_gives_one_letter(store: Store, desk: Desk, publish: Publish, subscribe: Subscribe) -> None:
    reader = subscribe("alice")
    publish("Story of the first day")
    queue_digests(store, desk, NOW)
    leave(store)
    for n in (1, 2, 3):
        publish(f"Story of downtime day {n}", at=NOW + n * DAY - timedelta(hours=2))
    assert queue_digests(store, desk, NOW + 3 * DAY).letters == 1
    text = told(store, reader, (NOW + 3 * DAY).date())
    assert "Covers 3 days." in text
    assert all(f"Story of downtime day {n}" in text for n in (1, 2, 3))
    assert queue_digests(store, desk, NOW + 3 * DAY).letters == 0


def test_a_letter_covers_the_time_since_the_one_before(
    store: Store, desk: Desk, publish: Publish, subscribe: Subscribe
) -> None:
    """Not since the last report in that: after a quiet night a day's letter would claim two."""
    reader = subscribe("alice", zone="UTC")
    publish("A fab burns", at=NOW - timedelta(hours=16))
    assert queue_digests(store, desk, NOW).letters == 1
    leave(store)
    publish("Another fab opens", at=NOW + DAY / 2)
    assert queue_digests(store, desk, NOW + DAY).letters == 1
    text = told(store, reader, (NOW + DAY).date()).replace("\u202f", " ")
    assert "Nov 23, 7:00 AM – Nov 24, 7:00 AM" in text
    assert "Covers" not in text
