"""The outbox: one row per (reader, local date), its bytes frozen, its state moved on only by the functions here.

    pending → claimed → in_data → sent | retry | failed | unknown
    pending | retry → unknown, where a backup was put in the store's place
    pending | retry → expired, where the next letter is due first; all that has not left → cancelled with its reader

`claimed` is committed before connecting and `in_data` just before DATA, so that after a crash everything but
`in_data` is known not to have left. Only one process sends at a time: see `alone`.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select, update

from chipwire.domain import Letter, LetterState, Told
from chipwire.errors import BadQuery, SendStopped
from chipwire.keep.db import Store
from chipwire.keep.people import letters
from chipwire.keep.people.letters import WAITING
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import compiled
from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

UNDELIVERED: tuple[LetterState, ...] = ("failed", "expired")
KEPT = timedelta(days=30)
"""The bytes of letters."""
TOLD = timedelta(days=60)
"""What letters told: stories take no new reports 14 days after their last one."""
_LETTER, _READER, _TOLD, _ALERT = (table(name) for name in ("letter", "reader", "reader_story", "alert"))
_FIELDS = tuple(name for name in Letter.model_fields if name != "id")
_TELL = Many(_TOLD.insert())
_WATERMARK = Many(update(_READER).where(_READER.c.id == bindparam("who")).values(watermark=bindparam("item")))


class Recovered(NamedTuple):
    """What a crash had left: letters put back in line, and letters whose fate is unknown."""

    released: int
    unknown: int


@contextmanager
def alone(store: Store) -> Iterator[bool]:
    """True for the one process that may send; the lock is the operating system's, or the server's, and dies with its
    holder. SendStopped where this user may not lock: SQLite would let it read the file, and so send beside others."""
    if store.shared:
        from chipwire.keep.sql import postgres

        with postgres.held(store.engine, postgres.SENDERS) as mine:
            yield mine
        return
    path = store.engine.url.database
    file = f"{path}.sending"
    if os.path.exists(file) and not os.access(file, os.W_OK):
        raise SendStopped(f"{file} belongs to another user: remove it, or give it to the one that chipwire runs as")
    lock = sqlite3.connect(file if path else ":memory:", timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            yield False
        else:
            yield True
    finally:
        lock.close()


def queue(c: Connection, letter: Letter, told: Iterable[Told] = ()) -> int | None:
    """Put a letter in line and move the reader's watermark; None when that (reader, date, kind, key) exists already."""
    return queue_all(c, [(letter, told)])[0]


def queue_all(c: Connection, made: Iterable[tuple[Letter, Iterable[Told]]]) -> list[int | None]:
    """The same for many: their ids, None for each that exists already."""
    numbers: list[int | None] = []
    tellings: list[dict[str, int | None]] = []
    marks: list[dict[str, int]] = []
    put = compiled(insert(c, _LETTER).on_conflict_do_nothing().returning(_LETTER.c.id), c.dialect, _FIELDS)
    raw: Any = c.connection.dbapi_connection
    for letter, told in made:
        row = raw.execute(put.sql, put.fill(letter.__dict__)).fetchone()
        numbers.append(row[0] if row else None)
        if row is None:
            continue
        number, who = row[0], letter.reader_id
        tellings += [
            {
                "reader_id": who,
                "story_id": one.story,
                "letter_id": number,
                "last_item": one.last_item,
                "shown": one.shown,
            }
            for one in told
        ]
        if letter.kind == "digest":
            marks.append({"who": who, "item": letter.high_item})
    _TELL(c, tellings)
    _WATERMARK(c, marks)
    return numbers


def claim(c: Connection, now: datetime) -> tuple[Letter, str] | None:
    """The next letter that is due, now 'claimed', with its reader's address; None when nothing is due."""
    query = select(_LETTER, _READER.c.email).join(_READER).where(letters.ready(now))
    row = c.execute(query.order_by(_LETTER.c.next_try, _LETTER.c.id).limit(1)).mappings().first()
    if row is None:
        return None
    c.execute(update(_LETTER).where(_LETTER.c.id == row["id"]).values(state="claimed", tries=row["tries"] + 1))
    return letters.of_row({**row, "state": "claimed", "tries": row["tries"] + 1}), row["email"]


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
        body = c.execute(select(_LETTER.c.body).where(_LETTER.c.id == letter_id)).scalar_one()
        values |= {"sent_at": now, "body": letters.packed(body)}
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


def doubt(c: Connection, now: datetime, why: str) -> int:
    """Whether letters that wait have left is unknown from now on; how many. Only while nobody sends."""
    waiting = _LETTER.c.state.in_((*WAITING, "claimed", "in_data"))
    return c.execute(update(_LETTER).where(waiting).values(state="unknown", next_try=now, last_reply=why)).rowcount


def release(c: Connection, letter_id: int, now: datetime) -> Letter:
    """The operator's word on a letter whose fate is unknown: send it again. BadQuery for a letter in another state."""
    letter = letters.get(c, letter_id)
    if letter.state != "unknown":
        raise BadQuery(f"letter {letter_id} is {letter.state}; only unknown ones are released", parameter="letter")
    settle(c, letter_id, "pending", now, letter.last_reply, now)
    return letters.get(c, letter_id)


def forget(c: Connection, now: datetime) -> int:
    """Drop the bytes of letters older than KEPT, their rows stay, and what letters older than TOLD told.

    How many letters lost their bytes. It reads all letters: for once a day.
    """
    c.execute(delete(_TOLD).where(_TOLD.c.letter_id.in_(select(_LETTER.c.id).where(_LETTER.c.queued_at < now - TOLD))))
    old = (_LETTER.c.queued_at < now - KEPT) & (_LETTER.c.state.not_in((*WAITING, "claimed", "in_data", "unknown")))
    return c.execute(update(_LETTER).where(old, func.length(_LETTER.c.body) > 0).values(body=b"")).rowcount


def _untell(c: Connection, letter_id: int) -> None:
    """The next letters tell it again; the searches of an alert look again when it expired, not when it was refused."""
    c.execute(delete(_TOLD).where(_TOLD.c.letter_id == letter_id))
    asked = (_LETTER.c.kind, _LETTER.c.state, _LETTER.c.reader_id, _LETTER.c.low_item)
    kind, state, reader, low = c.execute(select(*asked).where(_LETTER.c.id == letter_id)).one()
    if kind == "digest":
        ahead = (_READER.c.id == reader) & (_READER.c.watermark > low)
        c.execute(update(_READER).where(ahead).values(watermark=low))
    elif kind == "alert" and state == "expired":
        ahead = (_ALERT.c.reader_id == reader) & _ALERT.c.at_once & (_ALERT.c.watermark > low)
        c.execute(update(_ALERT).where(ahead).values(watermark=low))
