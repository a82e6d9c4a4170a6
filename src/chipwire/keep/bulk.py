"""Writing many rows: statements compiled once for each dialect and handed to the driver as they are."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Connection, Dialect
from sqlalchemy.sql.base import Executable
from sqlmodel.sql.sqltypes import UTCDateTime


class _Compiled(NamedTuple):
    sql: str
    names: list[str]
    take: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    """The values of a row in the order of `names`."""
    conversions: list[tuple[int, Callable[[Any], Any]]]
    """Place among `names` and what the driver needs done to the value there."""
    positional: bool

    def fill(self, row: Mapping[str, Any]) -> Any:
        values = list(self.take(row))
        for place, to in self.conversions:
            values[place] = to(values[place])
        return tuple(values) if self.positional else dict(zip(self.names, values, strict=True))


class Many:
    """A statement to be run for many rows; SQLAlchemy's own way costs more than the database does."""

    def __init__(self, statement: Executable | Callable[[Connection], Executable]) -> None:
        self.statement = statement
        self._made: dict[tuple[str, tuple[str, ...]], _Compiled] = {}

    def __call__(self, c: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each row, a mapping of parameter names; all rows have the same names."""
        if not rows:
            return
        key = (c.dialect.name, tuple(rows[0]))
        made = self._made.get(key)
        if made is None:
            statement = self.statement(c) if callable(self.statement) else self.statement
            made = self._made[key] = _compile(statement, c.dialect, key[1])
        c.exec_driver_sql(made.sql, [made.fill(row) for row in rows])


def _compile(statement: Any, dialect: Dialect, names: Sequence[str]) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup if dialect.positional else list(compiled.binds)
    kinds = [compiled.binds[name].type for name in order]
    conversions = [(n, to) for n, kind in enumerate(kinds) if (to := _conversion(kind, dialect)) is not None]
    take = itemgetter(*order) if len(order) > 1 else lambda row: (row[order[0]],)
    return _Compiled(str(compiled), list(order), take, conversions, dialect.positional)


def _conversion(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """What SQLAlchemy does to a value of this kind; on SQLite, times and truths by a shorter way to the same end."""
    if dialect.name == "sqlite" and isinstance(kind, UTCDateTime):
        return _moment
    if dialect.name == "sqlite" and isinstance(kind, Boolean):
        return None
    to: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return to


def _moment(at: datetime | None) -> str | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError(f"a time without zone cannot be stored: {at}")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
