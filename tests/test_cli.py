"""The command line as a person and a script use it: exit codes, messages, JSON."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import structlog

from chipwire.cli.app import main

DEMO = Path(__file__).parents[1] / "data" / "demo"


def chipwire(*words: str, stdin: bytes = b"", home: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CHIPWIRE_")}
    return subprocess.run(
        [sys.executable, "-m", "chipwire", *words],
        input=stdin,
        capture_output=True,
        timeout=120,
        env={**clean, "CHIPWIRE_STORE": str(home / "chipwire.db"), **env},
    )


def test_parse_prints_the_contract(tmp_path: Path) -> None:
    done = chipwire("parse", stdin=(DEMO / "bandoche-sinmun.rss").read_bytes(), home=tmp_path)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["file"] == "-"
    assert printed["feed"]["title"] == "반도체신문"
    assert len(printed["items"]) == 3


def test_garbage_is_a_problem_not_a_traceback(tmp_path: Path) -> None:
    done = chipwire("parse", stdin=b"garbage\n", home=tmp_path)
    assert done.returncode == 1
    printed = json.loads(done.stdout)
    assert printed["items"] == []
    assert printed["problems"]
    assert b"Traceback" not in done.stderr


def test_tag_and_cluster_read_json_lines(tmp_path: Path) -> None:
    line = json.dumps({"id": "1", "title": "Nvidia buys HBM4 from Samsung", "body": "The deal is worth $2 billion."})
    tagged = json.loads(chipwire("tag", "-", stdin=line.encode(), home=tmp_path).stdout)
    assert tagged["companies"] == {"nvidia": "about", "samsung": "about"}
    assert tagged.keys() == {"id", "lang", "companies", "topics", "evidence", "figures", "credit"}
    wrong = chipwire("tag", "-", stdin=b"{broken", home=tmp_path)
    assert wrong.returncode == 1
    assert b"line 1" in wrong.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose store the first command makes and the next ones find."""
    return tmp_path_factory.mktemp("home")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["nonsense"], 2, "No such command"),
        (["readers", "add", "alice@chipwire.test", "--companies", "samsumg"], 1, "did you mean samsung"),
        (["readers", "add", "not-an-address"], 1, "not-an-address"),
        (["feeds", "import", "nowhere.opml"], 1, "nowhere.opml"),
        (["digest", "preview"], 1, "readers add"),
        (["refresh", "no-such-feed"], 1, "no-such-feed"),
    ],
)
def test_mistakes_are_explained(
    words: list[str],
    code: int,
    says: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["chipwire", *words])
    monkeypatch.setenv("CHIPWIRE_STORE", str(home / "chipwire.db"))
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        structlog.reset_defaults()  # the command's log goes to what is captured here and closed afterwards
    assert ended.value.code == code
    assert says in capsys.readouterr().err


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    done = chipwire("settings", home=tmp_path, CHIPWIRE_PROT="8000")
    assert done.returncode == 1
    assert b"did you mean port" in done.stderr


def test_settings_hide_secrets(tmp_path: Path) -> None:
    done = chipwire("settings", "--json", home=tmp_path, CHIPWIRE_SMTP_PASSWORD="hunter2")
    assert done.returncode == 0
    assert b"hunter2" not in done.stdout


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


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
        env={k: v for k, v in os.environ.items() if not k.startswith("CHIPWIRE_")},
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
