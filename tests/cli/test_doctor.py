"""`chipwire doctor` over whole and broken worlds: what is broken is named with what to do, a hint is only a hint."""

import json
import re
import shutil
from pathlib import Path

import pytest

from chipwire import clock
from chipwire.cli import doctor
from chipwire.config import Settings, load
from chipwire.domain import Feed
from chipwire.keep import lease
from chipwire.keep.db import Store
from chipwire.keep.people import webhooks
from chipwire.keep.sources import feeds
from tests.cli.conftest import DAY, found, states, turn
from tests.commands import Commands

pytestmark = pytest.mark.usefixtures("logs_as_before", "shipped_tagger")


def test_a_webhook_that_does_not_get_through_is_named_by_its_host(store: Store, settings: Settings) -> None:
    now = clock.now()
    with store.write() as c:
        hooks = [webhooks.add(c, f"https://{name}.example/services/key", {}, now) for name in ("chat", "desk", "idle")]
        for hook in hooks:
            webhooks.test(c, hook, now)
    assert found(doctor.examine, settings)["webhooks"].says == "3 get through, or were not called yet"
    with store.write() as c:
        chat, desk, _ = webhooks.due(c, now, 9)
        webhooks.missed(c, chat, 410, "the server answers 410 Gone", now, None)
        webhooks.stop(c, hooks[0])
        webhooks.missed(c, desk, 500, "the server answers 500", now, now + DAY)
        webhooks.change(c, hooks[2], active=False)
    told = found(doctor.examine, settings)["webhooks"]
    assert told.state == "hint"
    assert told.says.split("; ") == [
        "1 (chat.example) is stopped: the server answers 410 Gone", "2 (desk.example) misses: the server answers 500",
    ]  # fmt: skip
    assert "key" not in told.says
    with store.write() as c:
        webhooks.delivered(c, desk, 204, now + DAY)
        webhooks.delivered(c, chat, 204, now + DAY)
    assert found(doctor.examine, settings)["webhooks"].state == "good"


def test_a_healthy_world_has_hints_at_most(store: Store, chipwire: Commands) -> None:
    done = chipwire("doctor", "--json")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0, rows
    assert {row["what"]: row["state"] for row in rows} == {
        "data": "good", "disk": "good", "time": "good", "feeds": "good", "clock": "hint", "outbox": "good",
        "store": "good", "contact": "hint", "mail": "hint", "dkim": "good", "address": "good",
    }  # fmt: skip
    assert re.search(r": \d+ of \d+ feeds enabled, \d+ companies$", {row["what"]: row["says"] for row in rows}["data"])


def test_whom_sites_may_ask(settings: Settings) -> None:
    told = load(store=settings.store, contact="https://news.example.org/about")
    assert states(found(doctor._contact, told)) == {"contact": "good"}


@pytest.mark.slow
def test_every_broken_file_of_data_is_named(tmp_path: Path, settings: Settings) -> None:
    broken = tmp_path / "data"
    shutil.copytree(settings.data, broken, ignore=shutil.ignore_patterns("*.db*"))
    (broken / "feeds.toml").write_text("[[feed]]\nid = 1\n")
    (broken / "locales.toml").write_text("not toml")
    findings = list(doctor._data(load(store=settings.store, data=broken)))
    assert [f.state for f in findings] == ["broken", "broken", "good"]
    assert "feeds.toml" in findings[0].says
    assert "locales.toml" in findings[1].says


def test_a_store_that_is_not_there_is_not_made(settings: Settings) -> None:
    assert states(found(doctor._store, settings)) == {"store": "good"}
    assert not settings.store.exists()


def test_a_store_that_others_can_read_is_a_hint(store: Store, settings: Settings) -> None:
    assert settings.store.stat().st_mode & 0o777 == 0o600, "made for its owner only"
    settings.store.chmod(0o644)
    first = next(doctor._store(settings))
    assert (first.state, first.do) == ("hint", f"chmod 600 {settings.store}")


def test_the_schema_is_looked_at_and_left(store: Store, settings: Settings) -> None:
    for revision, state in (("0001", "hint"), ("9999", "broken")):
        with store.engine.begin() as c:
            c.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision,))
        assert states(found(doctor._store, settings)) == {"schema": state}
    with store.read() as c:
        assert c.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"


def test_damage_is_found(store: Store, settings: Settings) -> None:
    with store.write() as c:
        c.exec_driver_sql("PRAGMA writable_schema=ON")
        c.exec_driver_sql("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'item_story'")
    store.close()
    no_data = settings.model_copy(update={"data": settings.store.parent})  # sooner said than read
    broken = [f for f in doctor.examine(no_data) if f.what == "store"]
    assert [f.state for f in broken] == ["broken"]


def test_a_file_that_is_no_store(settings: Settings) -> None:
    settings.store.write_bytes(b"letters to the editor" * 400)
    with pytest.raises(Exception, match="not a database; point the store setting at another path"):
        found(doctor._store, settings)


def test_times_from_the_future(store: Store, settings: Settings) -> None:
    with store.write() as c:
        for name in ("one", "two", "three", "four"):
            turn(c, name, last_checked=clock.now() + DAY)
    told = found(doctor._store, settings)
    assert told["time"].state == "broken"
    assert "1 day, 0:00:00 ahead" in told["time"].says
    assert told["clock"].says.endswith("last turn never")


def test_a_clock_that_ran_ahead_once_is_not_blamed_on_the_one_that_is_right(store: Store, settings: Settings) -> None:
    """Items bear its times for good, and feeds that are switched off."""
    with store.write() as c:
        turn(c, "one", last_checked=clock.now() + 400 * DAY)
    told = found(doctor._store, settings)
    assert told["time"].state == "hint"
    assert "400 days, 0:00:00 ahead" in told["time"].says
    assert "last turn 0:01:0" in told["clock"].says


def test_feeds_are_well_that_answered(store: Store, settings: Settings) -> None:
    """Not those that nobody asked yet, nor those that fail since this morning; who is off is not counted."""
    with store.write() as c:
        feeds.add(c, Feed(id="six", url="https://six.example/feed", title="six", enabled=False))
        feeds.add(c, Feed(id="five", url="https://five.example/feed", title="five"))
        turn(c, "four", failing_since=clock.now() - DAY / 8, last_status=503)
    told = found(doctor._store, settings)["feeds"]
    assert told.says == "3 of 4 do well, 1 not asked yet, 1 fail, 0 for over a day (four: 503)"
    assert told.state == "good"


def test_feeds_and_the_clock(store: Store, settings: Settings) -> None:
    old = clock.now() - 2 * DAY
    with store.write() as c:
        turn(c, "one", failing_since=old, last_error="certificate expired", next_check=clock.now() + DAY)
    told = found(doctor._store, settings)
    assert (told["feeds"].state, "one: certificate expired" in told["feeds"].says) == ("hint", True)
    with store.write() as c:
        for name in ("two", "three"):
            turn(c, name, failing_since=old, last_status=403, next_check=old)
    told = found(doctor._store, settings)
    assert (told["feeds"].state, told["clock"].state) == ("broken", "broken")
    assert "no clock is running" in told["clock"].says
    with store.write() as c:
        lease.take(c, "clock", "host/1", clock.now(), 30)
    assert "kept by host/1" in found(doctor._store, settings)["clock"].says
