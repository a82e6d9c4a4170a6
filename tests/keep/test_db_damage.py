"""What is said when the file is locked, damaged, read-only or no store, or the disk is full; nothing more is lost."""

import sqlite3
import time
from pathlib import Path

import pytest

from chipwire.errors import StoreError
from chipwire.keep.backup import integrity
from chipwire.keep.db import Store
from chipwire.keep.sql import meta
from tests.keep.conftest import META, keys, put
from tests.stores import open_store


@pytest.mark.sqlite
def test_a_locked_store_says_so(store: Store) -> None:
    with store.engine.connect() as c:
        c.exec_driver_sql("PRAGMA busy_timeout=50")
    other = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StoreError, match="another process keeps it locked"):
        put(store, "x")
    assert time.monotonic() - began < 5
    other.close()
    put(store, "y")


@pytest.mark.sqlite
@pytest.mark.parametrize("damage", [b"not a database, but a letter" * 400, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_file_that_is_no_store_says_so_and_is_left_alone(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(damage)
    with pytest.raises(StoreError, match=r"store\.db: it is (not a database|damaged)"):
        open_store(path)
    assert path.read_bytes() == damage


@pytest.mark.sqlite
def test_damage_inside_is_found(store: Store) -> None:
    with store.write() as c:
        for n in range(500):
            meta.put(c, f"key{n}" * 20, "x")
    store.close()
    path = Path(str(store.engine.url.database))
    content = bytearray(path.read_bytes())
    place = content.index(b"key250")
    content[place - 3000 : place + 3000] = b"\xee" * 6000
    path.write_bytes(content)
    with store.read() as c:
        assert integrity(c) != []
    with pytest.raises(StoreError, match="damaged"):
        keys(store)


@pytest.mark.sqlite
def test_a_full_disk_says_so_and_loses_nothing(store: Store) -> None:
    put(store, "before")
    with store.engine.connect() as c:
        pages = c.exec_driver_sql("PRAGMA page_count").scalar_one()
        c.exec_driver_sql(f"PRAGMA max_page_count={pages + 1}")
    with pytest.raises(StoreError, match="disk is full"), store.write() as c:
        c.execute(META.insert(), [{"key": f"big{n}", "value": "z" * 5000} for n in range(100)])
    assert keys(store) == {"before"}
    with store.engine.connect() as c:
        c.exec_driver_sql("PRAGMA max_page_count=1000000")
    put(store, "after")


@pytest.mark.sqlite
def test_a_read_only_store_says_so_and_can_be_read(store: Store) -> None:
    put(store, "before")
    with store.engine.connect() as c:
        c.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(StoreError, match="read-only; let this user write"):
        put(store, "after")
    assert keys(store) == {"before"}


@pytest.mark.sqlite
@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
def test_a_half_written_log_costs_only_what_it_lacks(store: Store, tmp_path: Path, share: float) -> None:
    for n in range(30):
        put(store, f"k{n:02}")
    path, copy = Path(str(store.engine.url.database)), tmp_path / "copy.db"
    log = path.with_name(path.name + "-wal").read_bytes()
    copy.write_bytes(path.read_bytes())
    copy.with_name("copy.db-wal").write_bytes(log[: int(len(log) * share)])
    half = open_store(copy)
    kept = sorted(keys(half))
    with half.read() as c:
        assert integrity(c) == []
    half.close()
    assert kept == [f"k{n:02}" for n in range(len(kept))], "a prefix of the commits, whole"
    assert len(kept) < 30


@pytest.mark.sqlite
def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot make the folder"):
        open_store(tmp_path / "file" / "store.db")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path)
