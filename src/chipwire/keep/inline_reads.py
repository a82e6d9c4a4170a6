"""Reads of a moment, on the thread that asks: a hop to another thread costs more than SQLite needs for a page.

Only for those who must not wait: what takes longer than a moment is broken off, to be read again on another thread.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import finalize

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from chipwire.keep.db import Store
from chipwire.keep.deadline import was_broken_off
from chipwire.keep.sql.faults import explained

BUDGET = 0.004
"""Seconds after which a read is broken off."""
_STEPS = 10_000
"""Steps of SQLite's machine, under a millisecond, after which it looks at the clock."""


class TooLong(Exception):
    """The read would have taken longer than a moment: read it with `Store.read` where waiting does no harm."""


class InlineReads:
    """Each thread has a connection of its own, held open. Only SQLite can break off; others are always TooLong."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._own = threading.local()
        self._quick = store.engine.dialect.name == "sqlite"

    @contextmanager
    def __call__(self) -> Iterator[Connection]:
        """A connection that sees one consistent snapshot. TooLong at once or while reading; StoreError as `read`.

        The transaction is opened by hand: SQLAlchemy's way there and back costs as much as a page of items.
        """
        if not self._quick:
            raise TooLong
        try:
            held, raw = self._held()
            raw.execute("BEGIN")
            self._own.until = time.thread_time() + BUDGET
            try:
                yield held
            finally:
                self._own.until = float("inf")
                if held.in_transaction():
                    held.rollback()
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
        except (sqlite3.DatabaseError, DBAPIError) as error:
            if was_broken_off(error):
                raise TooLong from None
            with explained(self._store.engine):
                raise

    def _held(self) -> tuple[Connection, Any]:
        held: Connection | None = getattr(self._own, "held", None)
        if held is None or held.closed:
            held = self._own.held = self._store.engine.connect()
            held.detach()  # else the pool would hand it on with its clock when this thread ends
            held.info["begun"] = True
            self._store.held.add(held)
            own = self._own
            own.raw = held.connection.dbapi_connection
            own.raw.set_progress_handler(lambda: time.thread_time() > own.until, _STEPS)
            finalize(held, own.raw.close)  # when the thread ends; what is no pool's is closed by nobody else
        return held, self._own.raw
