"""`chipwire readers`, `alerts` and `digest` as a person at a terminal uses them, in one process."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from chipwire import clock
from chipwire.cli import letters, wiring
from chipwire.domain import Entry, Feed, FeedEvent, FeedState, Placement, Read, Tags
from chipwire.keep.news import items, stories
from chipwire.keep.people import readers
from chipwire.keep.sources import feeds
from chipwire.send.tokens import Links
from tests.commands import Commands
from tests.loopback import free_port
from tests.stores import open_store

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, chipwire: Commands) -> Run:
    """Runs a command over a store with one story in it; gives its output, and an error's words."""
    store, at = open_store(tmp_path / "chipwire.db"), clock.now() - timedelta(hours=1)
    with store.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="Wafer Post"))
        entry = Entry(uid="1", url="https://f.example/1", title="ByteDance shows HBM4 board", text="It works.")
        tags = Tags(lang="en", companies={"bytedance": "about"}, relevant=True)
        read = Read(entry=entry, url="https://f.example/1", content_hash="1", tags=tags)
        item = items.add(c, "f", [read], at).new[0][0]
        stories.apply(c, [Placement(item_id=item, story_id=item)], at)
    store.close()

    def go(*command: str, fails: bool = False) -> str:
        done = chipwire(*command)
        assert bool(done.code) == fails, (command, done)
        return done.out + done.err

    return go


def test_the_life_of_a_reader(run: Run, tmp_path: Path) -> None:
    place = ("--zone", "Asia/Jakarta", "--hour", "6")
    said = run("readers", "add", "alice@chipwire.test", "--companies", "bytedance", *place)
    assert said == "alice@chipwire.test gets the digest (reader 1)\n"
    shown = run(
        "readers", "change", "alice@chipwire.test", "--languages", "id,en", "--min-role", "about", "--weekdays",
        "Monday,fri", "--format", "text", "--locale", "ko", "--all-quiet", "--json",
    )  # fmt: skip
    reader = json.loads(shown)
    assert (reader["companies"], reader["zone"], reader["hour"]) == (["bytedance"], "Asia/Jakarta", 6), "they stay"
    assert (reader["languages"], reader["weekdays"], reader["all_quiet"]) == (["id", "en"], [0, 4], True)
    assert (reader["min_role"], reader["format"], reader["locale"]) == ("about", "text", "ko")
    left_out = run("readers", "change", "alice@chipwire.test", "--muted", "Tabloid.example,foldable,story:1", "--json")
    assert json.loads(left_out)["muted"] == ["outlet:tabloid.example", "word:foldable", "story:1"]
    assert "neither an outlet" in run("readers", "change", "alice@chipwire.test", "--muted", "story:x", fails=True)
    assert json.loads(run("readers", "change", "alice@chipwire.test", "--muted", "", "--json"))["muted"] == []
    assert "paused" in run("readers", "change", "alice@chipwire.test", "--status", "paused")
    assert "no letters in xx" in run("readers", "change", "alice@chipwire.test", "--locale", "xx", fails=True)
    assert "min_role" in run("readers", "change", "alice@chipwire.test", "--min-role", "boss", fails=True)
    assert json.loads(run("readers", "export", "alice@chipwire.test"))["reader"]["email"] == "alice@chipwire.test"
    run("readers", "remove", "alice@chipwire.test")
    assert "readers list" in run("readers", "export", "alice@chipwire.test", fails=True)


def test_suppressed_addresses_are_shown_and_released(run: Run, tmp_path: Path) -> None:
    run("readers", "add", "gone@chipwire.test")
    store = open_store(tmp_path / "chipwire.db")
    with store.write() as c:
        readers.suppress(c, "gone@chipwire.test", "550 5.1.1 no such user", clock.now())
    store.close()
    assert "550 5.1.1" in run("readers", "suppressed")
    again = ("readers", "change", "gone@chipwire.test", "--status", "active")
    assert "on the suppression list: 550 5.1.1" in run(*again, fails=True)
    assert "--status active` sends again" in run("readers", "suppressed", "--release", "gone@chipwire.test")
    assert run("readers", "suppressed") == ""
    assert "active" in run(*again)
    assert "not on the suppression" in run("readers", "suppressed", "--release", "x@chipwire.test", fails=True)


def test_saved_searches(run: Run) -> None:
    run("readers", "add", "alice@chipwire.test", "--companies", "bytedance")
    made = json.loads(
        run(
            "alerts", "add", "alice@chipwire.test", "Memory", "--q", "HBM4", "--companies", "samsung,sk-hynix", "--json"
        )
    )
    assert made["asked"]["companies"] == [["samsung", "sk-hynix"]]
    assert made["at_once"] is True
    assert "daily" in run("alerts", "pace", "alice@chipwire.test", str(made["id"]), "--daily")
    line = run("alerts", "list", "alice@chipwire.test")
    asks = "company=samsung,sk-hynix q=HBM4"
    assert line.split("\t")[1:5] == ["alice@chipwire.test", "Memory", "with the daily letter", asks]
    assert json.loads(run("alerts", "list", "--json"))["asked"] == made["asked"]
    assert "did you mean samsung" in run(
        "alerts", "add", "alice@chipwire.test", "x", "--companies", "samsumg", fails=True
    )  # fmt: skip
    run("alerts", "remove", "alice@chipwire.test", str(made["id"]))
    assert run("alerts", "list") == ""


def test_dry_run_says_what_would_be_sent_and_changes_nothing(run: Run) -> None:
    run("readers", "add", "alice@chipwire.test", "--companies", "bytedance")
    run("readers", "add", "bob@chipwire.test", "--companies", "baidu")
    for _ in range(2):
        said = run("digest", "send", "--dry-run")
        assert "ByteDance shows HBM4 board" in said
        assert "1 letter would be queued, 1 empty; due in the outbox: 0" in said
    rows = [json.loads(line) for line in run("digest", "send", "--dry-run", "--json").splitlines()]
    assert [(row["email"].split("@")[0], row["stories"], row["sent"]) for row in rows] == [
        ("alice", 1, True), ("bob", 0, False),
    ]  # fmt: skip
    assert run("digest", "list") == ""


def test_letters_wait_without_a_mail_server_and_are_listed(run: Run, tmp_path: Path) -> None:
    run("readers", "add", "alice@chipwire.test", "--companies", "bytedance")
    assert "CHIPWIRE_SMTP_HOST" in run("digest", "send", fails=True)
    assert "pending" in run("digest", "list", "--state", "pending")
    assert "(pending): --as-new shows what it told too" in run("digest", "preview", "--out", str(tmp_path))
    assert "ByteDance shows HBM4 board" in run("digest", "preview", "--as-new", "--out", str(tmp_path))
    assert run("digest", "list", "--state", "sent") == ""
    run("readers", "add", "bob@chipwire.test", "--companies", "baidu")
    assert "pending" in run("digest", "list", "alice@chipwire.test")
    assert run("digest", "list", "bob@chipwire.test") == ""
    assert "only unknown ones are released" in run("digest", "release", "1", fails=True)


def test_letters_of_a_restored_backup_are_held_until_a_person_releases_them(run: Run, tmp_path: Path) -> None:
    run("readers", "add", "alice@chipwire.test", "--companies", "bytedance")
    assert "1 letter waiting" in run("digest", "send", fails=True)
    with closing(open_store(tmp_path / "chipwire.db")) as store, store.write() as c:
        state = FeedState(feed_id="f", last_checked=clock.now(), next_check=clock.now() + timedelta(hours=1))
        feeds.save(c, state, FeedEvent(feed_id="f", at=clock.now(), outcome="unchanged"))
    run("backup", str(tmp_path / "copy.db"))
    assert run("digest", "release", "--all") == ""
    for file in tmp_path.glob("chipwire.db*"):
        file.unlink()
    (tmp_path / "copy.db").rename(tmp_path / "chipwire.db")
    assert "put back" not in run("digest", "list"), "whoever looks changes nothing"
    said = run("digest", "send", fails=True)
    assert "This store was put back from a backup of about 20" in said
    assert "(1 waited) are held" in said
    assert "0 letters waiting" in said
    assert "put back" not in run("digest", "send", fails=True)
    assert "may have left before" in run("digest", "list", "--state", "unknown")
    assert "say --all" in run("digest", "release", fails=True)
    assert "letter 1 is pending" in run("digest", "release", "--all")


def test_send_says_why_nothing_leaves(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none"}.items():
        monkeypatch.setenv(f"CHIPWIRE_SMTP_{name}", value)
    run("readers", "add", "alice@chipwire.test", "--companies", "bytedance")
    run("readers", "add", "bob@chipwire.test", "--companies", "arm")
    said = run("digest", "send", fails=True)
    assert "queued: 1, letters skipped: 1" in said
    assert f"sending stopped: the mail server 127.0.0.1:{port} does not answer" in said
    said = run("digest", "send", fails=True)
    assert "queued: 0, letters skipped: 0" in said
    assert "1 letter waiting for another try" in said


def test_keys_rotate_and_old_links_stay_valid(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Must 5: a letter may be years old; so may the key that signed its links."""
    run("readers", "add", "alice@chipwire.test")
    store = open_store(tmp_path / "chipwire.db")
    with store.read() as c:
        alice = readers.get(c, 1)

    def links() -> Links:
        return letters.sender(wiring.settings(), store).links

    tokens = [links().unsubscribe(alice)]
    assert "1 former" in run("tokens", "rotate-key")
    tokens.append(links().unsubscribe(alice))
    monkeypatch.setenv("CHIPWIRE_SECRET", "a key of the settings")
    tokens.append(links().unsubscribe(alice))
    assert "CHIPWIRE_FORMER_SECRETS" in run("tokens", "rotate-key", fails=True)
    monkeypatch.setenv("CHIPWIRE_SECRET", "a newer key of the settings")
    monkeypatch.setenv("CHIPWIRE_FORMER_SECRETS", '["a key of the settings"]')
    tokens.append(links().unsubscribe(alice))
    assert len(set(tokens)) == 4
    for link in tokens:
        assert links().read("unsubscribe", link.rpartition("/")[2]), "believed"
    monkeypatch.delenv("CHIPWIRE_FORMER_SECRETS")
    assert links().read("unsubscribe", tokens[2].rpartition("/")[2]) is None
    assert "a newer key" not in run("settings")
    store.close()


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:8000/"),
        ({"PORT": "8079"}, "http://127.0.0.1:8079/"),
        ({"HOST": "::", "PORT": "8079"}, "http://[::1]:8079/"),
        ({"HOST": "0.0.0.0", "PORT": "8079", "BASE_URL": "https://news.test/chips/"}, "https://news.test/chips/"),
    ],
)
def test_letters_link_to_where_the_service_is(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], address: str
) -> None:
    """Also those that `chipwire digest send` writes, where no server runs that knows its port."""
    run("readers", "add", "alice@chipwire.test", "--companies", "bytedance")
    for name, value in given.items():
        monkeypatch.setenv(f"CHIPWIRE_{name}", value)
    store = open_store(tmp_path / "chipwire.db")
    with store.read() as c:
        link = letters.sender(wiring.settings(), store).links.unsubscribe(readers.get(c, 1))
    store.close()
    assert link.startswith(address + "unsubscribe/")
