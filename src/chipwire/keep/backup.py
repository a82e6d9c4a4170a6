"""A copy of the running store that is known to be whole, and the questions that prove a store whole."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from chipwire.errors import StoreError
from chipwire.keep import restored
from chipwire.keep.db import Store, open_store
from chipwire.keep.file import private
from chipwire.keep.sql import meta

PAGES = 4096
_TOLD = "INSERT OR REPLACE INTO meta (key, value) SELECT ?, coalesce(max(last_checked), '') FROM feed_state"
_UNLIKE = "SELECT count(*) FROM item FULL JOIN item_fts ON rowid = id WHERE rowid IS NULL OR id IS NULL"
Progress = Callable[[int, int], None]
"""Called with (pages copied, pages in all)."""


def backup(store: Store, path: Path, progress: Progress | None = None) -> int:
    """Copy the store as it is at this moment to `path` while others read and write; returns the size in bytes.

    The copy is checked before it gets its name, so a file at `path` is always a whole store. StoreError otherwise,
    and for a store on PostgreSQL, which has its own way.
    """
    if store.shared:
        url = store.engine.url
        raise StoreError(
            f"a store on PostgreSQL is copied by its own tools: pg_dump --format=custom --file={path}"
            f" --dbname={url.database} --host={url.host or 'localhost'}; put it back with pg_restore"
        )
    part = path.with_name(path.name + ".part")
    own = Path(store.engine.url.database or "")
    if path.resolve() in {own.with_name(own.name + end).resolve() for end in ("", "-wal", "-shm")}:
        raise StoreError(f"{path} is the store itself, not a place for its copy: name another file")
    if not path.parent.is_dir():  # made, it might lie beside the disk that was to be mounted there
        raise StoreError(f"cannot write the backup {path}: there is no folder {path.parent}")
    try:
        part.unlink(missing_ok=True)
        with store.read() as c:
            meta.counter(c, "version")  # the snapshot begins with the first read, and the copy is of it
            _copy(c, part, progress)
        _check(part)
        _seal(part)
        os.replace(part, path)
    except OSError as error:
        raise StoreError(f"cannot write the backup {path}: {error}") from error
    finally:
        with suppress(OSError):
            part.unlink()
    return path.stat().st_size


def integrity(c: Connection, *, full_text: bool = False) -> list[str]:
    """What is wrong inside the database: pages, indexes, references; empty when all is well.

    With `full_text` the search index too, which keeps writers waiting meanwhile and needs `Store.write()`.
    PostgreSQL checks references as it writes; there only the search index is looked at.
    """
    if c.dialect.name == "postgresql":
        number = c.exec_driver_sql(_UNLIKE).scalar()
        return [f"{number} items are missing in the search index or are there without an item"] if number else []
    try:
        problems = [str(row[0]) for row in c.exec_driver_sql("PRAGMA integrity_check(20)") if row[0] != "ok"]
        for child, rowid, parent, _ in c.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(20):
            problems.append(f"row {rowid} of {child} names a row of {parent} that is not there")
        if full_text:
            c.exec_driver_sql("INSERT INTO item_fts(item_fts) VALUES ('integrity-check')")
    except DatabaseError as error:
        return [str(error.orig)]
    return problems


def _copy(c: Connection, part: Path, progress: Progress | None) -> None:
    source = c.connection.dbapi_connection
    assert isinstance(source, sqlite3.Connection)

    def tell(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    private(part)
    try:
        with closing(sqlite3.connect(part)) as target:
            source.backup(target, pages=PAGES, progress=tell, sleep=0)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname == "SQLITE_FULL":  # reading fills nothing: it is the disk of the copy
            raise StoreError(f"cannot write the backup {part.with_suffix('')}: its disk is full; make room") from error
        raise


def _check(part: Path) -> None:
    copy = open_store(part)
    try:
        with copy.write() as c:
            problems = integrity(c, full_text=True)
    finally:
        copy.close()
    if problems:
        raise StoreError(
            f"the backup is not whole and was thrown away: {problems[0]}; check the store with `chipwire doctor`"
        )


def _seal(part: Path) -> None:
    """To the disk as one file without a log, which tells it from a store in use (see `faults.check_log`), and marked
    for whoever puts it in a store's place (see `keep.restored`)."""
    with closing(sqlite3.connect(part)) as raw, raw:
        raw.execute(_TOLD, [restored.MARK])
        raw.commit()
        raw.execute("PRAGMA journal_mode=DELETE")
    with part.open("rb") as whole:
        os.fsync(whole.fileno())
