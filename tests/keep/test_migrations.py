"""The steps lead to the tables; one that fails leaves nothing behind; newer and foreign stores are refused."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from chipwire.domain import Reader, utc
from chipwire.errors import StoreError
from chipwire.keep import migrations, tables
from chipwire.keep.db import Store, open_store
from chipwire.keep.people import alerts, readers, webhooks

NOW = utc(2026, 11, 21)
STEP = '''"""A step {words}."""
from alembic import op
revision, down_revision = "{number}", "{before}"
def upgrade():
    {deed}
'''


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the steps, to which a test may add its own."""
    here = tmp_path / "migrations"
    (here / "versions").mkdir(parents=True)
    for path in [migrations.HERE / "env.py", *(migrations.HERE / "versions").glob("[0-9]*.py")]:
        (here / path.relative_to(migrations.HERE)).write_text(path.read_text())
    monkeypatch.setattr(migrations, "HERE", here)
    return here


def add_step(steps: Path, monkeypatch: pytest.MonkeyPatch, deed: str) -> str:
    number = f"{int(migrations.HEAD) + 1:04}"
    step = STEP.format(words="of the test", number=number, before=migrations.HEAD, deed=deed)
    (steps / "versions" / f"{number}_test.py").write_text(step)
    monkeypatch.setattr(migrations, "HEAD", number)
    return number


def names(path: Path) -> set[str]:
    with sqlite3.connect(path) as raw:
        found = {row[0] for row in raw.execute("SELECT name FROM sqlite_master")}
    raw.close()
    return found


def made(path: Path) -> None:
    """An empty store of today's schema."""
    open_store(path).close()


@pytest.mark.sqlite
def test_the_steps_lead_to_the_tables(store: Store) -> None:
    with store.read() as c:
        own = {"include_object": lambda _o, name, kind, *_: not (kind == "table" and name.startswith("item_fts"))}
        context = MigrationContext.configure(c, opts={"compare_type": True, **own})
        assert compare_metadata(context, tables.metadata) == []


def test_the_steps_lead_to_the_columns(store: Store) -> None:
    with store.read() as c:
        for one in tables.metadata.sorted_tables:
            there = {(column["name"], column["nullable"]) for column in inspect(c).get_columns(one.name)}
            assert there == {(column.name, column.nullable) for column in one.columns}, one.name


def test_head_is_the_last_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.HERE))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


@pytest.mark.sqlite
def test_a_step_is_taken_once_and_told(tmp_path: Path, steps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.db"
    made(path)
    number = add_step(steps, monkeypatch, "op.execute('CREATE TABLE extra (x)')")
    told: list[str] = []
    open_store(path, told.append).close()
    open_store(path, told.append).close()
    assert told[1:] == [f"schema {number}: A step of the test."]
    assert f" to {number}, in one transaction" in told[0]
    assert "extra" in names(path)


@pytest.mark.sqlite
def test_a_step_that_fails_leaves_nothing_behind(tmp_path: Path, steps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.db"
    made(path)
    before, head = names(path), migrations.HEAD
    number = add_step(steps, monkeypatch, "op.execute('CREATE TABLE extra (x)'); op.execute('DROP TABLE meta'); 1 / 0")
    with pytest.raises(ZeroDivisionError):
        open_store(path)
    assert names(path) == before
    (steps / "versions" / f"{number}_test.py").unlink()
    monkeypatch.setattr(migrations, "HEAD", head)
    made(path)


@pytest.mark.sqlite
def test_a_rebuilt_table_keeps_what_refers_to_it(tmp_path: Path, steps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.db"
    made(path)
    with sqlite3.connect(path) as raw:
        raw.execute(
            "INSERT INTO reader SELECT 1, 'a@chipwire.test', '[]', '[]', '[]', 'mention', 7, 0, 'UTC', '[]', 'both',"
            " 'en', 0, 'active', '2026-11-23', NULL, 0, '[]'"
        )
        raw.execute(
            "INSERT INTO letter SELECT 1, 1, '2026-11-23', 'digest', '', 'sent', '<1@x>', 's', x'00', '2026-11-23',"
            " '2026-11-23', '2026-11-23', 0, NULL, NULL, 0, 0"
        )
    raw.close()
    deed = """
    import sqlalchemy as sa
    with op.batch_alter_table("reader", recreate="always") as batch:
        batch.add_column(sa.Column("nick", sa.String()))"""
    add_step(steps, monkeypatch, deed)
    store = open_store(path)
    with store.read() as c:
        assert c.exec_driver_sql("SELECT count(*) FROM letter").scalar() == 1
        assert c.exec_driver_sql("SELECT nick FROM reader").all() == [(None,)]
        assert c.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


@pytest.mark.sqlite
def test_languages_from_before_are_as_items_are_tagged(tmp_path: Path) -> None:
    """Step 0012: who chose zh-CN got empty letters, and whose choice was none could change nothing any more."""
    path = tmp_path / "store.db"
    store = open_store(path)
    with store.write() as c:
        for name in ("wen", "joe", "ann"):
            readers.add(c, Reader(email=f"{name}@chipwire.test", created=NOW))
        alerts.add(c, 1, "HBM", {"q": "HBM", "langs": [["zh-CN", "ja"], ["zz"]]}, True, NOW)
        webhooks.add(c, "https://hook.example/", {"langs": [["en-US"]]}, NOW)
        c.exec_driver_sql("""UPDATE reader SET languages = '["zh-CN","zh-Hans","zh","pt-BR"]' WHERE id = 1""")
        c.exec_driver_sql("""UPDATE reader SET languages = '["english"]' WHERE id = 2""")
        c.exec_driver_sql("ALTER TABLE webhook DROP COLUMN format")
        c.exec_driver_sql("DROP TABLE correction")
        c.exec_driver_sql("DROP TABLE story_sums")
        c.exec_driver_sql("ALTER TABLE reader DROP COLUMN muted")
        c.exec_driver_sql("ALTER TABLE item DROP COLUMN beside")
        c.exec_driver_sql("ALTER TABLE reader_story DROP COLUMN shown")
        c.exec_driver_sql("UPDATE alembic_version SET version_num = '0011'")
    store.close()
    store = open_store(path)
    with store.write() as c:
        assert [who.languages for who in readers.listing(c)] == [["zh-Hans", "zh", "pt"], [], []]
        assert readers.change(c, 2, hour=9).hour == 9
        assert alerts.listing(c)[0].asked == {"q": "HBM", "langs": [["zh-Hans", "ja"], ["zz"]]}
        assert webhooks.listing(c)[0]["asked"]["langs"] == [["en"]]
    store.close()


@pytest.mark.sqlite
def test_a_step_that_breaks_references_is_refused(tmp_path: Path, steps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.db"
    made(path)
    add_step(steps, monkeypatch, "op.execute(\"INSERT INTO item_topic VALUES ('gpu', 7, 1, 'en')\")")
    with pytest.raises(StoreError, match="item_topic"):
        open_store(path)


@pytest.mark.sqlite
def test_a_store_of_a_newer_chipwire_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    made(path)
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="schema 9999, made by a newer chipwire"):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.sqlite
def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE recipes (x)")
    raw.close()
    with pytest.raises(StoreError, match="not chipwire's"):
        open_store(path)
    assert names(path) == {"recipes"}


@pytest.mark.sqlite
@pytest.mark.slow
def test_a_current_store_opens_without_alembic(tmp_path: Path) -> None:
    made(tmp_path / "store.db")
    code = (
        "import sys; from chipwire.keep.db import open_store; open_store(sys.argv[1]); print('alembic' in sys.modules)"
    )
    run = [sys.executable, "-c", code, str(tmp_path / "store.db")]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "False\n"
