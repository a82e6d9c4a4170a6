"""What a hub delivered, written as if it had been fetched; when its feed is asked next stays as it was planned."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from chipwire.collect.pacing import pace
from chipwire.domain import Failed, Feed
from chipwire.enrich.stories.cluster import Arrival
from chipwire.keep.db import Connection, Store
from chipwire.keep.news import items, tagging
from chipwire.keep.sources import feeds, marks, pushes, tally
from chipwire.pipeline import corrected
from chipwire.pipeline.messages import Reading
from chipwire.pipeline.placing import arrivals_of
from chipwire.pipeline.recurrence import remember

log = structlog.get_logger()
Place = Callable[[Connection, list[Arrival]], object]


def write(store: Store, push: pushes.Push, reading: Reading | Failed, now: datetime, place: Place, data: Path) -> int:
    """One transaction: items, tags, index, stories, the feed's state; returns the number of new items."""
    with store.write() as c:
        pushes.done(c, push.id)
        if isinstance(reading, Failed):
            log.info("push", feed=push.feed_id, why=reading.message)
            return 0
        feed, state = feeds.get(c, push.feed_id)  # as it is now: its own turn may have ended meanwhile
        added = items.add(c, feed.id, reading.reads, now)
        corrected.note(c, added.changed, data, now)
        marks.keep(c, [left_by(feed, reading)], now)
        remember(c, [(feed.id, reading)], now)
        tagging.retag(c, reading.mended)
        place(c, arrivals_of(added))
        seen = pace.Seen(reading.items, len(added.new), reading.problems, reading.facts)
        paced = pace.pushed(feed, state, seen, len(push.body), now)
        feeds.save(c, paced.state, paced.event)
        tally.add(c, [(paced.event.outcome, None)])
    return len(added.new)


def left_by(feed: Feed, reading: Reading) -> marks.Left:
    return marks.Left(feed.id, reading.before, reading.marks)
