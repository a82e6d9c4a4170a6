"""A store on PostgreSQL beside one in a file: moved whole, refused where it cannot be, one writer at a time."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from chipwire.domain import Letter, Placement, Read, Reader, Told, utc
from chipwire.errors import StoreError
from chipwire.keep import lease, tokens, transfer, vitals
from chipwire.keep.backup import backup
from chipwire.keep.db import Store, look_at, open_store
from chipwire.keep.news import items, search, stories
from chipwire.keep.people import alerts, outbox, readers
from chipwire.keep.queries import query
from chipwire.keep.queries.expression import parse
from chipwire.keep.sql import meta
from chipwire.keep.tables import table
from tests.cluster import Cluster

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
NOW = utc(2026, 11, 20)
MakeRead = Callable[..., Read]


@pytest.fixture
def server(cluster: Cluster, tmp_path: Path) -> Iterator[Store]:
    """An empty store on the server."""
    opened = open_store(cluster.database(str(tmp_path)))
    yield opened
    opened.close()


@pytest.fixture
def full(newsroom: Store, read: MakeRead) -> Store:
    """A little of everything, odd texts among it."""
    reads = [
        read("a", title="三星 und Größe", text="x86-64\0 servers", companies={"nvidia": "about"}, topics=["gpu"]),
        read("b", companies={"nvidia": "mention", "amd": "about"}, fingerprint=b"\x00\xff"),
        read("Ä", title="🧠 \u202e", published=utc(2026, 1, 2)),
    ]
    with newsroom.write() as c:
        items.add(c, "wafer-daily", reads, NOW)
        stories.apply(c, [Placement(item_id=n, story_id=1) for n in (1, 2)], NOW)
        who = readers.add(c, Reader(email="a@chipwire.test", created=NOW)).id
        assert who is not None
        alerts.add(c, who, "chips", {"q": "seed*"}, True, NOW)
        letter = Letter(
            reader_id=who, local_date=NOW.date(), message_id="<1@x>", subject="半导体", body=b"\x00\xff", queued_at=NOW,
            next_try=NOW, expires_at=NOW,
        )  # fmt: skip
        outbox.queue(c, letter, [Told(1, 2)])
        tokens.add(c, "one", ["read"], NOW)
    return newsroom


def test_a_store_is_moved_whole(full: Store, server: Store, read: MakeRead) -> None:
    moved = transfer.move(full, server, NOW)
    numbers = {one.table: one.rows for one in moved}
    assert (numbers["item"], numbers["letter"], numbers["alert"], numbers["story"]) == (3, 1, 1, 1)
    assert len({one.digest for one in moved if one.rows}) == sum(one.rows > 0 for one in moved)
    with full.read() as old, server.read() as new:
        assert stories.get(old, 1) == stories.get(new, 1)
        for q in ("三星", "x86-64", "grosse", "größe", "title:b", "nvidia -samsung", "servers"):
            one = query.Filter(words=parse(q), relevant_only=False)
            found = query.page(old, one, limit=9)
            assert found == query.page(new, one, limit=9), q
            assert found or "nvidia" in q or q == "grosse", q
    with server.write() as c:
        added = items.add(c, "wafer-daily", [read("later")], NOW)
        assert added.new[0][0] == 4, "ids go on"
        assert readers.add(c, Reader(email="b@chipwire.test", created=NOW)).id == 2


def test_what_differs_moves_nothing(full: Store, server: Store) -> None:
    with server.write() as c:
        c.execute(
            text(
                "CREATE FUNCTION spoil() RETURNS trigger AS $$ BEGIN NEW.title := upper(NEW.title); RETURN NEW; END $$"
                " LANGUAGE plpgsql"
            )
        )
        c.execute(text("CREATE TRIGGER spoil BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION spoil()"))
    with pytest.raises(StoreError, match="the copy of item is not what it should be: 3 rows there, 3 here"):
        transfer.move(full, server, NOW)
    with server.read() as c:
        assert query.newest(c) == 0


def test_only_into_an_empty_store_and_only_without_a_clock(full: Store, server: Store) -> None:
    with full.write() as c:
        lease.take(c, vitals.CLOCK, "host/1", NOW, 30)
    with pytest.raises(StoreError, match="stop chipwire first"):
        transfer.move(full, server, NOW)
    with full.write() as c:
        lease.release(c, vitals.CLOCK, "host/1")
    transfer.move(full, server, NOW)
    with pytest.raises(StoreError, match="not empty"):
        transfer.move(full, server, NOW)


def test_writers_take_turns_over_several_connections(server: Store, cluster: Cluster, tmp_path: Path) -> None:
    other = open_store(cluster.database(str(tmp_path)))
    seen: list[int] = []

    def many(store: Store) -> None:
        for _ in range(40):
            with store.write() as c:
                seen.append(meta.bump(c, "turns"))

    threads = [threading.Thread(target=many, args=[store]) for store in (server, other, server)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(seen) == list(range(1, 121))


def test_a_writer_that_is_killed_leaves_the_turn_to_others(server: Store) -> None:
    def die() -> None:
        with server.write() as c:
            meta.put(c, "half", "x")
            c.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(StoreError, match="ended the connection"):
        die()
    with server.write() as c:
        assert meta.get(c, "half") is None
        meta.put(c, "whole", "x")


def test_what_is_wrong_is_said_without_the_password(cluster: Cluster) -> None:
    missing = look_at(cluster.url("nowhere").replace("postgres@", "postgres:geheim@"))
    with pytest.raises(StoreError, match="no such database; make it: createdb") as caught, missing.read():
        pass
    assert "geheim" not in str(caught.value)
    nobody = look_at("postgresql+psycopg://postgres:geheim@127.0.0.1:1/x")
    with pytest.raises(StoreError, match="cannot be reached") as caught, nobody.read():
        pass
    assert "geheim" not in str(caught.value)
    for wrong in ("mysql://x/y", "postgresql://x:port/y", "oracle+cx://a"):
        with pytest.raises(StoreError, match="database URL"):
            look_at(wrong)


def test_the_backup_is_by_the_tools_of_the_server(server: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        backup(server, tmp_path / "copy.db")


def test_the_index_is_made_anew_when_its_normal_form_is_older(full: Store, server: Store) -> None:
    transfer.move(full, server, NOW)
    with server.write() as c:
        c.execute(update(table("meta")).where(table("meta").c.key == "search_form").values(value="older"))
        c.exec_driver_sql("DELETE FROM item_fts")
        assert not search.is_current(c)
        search.create(c)
        assert c.execute(select(search.FTS.c.rowid).where(search.matches(search.FTS)), {"match": '"servers"'}).all()
