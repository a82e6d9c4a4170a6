"""Statements compiled once for each dialect and handed to the driver as they are.

SQLAlchemy's own way from a statement to the driver costs more than SQLite does for a page or a row.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import JSON, Boolean, ColumnElement, Connection, Dialect, Select, bindparam
from sqlmodel.sql.sqltypes import UTCDateTime

CHUNK = 128
"""Values asked for at once: more gain nothing."""
_SIZES = (8, 64, CHUNK)
_SOME = [f"some_{number}" for number in range(CHUNK)]


class Compiled(NamedTuple):
    sql: str
    names: list[str]
    take: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    """The values of a row in the order of `names`."""
    conversions: list[tuple[int, Callable[[Any], Any]]]
    """Place among `names` and what the driver needs done to the value there."""
    positional: bool

    def fill(self, row: Mapping[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        if not self.names:
            return ()
        if self.positional and not self.conversions:
            return self.take(row)
        values = list(self.take(row))
        for place, to in self.conversions:
            values[place] = to(values[place])
        return tuple(values) if self.positional else dict(zip(self.names, values, strict=True))


def compiled(statement: Any, dialect: Dialect, columns: Sequence[str] | None = None) -> Compiled:
    """`columns` are those that an INSERT is given."""
    made = statement.compile(dialect=dialect, column_keys=columns and list(columns))
    order = made.positiontup if dialect.positional else list(made.binds)
    kinds = [made.binds[name].type for name in order]
    conversions = [(n, to) for n, kind in enumerate(kinds) if (to := _conversion(kind, dialect)) is not None]
    fixed = {name: made.binds[name].value for name in order if not made.binds[name].required}
    pick = itemgetter(*order) if len(order) > 1 else lambda row: tuple(row[name] for name in order)
    take = (lambda row: pick({**fixed, **row})) if fixed else pick
    return Compiled(str(made), list(order), take, conversions, dialect.positional)


class Ready:
    """A SELECT whose every parameter is named, run on the driver's own cursor.

    Rows come as the driver gives them: select numbers, texts, bytes, not times or JSON.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._made: dict[str, Compiled] = {}

    def __call__(self, c: Connection, values: Mapping[str, Any]) -> list[Any]:
        """All rows; `values` may hold more than the statement names."""
        made = self._made.get(c.dialect.name)
        if made is None:
            made = self._made[c.dialect.name] = self._compile(c)
        raw: Any = c.connection.dbapi_connection
        return list(raw.execute(made.sql, made.fill(values)).fetchall())

    def _compile(self, c: Connection) -> Compiled:
        return compiled(self.statement, c.dialect)

    def one(self, c: Connection, values: Mapping[str, Any]) -> Any:
        """The first column of the first row; None when there is none."""
        rows = self(c, values)
        return rows[0][0] if rows else None


class Among:
    """A SELECT of the rows whose `column` is among some values, run as `Ready` is.

    Lists are filled up with their last value to one of three lengths: three statements serve any, as making one takes
    as long as asking it a dozen times.
    """

    def __init__(self, statement: Select[Any], column: ColumnElement[Any]) -> None:
        self.statement, self.column = statement, column
        self._made: dict[int, Ready] = {}

    def __call__(self, c: Connection, some: Sequence[Any], **more: Any) -> list[Any]:
        """All rows, a chunk of the values at a time, as databases limit parameters."""
        found: list[Any] = []
        for start in range(0, len(some), CHUNK):
            chunk = some[start : start + CHUNK]
            size = next(size for size in _SIZES if size >= len(chunk))
            asked = dict(zip(_SOME, [*chunk, *[chunk[-1]] * (size - len(chunk))], strict=False))
            found += self._of(size)(c, asked | more)
        return found

    def _of(self, size: int) -> Ready:
        made = self._made.get(size)
        if made is None:
            names = [bindparam(name, type_=self.column.type) for name in _SOME[:size]]
            made = self._made[size] = Ready(self.statement.where(self.column.in_(names)))
        return made


def _conversion(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """What SQLAlchemy does to a value of this kind; on SQLite, some by a shorter way to the same end."""
    if dialect.name == "sqlite" and isinstance(kind, UTCDateTime):
        return _moment
    if dialect.name == "sqlite" and isinstance(kind, Boolean):
        return None
    if dialect.name == "sqlite" and isinstance(kind, JSON):
        return _json
    to: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return to


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _moment(at: datetime | None) -> str | None:
    if at is None:
        return None
    if at.tzinfo is UTC:
        return at.isoformat(" ", "microseconds")[:-6]
    if at.tzinfo is None:
        raise ValueError(f"a time without zone cannot be stored: {at}")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def moment(raw: Any) -> datetime:
    """A stored time as the driver gives it, aware UTC."""
    found = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
