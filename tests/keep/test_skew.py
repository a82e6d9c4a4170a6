"""The machine's clock jumps by a day and is set right: nothing waits for the wrong time, and no time is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chipwire.domain import FeedEvent, FeedState, Letter, Read, Reader, utc
from chipwire.keep import lease, skew, vitals
from chipwire.keep.db import Store
from chipwire.keep.news import items
from chipwire.keep.people import letters, outbox, readers, webhooks
from chipwire.keep.queries import query
from chipwire.keep.sources import feeds, holds

NOW = utc(2026, 11, 23, 8)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MakeRead = Callable[..., Read]


def turn(store: Store, feed: str, at: object) -> None:
    with store.write() as c:
        state = FeedState(feed_id=feed, last_checked=at, next_check=at + HOUR)  # type: ignore[operator, arg-type]
        feeds.save(c, state, FeedEvent(feed_id=feed, at=at, outcome="unchanged"))  # type: ignore[arg-type]


def due(store: Store) -> list[str]:
    with store.read() as c:
        return [feed.id for feed, _ in feeds.due(c, NOW, 10)]


def test_feeds_planned_by_a_clock_ahead_are_due_again(newsroom: Store) -> None:
    turn(newsroom, "wafer-daily", NOW + DAY)
    turn(newsroom, "reaktor", NOW - HOUR / 2)
    turn(newsroom, "silizium", NOW - DAY)
    assert due(newsroom) == ["silizium"], "what a clock a day behind had planned is simply overdue"
    with newsroom.write() as c:
        assert vitals.ahead(c, NOW) == DAY
        assert skew.mend(c, NOW) == 1
    assert due(newsroom) == ["silizium", "wafer-daily"]
    with newsroom.write() as c:
        version = newsroom.version(c)
        assert skew.mend(c, NOW) == 0
    with newsroom.read() as c:
        assert newsroom.version(c) == version, "looking changes nothing"


def test_letters_and_calls_do_not_wait_for_the_wrong_day(newsroom: Store) -> None:
    with newsroom.write() as c:
        reader = readers.add(c, Reader(email="alice@chipwire.test", created=NOW))
        letter = Letter(
            reader_id=reader.id or 0, local_date=NOW.date(), message_id="<1@x.test>", subject="s", body=b"b",
            queued_at=NOW, next_try=NOW + DAY, expires_at=NOW + 2 * DAY, low_item=0, high_item=1,
        )  # fmt: skip
        outbox.queue(c, letter)
        webhooks.test(c, webhooks.add(c, "https://hook.example/", {}, NOW), NOW + DAY)
        assert (letters.due(c, NOW), len(webhooks.due(c, NOW, 9))) == (0, 0)
        assert skew.mend(c, NOW) == 2
        assert (letters.due(c, NOW), len(webhooks.due(c, NOW, 9))) == (1, 1)


def test_a_domain_is_not_held_until_the_wrong_year(newsroom: Store) -> None:
    with newsroom.write() as c:
        holds.hold(c, "quiet.example", NOW + 400 * DAY)
        holds.hold(c, "busy.example", NOW + DAY)
        assert skew.mend(c, NOW) == 1
        assert holds.quiet(c, NOW + DAY - HOUR) == {"quiet.example", "busy.example"}, (
            "it may have asked for a whole day"
        )
        assert holds.quiet(c, NOW + DAY) == set()


def test_a_hub_is_not_believed_to_push_until_the_wrong_year(newsroom: Store) -> None:
    with newsroom.write() as c:
        for name, until in (("reaktor", NOW + 400 * DAY), ("silizium", NOW + 30 * DAY)):
            feeds.agree(c, FeedState(feed_id=name, hub_secret="s", hub_expires=until))
        assert skew.mend(c, NOW) == 1
        assert feeds.get(c, "reaktor")[1].hub_expires is None
        assert feeds.get(c, "silizium")[1].hub_expires == NOW + 30 * DAY


def test_usual_pauses_are_kept(newsroom: Store) -> None:
    with newsroom.write() as c:
        hook = webhooks.add(c, "https://hook.example/", {}, NOW)
        webhooks.test(c, hook, NOW)
        webhooks.missed(c, webhooks.due(c, NOW, 1)[0], 503, "busy", NOW, NOW + 14 * HOUR)
    turn(newsroom, "reaktor", NOW + timedelta(seconds=30))
    with newsroom.write() as c:
        assert skew.mend(c, NOW) == 0


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_filters_by_time_stay_true(newsroom: Store, read: MakeRead, jump: timedelta) -> None:
    for uid, at in (("before", NOW - HOUR), ("wrong", NOW + jump), ("after", NOW + HOUR)):
        with newsroom.write() as c:
            items.add(c, "wafer-daily", [read(uid, relevant=True)], at)
    times = {1: NOW - HOUR, 2: NOW + jump, 3: NOW + HOUR}
    with newsroom.read() as c:
        for since, until in ((NOW, None), (None, NOW), (NOW - 2 * HOUR, NOW + 2 * HOUR), (NOW + 2 * HOUR, None)):
            found = {ident for ident, _ in query.page(c, query.Filter(since=since, until=until), limit=9)}
            meant = {i for i, at in times.items() if (not since or at >= since) and (not until or at < until)}
            assert found == meant


def test_a_lease_from_the_future_is_taken_over(newsroom: Store) -> None:
    with newsroom.write() as c:
        assert lease.take(c, vitals.CLOCK, "wrong", NOW + DAY, 30)
        assert lease.take(c, vitals.CLOCK, "right", NOW, 30)
        assert vitals.signs(c, NOW).clock == "right"
