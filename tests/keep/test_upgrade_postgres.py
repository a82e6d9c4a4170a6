"""A store on PostgreSQL that an earlier chipwire left is brought up to date by its first opening."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import column, func, insert, inspect, select, update
from sqlalchemy import table as plain_table

from chipwire.domain import Placement, Read, Reader, utc
from chipwire.keep import migrations
from chipwire.keep.db import Connection, Store, look_at, open_store
from chipwire.keep.news import items, search, stories
from chipwire.keep.people import alerts, readers, webhooks
from chipwire.keep.tables import metadata, table
from chipwire.keep.transfer import MOVED
from tests.cluster import Cluster
from tests.keep.test_upgrade import RELEASES, all_is_there, found, restored

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
NOW = utc(2026, 11, 21)
STEPS = [f"{number:04}" for number in range(6, int(migrations.HEAD))]
"""From the first that was ever met on PostgreSQL."""
LANGUAGES, ASKED = ["zh-Hans", "en"], [["zh-Hant", "ko"]]


def walk(c: Connection, step: str) -> None:
    """Take the steps up to this one."""
    config = Config()
    config.set_main_option("script_location", str(migrations.HERE))
    config.attributes.update(connection=c, progress=lambda _said: None)
    command.upgrade(config, step)


def copy(old: Connection, new: Connection) -> None:
    """All rows of a store of the same step, which has not all columns of today."""
    there = set(inspect(old).get_table_names())
    for one in [one for one in MOVED if one.name in there]:
        names = [found["name"] for found in inspect(old).get_columns(one.name)]
        then = plain_table(one.name, *(column(name, one.c[name].type) for name in names))
        if rows := [dict(row) for row in old.execute(select(then)).mappings()]:
            new.execute(insert(then), rows)
        if rows and one.autoincrement_column is not None and "id" in names:
            sequence = func.pg_get_serial_sequence(one.name, "id")
            new.execute(select(func.setval(sequence, max(row["id"] for row in rows))))


@pytest.fixture(params=STEPS)
def upgraded(request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path) -> Iterator[Store]:
    """One that had reached that step, with rows in every table; until 0012 its languages are spelled in other ways."""
    spelled = request.param >= "0012"
    url = cluster.database(str(tmp_path))
    file, server = look_at(restored(RELEASES[0], tmp_path / "store.db")), look_at(url)
    with file.write() as old, server.write() as new:
        for c in (old, new):
            walk(c, request.param)
        copy(old, new)
        search.create(new)
        new.execute(update(table("reader")).values(languages=LANGUAGES if spelled else ["zh-CN", "en-US", "nonsense!"]))
        asked = {"langs": ASKED if spelled else [["zh-TW", "ko"]], "q": "chip"}
        new.execute(update(table("webhook")).values(asked={**asked, "companies": [["samsung"]]}))
        new.execute(insert(table("alert")).values(
            id=1, reader_id=1, name="chips", asked=asked, at_once=True, watermark=0, created=NOW
        ))  # fmt: skip
    file.close()
    server.close()
    opened = open_store(url)
    yield opened
    opened.close()


def shape(store: Store) -> dict[str, Any]:
    """Columns, indexes and references of every table, as the server tells them."""
    with store.read() as c:
        look = inspect(c)
        return {
            one.name: (
                {(found["name"], str(found["type"]), found["nullable"]) for found in look.get_columns(one.name)},
                {(str(index["name"]), tuple(index["column_names"])) for index in look.get_indexes(one.name)},
                {(tuple(to["constrained_columns"]), to["referred_table"]) for to in look.get_foreign_keys(one.name)},
            )
            for one in metadata.sorted_tables
        }


def test_its_schema_is_that_of_a_new_store(upgraded: Store, cluster: Cluster, tmp_path: Path) -> None:
    new = open_store(cluster.database(str(tmp_path / "new")))
    assert shape(upgraded) == shape(new)
    new.close()
    with upgraded.read() as c:
        assert migrations.revision(c) == migrations.HEAD
        assert search.is_current(c)


def test_all_that_was_there_is_there(upgraded: Store, read: Callable[..., Read]) -> None:
    all_is_there(upgraded)
    with upgraded.read() as c:
        assert [one.languages for one in readers.listing(c)] == [LANGUAGES]
        queries = [*(one.asked for one in alerts.listing(c)), *(one["asked"] for one in webhooks.listing(c))]
        assert [asked["langs"] for asked in queries] == [ASKED] * 2
    with upgraded.write() as c:
        fresh = read("fresh", title="Samsung answers", companies={"samsung": "about"}, relevant=True)
        added = items.add(c, "bao", [fresh, read("old", url="https://bao.example/old")], NOW)
        assert [number for number, *_ in added.new] == [8], "ids go on, and what was pruned stays away"
        stories.apply(c, [Placement(item_id=8, story_id=1, link="rewrite")], NOW)
        assert readers.add(c, Reader(email="carol@chipwire.test", created=NOW)).id == 2
    assert found(upgraded, "answers") == [8]
