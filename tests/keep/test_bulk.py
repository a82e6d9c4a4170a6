"""Rows written in bulk are the rows that SQLAlchemy would have written, byte for byte."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from chipwire.keep.db import Store
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Among
from chipwire.keep.tables import table

TOKEN = table("token")
TIMES = [
    datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    datetime(2026, 11, 23, 8, 0, 0, 123, tzinfo=timezone(timedelta(hours=7))),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]


def rows() -> list[dict[str, Any]]:
    scopes = [["read"], ["read", "write"], [], ["半导体"]]
    return [
        {"name": f"{n}", "digest": f"d{n}", "scopes": some, "created": at}
        for n, (some, at) in enumerate(zip(scopes, TIMES, strict=True))
    ]


def stored(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as c:
        kind = "pg_typeof(created)::text" if store.shared else "typeof(created)"
        return [tuple(row) for row in c.exec_driver_sql(f"SELECT *, {kind} FROM token ORDER BY name")]


def test_the_same_as_sqlalchemy(store: Store) -> None:
    with store.write() as c:
        c.execute(TOKEN.insert(), rows())
    usual = stored(store)
    with store.write() as c:
        c.execute(TOKEN.delete())
        Many(TOKEN.insert())(c, rows())
    assert stored(store) == usual


def test_it_reads_back(store: Store) -> None:
    with store.write() as c:
        Many(TOKEN.insert())(c, rows())
        Many(update(TOKEN).values(created=bindparam("at")))(c, [{"at": TIMES[0]}])
    with store.read() as c:
        assert set(c.execute(select(TOKEN.c.created)).scalars()) == {TIMES[0]}


def test_no_rows_are_no_statement(store: Store) -> None:
    with store.write() as c:
        Many(TOKEN.insert())(c, [])


def test_a_time_without_zone_is_refused(store: Store) -> None:
    naive = rows()[0] | {"created": datetime(2026, 11, 23)}  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"), store.write() as c:
        Many(TOKEN.insert())(c, [naive])


@pytest.mark.parametrize("number", [0, 1, 2, 8, 9, 64, 65, 128, 129, 1100])
def test_rows_are_found_among_any_number_of_values(store: Store, number: int) -> None:
    some = [{"name": f"{n:04}", "digest": f"d{n}", "scopes": ["read"], "created": TIMES[0]} for n in range(1200)]
    found = Among(select(TOKEN.c.name).where(TOKEN.c.digest != bindparam("not")), TOKEN.c.name)
    with store.write() as c:
        Many(TOKEN.insert())(c, some)
    wanted = [row["name"] for row in some[:number]]
    with store.read() as c:
        assert sorted(name for (name,) in found(c, wanted, **{"not": "d2"})) == [n for n in wanted if n != "0002"]
        assert found(c, ["nobody"] * number, **{"not": "d2"}) == []
