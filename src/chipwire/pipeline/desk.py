"""What everything that writes letters shares: who sends, the names, the clock; a finished letter as a row."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from chipwire.domain import Alert, DigestStory, Letter, LetterState, Saved
from chipwire.keep.db import Connection
from chipwire.keep.people import alerts, letters
from chipwire.keep.queries.saved import parameters
from chipwire.send import plain
from chipwire.send.compose import Catalogue
from chipwire.send.render import Rendered, Sender


@dataclass(frozen=True)
class Desk:
    """Where letters are written: who sends, what companies and topics are called, what time it is."""

    sender: Sender
    catalogue: Catalogue
    now: Callable[[], datetime]


def row(done: Rendered, queued: datetime, expires: datetime, state: LetterState = "pending") -> Letter:
    """The letter for the outbox; one that is never to be sent has no bytes."""
    digest = done.digest
    assert digest.reader.id is not None
    return Letter.model_construct(
        id=None,
        reader_id=digest.reader.id,
        local_date=digest.local_date,
        kind=digest.kind,
        key=digest.key,
        state=state,
        message_id=done.message_id,
        subject=done.subject,
        body=b"" if state == "skipped_empty" else done.body,
        queued_at=queued,
        next_try=queued,
        expires_at=expires,
        low_item=digest.window.low,
        high_item=digest.window.high,
    )


def stood_for(c: Connection, reader_id: int, stories: Iterable[DigestStory], told: Mapping[int, int]) -> frozenset[int]:
    """The reports that stood for what the reader was told of these stories while it belonged to others."""
    formers = {former for story in stories for _, former in story.moved if former in told}
    return letters.stood_for(c, reader_id, formers) if formers else frozenset()


def asked_again(c: Connection, alert: Alert, low: int, high: int) -> Saved:
    """A saved query with what it finds above `low`, up to `high`."""
    name = plain.clip(plain.clean(alert.name), 60)
    return Saved(
        f"alert.{alert.id}", name, alerts.hits(c, alert, low, high), f"search?{urlencode(parameters(alert.asked))}"
    )
