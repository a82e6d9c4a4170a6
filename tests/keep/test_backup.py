"""A backup is whole whoever writes meanwhile, and never takes the place of what it is a copy of."""

import shutil
import threading
from pathlib import Path

import pytest

from chipwire.errors import StoreError
from chipwire.keep.backup import backup
from chipwire.keep.db import Store
from tests.keep.conftest import keys, put
from tests.stores import open_store


@pytest.mark.sqlite
def test_a_backup_taken_while_others_write_is_whole(store: Store, second: Store, tmp_path: Path) -> None:
    for n in range(50):
        put(store, f"a{n}")
    stop = threading.Event()

    def busy() -> None:
        n = 0
        while not stop.is_set():
            put(second, f"b{n}")
            n += 1

    writer = threading.Thread(target=busy)
    writer.start()
    told: list[tuple[int, int]] = []
    (tmp_path / "out").mkdir()
    try:
        size = backup(store, tmp_path / "out" / "copy.db", lambda done, total: told.append((done, total)))
    finally:
        stop.set()
        writer.join()
    assert size == (tmp_path / "out" / "copy.db").stat().st_size
    assert told[-1][0] == told[-1][1]
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["copy.db"]
    copy = open_store(tmp_path / "out" / "copy.db")
    kept = keys(copy)
    assert {f"a{n}" for n in range(50)} <= kept
    later = sorted(int(k[1:]) for k in kept if k[0] == "b")
    assert later == list(range(len(later))), "a prefix of what was written, nothing out of the middle"
    copy.close()


@pytest.mark.sqlite
def test_a_backup_that_cannot_be_written_says_so(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot write the backup"):
        backup(store, tmp_path / "file" / "copy.db")


@pytest.mark.sqlite
def test_a_backup_beside_the_log_of_the_store_before_is_not_opened(store: Store, tmp_path: Path) -> None:
    """SQLite would write that log over it, and what came of it would be no store."""
    put(store, "kept")
    copy, place = tmp_path / "copy.db", tmp_path / "restored" / "chipwire.db"
    backup(store, copy)
    put(store, "lost")
    place.parent.mkdir()
    own = Path(store.engine.url.database or "")
    shutil.copy(copy, place)
    for end in ("-wal", "-shm"):
        shutil.copy(own.with_name(own.name + end), place.with_name(place.name + end))
    with pytest.raises(StoreError, match=r"it is a backup, and chipwire\.db-wal beside it is the log of the store"):
        open_store(place)
    assert place.read_bytes() == copy.read_bytes()
    place.with_name("chipwire.db-wal").unlink()
    place.with_name("chipwire.db-shm").unlink()
    for _ in range(2):
        again = open_store(place)
        assert keys(again) == {"kept"}
        put(again, "kept")
        shutil.copytree(place.parent, tmp_path / "killed", dirs_exist_ok=True)  # with its log, as after kill -9
        again.close()
    killed = open_store(tmp_path / "killed" / "chipwire.db")
    assert keys(killed) == {"kept"}
    killed.close()


@pytest.mark.sqlite
def test_a_store_is_never_written_over_by_its_own_backup(store: Store, tmp_path: Path) -> None:
    put(store, "kept")
    own = Path(store.engine.url.database or "")
    (tmp_path / "alias.db").symlink_to(own)
    for place in (own, own.with_name(own.name + "-wal"), tmp_path / "alias.db"):
        with pytest.raises(StoreError, match="the store itself"):
            backup(store, place)
    assert keys(store) == {"kept"}
