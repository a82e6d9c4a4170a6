"""A store of every earlier release opens, is brought up to date, and does all that today's does (make_release.py)."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chipwire.domain import Placement, Read, Tags, utc
from chipwire.errors import StoreError
from chipwire.keep import migrations, skew, tables, tokens, vitals
from chipwire.keep.backup import backup, integrity
from chipwire.keep.db import Store, open_store
from chipwire.keep.news import corrections, items, prune, search, stories, tagging
from chipwire.keep.people import feedback, letters, outbox, readers, webhooks
from chipwire.keep.queries import detail, query
from chipwire.keep.queries.expression import parse
from chipwire.keep.sources import feeds, pushes, tally

pytestmark = pytest.mark.sqlite
RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sql"))
NOW = utc(2026, 11, 21)
MakeRead = Callable[..., Read]


def restored(release: Path, path: Path) -> Path:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.executescript(release.read_text(encoding="utf-8"))
    return path


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(restored(request.param, tmp_path / "store.db"))
    yield opened
    opened.close()


def found(store: Store, words: str) -> list[int]:
    with store.read() as c:
        asked = query.Filter(words=parse(words), relevant_only=False)
        return [item_id for item_id, _ in query.page(c, asked, limit=9)]


def test_there_is_a_release() -> None:
    assert RELEASES


def test_it_has_todays_schema_and_is_whole(upgraded: Store) -> None:
    with upgraded.write() as c:
        assert integrity(c, full_text=True) == []
    with upgraded.read() as c:
        assert migrations.revision(c) == migrations.HEAD
        own = {"include_object": lambda _o, name, kind, *_: not (kind == "table" and name.startswith("item_fts"))}
        context = MigrationContext.configure(c, opts={"compare_type": True, **own})
        assert compare_metadata(context, tables.metadata) == []


def all_is_there(store: Store) -> None:
    """What make_release.py wrote, whatever step it was written at."""
    with store.read() as c:
        page = query.page(c, query.Filter(relevant_only=False), limit=9)
        titles = [orjson.loads(wire)["title"] for _, wire in page]
        assert titles[::-1] == [
            "ByteDance in talks with Samsung over SeedChip", "ByteDance rancang SeedChip bersama Samsung",
            "字节跳动自研芯片,三星代工", "삼성전자, 바이트댄스 칩 수주 협의", "台積電の熊本工場、量産を前倒し",
            "A bakery opens next to the fab",
        ]  # fmt: skip
        first = detail.item(c, 1)
        assert first is not None
        assert [one["slug"] for one in first["companies"]] == ["bytedance", "samsung"]
        assert [one["alias"] for one in first["evidence"]] == ["bytedance", "samsung"]
        assert len(query.page(c, query.Filter(companies=(("samsung",),)), limit=9)) == 4
        assert detail.story(c, 1, {})["n_items"] == 4  # type: ignore[index]
        assert {f.id: s.etag for f, s in feeds.listing(c)}["bao"] == '"7"'
        assert [event.outcome for event in feeds.events(c, "bao")] == ["new"]
        assert [reader.email for reader in readers.listing(c)] == ["alice@chipwire.test"]
        assert [row["email"] for row in readers.suppressions(c)] == ["bob@chipwire.test"]
        assert letters.get(c, 1).body == b"Subject: Samsung\r\n\r\nnews"
        assert letters.told(c, 1) == {1: 4}
        assert [hook["url"] for hook in webhooks.listing(c)] == ["https://hook.example/"]
        assert (len(webhooks.due(c, NOW, 9)), len(pushes.waiting(c)), len(feedback.listing(c))) == (1, 1, 1)
        assert [row["name"] for row in tokens.listing(c)] == ["desk"]
        assert tally.read(c).items == 7
    assert [found(store, words) for words in ("samsung", "三星", "삼성전자", "bakery")] == [[2, 1], [3], [4], [6]]


def test_all_that_was_there_is_there(upgraded: Store) -> None:
    all_is_there(upgraded)


def test_it_does_all_that_todays_does(upgraded: Store, read: MakeRead, tmp_path: Path) -> None:
    """One deed of each kind; tests beside this one try them all on stores that today's steps have made."""
    with upgraded.write() as c:
        added = items.add(
            c, "bao", [read("fresh", title="Samsung answers", companies={"samsung": "about"}, relevant=True)], NOW
        )
        again = items.add(c, "bao", [read("old", url="https://bao.example/old")], NOW)
        fresh = added.new[0][0]
        assert (fresh, again.new) == (8, []), "ids go on, and what was pruned stays away"
        stories.apply(c, [Placement(item_id=fresh, story_id=1, link="rewrite")], NOW)
        tagging.retag(c, [(6, Tags(lang="en", companies={"tsmc": "mention"}, relevant=True))])
        assert corrections.note(c, [corrections.Corrected(4, "four", "five", Tags(lang="ko"))], NOW) == 1
        assert letters.shown(c, [1]) == {}, "what a letter of before showed is not known"
    with upgraded.write() as c:
        assert webhooks.queue(c, NOW) == 2, "of the new item and of the correction"
        alice = readers.change(c, 1, hour=9)
        assert letters.find(c, alice.id or 0, date(2026, 11, 20)) is not None
        claimed = outbox.claim(c, NOW - timedelta(hours=11))
        assert claimed is not None
        outbox.settle(c, 1, "sent", NOW)
        skew.mend(c, NOW)
        assert vitals.signs(c, NOW).last_digest == NOW
    assert found(upgraded, "answers") == [8]
    with upgraded.write() as c:
        assert prune.prune(c, utc(2026, 11, 20, 2)) == 2
        assert search.is_current(c)
    assert found(upgraded, "samsung") == [8]
    assert backup(upgraded, tmp_path / "copy.db") > 0
    open_store(tmp_path / "copy.db").close()


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_going_back_is_refused_in_words(release: Path, tmp_path: Path) -> None:
    """As that release does when it meets a store of a step it does not know."""
    path = restored(release, tmp_path / "store.db")
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9001'")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"schema 9001, made by a newer chipwire than this.*upgrade chipwire, or open"):
        open_store(path)
    assert path.read_bytes() == before
