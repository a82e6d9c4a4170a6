"""Has anything changed? An answer in microseconds, from a connection of its own that never waits and never blocks."""

import sqlite3
from contextlib import suppress
from threading import Lock

from chipwire.keep.db import Store


class ChangeCounter:
    """Numbers that change when the store does, whoever wrote; they mean nothing but "same" and "not the same"."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._held = None if store.shared else store.engine.raw_connection()
        self._news = (-1, -1)
        raw = self._held.dbapi_connection if self._held else None
        self._raw = raw if isinstance(raw, sqlite3.Connection) else None
        store.held.add(self)

    def commits(self) -> int:
        """Changes with every commit."""
        with self._lock:
            if self._raw is not None:
                with suppress(sqlite3.ProgrammingError):
                    return int(self._raw.execute("PRAGMA data_version").fetchone()[0])
        with self._store.read() as c:
            return self._store.version(c)

    def news(self) -> int:
        """Changes when items or stories do."""
        commits = self.commits()
        if self._news[0] != commits:
            with self._store.read() as c:
                self._news = (commits, self._store.news(c))
        return self._news[1]

    def close(self) -> None:
        self._raw = None
        if self._held is not None:
            self._held.close()
