"""When to ask again, and why: hints, habit, hubs. All without a clock."""

from datetime import datetime, timedelta

import pytest

from chipwire.collect.pacing import pace
from chipwire.collect.pacing.caching import fresh_for
from chipwire.collect.pacing.interval import skip, span
from chipwire.domain import Failed, FeedState, NotModified, utc
from tests.cases import every
from tests.collect.conftest import NOW
from tests.collect.turns import FEED, HOUR, KNOWN, LIMITS, ok, seen, turn, wait


@every(
    ("headers", "hours"),
    [
        ({"cache-control": "max-age=7200"}, 2),
        ({"cache-control": "public, MAX-AGE=7200, must-revalidate"}, 2),
        ({"cache-control": 'max-age="7200"'}, 2),
        ({"cache-control": "max-age=7200", "age": "3600"}, 1),
        ({"cache-control": "max-age=7200", "age": "9999"}, 0),
        ({"cache-control": "max-age=7200", "age": "nonsense"}, 2),
        ({"cache-control": "max-age=7200, no-cache"}, 0),
        ({"cache-control": "no-store, max-age=7200"}, 0),
        ({"cache-control": "max-age=7200", "expires": "Mon, 23 Nov 2026 21:00:00 GMT"}, 2),
        ({"cache-control": "s-maxage=7200"}, 0),
        ({"cache-control": "max-age=999999999999"}, 24),
        ({"cache-control": "max-age=-1"}, 0),
        ({"expires": "Mon, 23 Nov 2026 12:00:00 GMT"}, 3),
        ({"expires": "Mon, 23 Nov 2026 12:00:00 GMT", "date": "Mon, 23 Nov 2026 11:00:00 GMT"}, 1),
        ({"expires": "Mon, 23 Nov 2026 12:00:00 GMT", "age": "3600"}, 2),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"expires": "Mon, 23 Nov 2099 12:00:00 GMT"}, 24),
        ({"expires": "Mon, 23 Nov 2026 12:00:00 GMT", "pragma": "no-cache"}, 0),
        ({}, 0),
    ],
)
def test_fresh_for(headers: dict[str, str], hours: float) -> None:
    assert fresh_for(headers, NOW) == hours * HOUR


def test_the_server_is_heard_and_named() -> None:
    paced = turn(outcome=ok({"cache-control": "max-age=10800"}))
    assert 3 <= wait(paced) <= 3.4
    assert paced.state.next_reason == "server says 3 h"
    assert paced.state.interval_seconds == 3600


@pytest.mark.parametrize("spread", [0.0, 0.5, 0.999])
def test_scatter_never_undercuts_the_server(spread: float) -> None:
    assert wait(turn(outcome=ok({"cache-control": "max-age=10800"}), spread=spread)) >= 3


def test_a_short_max_age_does_not_make_us_faster() -> None:
    assert wait(turn(outcome=ok({"cache-control": "max-age=60"}))) == pytest.approx(1)


def test_what_the_document_asks_is_remembered_over_a_304() -> None:
    paced = turn(found=seen(ttl=4 * 3600))
    assert paced.state.next_reason == "feed says 4 h"
    again = turn(paced.state, NotModified(status=304, final_url=FEED.url))
    assert again.state.next_reason == "feed says 4 h"
    assert again.event.outcome == "not-modified"


def test_nobody_slows_us_beyond_a_day() -> None:
    assert wait(turn(found=seen(ttl=30 * 86400)), NOW) <= 24 * 1.1


@every(
    ("items", "new", "reason", "factor"),
    [
        (100, 28, "72 % already seen: slower", 1.25),
        (100, 50, "50 % already seen: as before", 1.0),
        (100, 68, "32 % already seen: faster", 0.8),
        (100, 100, "0 % already seen: faster", 0.8),
        (100, 0, "nothing new: slower", 1.25),
        (0, 0, "nothing new: slower", 1.25),
        (100, 33, "67 % already seen: as before", 1.0),
        (100, 67, "33 % already seen: as before", 1.0),
    ],
)
def test_adaptive_interval(items: int, new: int, reason: str, factor: float) -> None:
    paced = turn(found=seen(items, new))
    assert paced.state.next_reason == reason
    assert paced.state.interval_seconds == 3600 * factor
    assert wait(paced) == pytest.approx(factor)


def test_the_interval_stays_between_ten_minutes_and_a_day() -> None:
    fast = slow = KNOWN
    for _ in range(60):
        fast = turn(fast, found=seen(10, 10)).state
        slow = turn(slow, NotModified(status=304, final_url=FEED.url)).state
    assert fast.interval_seconds == 600
    assert slow.interval_seconds == 86400


def test_a_feed_that_brings_news_is_not_left_alone_for_a_day() -> None:
    state = KNOWN
    for _ in range(60):
        state = turn(state, found=seen(100, 5)).state
    assert state.interval_seconds == 3 * 3600


def test_a_person_has_the_last_word_on_the_interval() -> None:
    feed = FEED.model_copy(update={"interval_minutes": 30})
    paced = turn(outcome=ok({"cache-control": "max-age=60"}), feed=feed)
    assert wait(paced) == pytest.approx(0.5)
    assert paced.state.next_reason == "set to every 30 min"
    assert wait(turn(feed=FEED.model_copy(update={"interval_minutes": 1}))) == pytest.approx(1 / 6)


def test_first_looks_are_scattered_over_the_interval() -> None:
    """5,000 feeds looked at in one minute do not come back in one minute."""
    new = FeedState(feed_id="wafer")
    waits = [wait(turn(new, spread=n / 100)) for n in range(100)]
    assert max(waits) - min(waits) > 0.7
    assert min(waits) >= 1 / 6


@every(
    ("at", "hours", "days", "then"),
    [
        (utc(2026, 11, 23, 9, 20), [9, 10], [], utc(2026, 11, 23, 11, 20)),
        (utc(2026, 11, 23, 23, 20), [23, 0], [], utc(2026, 11, 24, 1, 20)),
        (utc(2026, 11, 23, 23, 20), [23, 24], [], utc(2026, 11, 24, 1, 20)),
        (utc(2026, 11, 28, 12), [], ["Saturday", "sunday"], utc(2026, 11, 30)),
        (utc(2026, 11, 23, 9), list(range(24)), [], utc(2026, 11, 23, 9)),
        (utc(2026, 11, 23, 9), [], list("x"), utc(2026, 11, 23, 9)),
        (utc(2026, 11, 23, 9), [99, -1], ["Funday"], utc(2026, 11, 23, 9)),
    ],
)
def test_skip_hours_and_days(at: datetime, hours: list[int], days: list[str], then: datetime) -> None:
    assert skip(at, hours, days)[0].replace(minute=then.minute) == then


def test_skipped_hours_are_named() -> None:
    paced = turn(found=seen(skip_hours=[10]))
    assert "feed rests until Mon 11:" in paced.state.next_reason


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "1 min"), (45, "45 min"), (60, "1 h"), (90, "1.5 h"), (1440, "24 h")]
)
def test_span(minutes: int, words: str) -> None:
    assert span(timedelta(minutes=minutes)) == words


def test_history_has_what_happened() -> None:
    event = turn(outcome=ok().model_copy(update={"millis": 87}), found=pace.Seen(10, 5, ["odd date"])).event
    assert (event.outcome, event.status, event.bytes, event.items_seen, event.items_new) == ("new", 200, 6, 10, 5)
    assert (event.millis, event.error) == (87, "odd date")
    down = turn(outcome=Failed(kind="dns", message="no such name", millis=5)).event
    assert (down.outcome, down.error, down.millis) == ("failed", "no such name", 5)


def test_a_push_leaves_the_plan_alone() -> None:
    paced = pace.pushed(FEED, KNOWN.model_copy(update={"next_check": NOW + HOUR}), seen(2, 1), 500, NOW)
    assert (paced.event.outcome, paced.event.items_new) == ("pushed", 1)
    assert paced.state.next_check == NOW + HOUR


def test_a_feed_whose_hub_pushes_is_polled_seldom() -> None:
    state = KNOWN.model_copy(update={"hub_expires": NOW + 24 * HOUR})
    assert turn(state).state.next_reason == "hub pushes: every 6 h"
    assert wait(turn(state.model_copy(update={"hub_expires": NOW - HOUR}))) == pytest.approx(1)


@pytest.mark.parametrize("found", [None, pace.Seen(0, 0, [])])
def test_a_page_instead_of_a_feed_is_no_success(found: pace.Seen | None) -> None:
    page = ok({"etag": '"page"'}).model_copy(update={"body": b"<!doctype html><html>"})
    paced = pace.after(FEED, KNOWN, page, found, NOW, spread=0.5, limits=LIMITS)
    assert (paced.event.outcome, paced.event.error) == ("parse-failed", "a web page came instead of a feed")
    assert paced.state.etag == KNOWN.etag


def test_since_when_a_feed_fails_is_true_whenever_it_is_read() -> None:
    failed = Failed(kind="http", message="x", status=500)
    once = turn(outcome=failed)
    assert (once.state.next_reason or "").startswith("failed: ")
    again = turn(state=once.state, outcome=failed, now=NOW + timedelta(minutes=1))
    assert (again.state.next_reason or "").startswith(f"failing since {NOW:%Y-%m-%d %H:%M} UTC: ")
