"""What SQLite gives as one row is what it would give row by row."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from chipwire.domain import utc
from chipwire.keep.db import Store
from chipwire.keep.news import items
from chipwire.keep.sql.compiled import Ready
from chipwire.keep.sql.packed import Ids, Rows, Wires
from chipwire.keep.tables import table

ITEM, WIRE = table("item"), table("item_wire")


def test_ids_and_wire_json_come_in_order_and_whole(newsroom: Store, read: Callable[..., Any]) -> None:
    entries = [read(f"{n}", title=f"Kiln {n}, 'quoted', \x1e and é \U0001f9c2") for n in range(9)]
    with newsroom.write() as c:
        items.add(c, "wafer-daily", entries, utc(2026, 11, 2))
    with newsroom.write() as c:
        c.execute(delete(WIRE).where(WIRE.c.item_id == 4))
    with newsroom.read() as c:
        for order in (ITEM.c.id.asc(), ITEM.c.id.desc(), func.abs(ITEM.c.id - 5)):
            few = {"high": 8}
            ids = select(ITEM.c.id).where(ITEM.c.id < bindparam("high")).order_by(order)
            assert Ids(ids)(c, few) == [row[0] for row in Ready(ids)(c, few)]
            wires = ids.join_from(ITEM, WIRE)
            singly = [tuple(row) for row in Ready(wires.add_columns(WIRE.c.wire))(c, few)]
            rows = Wires(wires.with_only_columns(WIRE.c.wire))(c, few)
            assert list(rows) == singly
            assert list(rows.without_last()) == singly[:-1]
            assert (rows.last(), rows.without_last().last()) == (singly[-1][0], singly[-2][0])
            assert rows.listed() == b",".join(made for _, made in singly)
            assert len(rows) == len(singly) == 6


def test_nothing_is_an_empty_list(newsroom: Store) -> None:
    with newsroom.read() as c:
        assert Ids(select(ITEM.c.id))(c, {}) == []
        rows = Wires(select(WIRE.c.wire))(c, {})
        assert list(rows) == list(Rows.of([])) == []
        assert (len(rows), rows.listed(), list(Rows.of([b'{"id":1,"url":""}']).without_last())) == (0, b"", [])
