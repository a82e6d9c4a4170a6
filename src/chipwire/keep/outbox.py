"""The outbox: one row per (reader, local date), its bytes frozen, its state moved on only by the functions here.

    pending → claimed → in_data → sent | retry | failed | expired | unknown

`claimed` is committed before connecting and `in_data` just before DATA, so that after a crash everything but
`in_data` is known not to have left. Only one process sends at a time: see `alone`.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from chipwire.domain import Letter, LetterState
from chipwire.errors import BadQuery, NotFound
from chipwire.keep.db import Store
from chipwire.keep.tables import table

_LETTER, _READER, _TOLD, _ALERT = (table(name) for name in ("letter", "reader", "reader_story", "alert"))
_HEAD = [column for column in _LETTER.c if column.name != "body"]
WAITING: tuple[LetterState, ...] = ("pending", "retry")
UNDELIVERED: tuple[LetterState, ...] = ("failed", "expired")
KEPT = timedelta(days=30)
_FIELDS = tuple(name for name in Letter.model_fields if name != "id")


_WATERMARK = update(_READER).where(_READER.c.id == bindparam("who")).values(watermark=bindparam("item"))
_TOLD_OF = (
    select(_TOLD.c.reader_id, _TOLD.c.story_id, func.max(_TOLD.c.last_item))
    .where(_TOLD.c.reader_id.in_(bindparam("whom", expanding=True)))
    .group_by(_TOLD.c.reader_id, _TOLD.c.story_id)
)


@cache
def _new(dialect: str) -> Any:
    """INSERT of a letter unless there is one for its (reader, date, kind, key)."""
    columns: dict[str, Any] = {name: bindparam(name) for name in Letter.model_fields if name != "id"}
    into = (postgresql if dialect == "postgresql" else sqlite).insert(_LETTER)
    return into.values(**columns).on_conflict_do_nothing().returning(_LETTER.c.id)


class Recovered(NamedTuple):
    """What a crash had left: letters put back in line, and letters whose fate is unknown."""

    released: int
    unknown: int


@contextmanager
def alone(store: Store) -> Iterator[bool]:
    """True for the one process that may send; the lock is the operating system's, or the server's, and dies with its
    holder."""
    if store.shared:
        from chipwire.keep import postgres

        with postgres.held(store.engine, postgres.SENDERS) as mine:
            yield mine
        return
    path = store.engine.url.database
    lock = sqlite3.connect(f"{path}.sending" if path else ":memory:", timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            yield False
        else:
            yield True
    finally:
        lock.close()


Told = Iterable[tuple[int, int]]
"""(story id, newest item) of what a letter tells."""


def queue(c: Connection, letter: Letter, told: Told = ()) -> int | None:
    """Put a letter in line and move the reader's watermark; None when that (reader, date, kind, key) exists already."""
    return queue_all(c, [(letter, told)])[0]


def queue_all(c: Connection, letters: Iterable[tuple[Letter, Told]]) -> list[int | None]:
    """The same for many: their ids, None for each that exists already."""
    numbers: list[int | None] = []
    tellings: list[dict[str, int]] = []
    marks: list[dict[str, int]] = []
    put = _new(c.dialect.name)
    for letter, told in letters:
        number = c.execute(put, {name: getattr(letter, name) for name in _FIELDS}).scalar()
        numbers.append(number)
        if number is None:
            continue
        who = letter.reader_id
        tellings += [{"reader_id": who, "story_id": s, "letter_id": number, "last_item": i} for s, i in told]
        if letter.kind == "digest":
            marks.append({"who": who, "item": letter.high_item})
    if tellings:
        c.execute(_TOLD.insert(), tellings)
    if marks:
        c.execute(_WATERMARK, marks)
    return numbers


def claim(c: Connection, now: datetime) -> tuple[Letter, str] | None:
    """The next letter that is due, now 'claimed', with its reader's address; None when nothing is due."""
    ready = _LETTER.c.state.in_(WAITING) & (_LETTER.c.next_try <= now) & (_LETTER.c.expires_at > now)
    query = select(_LETTER, _READER.c.email).join(_READER).where(ready)
    row = c.execute(query.order_by(_LETTER.c.next_try, _LETTER.c.id).limit(1)).mappings().first()
    if row is None:
        return None
    c.execute(update(_LETTER).where(_LETTER.c.id == row["id"]).values(state="claimed", tries=row["tries"] + 1))
    return _letter({**row, "state": "claimed", "tries": row["tries"] + 1}), row["email"]


def in_data(c: Connection, letter_id: int, now: datetime) -> bool:
    """DATA comes next: from here on only the server, or a receipt, can say whether the letter left.

    False when the letter was cancelled meanwhile: it must not be sent.
    """
    mine = (_LETTER.c.id == letter_id) & (_LETTER.c.state == "claimed")
    return c.execute(update(_LETTER).where(mine).values(state="in_data", next_try=now)).rowcount == 1


def settle(
    c: Connection,
    letter_id: int,
    state: LetterState,
    now: datetime,
    reply: str | None = None,
    next_try: datetime | None = None,
) -> None:
    """Record how an attempt ended. What an undelivered letter told counts as untold again."""
    values: dict[str, Any] = {"state": state, "last_reply": reply}
    if state == "sent":
        values["sent_at"] = now
    if next_try is not None:
        values["next_try"] = next_try
    c.execute(update(_LETTER).where(_LETTER.c.id == letter_id).values(**values))
    if state in UNDELIVERED:
        _untell(c, letter_id)


def recover(c: Connection, now: datetime) -> Recovered:
    """After a crash of the sender: `claimed` goes back in line, `in_data` becomes `unknown`. Only while `alone`."""
    back = update(_LETTER).where(_LETTER.c.state == "claimed").values(state="pending", next_try=now)
    lost = update(_LETTER).where(_LETTER.c.state == "in_data").values(state="unknown", next_try=now)
    return Recovered(c.execute(back).rowcount, c.execute(lost).rowcount)


def expire(c: Connection, now: datetime) -> int:
    """Letters that could not leave before the next one is due give up; what they told moves to that next one."""
    late = select(_LETTER.c.id).where(_LETTER.c.state.in_(WAITING), _LETTER.c.expires_at <= now)
    numbers = list(c.execute(late).scalars())
    for number in numbers:
        settle(c, number, "expired", now, "not delivered before the next letter was due")
    return len(numbers)


def cancel(c: Connection, reader_id: int) -> int:
    """Take back everything that has not left."""
    waiting = (_LETTER.c.reader_id == reader_id) & _LETTER.c.state.in_((*WAITING, "claimed"))
    return c.execute(update(_LETTER).where(waiting).values(state="cancelled")).rowcount


def due(c: Connection, now: datetime) -> int:
    """How many letters could leave now."""
    ready = _LETTER.c.state.in_(WAITING) & (_LETTER.c.next_try <= now) & (_LETTER.c.expires_at > now)
    return c.execute(select(func.count()).select_from(_LETTER).where(ready)).scalar_one()


def oldest(c: Connection) -> datetime | None:
    """Since when the letter that waits longest is in line."""
    return c.execute(select(func.min(_LETTER.c.queued_at)).where(_LETTER.c.state.in_(WAITING))).scalar()


def unknown(c: Connection) -> list[Letter]:
    """Letters whose fate is unknown, oldest first, without bodies."""
    return _heads(c, _LETTER.c.state == "unknown")


def listing(c: Connection, reader_id: int | None = None, state: str | None = None, limit: int = 1000) -> list[Letter]:
    """Letters without bodies, newest first."""
    given: list[ColumnElement[bool]] = []
    if reader_id is not None:
        given.append(_LETTER.c.reader_id == reader_id)
    if state is not None:
        given.append(_LETTER.c.state == state)
    query = select(*_HEAD).where(*given).order_by(_LETTER.c.id.desc()).limit(limit)
    return [_letter({**row, "body": b""}) for row in c.execute(query).mappings()]


def get(c: Connection, letter_id: int) -> Letter:
    """With its bytes; NotFound when there is none."""
    row = c.execute(select(_LETTER).where(_LETTER.c.id == letter_id)).mappings().first()
    if row is None:
        raise NotFound(f"there is no letter {letter_id}")
    return _letter(row)


def find(c: Connection, reader_id: int, day: date, kind: str = "digest", key: str = "") -> Letter | None:
    there = (_LETTER.c.reader_id == reader_id) & (_LETTER.c.local_date == day)
    row = c.execute(select(_LETTER).where(there, _LETTER.c.kind == kind, _LETTER.c.key == key)).mappings().first()
    return _letter(row) if row else None


def by_message_id(c: Connection, message_id: str) -> Letter | None:
    """The letter of ours that a receipt or a bounce speaks of, without its body."""
    found = _heads(c, _LETTER.c.message_id == message_id)
    return found[0] if found else None


def last_queued(c: Connection, reader_id: int, kind: str) -> datetime | None:
    """When the reader's newest letter of a kind was queued."""
    mine = (_LETTER.c.reader_id == reader_id) & (_LETTER.c.kind == kind)
    return c.execute(select(func.max(_LETTER.c.queued_at)).where(mine)).scalar()


def release(c: Connection, letter_id: int, now: datetime) -> Letter:
    """The operator's word on a letter whose fate is unknown: send it again. BadQuery for a letter in another state."""
    letter = get(c, letter_id)
    if letter.state != "unknown":
        raise BadQuery(f"letter {letter_id} is {letter.state}; only unknown ones are released", parameter="letter")
    settle(c, letter_id, "pending", now, letter.last_reply, now)
    return get(c, letter_id)


def last_dates(c: Connection) -> dict[int, date]:
    """The latest local date of each reader's digests."""
    query = select(_LETTER.c.reader_id, func.max(_LETTER.c.local_date)).where(_LETTER.c.kind == "digest")
    return {reader: day for reader, day in c.execute(query.group_by(_LETTER.c.reader_id))}


def states(c: Connection) -> dict[str, int]:
    """How many letters are in each state."""
    rows = c.execute(select(_LETTER.c.state, func.count()).group_by(_LETTER.c.state))
    return {state: count for state, count in rows}


def told(c: Connection, reader_id: int) -> dict[int, int]:
    """What the reader was told: story id → newest item that went into a letter."""
    return told_all(c, [reader_id]).get(reader_id, {})


def told_all(c: Connection, reader_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """The same for many readers, by reader."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for reader, story, item in c.execute(_TOLD_OF, {"whom": reader_ids}):
        found[reader][story] = item
    return found


def forget(c: Connection, now: datetime) -> int:
    """Drop the bytes of letters older than KEPT; their rows stay."""
    old = (_LETTER.c.queued_at < now - KEPT) & (_LETTER.c.state.not_in((*WAITING, "claimed", "in_data", "unknown")))
    return c.execute(update(_LETTER).where(old, func.length(_LETTER.c.body) > 0).values(body=b"")).rowcount


def _untell(c: Connection, letter_id: int) -> None:
    letter = c.execute(select(*_HEAD).where(_LETTER.c.id == letter_id)).mappings().one()
    c.execute(delete(_TOLD).where(_TOLD.c.letter_id == letter_id))
    if letter["kind"] == "digest":
        low = c.execute(select(_READER.c.watermark).where(_READER.c.id == letter["reader_id"])).scalar_one()
        _set_watermark(c, letter["reader_id"], min(low, letter["low_item"]))
    elif letter["kind"] == "alert" and letter["state"] == "expired":
        passed = (_ALERT.c.reader_id == letter["reader_id"]) & _ALERT.c.at_once
        behind = passed & (_ALERT.c.watermark > letter["low_item"])
        c.execute(update(_ALERT).where(behind).values(watermark=letter["low_item"]))


def _set_watermark(c: Connection, reader_id: int, item: int) -> None:
    c.execute(_WATERMARK, {"who": reader_id, "item": item})


def _heads(c: Connection, where: ColumnElement[bool]) -> list[Letter]:
    rows = c.execute(select(*_HEAD).where(where).order_by(_LETTER.c.id)).mappings()
    return [_letter({**row, "body": b""}) for row in rows]


def _letter(row: RowMapping | dict[str, Any]) -> Letter:
    return Letter.model_construct(**{name: row[name] for name in Letter.model_fields})
