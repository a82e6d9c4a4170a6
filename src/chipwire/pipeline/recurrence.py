"""READS → MEMORY: what a feed's items say is kept with them, so that the next ones show which lines are boxes.

Items that were stored before a box of theirs was known are tagged anew, as far back as the memory goes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from chipwire.domain import Read, Tags
from chipwire.enrich.recurring import boxes, spans
from chipwire.enrich.remember import address, addresses, remembered, together
from chipwire.enrich.tagger import Tagger
from chipwire.keep import lines
from chipwire.keep.db import Connection
from chipwire.keep.tagging import Text
from chipwire.pipeline.reading import Reading, tagger


def remember(c: Connection, turns: Iterable[tuple[str, Reading]], now: datetime) -> None:
    """Add what these feeds showed to what is known of them, in the transaction of their items."""
    fresh = {feed_id: _said(reading.reads) + reading.overtaken for feed_id, reading in turns if reading.reads}
    before = lines.these(c, list(fresh))
    lines.keep(c, {feed_id: remembered(before.get(feed_id, b""), said, now) for feed_id, said in fresh.items()})


def earlier(reading: Reading) -> set[bytes]:
    """The addresses, as digests, of items from before the document with boxes that it made known."""
    return addresses(reading.overtaken) - {address(read.url) for read in reading.reads}


def tagged_anew(texts: list[Text], before: bytes, reading: Reading, data: Path) -> list[tuple[int, Tags]]:
    """Stored items of a feed without the boxes that are known since that document; `before` is what was known then."""
    known = boxes(together(before, *_said(reading.reads)))
    return [(one.id, anew(tagger(data), one, known)) for one in texts]


def anew(tagger: Tagger, one: Text, known: Mapping[int, float]) -> Tags:
    """The tags of a stored item in whose feed these lines are boxes."""
    look = tagger.look(one.title, one.body, one.lang)
    return tagger.said(one.title, one.body, look, spans(one.title, one.body, known))


def _said(reads: Sequence[Read]) -> list[bytes]:
    return [read.said for read in reads]
