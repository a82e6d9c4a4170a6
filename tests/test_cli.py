"""The command line as a person and a script use it: exit codes, messages, JSON."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from chipwire import __version__, clock
from chipwire.keep.people import webhooks
from tests.commands import Commands
from tests.crash.world import Receiver
from tests.loopback import free_port
from tests.stores import open_store

DEMO = Path(__file__).parents[1] / "data" / "demo"


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


def test_a_store_on_the_command_line_is_stronger_than_a_database_in_the_environment(
    tmp_path: Path, chipwire: Commands
) -> None:
    open_store(tmp_path / "mine.db").close()
    elsewhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    done = chipwire("items", "--store", str(tmp_path / "mine.db"), CHIPWIRE_DATABASE_URL=elsewhere)
    assert (done.code, done.out, done.err) == (0, "", "")


@pytest.mark.slow
def test_a_person_at_a_terminal_sees_a_table(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb") as terminal:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "COLUMNS": "200",
            "NO_COLOR": "1",
            "CHIPWIRE_HOST_PAUSE": "7",
        }
        process = subprocess.Popen([sys.executable, "-m", "chipwire", "settings"], stdout=theirs, env=env)
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # how a terminal whose last writer has left says so on Linux
            while some := terminal.read1(65536):
                shown += some
        assert process.wait(60) == 0
    rows = [re.sub(r"\x1b\[\d*m", "", line).split() for line in shown.decode().splitlines()]
    assert ["setting", "value"] in rows
    assert ["host_pause", "7.0"] in rows


def test_parse_prints_the_contract(chipwire: Commands) -> None:
    done = chipwire("parse", stdin=(DEMO / "bandoche-sinmun.rss").read_bytes())
    assert (done.code, done.err) == (0, "")
    printed = json.loads(done.out)
    assert printed["file"] == "-"
    assert printed["feed"]["title"] == "반도체신문"
    assert len(printed["items"]) == 3


def test_garbage_is_a_problem_not_a_traceback(chipwire: Commands) -> None:
    done = chipwire("parse", stdin=b"garbage\n")
    assert done.code == 1
    printed = json.loads(done.out)
    assert printed["items"] == []
    assert printed["problems"]
    assert "Traceback" not in done.err


def test_tag_and_cluster_read_json_lines(chipwire: Commands) -> None:
    line = json.dumps({"id": "1", "title": "Nvidia buys HBM4 from Samsung", "body": "The deal is worth $2 billion."})
    done = chipwire("tag", "-", stdin=f"{line}\n".encode())
    tagged = json.loads(done.out)
    assert tagged["companies"] == {"nvidia": "about", "samsung": "about"}
    assert tagged.keys() == {"id", "lang", "companies", "topics", "evidence", "figures", "credit"}
    assert (done.code, done.err) == (0, "")
    done = chipwire("cluster", "-", stdin=f"{line}\n".encode())
    assert json.loads(done.out) == {"id": "1", "story": "1", "copy_of": None}


@pytest.mark.parametrize("command", ["tag", "cluster"])
def test_a_line_that_is_no_json_loses_none_beside_it(command: str, chipwire: Commands) -> None:
    done = chipwire(command, "-", stdin=b'{"id":"1"}\n{broken\n{"id":"3"}\n\xff\n{"id":"5"}\n')
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ["1", "3", "5"]
    assert done.code == 1
    assert [line.partition(": not JSON")[0] for line in done.err.splitlines()] == [
        "chipwire: -, line 2",
        "chipwire: -, line 4",
    ]


def test_json_lines_may_begin_with_a_byte_order_mark_and_end_as_on_windows(chipwire: Commands) -> None:
    done = chipwire("tag", "-", stdin=b'\xef\xbb\xbf{"id":"1","title":null,"body":"Nvidia chips"}\r\n\r\n{"id":2}\r\n')
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ["1", 2]
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("line", ['["id"]', '{"title": "no id"}'])
def test_a_line_that_is_no_text_to_tag_is_named(line: str, chipwire: Commands) -> None:
    done = chipwire("tag", "-", stdin=f'{{"id": "1"}}\n{line}\n'.encode())
    assert done.code == 1
    assert 'line 2: expected an object with "id", "title" and "body"; left out' in done.err


@pytest.mark.parametrize(
    ("command", "name"),
    [("tag", "title"), ("tag", "body"), ("tag", "lang"), ("cluster", "published"), ("cluster", "feed")],
)
def test_values_of_the_wrong_type_are_named_with_their_line(command: str, name: str, chipwire: Commands) -> None:
    lines = [json.dumps({"id": "1"}), json.dumps({"id": "2", name: ["x"]}), json.dumps({"id": "3", name: 5})]
    done = chipwire(command, "-", stdin="\n".join(lines).encode())
    assert done.code == 1
    assert f'line 2: "{name}" is neither text nor null' in done.err
    assert "Traceback" not in done.err


def test_a_file_that_cannot_be_read_is_told_in_the_shape_of_all_others(tmp_path: Path, chipwire: Commands) -> None:
    (tmp_path / "empty").touch()
    done = chipwire("parse", str(tmp_path / "nowhere"), str(tmp_path), str(tmp_path / "empty"))
    told = [json.loads(line) for line in done.out.splitlines()]
    assert [len(one["feed"]) for one in told] == [5, 5, 5]
    assert [one["problems"] for one in told[:2]] == [
        ["cannot read the file: No such file or directory"],
        ["cannot read the file: Is a directory"],
    ]
    assert done.code == 1


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store."""
    made = tmp_path_factory.mktemp("home")
    open_store(made / "chipwire.db").close()
    return made


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
        (["feeds", "import", str(Path(__file__).with_name("stores.py"))], 1, "names no feed"),
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
    shutil.copytree(DEMO.parent, data, ignore=shutil.ignore_patterns("*.db*", "demo"))
    (data / "feeds.toml").write_text("")
    (data / "roles.toml").write_text((data / "roles.toml").read_text().replace("[weights]", "[weights]\nx = 0.0", 1))
    done = chipwire("tick", CHIPWIRE_DATA=str(data))
    assert done.code == 1
    assert "roles.toml: weights: " in done.err
    assert "Traceback" not in done.err


@pytest.mark.slow
def test_a_round_for_cron_calls_webhooks(tmp_path: Path, chipwire: Commands) -> None:
    data, receiver = tmp_path / "data", Receiver()
    shutil.copytree(DEMO.parent, data, ignore=shutil.ignore_patterns("*.db*", "demo"))
    (data / "feeds.toml").write_text("")
    store = open_store(tmp_path / "chipwire.db")
    with store.write() as c:
        webhooks.test(c, webhooks.add(c, receiver.url, {}, clock.now()), clock.now())
    store.close()
    done = chipwire("tick", CHIPWIRE_DATA=str(data), CHIPWIRE_ALLOW_PRIVATE="true")
    receiver.close()
    assert (done.code, len(receiver.calls)) == (0, 1)
    assert "calls made: 1" in done.out


def test_a_misspelt_setting_is_refused(chipwire: Commands) -> None:
    done = chipwire("settings", CHIPWIRE_PROT="8000")
    assert done.code == 1
    assert "CHIPWIRE_PROT" in done.err
    assert "did you mean CHIPWIRE_PORT" in done.err


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TRUSTED_PROXIES", "proxy", "'proxy' is not an address or a network"),
        ("TRUSTED_PROXIES", '["10.0.0.1"', "begins like a JSON list"),
        ("CORS_ORIGINS", "desk.example.org", "'desk.example.org' is not an origin"),
        ("BASE_URL", "news.example.org", "'news.example.org' is not an address"),
        ("MAIL_FROM", "chipwire", "'chipwire' is not a mail address"),
        ("MAX_INTERVAL_MINUTES", "5", "5 is less than min_interval_minutes, 10"),
        ("SMTP_PORT", "0", "greater than or equal to 1"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_by_name(
    name: str, value: Any, says: str, chipwire: Commands
) -> None:
    done = chipwire("settings", **{f"CHIPWIRE_{name}": value})
    assert done.code == 1
    assert says in done.err
    assert f"set CHIPWIRE_{name}" in done.err


def test_lists_are_parted_by_commas_or_json(chipwire: Commands) -> None:
    done = chipwire(
        "settings", CHIPWIRE_TRUSTED_PROXIES="10.0.0.0/8, ::1", CHIPWIRE_CORS_ORIGINS='["https://desk.example.org"]'
    )
    assert "trusted_proxies\t10.0.0.0/8, ::1\n" in done.out
    assert "cors_origins\thttps://desk.example.org\n" in done.out


def test_settings_hide_secrets(chipwire: Commands) -> None:
    done = chipwire("settings", "--json", CHIPWIRE_SMTP_PASSWORD="hunter2")
    assert done.code == 0
    assert "smtp_password" in done.out
    assert "hunter2" not in done.out


def get(url: str, within: float) -> bytes:
    end = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@pytest.mark.slow
def test_run_demo_serves_the_founding_report_and_ends_well(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "chipwire", "run", "--demo", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={k: v for k, v in os.environ.items() if not k.startswith("CHIPWIRE_")}
        | {"CHIPWIRE_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/left-alone"},
    )
    try:
        here = f"http://127.0.0.1:{port}"
        get(f"{here}/healthz", 30)
        end = time.monotonic() + 40
        langs: set[str] = set()
        while time.monotonic() < end and not langs >= {"en", "id", "ko", "ja", "zh-Hans"}:
            found = json.loads(get(f"{here}/v1/items?company=bytedance&company=samsung", 5))["items"]
            langs = {item["lang"] for item in found}
            time.sleep(0.3)
        assert langs >= {"en", "id", "ko", "ja", "zh-Hans"}
        one = json.loads(get(f"{here}/v1/items?company=samsung&company=bytedance&lang=id", 5))["items"]
        assert [item["title"] for item in one] == ["ByteDance Rancang Cip AI Sendiri, Jajaki Samsung sebagai Pembuat"]
    finally:
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors.decode()
    assert time.monotonic() - started < 5
    assert b"Traceback" not in errors


@pytest.mark.slow
def test_the_first_answers_wait_for_nothing_heavy(tmp_path: Path) -> None:
    """Each of these takes a twentieth of a second or more to load; FastAPI with the routes, most of one."""
    code = """if True:
        import asyncio, sys
        from pathlib import Path
        from chipwire.cli import wiring
        settings = wiring.settings(Path(sys.argv[1]))
        with wiring.opened(settings) as store:
            app = wiring.web_app(store, settings)
            said = []
            async def send(message):
                said.append(message.get("status"))
            scope = {"type": "http", "method": "GET", "path": "/v1/items", "headers": []}
            asked = b"company=nvidia&topic=ai&lang=zh-CN,en&since=24h&q=chip"
            asyncio.run(app(scope | {"query_string": asked}, None, send))
        print(said, len(app.here.options.companies) > 20)
        print({"fastapi", "numpy", "rich", "sqlalchemy.dialects.postgresql"} & set(sys.modules))
    """
    open_store(tmp_path / "chipwire.db").close()
    command = [sys.executable, "-c", code, str(tmp_path / "chipwire.db")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[200, None] True\nset()\n"


@pytest.mark.slow
def test_a_service_that_made_its_store_keeps_nothing_that_only_making_takes(tmp_path: Path) -> None:
    code = """if True:
        import sys
        from pathlib import Path
        from chipwire.cli import wiring
        from chipwire.keep.sources import feeds
        with wiring.opened(wiring.settings(Path(sys.argv[1])), new=True) as store, store.read() as c:
            print(len(list(feeds.listing(c))), "alembic" in sys.modules)
    """
    command = [sys.executable, "-c", code, str(tmp_path / "here" / "chipwire.db")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "0 False\n"
