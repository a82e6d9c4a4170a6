"""The service as a process of its own: the demo from start to end, and what it does not load."""

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

from tests.loopback import free_port
from tests.stores import open_store


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
        | {"CHIPWIRE_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/left-alone", "CHIPWIRE_LOG_JSON": "true"},
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
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall("GET /v1/items?q=三星 HTTP/1.1\r\n\r\n".encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
    finally:
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors.decode()
    assert time.monotonic() - started < 5
    assert b"Traceback" not in errors
    logged = [json.loads(line) for line in errors.splitlines() if line.startswith(b"{")]
    assert "Invalid HTTP request received." in [line["event"] for line in logged], (
        "what the web server says is JSON too"
    )


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
