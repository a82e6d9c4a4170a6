"""Opening the store: one engine, readers that never wait for the writer, one writer at a time.

Everything else in keep/ takes the `Connection` that `Store.read()` or `Store.write()` yields; a deed is one
transaction, opened at the edge. Differences between SQLite and PostgreSQL sit here, in
`keep.sql` and in `keep.news.search`.
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakSet

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event

from chipwire.errors import StoreError
from chipwire.keep import migrations
from chipwire.keep.file import make_room
from chipwire.keep.news import search, volume, wire
from chipwire.keep.sql import meta
from chipwire.keep.sql.faults import MENDS, check_log, explained

__all__ = ["Connection", "Store", "look_at", "open_store"]

BUSY_MS = 30_000
STATEMENTS = 256
"""Statements that each connection keeps compiled, of 10 to 40 kB."""
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MS}",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
    "wal_autocheckpoint=4000",  # pages of 4 kB: one that changes often is copied from the log into the store less often
)


class Holder(Protocol):
    def close(self) -> None: ...


class Store:
    """A database with the current schema. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.held: WeakSet[Holder] = WeakSet()
        """Whoever keeps a connection for longer than a read: closed with the store."""
        self._turn = threading.Lock()

    @property
    def shared(self) -> bool:
        """Is it on a server that several clocks may work on?"""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent snapshot; what is written to it is dropped. StoreError when the database cannot be used."""
        with explained(self.engine), self.engine.connect() as connection:
            snapshot = connection.begin()
            try:
                yield connection
            finally:
                snapshot.rollback()

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """The one writing transaction: committed when the block ends well, rolled back when it raises.

        Another process that writes is waited for up to 30 s, threads of this one take turns. StoreError when the
        database cannot be used; nothing is half done. Does not nest.
        `durable` commits are on the disk when the block has ended: they outlive a power cut, not only a crash.
        """
        with explained(self.engine), self._alone(), self.engine.connect() as connection:
            connection.info.update({"write": True, wire.WAITING: set(), volume.WAITING: Counter()})
            try:
                if durable:
                    _switch(connection, "synchronous=FULL")
                with connection.begin():
                    before = _changes(connection)
                    yield connection
                    volume.flush(connection)
                    wire.flush(connection)
                    if _wrote(connection, before):
                        meta.bump(connection, "version")
            finally:
                connection.info.pop("write", None)
                if durable:
                    _switch(connection, "synchronous=NORMAL")

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """On a server: a short transaction that waits for no writer, for what clocks settle among themselves.

        Nothing that readers are shown is changed in it: no counter moves. StoreError as for `write`.
        """
        with explained(self.engine), self.engine.connect() as connection:
            connection.info["beside"] = True
            try:
                with connection.begin():
                    yield connection
            finally:
                connection.info.pop("beside", None)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer of this process at a time, in turn: SQLite's own waiting is a lottery that a thread may lose."""
        if self.shared:  # the server has a queue: see keep.sql.postgres
            yield
            return
        if not self._turn.acquire(timeout=2 * BUSY_MS / 1000):
            raise StoreError(f"the store {self.engine.url.database}: {MENDS['SQLITE_LOCKED']}")
        try:
            yield
        finally:
            self._turn.release()

    def rest(self) -> None:
        """Close all connections, with the pages and statements they keep; they are opened anew.

        Not while one is out: its pool would be gone when it comes back, and nobody would close it.
        """
        pool: Any = self.engine.pool
        if not pool.checkedout():
            self.engine.dispose()

    def version(self, connection: Connection) -> int:
        """A number that changes with every commit by anyone that changed a row."""
        return meta.counter(connection, "version")

    def news(self, connection: Connection) -> int:
        """A number that changes with every commit by anyone that changed what is served of items or stories."""
        return meta.counter(connection, "news")

    def close(self) -> None:
        """Close every connection; SQLite then puts its log away, so that a read-only disk holds a whole store."""
        for holder in list(self.held):
            holder.close()
        self.engine.dispose()


def open_store(
    place: Path | str,
    progress: migrations.Progress = lambda _words: None,
    idle: Callable[["Store"], None] = lambda _store: None,
) -> Store:
    """Open or make the store at a path or a database URL, its schema brought up to date; StoreError says why not.

    `idle` is asked before the store is changed, and raises or waits where others must not be at work on it.
    """
    store = look_at(place)
    try:
        if not store.shared:
            make_room(Path(place))
        with store.read() as c:
            fits = current(c)
        if not fits:
            idle(store)
            _upgrade(store, progress)
    except BaseException:
        store.close()
        raise
    return store


def current(c: Connection) -> bool:
    """Are schema and search index those of this chipwire?"""
    return migrations.revision(c) == migrations.HEAD and search.is_current(c)


def look_at(place: Path | str) -> Store:
    """A store that is there, opened as it is: no step of the schema is taken. For those who examine it; StoreError."""
    if isinstance(place, str) and "://" in place:
        from chipwire.keep.sql import postgres  # its driver is an extra

        return Store(postgres.engine_of(place))
    check_log(Path(place))
    return Store(_engine(URL.create("sqlite", database=str(place))))  # not as text: a path may hold ? and %


def _upgrade(store: Store, progress: migrations.Progress) -> None:
    """All steps in one transaction; references are checked at its end, as rebuilding a table must not cascade."""
    with explained(store.engine), store.engine.connect() as c:
        _switch(c, "foreign_keys=OFF")
        c.info["write"] = True
        try:
            with c.begin():
                migrations.upgrade(c, progress)
                search.create(c, progress)
                broken = None if store.shared else c.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise StoreError(
                        f"the store {store.engine.url.database}: row {broken[1]} of {broken[0]} lost its {broken[2]}"
                    )
        finally:
            c.info.pop("write", None)
            _switch(c, "foreign_keys=ON")


def _switch(connection: Connection, pragma: str) -> None:
    """On SQLite only: PostgreSQL rebuilds no tables, so that references always hold, and always waits for the disk."""
    raw = connection.connection.dbapi_connection
    if isinstance(raw, sqlite3.Connection):
        raw.execute(f"PRAGMA {pragma}")


def _changes(connection: Connection) -> int:
    """Rows changed on this connection so far, where the driver tells."""
    raw = connection.connection.dbapi_connection
    return raw.total_changes if isinstance(raw, sqlite3.Connection) else 0


def _wrote(connection: Connection, before: int) -> bool:
    """Did this transaction change a row?"""
    if isinstance(connection.connection.dbapi_connection, sqlite3.Connection):
        return _changes(connection) != before
    from chipwire.keep.sql import postgres

    return postgres.wrote(connection)


def _engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False, "cached_statements": STATEMENTS},
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        pool_size=6,
        max_overflow=58,
        pool_use_lifo=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: object) -> None:
        raw.isolation_level = None
        for pragma in _PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.info.get("begun"):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.info.get("write") else "BEGIN")

    return engine
