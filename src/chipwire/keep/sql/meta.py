"""Small facts about the store itself (counters that only grow, named values)."""

from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update
from sqlalchemy.dialects import sqlite

from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Ready
from chipwire.keep.tables import table

_COUNTER, _META = table("counter"), table("meta")
_READ = Ready(select(_COUNTER.c.value).where(_COUNTER.c.name == bindparam("which")))
_TAKE = Many(
    update(_COUNTER).where(_COUNTER.c.name == bindparam("which")).values(value=_COUNTER.c.value + bindparam("more"))
)


def insert(c: Connection, into: Table) -> Any:
    """INSERT in the connection's dialect, for `on_conflict_do_…`, which both dialects spell alike."""
    if c.dialect.name != "postgresql":
        return sqlite.insert(into)
    from sqlalchemy.dialects import postgresql  # a twentieth of a cold start, which stores on SQLite do without

    return postgresql.insert(into)


def counter(c: Connection, name: str) -> int:
    """What the counter stands at; 0 when it never moved."""
    return _READ.one(c, {"which": name}) or 0


def bump(c: Connection, name: str, more: int = 1) -> int:
    """Move the counter on and return where it stands now.

    Without RETURNING, which opens a savepoint: at each one SQLite writes out what the search index has gathered.
    """
    _TAKE(c, [{"which": name, "more": more}])
    stands: int | None = _READ.one(c, {"which": name})
    if stands is None:
        c.execute(insert(c, _COUNTER).values(name=name, value=more))
    return more if stands is None else stands


def get(c: Connection, key: str) -> str | None:
    return c.execute(select(_META.c.value).where(_META.c.key == key)).scalar()


def put(c: Connection, key: str, value: str) -> None:
    statement = insert(c, _META).values(key=key, value=value)
    c.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def tomb(url: str) -> bytes:
    """What stays of a pruned item's address."""
    return blake2b(url.encode(), digest_size=12).digest()
