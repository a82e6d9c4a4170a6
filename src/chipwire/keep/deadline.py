"""Reads that may take long, but not for ever: what one question costs all others has a bound."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from chipwire.errors import TooCostly

_STEPS = 10_000
"""Steps of SQLite's machine, under a millisecond, after which it looks at the clock."""
_BROKEN_OFF = ("SQLITE_INTERRUPT", "57014")


@contextmanager
def deadline(c: Connection, seconds: float) -> Iterator[None]:
    """TooCostly when what is read takes longer: in all of this thread's processor time, on a server each statement."""
    raw: Any = c.connection.dbapi_connection
    if c.dialect.name == "postgresql":
        c.execute(text(f"SET LOCAL statement_timeout = {round(seconds * 1000)}"))
    else:
        end = time.thread_time() + seconds
        raw.set_progress_handler(lambda: time.thread_time() > end, _STEPS)
    try:
        yield
    except Exception as error:
        if was_broken_off(error):
            raise TooCostly(f"this takes more than {seconds:g} seconds of work and was given up") from None
        raise
    finally:
        if c.dialect.name != "postgresql":
            raw.set_progress_handler(None, 0)


def was_broken_off(error: Exception) -> bool:
    """Did the database stop because it was told to?"""
    inner = error.orig if isinstance(error, DBAPIError) else error
    return getattr(inner, "sqlite_errorname", None) in _BROKEN_OFF or getattr(inner, "sqlstate", None) in _BROKEN_OFF
