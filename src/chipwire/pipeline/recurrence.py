"""READS → MEMORY: what a feed's items say is kept with them, so that the next ones show which lines are boxes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from chipwire.domain import Read
from chipwire.enrich.recurring import remembered
from chipwire.keep import lines
from chipwire.keep.db import Connection


def remember(c: Connection, turns: Iterable[tuple[str, Sequence[Read]]], now: datetime) -> None:
    """Add what these feeds showed to what is known of them, in the transaction of their items."""
    fresh = {feed_id: [read.said for read in reads] for feed_id, reads in turns if reads}
    before = lines.these(c, list(fresh))
    lines.keep(c, {feed_id: remembered(before.get(feed_id, b""), said, now) for feed_id, said in fresh.items()})
