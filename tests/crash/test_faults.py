"""The table of faults (.github/decisions/faults.md), a line a test: a clear message, no damage, and how it goes on."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from chipwire.errors import StoreError
from chipwire.keep import db
from chipwire.keep.backup import backup
from chipwire.keep.db import open_store
from chipwire.keep.sql import meta
from tests.crash import checks
from tests.crash.load import Load
from tests.crash.world import Process, World, ask, world

HERE = Path(__file__).parents[2]


def on_a_small_disk(scenario: str, folder: Path) -> dict[str, Any]:
    """Run a scenario of scarce.py where a tmpfs can be mounted without anybody else seeing it."""
    disk, place = folder / "disk", folder / "world"
    disk.mkdir()
    place.mkdir()
    inside = f'mount -t tmpfs -o size=16m tmpfs "{disk}" && exec "{sys.executable}" -m tests.crash.scarce "$@"'
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    command = [*own, "sh", "-c", inside, "sh", scenario, str(place), str(disk)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, timeout=280)
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    seen: dict[str, Any] = orjson.loads(done.stdout)
    return seen


@pytest.mark.slow
def test_a_disk_that_fills_up_and_has_room_again(tmp_path: Path) -> None:
    seen = on_a_small_disk("full", tmp_path)
    words = "the disk is full; make room, nothing that was stored is lost"
    assert words in seen["said"]
    assert seen["log"], "the log tells it too"
    assert words in seen["log"][0]
    assert (seen["alive"], seen["answers"]) == (True, [200, 200, 200]), "who reads does not notice"
    assert seen["backup"][0] == 1
    assert "cannot write the backup" in seen["backup"][1]
    assert "its disk is full" in seen["backup"][1]
    assert [row["state"] for row in seen["doctor"]] == ["broken"]
    assert (seen["kept"], seen["recovered"], seen["items"], seen["exit"]) == (True, True, 120, 0)


@pytest.mark.slow
def test_a_disk_that_is_read_only(tmp_path: Path) -> None:
    seen = on_a_small_disk("read-only", tmp_path)
    for name in ("run", "tick", "items"):
        code, said = seen[name]
        assert (code, said.count("\n")) == (1, 1), "one line, no traceback"
        assert "this user may read and write it" in said
    assert (seen["untouched"], seen["items after"]) == (True, 20)


@pytest.mark.slow
def test_a_damaged_file_is_named_and_a_backup_takes_its_place(tmp_path: Path) -> None:
    with world(tmp_path, 5) as here:
        for feed in here.stand.items:
            here.stand.grow(feed, 30)
        command = [sys.executable, "-m", "chipwire"]
        subprocess.run([*command, "tick"], env=here.env, check=True, capture_output=True)
        copy = tmp_path / "copy.db"
        subprocess.run([*command, "backup", str(copy)], env=here.env, check=True, capture_output=True)
        _damage(here.store)
        told = subprocess.run([*command, "doctor"], env=here.env, capture_output=True)
        assert told.returncode == 1
        assert b"put the last `chipwire backup` in its place" in told.stdout
        refused = subprocess.run([*command, "backup", str(tmp_path / "bad.db")], env=here.env, capture_output=True)
        assert refused.returncode == 1
        assert b"not whole" in refused.stderr or b"it is damaged" in refused.stderr
        assert not (tmp_path / "bad.db").exists()
        for name in ("", "-wal", "-shm"):
            here.store.with_name(here.store.name + name).unlink(missing_ok=True)
        shutil.copy(copy, here.store)
        service = Process(here, "run")
        service.up()
        assert service.end() == 0
        assert checks.check(here.store, set()) == 150
        assert checks.stored(here.store) == here.stand.served


def _damage(path: Path) -> None:
    """Overwrite every fifth page but the first ones, as a dying disk may."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size, pages = (raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count"))
    with path.open("r+b") as file:
        for page in range(10, pages, 5):
            file.seek(page * size)
            file.write(b"\xa5" * size)


def test_a_store_that_another_process_keeps_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "_PRAGMAS", (*(p for p in db._PRAGMAS if "busy" not in p), "busy_timeout=50"))
    store = open_store(tmp_path / "store.db")
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process keeps it locked; wait for it"), store.write() as c:
            meta.put(c, "a", "b")
        with store.read() as c:
            assert meta.get(c, "a") is None, "reading goes on"
        backup(store, tmp_path / "copy.db")
        other.execute("ROLLBACK")
    with store.write() as c:
        meta.put(c, "a", "b")
    store.close()


@pytest.mark.slow
def test_the_restore_drill(tmp_path: Path) -> None:
    """A backup under load, the store gone, the backup in its place: nothing is missing up to the backup's moment."""
    with world(tmp_path, 20) as here:
        load = Load(here, 7)
        try:
            service = Process(here, "run")
            service.up()
            load.on.set()
            wait_until(here, lambda: len(checks.stored(here.store)) > 40)
            copy = tmp_path / "backups" / "copy.db"
            copy.parent.mkdir()
            done = Process(here, "backup", str(copy))
            assert done.wait(120) == 0
            wait_until(here, lambda: len(checks.stored(here.store)) > len(checks.stored(copy)) + 20)
            service.kill()
        finally:
            load.end()
        gone = tmp_path / "gone"
        gone.mkdir()
        for file in tmp_path.glob("chipwire.db*"):
            file.rename(gone / file.name)
        shutil.copy(copy, here.store)
        assert until_watermark(gone / here.store.name, copy) == until_watermark(here.store, copy)
        assert checks.stored(here.store) < checks.stored(gone / here.store.name), "there was news after the backup"
        service = Process(here, "run")
        service.up()
        wait_until(here, lambda: checks.stored(here.store) == here.stand.served)  # what feeds still show comes again
        assert service.end() == 0
        checks.check(here.store, set(load.shown), words=10**9)


def wait_until(here: World, done: Callable[[], bool]) -> None:
    """Ask for every feed again and again until it is done."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        ask(here.store)
        time.sleep(1)
        if done():
            return
    raise AssertionError(f"it does not happen: {here.log.read_text()[-3000:]}")


def until_watermark(path: Path, copy: Path) -> dict[str, list[Any]]:
    """What `path` holds of all that was given a number before the backup was taken."""
    with closing(sqlite3.connect(copy)) as raw:
        top = {table: raw.execute(f"SELECT max(id) FROM {table}").fetchone()[0] for table in NUMBERED}
    with closing(sqlite3.connect(path)) as raw:
        return {
            table: raw.execute(f"SELECT {columns} FROM {table} WHERE id <= {top[table] or 0} ORDER BY id").fetchall()
            for table, columns in NUMBERED.items()
        }


NUMBERED = {
    "item": "id, url, title, text, first_seen, feed_id",
    "reader": "id, email, companies, created",
    "letter": "id, reader_id, message_id, subject",
    "delivery": "id, message_id, payload",
}
