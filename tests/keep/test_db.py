"""The store: who sees what, that nothing is half done, and that values come back as they were."""

import sqlite3
import threading
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from chipwire.domain import FeedState, Letter, utc
from chipwire.keep.backup import backup
from chipwire.keep.db import Store
from chipwire.keep.sql import meta
from chipwire.keep.tables import FeedRow, HostHoldRow, LetterRow, ReaderRow, table
from tests.keep.conftest import META, keys, put
from tests.stores import open_store


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
