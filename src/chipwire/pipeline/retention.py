"""STORE → GONE: old items leave in small batches, with room in between for everybody else who writes."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from chipwire.keep import prune as keep
from chipwire.keep import webhooks
from chipwire.keep.db import Store

log = structlog.get_logger()
BATCH = 200
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
    """What the clock does each day: forget old calls of webhooks and, unless `days` is 0, items older than that.

    Age counts from the newest item, so that a machine whose clock is years ahead empties nothing.
    """
    before = await asyncio.to_thread(_begin, store, now()) - timedelta(days=days)
    gone = 0
    while days and (number := await asyncio.to_thread(_batch, store, before, None)):
        gone += number
        await asyncio.sleep(PAUSE)
    if gone:
        log.info("pruned", items=gone, before=before.isoformat())
    return gone


def _batch(store: Store, before: datetime, feed_id: str | None) -> int:
    with store.write() as c:
        return keep.prune(c, before, feed_id=feed_id, limit=BATCH)


def _begin(store: Store, now: datetime) -> datetime:
    with store.write() as c:
        webhooks.forget(c, now)
        return min(now, (keep.newest(c) or now) + timedelta(days=1))
