"""READS → MEMORY: what a feed's items say is kept with them, so that the next ones show which lines are boxes.

Items that were stored before a box of theirs was known are tagged anew, as far back as the memory goes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from chipwire.domain import Read
from chipwire.enrich.boilerplate.remember import address, addresses, remembered
from chipwire.keep.db import Connection
from chipwire.keep.sources import lines
from chipwire.pipeline.messages import Reading


def remember(c: Connection, turns: Iterable[tuple[str, Reading]], now: datetime) -> None:
    """Add what these feeds showed to what is known of them, in the transaction of their items."""
    fresh = {feed_id: _said(reading.reads) + reading.overtaken for feed_id, reading in turns if reading.reads}
    before = lines.these(c, list(fresh))
    lines.keep(c, {feed_id: remembered(before.get(feed_id, b""), said, now) for feed_id, said in fresh.items()})


def earlier(reading: Reading) -> set[bytes]:
    """The addresses, as digests, of items from before the document with boxes that it made known."""
    return addresses(reading.overtaken) - {address(read.url) for read in reading.reads}


def _said(reads: Sequence[Read]) -> list[bytes]:
    return [read.said for read in reads]
