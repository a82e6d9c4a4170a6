"""What the clock does with old things: items beyond the retention go in batches, ended calls of webhooks too."""

import asyncio
from datetime import timedelta

import pytest
from pydantic import ValidationError

from chipwire.domain import Entry, Feed, Read, Tags, utc
from chipwire.keep import vitals
from chipwire.keep.db import Store
from chipwire.keep.news import items, segments
from chipwire.keep.people import webhooks
from chipwire.keep.sources import feeds
from chipwire.pipeline import retention

NOW = utc(2026, 11, 23, 8)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PAUSE", 0)


@pytest.fixture
def store(store: Store) -> Store:
    """Three items, of 40, 20 and 0 days ago."""
    with store.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
        for days in (40, 20, 0):
            url = f"https://f.example/{days}"
            one = Read(entry=Entry(uid=url, url=url, title=url), url=url, content_hash=url, tags=Tags(lang="en"))
            items.add(c, "f", [one], NOW - days * DAY)
    return store


def left(store: Store) -> int:
    with store.read() as c:
        return vitals.item_count(c)


@pytest.mark.parametrize(("days", "gone"), [(0, 0), (30, 1), (20, 1), (15, 2)])
def test_items_go_when_their_time_is_over(store: Store, days: int, gone: int) -> None:
    assert asyncio.run(retention.round(store, days, lambda: NOW)) == gone
    assert left(store) == 3 - gone
    assert asyncio.run(retention.round(store, days, lambda: NOW)) == 0


def test_a_feed_may_keep_its_items_for_a_time_of_its_own(store: Store) -> None:
    with store.write() as c:
        feeds.add(c, Feed(id="short", url="https://s.example/feed", title="S", retention_days=15))
        feeds.add(c, Feed(id="ever", url="https://e.example/feed", title="E", retention_days=0))
        for feed_id in ("short", "ever"):
            url = f"https://{feed_id}.example/20"
            one = Read(entry=Entry(uid=url, url=url, title=url), url=url, content_hash=url, tags=Tags(lang="en"))
            items.add(c, feed_id, [one], NOW - 20 * DAY)
    assert asyncio.run(retention.round(store, 0, lambda: NOW)) == 1
    assert asyncio.run(retention.round(store, 15, lambda: NOW)) == 2
    with store.read() as c:
        assert feeds.counts(c) == {"f": 1, "ever": 1}


@pytest.mark.parametrize("days", [-1, 1, 14, 36_501])
def test_no_feed_gives_up_items_whose_stories_are_open(days: int) -> None:
    with pytest.raises(ValidationError, match=r"at (least 15|most 36500) days"):
        Feed(id="f", url="https://f.example/feed", title="F", retention_days=days)


def test_single_rounds_do_it_once_a_day(store: Store) -> None:
    """What `chipwire tick` asks, where cron takes the place of a clock."""
    assert retention.is_due(store, NOW)
    asyncio.run(retention.round(store, 30, lambda: NOW))
    assert not retention.is_due(store, NOW + timedelta(hours=23))
    assert retention.is_due(store, NOW + timedelta(hours=25))
    assert retention.is_due(store, NOW - timedelta(hours=25)), "a clock that ran ahead had done it"


def test_a_clock_that_is_years_ahead_empties_nothing(store: Store) -> None:
    asyncio.run(retention.round(store, 60, lambda: NOW + 3000 * DAY))
    assert left(store) == 3


def test_many_go_in_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    told: list[str] = []
    assert retention.prune(store, NOW - 15 * DAY, done=told.append) == len(told) == 2


def test_ended_calls_are_forgotten_and_not_made_again(store: Store) -> None:
    with store.write() as c:
        hook = webhooks.add(c, "https://hook.example/", {"relevant_only": False}, NOW - 40 * DAY)
        webhooks.test(c, hook, NOW - 40 * DAY)
        webhooks.test(c, hook, NOW - 40 * DAY)
        webhooks.test(c, hook, NOW - 40 * DAY)
        long_ago, _, of_late = webhooks.due(c, NOW, 3)
        webhooks.delivered(c, long_ago, 204, NOW - 40 * DAY)
        webhooks.delivered(c, of_late, 204, NOW - 29 * DAY)
    asyncio.run(retention.round(store, 0, lambda: NOW))
    with store.write() as c:
        assert [call["state"] for call in webhooks.log(c, hook)] == ["delivered", "pending"], (
            "what ended of late is kept, whenever it was due"
        )
        assert webhooks.queue(c, NOW) == 0


def test_the_index_is_merged_after_what_came_and_went(store: Store) -> None:
    asyncio.run(retention.round(store, 15, lambda: NOW))
    with store.write() as c:
        assert not segments.merge(c)
