"""What can be wrong with a database, in words that say what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from chipwire.errors import StoreError

MENDS = {
    "SQLITE_BUSY": "another process keeps it locked; wait for it (a backup, a second clock) or end it, then try again",
    "SQLITE_LOCKED": "another process keeps it locked; wait for it or end it, then try again",
    "SQLITE_FULL": "the disk is full; make room, nothing that was stored is lost",
    "SQLITE_READONLY": "it is read-only; let this user write the file and its folder",
    "SQLITE_CANTOPEN": "it cannot be opened; check that the folder is there and this user may read and write it",
    "SQLITE_PERM": "this user may not use it; let this user read and write the file and its folder",
    "SQLITE_IOERR": "the disk failed to read or write; check the disk, then `chipwire doctor`",
    "SQLITE_CORRUPT": "it is damaged; move it away and put the last `chipwire backup` in its place",
    "SQLITE_NOTADB": "it is not a database; point the store setting at another path or move the file away",
}


_VERSIONS = slice(18, 20)
"""Of a file's header: 2 and 2 where changes go to a log, as in every store, 1 and 1 in a backup not opened yet."""


def check_log(where: Path) -> None:
    """StoreError when a log lies beside a backup that was put in a store's place: it is that store's, and SQLite would
    write it over the backup.

    Not in a process that has this store open: closing any file lets go of the locks that the process has on it (POSIX),
    SQLite's too, and other processes then take its log away under it.
    """
    log = where.with_name(f"{where.name}-wal")
    with suppress(OSError):  # what cannot be read is told when it is opened
        with where.open("rb") as file:
            fresh = file.read(100)[_VERSIONS] == b"\1\1"
        if fresh and log.stat().st_size:
            raise StoreError(
                f"the store {where}: it is a backup, and {log.name} beside it is the log of the store that was here;"
                f" move {log.name} and {where.name}-shm away, then start anew"
            )


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """What is wrong with the database itself becomes a StoreError that says what to do; other errors pass."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        raw = error.orig if isinstance(error, DatabaseError) else error
        mend = _mend(engine, raw)
        if mend is None:
            raise
        raise StoreError(f"the store {engine.url.database}: {mend} ({raw})") from error


def _mend(engine: Engine, raw: BaseException | None) -> str | None:
    if engine.dialect.name == "postgresql":
        from chipwire.keep.sql import postgres

        return postgres.mend(raw)
    name = getattr(raw, "sqlite_errorname", "")
    return next((words for prefix, words in MENDS.items() if name.startswith(prefix)), None)
