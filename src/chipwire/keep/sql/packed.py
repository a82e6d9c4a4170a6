"""Statements whose rows SQLite gives as one.

It lets go of the interpreter for each row, and a thread that is not the event loop's waits for it up to five
milliseconds each time: a page of fifty rows took a quarter of a second while other answers were made.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Select

from chipwire.keep.sql.compiled import Compiled, Ready

_BETWEEN = b"\x1e"
"""The record separator, which JSON never has within it (RFC 8259: control characters are escaped)."""
_IDS = "'[' || coalesce(group_concat(id), '') || ']'"


@dataclass(frozen=True, slots=True)
class Rows:
    """The wire JSON of items in order, kept as it came.

    A page is served as a whole: cutting it into its rows, to be joined again, cost as much as asking SQLite for it. Ids
    are read where they stand in it; to have SQLite spell them once more was a tenth of what a page cost there.
    """

    number: int
    wires: bytes
    """With separators between."""

    @classmethod
    def of(cls, wires: Sequence[bytes]) -> "Rows":
        return cls(len(wires), _BETWEEN.join(wires))

    def __len__(self) -> int:
        return self.number

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Pairs of id and wire JSON."""
        return ((_id(made), made) for made in self.wires.split(_BETWEEN)) if self.number else iter(())

    def last(self) -> int:
        """Id of the last item; there must be one."""
        return _id(self.wires, self.wires.rfind(_BETWEEN) + 1)

    def without_last(self) -> "Rows":
        return Rows(self.number - 1, self.wires[: max(self.wires.rfind(_BETWEEN), 0)])

    def listed(self) -> bytes:
        """The wire JSON with commas between."""
        return self.wires.replace(_BETWEEN, b",")


def _id(wires: bytes, start: int = 0) -> int:
    """The id that wire JSON, which is there from `start` on, begins with (see `keep.news.wire`)."""
    return int(wires[start + len(b'{"id":') : wires.index(b",", start)])


class Ids:
    """A SELECT of ids."""

    def __init__(self, statement: Select[Any]) -> None:
        self._rows = Ready(statement)
        self._whole = _Packed(statement, "found(id)", _IDS)

    def __call__(self, c: Connection, values: Mapping[str, Any]) -> list[int]:
        """In the statement's order; `values` may hold more than it names."""
        if c.dialect.name != "sqlite":
            return [row[0] for row in self._rows(c, values)]
        found: list[int] = orjson.loads(self._whole.one(c, values))
        return found


class Wires:
    """A SELECT of wire JSON, none of which is NULL."""

    def __init__(self, statement: Select[Any]) -> None:
        self._rows = Ready(statement)
        self._whole = _Packed(statement, "found(wire)", "count(*), CAST(group_concat(wire, x'1e') AS BLOB)")

    def __call__(self, c: Connection, values: Mapping[str, Any]) -> Rows:
        """In the statement's order; `values` may hold more than it names."""
        if c.dialect.name != "sqlite":
            return Rows.of([row[0] for row in self._rows(c, values)])
        number, wires = self._whole(c, values)[0]
        return Rows(number, wires or b"")


class _Packed(Ready):
    """SQLite keeps the order of what `group_concat` is given in order."""

    def __init__(self, statement: Select[Any], found: str, packed: str) -> None:
        super().__init__(statement)
        self._found, self._packed = found, packed

    def _compile(self, c: Connection) -> Compiled:
        made = super()._compile(c)
        return made._replace(sql=f"WITH {self._found} AS ({made.sql}) SELECT {self._packed} FROM found")  # noqa: S608
