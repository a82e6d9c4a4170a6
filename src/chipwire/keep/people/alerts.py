"""Saved queries of readers: kept here, asked again by whoever writes letters."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update

from chipwire.domain import Alert
from chipwire.errors import BadQuery, NotFound
from chipwire.keep.queries import corrected, query
from chipwire.keep.queries.saved import filter_of
from chipwire.keep.sql.meta import counter
from chipwire.keep.tables import table
from chipwire.keep.unplaced import settled

_ALERT, _READER, _LETTER = table("alert"), table("reader"), table("letter")
MOST = 20
"""Saved queries of one reader."""
EVERY = timedelta(hours=1)
"""No reader gets alerts more often."""
_HITS = 2000
_DAY = timedelta(days=1)


def add(c: Connection, reader_id: int, name: str, asked: dict[str, Any], at_once: bool, now: datetime) -> Alert:
    """Save a query (see `keep.queries.saved`) that looks at what arrives from now on. BadQuery: wrong, or too many."""
    filter_of(asked)
    if not _narrows(asked):
        raise BadQuery("a saved search needs words or a company, topic, language or feed", parameter="q")
    if len(listing(c, reader_id)) >= MOST:
        raise BadQuery(f"{MOST} saved searches are the most a reader may have: remove one first", parameter="name")
    alert = Alert(
        reader_id=reader_id, name=name, asked=asked, at_once=at_once, watermark=counter(c, "item"), created=now
    )  # fmt: skip
    values = alert.model_dump(exclude={"id"})
    number = c.execute(_ALERT.insert().values(**values).returning(_ALERT.c.id)).scalar_one()
    return alert.model_copy(update={"id": number})


def listing(c: Connection, reader_id: int | None = None) -> list[Alert]:
    """All saved queries, or one reader's, by id."""
    asked = select(_ALERT).order_by(_ALERT.c.id)
    rows = c.execute(asked if reader_id is None else asked.where(_ALERT.c.reader_id == reader_id))
    return [_alert(row) for row in rows.mappings()]


def change(c: Connection, reader_id: int, alert_id: int, at_once: bool) -> Alert:
    """Send at once, or with the digest; NotFound when the reader has no such saved query."""
    values: dict[str, Any] = {"at_once": at_once, "watermark": counter(c, "item")}
    if c.execute(update(_ALERT).where(_mine(reader_id, alert_id)).values(**values)).rowcount == 0:
        raise _missing(reader_id, alert_id)
    return next(alert for alert in listing(c, reader_id) if alert.id == alert_id)


def remove(c: Connection, reader_id: int, alert_id: int) -> None:
    """NotFound when the reader has no such saved query."""
    if c.execute(delete(_ALERT).where(_mine(reader_id, alert_id))).rowcount == 0:
        raise _missing(reader_id, alert_id)


def daily(c: Connection) -> dict[int, list[Alert]]:
    """Saved queries that go with the digest, by reader."""
    found: dict[int, list[Alert]] = defaultdict(list)
    for row in c.execute(select(_ALERT).where(~_ALERT.c.at_once).order_by(_ALERT.c.id)).mappings():
        found[row["reader_id"]].append(_alert(row))
    return found


def due(c: Connection, now: datetime) -> dict[int, list[Alert]]:
    """At-once queries that have something to look at, by active reader who had no alert for EVERY."""
    lately = select(_LETTER.c.id).where(
        _LETTER.c.reader_id == _ALERT.c.reader_id, _LETTER.c.kind == "alert", _LETTER.c.queued_at > now - EVERY,
        _LETTER.c.queued_at < now + EVERY,  # later ones are of a clock that was wrong
        _LETTER.c.local_date >= (now - EVERY - _DAY).date(),  # the index knows this, and letters stay for good
    )  # fmt: skip
    asked = (
        select(_ALERT)
        .join(_READER, _READER.c.id == _ALERT.c.reader_id)
        .where(_ALERT.c.at_once, _READER.c.status == "active", _ALERT.c.watermark < settled(c), ~lately.exists())
        .order_by(_ALERT.c.reader_id, _ALERT.c.id)
    )
    found: dict[int, list[Alert]] = defaultdict(list)
    for row in c.execute(asked).mappings():
        found[row["reader_id"]].append(_alert(row))
    return found


def hits(c: Connection, alert: Alert, low: int, high: int) -> frozenset[int]:
    """Ids of items new or corrected above `low`, up to `high`, that meet the query; at most _HITS new ones."""
    meant = replace(filter_of(alert.asked), above=low, collapse=False)
    again = (one.item_id for one in corrected.corrected(c, meant, low, high))
    return frozenset([*query.ids(c, meant, limit=_HITS, before=high + 1), *again])


def unmoved(c: Connection, alerts: Collection[Alert]) -> bool:
    """Whether all of these are as they were read: none removed, none taken further by another process meanwhile."""
    asked = select(_ALERT.c.id, _ALERT.c.watermark).where(_ALERT.c.id.in_([alert.id for alert in alerts]))
    now: dict[int | None, int] = dict(c.execute(asked).all())
    return all(now.get(alert.id) == alert.watermark for alert in alerts)


def seen(c: Connection, alerts: Iterable[Alert], high: int) -> None:
    """They have looked at everything up to `high`."""
    for alert in alerts:
        c.execute(update(_ALERT).where(_ALERT.c.id == alert.id).values(watermark=high))


def _narrows(asked: dict[str, Any]) -> bool:
    return any(asked.get(name) for name in ("q", "companies", "topics", "langs", "feeds", "kinds"))


def _mine(reader_id: int, alert_id: int) -> Any:
    return (_ALERT.c.id == alert_id) & (_ALERT.c.reader_id == reader_id)


def _missing(reader_id: int, alert_id: int) -> NotFound:
    return NotFound(f"reader {reader_id} has no saved search {alert_id}")


def _alert(row: RowMapping) -> Alert:
    return Alert.model_construct(**row)
