"""Letters as they are: which there are, what became of each, what their readers were told. `outbox` moves them on."""

import gzip
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, func, select

from chipwire.domain import Letter, LetterState
from chipwire.errors import NotFound
from chipwire.keep.tables import table

WAITING: tuple[LetterState, ...] = ("pending", "retry")
_LETTER, _READER, _TOLD = table("letter"), table("reader"), table("reader_story")
_HEAD = [column for column in _LETTER.c if column.name != "body"]
_PACKED = b"\x1f\x8b"
"""How gzip begins, and no letter does."""
_EASTERNMOST = timedelta(hours=14)
"""So far clocks on walls are ahead of UTC (Pacific/Kiritimati)."""
_TOLD_OF = (
    select(_TOLD.c.reader_id, _TOLD.c.story_id, func.max(_TOLD.c.last_item))
    .where(_TOLD.c.reader_id.in_(bindparam("whom", expanding=True)))
    .group_by(_TOLD.c.reader_id, _TOLD.c.story_id)
)

_SHOWN_TO = (
    select(_TOLD.c.reader_id, _TOLD.c.shown)
    .where(_TOLD.c.reader_id.in_(bindparam("whom", expanding=True)))
    .where(_TOLD.c.shown.in_(select(table("correction").c.item_id)))
)


def get(c: Connection, letter_id: int) -> Letter:
    """With its bytes; NotFound when there is none."""
    row = c.execute(select(_LETTER).where(_LETTER.c.id == letter_id)).mappings().first()
    if row is None:
        raise NotFound(f"there is no letter {letter_id}")
    return of_row(row)


def find(c: Connection, reader_id: int, day: date, kind: str = "digest", key: str = "") -> Letter | None:
    there = (_LETTER.c.reader_id == reader_id) & (_LETTER.c.local_date == day)
    row = c.execute(select(_LETTER).where(there, _LETTER.c.kind == kind, _LETTER.c.key == key)).mappings().first()
    return of_row(row) if row else None


def by_message_id(c: Connection, message_id: str) -> Letter | None:
    """The letter of ours that a receipt or a bounce speaks of, without its body."""
    found = _heads(c, select(*_HEAD).where(_LETTER.c.message_id == message_id).order_by(_LETTER.c.id))
    return found[0] if found else None


def listing(c: Connection, reader_id: int | None = None, state: str | None = None, limit: int = 1000) -> list[Letter]:
    """Letters without bodies, newest first."""
    asked = select(*_HEAD).order_by(_LETTER.c.id.desc()).limit(limit)
    if reader_id is not None:
        asked = asked.where(_LETTER.c.reader_id == reader_id)
    if state is not None:
        asked = asked.where(_LETTER.c.state == state)
    return _heads(c, asked)


def unknown(c: Connection) -> list[Letter]:
    """Letters whose fate is unknown, oldest first, without bodies."""
    return _heads(c, select(*_HEAD).where(_LETTER.c.state == "unknown").order_by(_LETTER.c.id))


def states(c: Connection) -> dict[str, int]:
    """How many letters are in each state."""
    return dict(c.execute(select(_LETTER.c.state, func.count()).group_by(_LETTER.c.state)).all())


def ready(now: datetime) -> ColumnElement[bool]:
    """Of a letter that could leave now."""
    return _LETTER.c.state.in_(WAITING) & (_LETTER.c.next_try <= now) & (_LETTER.c.expires_at > now)


def due(c: Connection, now: datetime) -> int:
    """How many letters could leave now."""
    return c.execute(select(func.count()).select_from(_LETTER).where(ready(now))).scalar_one()


def oldest(c: Connection) -> datetime | None:
    """Since when the letter that waits longest is in line."""
    return c.execute(select(func.min(_LETTER.c.queued_at)).where(_LETTER.c.state.in_(WAITING))).scalar()


def last_queued(c: Connection, reader_id: int, kind: str) -> datetime | None:
    """When the reader's newest letter of a kind was queued."""
    mine = (_LETTER.c.reader_id == reader_id) & (_LETTER.c.kind == kind)
    return c.execute(select(func.max(_LETTER.c.queued_at)).where(mine)).scalar()


def last_dates(c: Connection, now: datetime) -> dict[int, date]:
    """The latest local date of each reader's digests; looked up in the index for each, as letters stay for good.

    Days that have come nowhere yet were a wrong clock's: they count where there are no others, as then it may be this
    one that is wrong.
    """
    mine = (_LETTER.c.reader_id == _READER.c.id) & (_LETTER.c.kind == "digest")
    latest = select(func.max(_LETTER.c.local_date)).where(mine)
    come = latest.where(_LETTER.c.local_date <= (now + _EASTERNMOST).date())
    found = select(_READER.c.id, func.coalesce(come.scalar_subquery(), latest.scalar_subquery()))
    return {reader: day for reader, day in c.execute(found) if day is not None}


def told(c: Connection, reader_id: int) -> dict[int, int]:
    """What the reader was told: story id → newest item that went into a letter."""
    return told_all(c, [reader_id]).get(reader_id, {})


def told_all(c: Connection, reader_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """The same for many readers, by reader."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for reader, story, item in c.execute(_TOLD_OF, {"whom": reader_ids}):
        found[reader][story] = item
    return found


def shown(c: Connection, reader_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Those reports that stood for a story in a letter and that their outlets have corrected, by reader."""
    found: dict[int, set[int]] = defaultdict(set)
    for reader, item in c.execute(_SHOWN_TO, {"whom": reader_ids}):
        found[reader].add(item)
    return {reader: frozenset(items) for reader, items in found.items()}


def stood_for(c: Connection, reader_id: int, stories: Collection[int]) -> frozenset[int]:
    """The reports that stood for these stories in the reader's letters; in those from before it was kept, the first."""
    asked = select(func.coalesce(_TOLD.c.shown, _TOLD.c.story_id))
    return frozenset(c.execute(asked.where(_TOLD.c.reader_id == reader_id, _TOLD.c.story_id.in_(stories))).scalars())


def of_row(row: RowMapping | dict[str, Any]) -> Letter:
    """From a row of the table, which was valid when it was queued."""
    letter = Letter.model_construct(**{name: row[name] for name in Letter.model_fields})
    return letter.model_copy(update={"body": gzip.decompress(letter.body)}) if letter.body[:2] == _PACKED else letter


def packed(body: bytes) -> bytes:
    """A letter's bytes as they are kept once it has left: a fifth to a tenth, for its copy on the web."""
    return gzip.compress(body, 6, mtime=0) if body and body[:2] != _PACKED else body


def _heads(c: Connection, asked: Select[Any]) -> list[Letter]:
    return [of_row({**row, "body": b""}) for row in c.execute(asked).mappings()]
