"""What hubs delivered between two looks of the clock: put by the web side, taken by the pipeline."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from chipwire.keep.tables import table

_PUSH = table("push")
MOST = 20
"""Deliveries of one feed that wait at the most; polling brings what is turned away."""


class Push(NamedTuple):
    id: int
    feed_id: str
    content_type: str | None
    body: bytes


def put(c: Connection, feed_id: str, content_type: str | None, body: bytes, now: datetime) -> bool:
    """Keep a delivery for the clock; False when too many of this feed wait already."""
    waiting = c.execute(select(func.count()).select_from(_PUSH).where(_PUSH.c.feed_id == feed_id)).scalar_one()
    if waiting >= MOST:
        return False
    c.execute(_PUSH.insert().values(feed_id=feed_id, at=now, content_type=content_type, body=body))
    return True


def waiting(c: Connection, limit: int = 50) -> list[Push]:
    """The oldest deliveries."""
    query = select(_PUSH.c.id, _PUSH.c.feed_id, _PUSH.c.content_type, _PUSH.c.body).order_by(_PUSH.c.id).limit(limit)
    return [Push(*row) for row in c.execute(query)]


def done(c: Connection, push_id: int) -> None:
    """Forget a delivery, in the transaction that wrote what was in it."""
    c.execute(delete(_PUSH).where(_PUSH.c.id == push_id))
