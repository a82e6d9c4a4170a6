"""STORE → GONE: old items leave in small batches, with room in between for everybody else who writes.

In batches as small the search index is tidied up after what came and went.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from chipwire.keep.db import Store
from chipwire.keep.news import prune as keep
from chipwire.keep.news import segments
from chipwire.keep.people import outbox, webhooks
from chipwire.keep.sources import feeds
from chipwire.keep.sql import meta

log = structlog.get_logger()
BATCH = 200
TIDIED = "tidied"
PAUSE = 0.2
"""Seconds between two batches of the clock."""


def prune(store: Store, before: datetime, *, feed_id: str | None = None, done: Callable[[str], None]) -> int:
    """Remove all items first seen before then; returns how many. `done` is told of each."""
    gone = 0
    while number := _batch(store, before, feed_id):
        gone += number
        for _ in range(number):
            done(f"first seen before {before:%Y-%m-%d}")
    return gone


async def round(store: Store, days: int, now: Callable[[], datetime]) -> int:
    """What the clock does each day: forget old calls and letters, prune items, merge the parts of the search index.

    Returns how many items went.

    `days` is for feeds without a retention of their own; 0 keeps what they had first. Age counts from the newest item,
    so that a machine whose clock is years ahead empties nothing.
    """
    today, own = await asyncio.to_thread(_begin, store, now())
    gone = await _of(store, days, today, None, list(own))
    for feed_id, its_days in own.items():
        gone += await _of(store, its_days, today, feed_id, ())
    await _merge(store)
    return gone


def is_due(store: Store, now: datetime) -> bool:
    """Whether it has not been done for a day, or by a clock that ran ahead; for who does single rounds."""
    with store.read() as c:
        done = meta.get(c, TIDIED)
    return done is None or abs(now - datetime.fromisoformat(done)) > timedelta(days=1)


async def _of(store: Store, days: int, today: datetime, feed_id: str | None, but: Sequence[str]) -> int:
    before, gone = today - timedelta(days=days), 0
    while days and (number := await asyncio.to_thread(_batch, store, before, feed_id, but)):
        gone += number
        await asyncio.sleep(PAUSE)
    if gone:
        log.info("pruned", items=gone, before=before.isoformat(), feed=feed_id)
    return gone


async def _merge(store: Store) -> None:
    """Rests as long as it works: half of the time belongs to others, however slow the disk is."""
    more = True
    while more:
        began = time.monotonic()
        more = await asyncio.to_thread(_merge_some, store)
        await asyncio.sleep(time.monotonic() - began)


def _merge_some(store: Store) -> bool:
    with store.write() as c:
        return segments.merge(c)


def _batch(store: Store, before: datetime, feed_id: str | None, but: Sequence[str] = ()) -> int:
    with store.write() as c:
        return keep.prune(c, before, feed_id=feed_id, but=but, limit=BATCH)


def _begin(store: Store, now: datetime) -> tuple[datetime, dict[str, int]]:
    """The day from which age counts, and the days of the feeds that have their own."""
    with store.write() as c:
        today = min(now, (keep.newest(c) or now) + timedelta(days=1))
        webhooks.forget(c, today)
        outbox.forget(c, today)
        meta.put(c, TIDIED, today.isoformat())
        own = {feed.id: feed.retention_days for feed, _ in feeds.listing(c) if feed.retention_days is not None}
        return today, own
