"""What can be wrong with a database, in words that say what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

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
        from chipwire.keep import postgres

        return postgres.mend(raw)
    name = getattr(raw, "sqlite_errorname", "")
    return next((words for prefix, words in MENDS.items() if name.startswith(prefix)), None)
