"""Commands as a person and a script use them: exit codes, messages, what stands against what."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from chipwire import __version__, clock
from chipwire.clock import keeper
from chipwire.config import data_dir
from chipwire.domain import Feed
from chipwire.keep import lease, migrations, vitals
from chipwire.keep.db import Store, look_at
from chipwire.keep.news import items
from chipwire.keep.people import feedback, webhooks
from chipwire.keep.sources import feeds, holds
from tests.cli.conftest import DAY
from tests.commands import Commands
from tests.crash.world import Receiver
from tests.keep.test_upgrade import RELEASES, restored
from tests.keep.texts import read
from tests.stores import open_store


def test_the_version_is_told(chipwire: Commands) -> None:
    assert chipwire("--version").out == f"chipwire {__version__}\n"


def test_a_list_of_feeds_is_imported_once(tmp_path: Path, chipwire: Commands) -> None:
    many = "".join(f"<outline text='F {n}' xmlUrl='https://f{n}.example/rss'/>" for n in range(300))
    (tmp_path / "many.opml").write_text(f"<opml><body>{many}<outline text='x' xmlUrl='mailto:x'/></body></opml>")
    assert chipwire("feeds", "import", str(tmp_path / "many.opml")).out.startswith("300 added, 0 known already, 1 left")
    assert chipwire("feeds", "import", str(tmp_path / "many.opml")).out.startswith("0 added, 300 known already")
    (tmp_path / "again.opml").write_text(f"<opml><body>{many}</body></opml>".replace("https://f", "HTTPS://F"))
    assert chipwire("feeds", "import", str(tmp_path / "again.opml")).out.startswith("0 added, 300 known already")


def test_a_feed_is_changed_by_name(tmp_path: Path, chipwire: Commands) -> None:
    (tmp_path / "one.opml").write_text("<opml><body><outline text='F' xmlUrl='https://f.example/rss'/></body></opml>")
    chipwire("feeds", "import", str(tmp_path / "one.opml"))
    [name] = [
        json.loads(line)["id"] for line in chipwire("feeds", "list", "--json").out.splitlines() if "f.exa" in line
    ]
    changed = chipwire("feeds", "change", name, "--title", "Fabs", "--lang", "ko", "--interval", "30", "--off")
    assert changed.out == f"{name} is changed; it is off\n"
    assert f"{name}\tFabs\tko\toff" in chipwire("feeds", "list").out
    assert "asked at the next round" in chipwire("feeds", "change", name, "--on", "--unset", "lang").out
    assert f"{name}\tFabs\t-\tnew" in chipwire("feeds", "list").out
    assert "nothing to change" in chipwire("feeds", "change", name).err
    assert "--unset title: it takes back lang, interval" in chipwire("feeds", "change", name, "--unset", "title").err
    assert "`chipwire feeds list` shows their ids" in chipwire("feeds", "change", "nowhere", "--off").err


def test_what_was_said_to_be_wrong_can_be_read(chipwire: Commands) -> None:
    with closing(open_store(chipwire.home / "chipwire.db")) as store, store.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
        items.add(c, "f", [read(1, "en", "Robot arm lifts wafers", "")], clock.now())
        feedback.add(c, 1, "not-about", "arm", "a body\n\tpart\x1b", clock.now())
    line = chipwire("feedback").out.rstrip("\n").split("\t")
    assert line[2:] == ["1", "not-about", "arm", "a body part ", "Robot arm lifts wafers", "https://f.example/1"]
    assert json.loads(chipwire("feedback", "--json").out)["slug"] == "arm"


def test_what_is_missing_is_named_as_it_is_installed(chipwire: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """chipwire itself is in no index: who asked one for chipwire[mcp] would get nothing, or somebody else's package."""
    monkeypatch.delitem(sys.modules, "chipwire.serve.assistant", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (needed,) = project["optional-dependencies"]["mcp"]
    done = chipwire("mcp")
    assert (done.code, done.out) == (1, "")
    assert done.err.rstrip().endswith(f"pip install '{needed}'")


def test_a_store_on_the_command_line_is_stronger_than_a_database_in_the_environment(
    tmp_path: Path, chipwire: Commands
) -> None:
    open_store(tmp_path / "mine.db").close()
    elsewhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    done = chipwire("items", "--store", str(tmp_path / "mine.db"), CHIPWIRE_DATABASE_URL=elsewhere)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_what_brings_an_older_store_up_to_date_is_told_once(tmp_path: Path, chipwire: Commands) -> None:
    """A million items take minutes, in which nothing else is seen."""
    restored(RELEASES[0], tmp_path / "chipwire.db")
    said = chipwire("stories", "--json").err.splitlines()
    assert {line.partition(": ")[0] for line in said} == {"the store is brought up to date"}
    assert "schema 0002 to 00" in said[0]
    assert "schema 0003: Counts by day" in said[1]
    assert said[-1].endswith("search index: 6 of 6 items")
    assert chipwire("stories", "--json").err == ""


def test_no_older_store_is_changed_under_a_clock(
    tmp_path: Path, chipwire: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would go on writing as its version knows. One that was killed holds up nothing once its lease has run out."""
    place = restored(RELEASES[0], tmp_path / "chipwire.db")
    with closing(look_at(place)) as store, store.beside() as c:
        assert lease.take(c, vitals.CLOCK, "vm/1/old", clock.now(), 600)
    monkeypatch.setattr(keeper, "LEASE", 0.5)
    done = chipwire("stories")
    assert done.code == 1
    assert "waiting for the clock vm/1/old of another chipwire to end" in done.err
    assert "the clock vm/1/old of another chipwire is at work on it: stop that one first" in done.err
    with closing(look_at(place)) as store, store.beside() as c:
        assert migrations.revision(c) == "0002"
        lease.release(c, vitals.CLOCK, "vm/1/old")
    assert chipwire("stories").code == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store."""
    made = tmp_path_factory.mktemp("home")
    open_store(made / "chipwire.db").close()
    return made


@pytest.mark.slow
def test_a_refresh_says_which_feed_that_was_named_it_did_not_ask(store: Store, chipwire: Commands) -> None:
    with store.write() as c:
        holds.hold(c, "one.example", clock.now() + DAY)
    chipwire("feeds", "change", "two", "--off")
    done = chipwire("refresh", "one", "two")
    assert (done.code, done.out) == (0, "new items: 0\n")
    assert "feeds: one: not asked, its site answered that it is asked too often (429)" in done.err
    assert "feeds: two: not asked, it is off: `chipwire feeds change two --on` switches it on" in done.err


@pytest.mark.slow
@pytest.mark.parametrize("form", [["--json"], []])
def test_a_reader_of_the_output_may_leave(form: list[str], home: Path) -> None:
    """In a process of its own, as a shell has it."""
    given = {k: v for k, v in os.environ.items() if not k.startswith("CHIPWIRE_")}
    words = [sys.executable, "-m", "chipwire", "feeds", "list", "--store", str(home / "chipwire.db"), *form]
    out, into = os.pipe()
    os.close(out)
    done = subprocess.run(words, stdout=into, stderr=subprocess.PIPE, env=given, timeout=120)
    os.close(into)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["nonsense"], 2, "No such command"),
        (["readers", "add", "alice@chipwire.test", "--companies", "samsumg"], 1, "did you mean samsung"),
        (["readers", "add", "not-an-address"], 1, "not-an-address"),
        (["feeds", "import", "nowhere.opml"], 1, "nowhere.opml"),
        (["digest", "preview"], 1, "readers add"),
        (["refresh", "no-such-feed"], 1, "no-such-feed"),
        (["feeds", "remove", "no-such-feed"], 1, "feeds list"),
        (["feeds", "import", str(Path(__file__).parents[1] / "stores.py")], 1, "names no feed"),
        (["tag", "nowhere.jsonl"], 1, "nowhere.jsonl"),
        (["search", "HBM4 AND ("], 1, "missing here (at character 11)"),
        (["readers", "add", "a@chipwire.test", "--weekdays", "mon,funday"], 1, "weekday funday: use mon, tue"),
        (["readers", "add", "a@chipwire.test", "--weekdays", "m"], 1, "weekday m: use mon, tue"),
        (["items", "--since", "soon"], 1, "or an age (24h, 7d)\n"),
        (["items", "--company", "samsumg"], 1, "did you mean samsung?\n"),
        (["items", "--store", "nowhere.db"], 1, "no store nowhere.db yet"),
        (["backup", "nowhere/copy.db"], 1, "no folder nowhere"),
    ],
)
def test_mistakes_are_explained(words: list[str], code: int, says: str, home: Path, chipwire: Commands) -> None:
    done = chipwire(*words, home=home)
    assert done.code == code
    assert says in done.err


def test_data_of_another_version_stops_the_clock_and_not_the_feeds(tmp_path: Path, chipwire: Commands) -> None:
    """Else each feed would be marked as failing for what is wrong on our side."""
    data = tmp_path / "data"
    shutil.copytree(data_dir(), data, ignore=shutil.ignore_patterns("*.db*", "demo"))
    (data / "feeds.toml").write_text("")
    (data / "roles.toml").write_text((data / "roles.toml").read_text().replace("[weights]", "[weights]\nx = 0.0", 1))
    done = chipwire("tick", CHIPWIRE_DATA=str(data))
    assert done.code == 1
    assert "roles.toml: weights: " in done.err
    assert "Traceback" not in done.err


@pytest.mark.slow
def test_a_round_for_cron_calls_webhooks(tmp_path: Path, chipwire: Commands) -> None:
    data, receiver = tmp_path / "data", Receiver()
    shutil.copytree(data_dir(), data, ignore=shutil.ignore_patterns("*.db*", "demo"))
    (data / "feeds.toml").write_text("")
    store = open_store(tmp_path / "chipwire.db")
    with store.write() as c:
        webhooks.test(c, webhooks.add(c, receiver.url, {}, clock.now()), clock.now())
    store.close()
    done = chipwire("tick", CHIPWIRE_DATA=str(data), CHIPWIRE_ALLOW_PRIVATE="true")
    receiver.close()
    assert (done.code, len(receiver.calls)) == (0, 1)
    assert "calls made: 1" in done.out
