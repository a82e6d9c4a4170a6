"""The store under hard conditions: who sees what, what is said when the file is bad, and that nothing is half done."""

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from chipwire.domain import FeedState, Letter, utc
from chipwire.errors import StoreError
from chipwire.keep.backup import backup, integrity
from chipwire.keep.db import Store
from chipwire.keep.sql import meta
from chipwire.keep.tables import FeedRow, HostHoldRow, LetterRow, ReaderRow, table
from tests.stores import again, open_store

META = table("meta")


@pytest.fixture
def second(store: Store) -> Iterator[Store]:
    """The same file, opened once more, as another process would."""
    opened = again(store)
    yield opened
    opened.close()


def put(store: Store, key: str) -> None:
    with store.write() as c:
        meta.put(c, key, "x")


def keys(store: Store) -> set[str]:
    with store.read() as c:
        return set(c.execute(select(META.c.key).where(META.c.value == "x")).scalars())


def test_what_raises_leaves_nothing_behind(store: Store) -> None:
    def half() -> None:
        with store.write() as c:
            meta.put(c, "half", "x")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        half()
    assert keys(store) == set()
    put(store, "whole")
    assert keys(store) == {"whole"}


def test_a_store_that_rests_goes_on_when_it_is_asked(store: Store) -> None:
    pool = store.engine.pool
    assert isinstance(pool, QueuePool)
    put(store, "before")
    with store.read() as c:
        store.rest()
        assert c.execute(select(META.c.key).where(META.c.value == "x")).scalar() == "before"
        assert pool.checkedin() == 0  # the one that is out was not left behind by its pool
    assert pool.checkedin() == 1
    store.rest()
    assert pool.checkedin() == 0
    put(store, "after")
    assert keys(store) == {"before", "after"}


def test_a_reader_sees_one_moment(store: Store, second: Store) -> None:
    with store.read() as c:
        assert c.execute(select(func.count()).select_from(META).where(META.c.value == "x")).scalar() == 0
        put(second, "later")
        assert c.execute(select(func.count()).select_from(META).where(META.c.value == "x")).scalar() == 0
    assert keys(store) == {"later"}


def test_writers_wait_for_each_other(store: Store, second: Store) -> None:
    def many(where: Store, name: str) -> None:
        for n in range(40):
            put(where, f"{name}{n}")

    threads = [threading.Thread(target=many, args=pair) for pair in ((store, "a"), (second, "b"), (store, "c"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys(store)) == 120


def test_the_version_moves_with_every_commit_that_changed_a_row(store: Store, second: Store) -> None:
    def version(of: Store) -> int:
        with of.read() as c:
            return of.version(c)

    first = version(store)
    put(store, "own")
    assert version(store) == version(second) == first + 1
    put(second, "other's")
    assert version(store) == version(second) == first + 2
    with store.write() as c:
        c.execute(text("UPDATE meta SET value = 'y' WHERE key = 'nobody'"))
    assert version(store) == first + 2


def test_the_version_tells_of_news_or_not(store: Store) -> None:
    with store.read() as c:
        before = store.news(c)
    put(store, "nothing that is served")
    with store.read() as c:
        assert store.news(c) == before


def test_aware_times_come_back_as_they_were(store: Store) -> None:
    jakarta = datetime(2026, 11, 23, 7, 30, tzinfo=timezone(timedelta(hours=7)))
    with Session(store.engine) as session:
        session.add(HostHoldRow(host="quiet.example", until=jakarta))
        session.add(FeedRow(id="one", url="https://one.example/rss", title="One", topics=["chips"]))
        session.commit()
    with Session(store.engine) as session:
        row = session.get_one(HostHoldRow, "quiet.example")
        assert row.until == jakarta
        assert row.until.utcoffset() == timedelta(0)
        assert session.get_one(FeedRow, "one").topics == ["chips"]
    with store.read() as c:
        assert c.execute(select(table("host_hold").c.until)).scalar() == utc(2026, 11, 23, 0, 30)


def test_a_letter_goes_through_noun_row_and_back(store: Store) -> None:
    letter = Letter(
        reader_id=1, local_date=utc(2026, 11, 23).date(), message_id="<1@chipwire.test>", subject="Kurz: 半导体",
        body=b"\x00\xff", queued_at=utc(2026, 11, 23), next_try=utc(2026, 11, 23), expires_at=utc(2026, 11, 24),
    )  # fmt: skip
    with Session(store.engine) as session:
        session.add(ReaderRow(id=1, email="a@chipwire.test", created=utc(2026, 11, 1)))
        session.flush()
        session.add(LetterRow(**letter.model_dump()))
        session.commit()
    with store.read() as c:
        row = c.execute(select(table("letter"))).mappings().one()
    assert Letter.model_validate(dict(row)) == letter.model_copy(update={"id": 1})


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


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["mit leer", "芯片 ñoño 🙂", "was?mode=ro", "%41", "a#b", "quo'te\""])
def test_a_path_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    """Whatever it is made of: a store in another file, or a copy that was checked in another file, is none."""
    place, copy = tmp_path / name / f"{name}.db", tmp_path / name / f"copy of {name}"
    place.parent.mkdir()
    store = open_store(place)
    put(store, "here")
    backup(store, copy)
    store.close()
    with closing(sqlite3.connect(place)) as raw, closing(sqlite3.connect(copy)) as other:
        for one in (raw, other):
            assert one.execute("SELECT value FROM meta WHERE key = 'here'").fetchall() == [("x",)]
    assert sorted(path.name for path in place.parent.iterdir()) == sorted([place.name, copy.name])
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_references_are_held(store: Store) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), store.write() as c:
        c.execute(table("feed_state").insert().values(**FeedState(feed_id="nobody").model_dump()))


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
