"""Saved queries that call back: an outbox, so that every matching item is called out at least once, under one id."""

import base64
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from chipwire.domain import CallFormat, Correction
from chipwire.errors import NotFound
from chipwire.keep.queries import corrected, query
from chipwire.keep.queries.saved import filter_of
from chipwire.keep.sql.meta import counter
from chipwire.keep.tables import table
from chipwire.keep.unplaced import settled

_HOOK, _CALL = table("webhook"), table("delivery")
STEP = 200
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Call:
    """One call that is due."""

    id: int
    webhook_id: int
    url: str
    secret: str
    message_id: str
    payload: bytes
    tries: int
    format: CallFormat


class Trouble(NamedTuple):
    """A webhook that does not get through."""

    id: int
    url: str
    active: bool
    error: str


def add(c: Connection, url: str, asked: Mapping[str, Any], now: datetime, call_format: CallFormat = "event") -> int:
    """Save a query (see `filter_of`) that calls `url` from now on; its id. The secret is made here."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    row = {"url": url, "secret": secret, "asked": dict(asked), "active": True, "created": now, "format": call_format}
    put = _HOOK.insert().values(**row, watermark=counter(c, "item")).returning(_HOOK.c.id)
    return int(c.execute(put).scalar_one())


def listing(c: Connection) -> list[dict[str, Any]]:
    """All webhooks, secrets included, by id."""
    return [dict(row) for row in c.execute(select(_HOOK).order_by(_HOOK.c.id)).mappings()]


def get(c: Connection, webhook_id: int) -> dict[str, Any]:
    """One webhook; NotFound when there is none."""
    row = c.execute(select(_HOOK).where(_HOOK.c.id == webhook_id)).mappings().first()
    if row is None:
        raise NotFound(f"there is no webhook {webhook_id}")
    return dict(row)


def change(c: Connection, webhook_id: int, url: str | None = None, active: bool | None = None) -> None:
    """Call elsewhere, pause, or go on where it was paused; NotFound when there is none."""
    get(c, webhook_id)
    given = {name: value for name, value in (("url", url), ("active", active)) if value is not None}
    if given:
        c.execute(update(_HOOK).where(_HOOK.c.id == webhook_id).values(**given))


def remove(c: Connection, webhook_id: int) -> None:
    """Forget a webhook and its calls; NotFound when there is none."""
    if c.execute(delete(_HOOK).where(_HOOK.c.id == webhook_id)).rowcount == 0:
        raise NotFound(f"there is no webhook {webhook_id}")


def log(c: Connection, webhook_id: int, limit: int = 100) -> list[dict[str, Any]]:
    """The newest calls of a webhook, without their payloads."""
    columns = [column for column in _CALL.c if column.name not in ("payload", "webhook_id")]
    rows = select(*columns).where(_CALL.c.webhook_id == webhook_id).order_by(_CALL.c.id.desc()).limit(limit)
    return [dict(row) for row in c.execute(rows).mappings()]


def troubled(c: Connection) -> list[Trouble]:
    """Webhooks whose newest try missed, by id; one that a person paused while all went well is none."""
    order = (_CALL.c.last_try.desc(), _CALL.c.id.desc())
    place = func.row_number().over(partition_by=_CALL.c.webhook_id, order_by=order).label("place")
    tried = select(_CALL.c.webhook_id, _CALL.c.last_error, place).where(_CALL.c.last_try.is_not(None)).subquery()
    asked = select(_HOOK.c.id, _HOOK.c.url, _HOOK.c.active, tried.c.last_error)
    asked = asked.join(tried, tried.c.webhook_id == _HOOK.c.id).order_by(_HOOK.c.id)
    return [Trouble(*row) for row in c.execute(asked.where(tried.c.place == 1, tried.c.last_error.is_not(None)))]


def queue(c: Connection, now: datetime) -> int:
    """Put calls for items that arrived or were corrected since each webhook last looked into the outbox; how many."""
    top, number = settled(c), 0
    waiting = select(_HOOK).where(_HOOK.c.active, _HOOK.c.watermark < top).order_by(_HOOK.c.id)
    for hook in c.execute(waiting).mappings().all():
        found = query.after(c, replace(filter_of(hook["asked"]), above=hook["watermark"]), limit=STEP)
        rows = [(item_id, wire) for item_id, wire in found if item_id <= top]
        for item_id, wire in rows:
            _put(c, hook["id"], f"msg_{hook['id']}_{item_id}", "item.new", wire, now)
        seen = rows[-1][0] if len(rows) == STEP else top
        again = _corrected(c, dict(hook), seen)
        for one in again:
            told = query.wire(c, [one.item_id])[one.item_id]
            _put(c, hook["id"], f"msg_{hook['id']}_{one.number}", "item.corrected", told, now)
        c.execute(update(_HOOK).where(_HOOK.c.id == hook["id"]).values(watermark=seen))
        number += len(rows) + len(again)
    return number


def test(c: Connection, webhook_id: int, now: datetime) -> int:
    """Put a call without an item into the outbox; its id."""
    get(c, webhook_id)
    return _put(c, webhook_id, f"msg_{webhook_id}_test_{secrets.token_hex(6)}", "webhook.test", b"{}", now)


def replay(c: Connection, webhook_id: int, call_id: int, now: datetime) -> None:
    """Make a call again, under the same id; NotFound when there is no such call of this webhook."""
    again = update(_CALL).where(_CALL.c.id == call_id, _CALL.c.webhook_id == webhook_id)
    if c.execute(again.values(state="pending", tries=0, next_try=now)).rowcount == 0:
        raise NotFound(f"webhook {webhook_id} has no delivery {call_id}")


def due(c: Connection, now: datetime, limit: int, each: int = 10, but: Collection[int] = ()) -> list[Call]:
    """Calls whose time has come, the longest waiting first; at most `each` of a webhook: none holds up others.

    None of the webhooks `but`.
    """
    waits = (_CALL.c.next_try, _CALL.c.id)
    turn = func.row_number().over(partition_by=_CALL.c.webhook_id, order_by=waits).label("turn")
    waiting = select(_CALL.c.id, turn).where(_CALL.c.state == "pending", _CALL.c.next_try <= now).subquery()
    asked = (
        select(
            *(_CALL.c.id, _HOOK.c.id, _HOOK.c.url, _HOOK.c.secret),
            *(_CALL.c.message_id, _CALL.c.payload, _CALL.c.tries, _HOOK.c.format),
        )
        .join(_HOOK, _HOOK.c.id == _CALL.c.webhook_id)
        .join(waiting, waiting.c.id == _CALL.c.id)
        .where(waiting.c.turn <= each, _HOOK.c.active, _HOOK.c.id.not_in(but))
        .order_by(*waits)
        .limit(limit)
    )
    return [Call(*row) for row in c.execute(asked)]


def take(c: Connection, now: datetime, until: datetime, limit: int, but: Collection[int] = ()) -> list[Call]:
    """What is due, which is then not due for anybody else before `until`: see `delivered` and `missed`."""
    calls = due(c, now, limit, but=but)
    c.execute(update(_CALL).where(_CALL.c.id.in_([call.id for call in calls])).values(next_try=until))
    return calls


def delivered(c: Connection, call: Call, status: int, now: datetime) -> None:
    """The receiver took it."""
    done = {"state": "delivered", "tries": call.tries + 1, "last_try": now, "last_status": status, "last_error": None}
    c.execute(update(_CALL).where(_CALL.c.id == call.id).values(**done))


def missed(c: Connection, call: Call, status: int | None, error: str, now: datetime, next_try: datetime | None) -> None:
    """The receiver did not take it: try again at `next_try`, or give up when that is None."""
    state = "pending" if next_try else "failed"
    said = {"state": state, "tries": call.tries + 1, "last_try": now, "last_status": status, "last_error": error}
    c.execute(update(_CALL).where(_CALL.c.id == call.id).values(**said, next_try=next_try or now))


def stop(c: Connection, webhook_id: int) -> None:
    """The receiver is gone (410): call it no more."""
    c.execute(update(_HOOK).where(_HOOK.c.id == webhook_id).values(active=False))


def forget(c: Connection, now: datetime) -> int:
    """Drop calls that ended longer ago than KEPT; an item is not called out again for that."""
    ended = (_CALL.c.state != "pending") & (_CALL.c.last_try < now - KEPT)
    return c.execute(delete(_CALL).where(ended)).rowcount


def _corrected(c: Connection, hook: Mapping[str, Any], high: int) -> list[Correction]:
    """Corrections up to `high` of items that meet the query, or did when they were called out."""
    found = []
    for one in corrected.since(c, hook["watermark"], high):
        called = select(_CALL.c.id).where(_CALL.c.message_id == f"msg_{hook['id']}_{one.item_id}")
        if query.meets(c, filter_of(hook["asked"]), one.item_id) or c.execute(called).first():
            found.append(one)
    return found


def _put(c: Connection, webhook_id: int, message_id: str, kind: str, data: bytes, now: datetime) -> int:
    at = now.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    payload = b'{"type":"%s","timestamp":"%s","data":%s}' % (kind.encode(), at, data)
    row = {"webhook_id": webhook_id, "message_id": message_id, "state": "pending", "tries": 0, "payload": payload}
    return int(c.execute(_CALL.insert().values(**row, queued=now, next_try=now).returning(_CALL.c.id)).scalar_one())
