"""Opening the store: one engine, readers that never wait for the writer, one writer at a time.

Everything else in keep/ takes the `Connection` that `Store.read()` or `Store.write()` yields; a deed is one
transaction, opened at the edge. Differences between SQLite and PostgreSQL sit here and in `keep.search`.
"""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from chipwire.errors import StoreError
from chipwire.keep import meta, search, tables

BUSY_MS = 10_000
_MORE = itertools.count()


class Store:
    """A database with the current schema. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent snapshot."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The one writing transaction: committed when the block ends well, rolled back when it raises."""
        with self.engine.connect() as connection:
            connection.info["write"] = True
            try:
                with connection.begin():
                    before = _changes(connection)
                    yield connection
                    if _changes(connection) != before:
                        meta.bump(connection, "version")
            finally:
                connection.info.pop("write", None)

    def version(self, connection: Connection) -> int:
        """A number that changes with every commit by anyone that changed a row."""
        return meta.counter(connection, "version")

    def news(self, connection: Connection) -> int:
        """A number that changes with every commit by anyone that changed what is served of items or stories."""
        return meta.counter(connection, "news")

    def close(self) -> None:
        self.engine.dispose()


def open_store(path: Path | str) -> Store:
    """Open or make the SQLite store at `path` and bring its schema up to date; StoreError says what is in the way."""
    where = Path(path)
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        engine = _engine(f"sqlite:///{where}")
        tables.create_all(engine)
        store = Store(engine)
        with store.write() as c:
            search.create(c)
    except (OSError, DatabaseError) as error:
        raise StoreError(f"cannot open the store {where}: {error}") from error
    return store


def _changes(connection: Connection) -> int:
    """Rows changed on this connection so far; on PostgreSQL, which does not tell, always one more."""
    raw = connection.connection.driver_connection
    return raw.total_changes if isinstance(raw, sqlite3.Connection) else next(_MORE)


def _engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.info.get("write") else "BEGIN")

    return engine
