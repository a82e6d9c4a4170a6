"""Reads of a moment: broken off when they take longer, and no bother to anybody else."""

import gc
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from chipwire.keep.change_counter import ChangeCounter
from chipwire.keep.db import Store
from chipwire.keep.inline_reads import InlineReads, TooLong
from tests.stores import open_store

LONG = text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) SELECT count(*) FROM n")
"""Takes many times what an inline read may."""


def test_what_takes_long_is_broken_off_and_the_next_read_works(store: Store) -> None:
    inline = InlineReads(store)
    if store.engine.dialect.name != "sqlite":
        with pytest.raises(TooLong), inline():
            raise AssertionError("only SQLite can break off")
        return
    with pytest.raises(TooLong), inline() as c:
        c.execute(LONG)
    with inline() as c:
        assert c.execute(text("SELECT 1")).scalar() == 1


def test_a_thread_that_ended_leaves_no_clock_behind(store: Store) -> None:
    inline = InlineReads(store)

    def look() -> None:
        try:
            with inline() as c:
                c.execute(text("SELECT 1"))
        except TooLong:
            return

    for _ in range(20):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    with store.read() as c:
        assert c.execute(LONG).scalar() == 200_000


@pytest.mark.sqlite
def test_a_thread_that_ended_leaves_no_connection_behind(store: Store) -> None:
    inline, taken = InlineReads(store), list[sqlite3.Connection]()

    def look() -> None:
        with inline() as c:
            raw = c.connection.dbapi_connection
            assert isinstance(raw, sqlite3.Connection)
            taken.append(raw)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    gc.collect(1)
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        taken[0].execute("SELECT 1")


@pytest.mark.sqlite
def test_a_closed_store_leaves_no_log_behind(tmp_path: Path) -> None:
    store = open_store(tmp_path / "chipwire.db")
    inline, counter = InlineReads(store), ChangeCounter(store)
    with inline() as c:
        c.execute(text("SELECT 1"))
    counter.news()
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["chipwire.db"]
