"""STORY → OUTBOX at once: what a reader's saved queries find, in one letter, at most one an hour.

The letter, what it tells and how far the queries have looked are committed together, so that this may be killed and
run again anywhere. What an alert told, the digest does not tell again; an alert that expired is written anew.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chipwire.domain import Alert, Letter, Told, Window
from chipwire.keep import unplaced
from chipwire.keep.db import Connection, Store
from chipwire.keep.people import alerts, digests, letters, outbox, readers
from chipwire.pipeline.desk import Desk, asked_again, row, stood_for
from chipwire.send.compose import compose
from chipwire.send.render import letter

GOOD_FOR = timedelta(hours=12)
"""An alert that cannot leave in this time is written anew, with what came meanwhile."""


def queue_alerts(store: Store, desk: Desk, now: datetime) -> int:
    """Ask the saved queries that are due and queue what they found; how many letters."""
    with store.read() as c:
        high = unplaced.settled(c)
        made = [(mine, _written(c, desk, reader_id, mine, high, now)) for reader_id, mine in alerts.due(c, now).items()]
    if not made:
        return 0
    queued = 0
    with store.write() as c:
        for mine, written in made:
            if not alerts.unmoved(c, mine):
                continue
            if written is not None:
                queued += outbox.queue(c, *written) is not None
            alerts.seen(c, mine, high)
    return queued


def _written(
    c: Connection, desk: Desk, reader_id: int, mine: Sequence[Alert], high: int, now: datetime
) -> tuple[Letter, list[Told]] | None:
    """The letter and what it tells; None when there is nothing that the reader has not had."""
    saved = [asked_again(c, alert, alert.watermark, high) for alert in mine]
    hits = frozenset[int]().union(*(search.items for search in saved))
    if not hits:
        return None
    reader, window = readers.get(c, reader_id), _window(c, mine, high, now)
    stories, told = digests.stories(c, window.low, high, holding=hits), letters.told(c, reader_id)
    corrected = letters.shown(c, [reader_id]).get(reader_id, frozenset())
    digest = compose(
        reader,
        stories,
        window,
        now,
        catalogue=desk.catalogue,
        told=told,
        shown=corrected | stood_for(c, reader_id, stories, told),
        health=digests.health(c),
        saved=saved,
        kind="alert",
        key=f"{now:%Y%m%dT%H%M}",
    )
    if digest.empty:
        return None
    done = letter(digest, desk.sender)
    return row(done, now, now + GOOD_FOR), done.digest.told


def _window(c: Connection, mine: Sequence[Alert], high: int, now: datetime) -> Window:
    low = min(alert.watermark for alert in mine)
    return Window(low, high, digests.seen_at(c, low) or min(alert.created for alert in mine), now)
