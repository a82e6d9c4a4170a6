"""kill -9 while an older store is brought up to date, on SQLite and PostgreSQL: it opens afterwards, nothing lost."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path

import pytest
from sqlalchemy import text

from chipwire.domain import utc
from chipwire.keep import migrations
from chipwire.keep.backup import integrity
from chipwire.keep.db import look_at, open_store
from chipwire.keep.news import search
from tests.cluster import running

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
KILLS = 10
ITEMS = 1500
OLD, LAST = "0002", "9000"
SLOW = '''"""A long step, that a kill can hit: a pass over all items again and again."""
import time
from alembic import op
revision, down_revision = "9000", "{before}"
def upgrade():
    for _ in range(20):
        op.execute("UPDATE item SET author = coalesce(author, '') || 'x'")
        time.sleep(0.02)
'''
Place = Path | str


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """All steps and a long one after them."""
    here = tmp_path / "migrations"
    shutil.copytree(migrations.HERE, here, ignore=shutil.ignore_patterns("__pycache__"))
    (here / "versions" / f"{LAST}_slow.py").write_text(SLOW.format(before=migrations.HEAD))
    return here


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Place]]:
    """Gives a new copy of a store of an old schema, full of items, each time it is called."""
    if request.param == "sqlite":
        _make(tmp_path / "old.db", tmp_path)
        copies = (shutil.copy(tmp_path / "old.db", tmp_path / f"store-{n}.db") for n in range(100))
        yield lambda: Path(next(copies))
        return
    with running() as cluster:
        place = cluster.database("old")
        _make(place, tmp_path)
        urls = (cluster.database(f"store-{n}", place.rpartition("/")[2]) for n in range(100))
        yield lambda: next(urls)


def _make(place: Place, folder: Path) -> None:
    """By the steps of that time; rows in plain SQL, as today's code writes today's columns."""
    here = folder / "old-steps"
    shutil.copytree(migrations.HERE, here, ignore=lambda _, names: [n for n in names if n[:4] > OLD and n[0].isdigit()])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "HERE", here)
        patch.setattr(migrations, "HEAD", OLD)
        store = open_store(place)
        with store.engine.begin() as c:
            c.execute(text("INSERT INTO feed VALUES ('f', 'https://f.example/', 'F', NULL, NULL, NULL, 'blog', '[]',"
                           " 'auto', 1.0, TRUE, NULL, NULL, NULL, FALSE, FALSE, 'hand')"))  # fmt: skip
            item = text(
                "INSERT INTO item (id, url, original_url, title, summary, lang, first_seen, feed_id, story_id,"
                " relevant, categories, link, text, evidence, figures, claims, fingerprint)"
                " VALUES (:id, :url, :url, :title, '', 'en', :at, 'f', :id, TRUE, '[]', 'origin', 'wafer',"
                " '[]', '[]', '[]', :mark)"
            )
            rows = ((n, utc(2026, 11, 1) + timedelta(minutes=n)) for n in range(1, ITEMS + 1))
            c.execute(item, [
                {"id": n, "url": f"https://f.example/{n}", "title": f"Title {n}", "mark": b"", "at": _time(at, place)}
                for n, at in rows
            ])  # fmt: skip
            tag = text(
                "INSERT INTO item_company (slug, item_id, role, relevant, lang)"
                " VALUES ('amd', :id, 'about', TRUE, 'en')"
            )
            c.execute(tag, [{"id": n} for n in range(1, ITEMS + 1)])
            search.index(c, list(range(1, ITEMS + 1)))
        store.close()


def _time(at: object, place: Place) -> object:
    return at if isinstance(place, str) else str(at)[:19] + ".000000"


def start(place: Place, steps: Path) -> "subprocess.Popen[bytes]":
    run = [sys.executable, "-m", "tests.keep.test_kill_upgrade", str(place), str(steps)]
    return subprocess.Popen(run, cwd=Path(__file__).parents[2])


def test_kills_during_an_upgrade(old: Callable[[], Place], steps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, place, before = random.Random(7), old(), ""
    began = time.monotonic()
    assert start(old(), steps).wait(120) == 0
    whole = time.monotonic() - began
    interrupted = 0
    for _ in range(KILLS):
        reached, authors, shown = look(place)
        before = before or shown
        assert shown == before, "what was there is there"
        assert authors == ({None} if reached == OLD else {"x" * 20}), "all steps were taken, or none"
        if reached != OLD:
            place = old()
        upgrading = start(place, steps)
        time.sleep(rng.uniform(0.1, 0.8) * whole)
        upgrading.kill()
        interrupted += upgrading.wait() != 0
    assert interrupted >= KILLS // 2, "most were hit while they were at work"
    monkeypatch.setattr(migrations, "HERE", steps)
    monkeypatch.setattr(migrations, "HEAD", LAST)
    store = open_store(place)
    with store.write() as c:
        assert integrity(c, full_text=True) == []
    store.close()
    assert look(place) == (LAST, {"x" * 20}, before)


def look(place: Place) -> tuple[str | None, set[str | None], str]:
    """The schema reached, the authors (which the long step writes), and a digest of what it does not touch."""
    store = look_at(place)
    with store.read() as c:
        reached = migrations.revision(c)
        rows = c.execute(text("SELECT id, url, title, text, author FROM item ORDER BY id")).all()
    store.close()
    assert len(rows) == ITEMS
    return reached, {row[4] for row in rows}, blake2b(repr([row[:4] for row in rows]).encode()).hexdigest()


if __name__ == "__main__":
    migrations.HERE, migrations.HEAD = Path(sys.argv[2]), LAST
    open_store(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])).close()
