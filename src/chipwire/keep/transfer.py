"""A whole store copied from one database into another that is empty, and compared row by row before it counts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Table, func, select, text

from chipwire.errors import StoreError
from chipwire.keep import vitals
from chipwire.keep.db import Store
from chipwire.keep.lease import holder_of
from chipwire.keep.news import search
from chipwire.keep.sql.bulk import Many
from chipwire.keep.tables import metadata, table

BATCH = 1000
_OWN = ("meta", "counter", "lease")
"""What a new store may hold before anything happened."""
Progress = Callable[[str], None]
"""Called with a table's name when its rows are copied."""
MOVED = [one for one in metadata.sorted_tables if one.name not in ("lease", "host_claim")]
"""Tables in the order of their references. Leases and claims are of processes, and stay behind."""


class Moved(NamedTuple):
    """One table: its rows, and the digest of all of them that both stores agree on."""

    table: str
    rows: int
    digest: str


def move(source: Store, target: Store, now: datetime, progress: Progress | None = None) -> list[Moved]:
    """Copy everything in one transaction of the target; StoreError, and nothing is there, unless both agree after it.

    Refused when the target holds anything, or while a clock is at work on the source: what it brings would be lost.
    """
    with source.read() as old, target.write(durable=True) as new:
        if holder := holder_of(old, vitals.CLOCK, now):
            raise StoreError(f"the clock {holder} is at work on the store that is to be moved: stop chipwire first")
        _refuse_unless_empty(new)
        for one in MOVED:
            _copy(old, new, one)
            if progress is not None:
                progress(one.name)
        search.rebuild(new)
        if target.shared:
            new.execute(text("ANALYZE"))  # without statistics lists are scans until autovacuum comes by
        return [_agreed(old, new, one) for one in MOVED]


def _refuse_unless_empty(c: Connection) -> None:
    for one in metadata.sorted_tables:
        if one.name not in _OWN and c.execute(select(1).select_from(one).limit(1)).first() is not None:
            raise StoreError(f"the store to move into is not empty: there are rows in {one.name}; name a new database")
    for name in _OWN:
        c.execute(table(name).delete())


def _copy(old: Connection, new: Connection, one: Table) -> None:
    put = Many(one.insert())
    for rows in _rows(old, one):
        put(new, rows)
    if new.dialect.name == "postgresql" and one.autoincrement_column is not None:
        ident = one.autoincrement_column
        sequence = new.execute(select(func.pg_get_serial_sequence(one.name, ident.name))).scalar()
        if sequence is not None:
            new.execute(text(f"SELECT setval('{sequence}', (SELECT coalesce(max(id), 0) + 1 FROM {one.name}), false)"))  # noqa: S608


def _agreed(old: Connection, new: Connection, one: Table) -> Moved:
    before, after = (_count(c, one) for c in (old, new))
    marks = [_digest(c, one) for c in (old, new)]
    if before != after or marks[0] != marks[1]:
        raise StoreError(
            f"the copy of {one.name} is not what it should be: {before} rows there, {after} here, digests {marks[0]}"
            f" and {marks[1]}; nothing was moved"
        )
    return Moved(one.name, after, marks[1])


def _count(c: Connection, one: Table) -> int:
    return c.execute(select(func.count()).select_from(one)).scalar_one()


def _digest(c: Connection, one: Table) -> str:
    """Of every value of every row, in order of the primary key."""
    made = blake2b(digest_size=16)
    for rows in _rows(c, one):
        for row in rows:
            made.update(orjson.dumps(list(row.values()), default=bytes.hex, option=orjson.OPT_UTC_Z))
    return made.hexdigest()


def _rows(c: Connection, one: Table) -> Iterator[list[dict[str, Any]]]:
    """All rows, some at a time, in an order that both databases share: numbers by size, texts by code point."""
    asked = select(one).order_by(*one.primary_key).execution_options(yield_per=BATCH)
    with c.execute(asked) as found:
        for some in found.mappings().partitions():
            yield [{name: _plain(value) for name, value in row.items()} for row in some]


def _plain(value: Any) -> Any:
    """PostgreSQL holds no NUL in a text."""
    return value.replace("\0", "") if isinstance(value, str) and "\0" in value else value
