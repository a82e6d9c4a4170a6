"""Writing many rows: statements compiled once for each dialect and handed to the driver as they are."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.base import Executable

from chipwire.keep.sql.compiled import Compiled, compiled


class Many:
    """A statement to be run for many rows; SQLAlchemy's own way costs more than the database does."""

    def __init__(self, statement: Executable | Callable[[Connection], Executable]) -> None:
        self.statement = statement
        self._made: dict[tuple[str, tuple[str, ...]], Compiled] = {}

    def __call__(self, c: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each row, a mapping of parameter names; all rows have the same names."""
        if not rows:
            return
        key = (c.dialect.name, tuple(rows[0]))
        made = self._made.get(key)
        if made is None:
            statement = self.statement(c) if callable(self.statement) else self.statement
            made = self._made[key] = compiled(statement, c.dialect, key[1])
        filled = [made.fill(row) for row in rows]
        raw: Any = c.connection.dbapi_connection
        if isinstance(raw, sqlite3.Connection):
            raw.executemany(made.sql, filled)
        else:
            c.exec_driver_sql(made.sql, filled)
