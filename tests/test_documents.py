"""What README and /docs tell people to type is typed: against `chipwire run --demo`, its store and its token."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from chipwire.domain import Letter
from chipwire.keep.db import open_store
from chipwire.keep.people import outbox
from tests.test_readme import commands

pytestmark = pytest.mark.slow
DEMO = Path(__file__).parents[1] / "data" / "demo"
STORY = {"en", "id", "ja", "ko", "zh-Hans", "zh-Hant"}
FIRST, LAST = "POST", "DELETE"


@dataclass
class Service:
    here: str
    store: Path
    token: Path
    client: httpx.Client

    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/openapi.json").json()
        return found


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The demo on a free port, when every language of its first story is in."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CHIPWIRE_")}
    words = [sys.executable, "-m", "chipwire", "run", "--demo", "--port", "0"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=clean)
    assert process.stderr
    said = "".join(process.stderr.readline() for _ in range(3))
    log: list[str] = []
    listener = threading.Thread(target=log.extend, args=(process.stderr,))
    listener.start()
    here = re.findall(r"http://[\d.:]+", said)[0]
    store, token = (Path(re.search(pattern, said)[1]) for pattern in (r"store: ([^;\n]+)", r"lies in (\S+)"))  # type: ignore[index]
    with httpx.Client(base_url=here, timeout=60) as client:
        end, seen = time.monotonic() + 60, set[str]()
        while not seen >= STORY and time.monotonic() < end:
            time.sleep(0.3)
            found = client.get("/v1/items?company=bytedance&company=samsung").json()["items"]
            seen = {item["lang"] for item in found}
        yield Service(here, store, token, client)
    process.terminate()
    code = process.wait(30)
    listener.join()
    process.stderr.close()
    assert code == 0, "".join(log[-40:])


def test_addresses_lead_to_the_port_that_was_bound(service: Service) -> None:
    page = service.client.get("/v1/items?limit=1")
    assert page.links["next"]["url"].startswith(service.here)
    assert httpx.get(service.client.get("/v1/items?limit=0").json()["type"]).status_code == 200
    assert f'rel="self" href="{service.here}/v1/items.atom"' in service.client.get("/v1/items.atom").text


def test_every_example_of_docs_works(service: Service) -> None:
    document = service.document()
    with_token = {"Authorization": f"Bearer {service.token.read_text().strip()}"}
    prepare(service)
    wrong = []
    for method, path, operation in in_order(document):
        headers = with_token if "security" in operation else {}
        answer = call(service.client, method, path, operation, headers)
        well = [status for status in operation["responses"] if status.startswith("2")]
        if str(answer.status_code) not in well:
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            continue
        content = operation["responses"][well[0]].get("content", {})
        kind = answer.headers.get("content-type", "").partition(";")[0]
        assert kind in content or not content, (method, path, kind)
        if kind == "application/json":
            schema = {**content[kind].get("schema", {}), "components": document["components"]}
            jsonschema.Draft202012Validator(schema).validate(answer.json())
        if path in ("/v1/items", "/v1/items.jsonfeed"):
            assert answer.json()["items"], f"{path} finds nothing: {answer.url}"
    assert wrong == [], "\n".join(wrong)


def in_order(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What makes things first, what needs them next, what removes them last; children after and before parents."""
    every = [(m.upper(), p, operation) for p, methods in document["paths"].items() for m, operation in methods.items()]
    yield from sorted(
        every, key=lambda one: ((one[0] == LAST) - (one[0] == FIRST), -len(one[1]) if one[0] == LAST else len(one[1]))
    )


def call(client: httpx.Client, method: str, path: str, operation: dict[str, Any], headers: dict[str, str]) -> Any:
    """The operation with the examples of all its parameters and of its body at once."""
    query: dict[str, Any] = {}
    for one in operation.get("parameters", []):
        if "example" not in one:
            continue
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", str(one["example"]))
        elif one["in"] == "query":
            query[one["name"]] = one["example"]
    body = next((content["example"] for content in operation.get("requestBody", {}).get("content", {}).values()), None)
    loopback = json.loads(re.sub(r"https://[\w.-]+\.example", "http://localhost:9", json.dumps(body)))
    if path != "/v1/stream":
        return client.request(method, path, params=query, json=loopback, headers=headers)
    with client.stream(method, path, params=query, headers={"Last-Event-ID": "0"}) as answer:
        assert "id: " in next(text for text in answer.iter_text() if "id: " in text)
        return answer


def prepare(service: Service) -> None:
    """A letter whose fate is unknown, for the example that releases it; number 1, as in every example."""
    store, now = open_store(service.store), datetime.now(UTC)
    reader = {"email": "first@chipwire.test", "status": "paused"}
    made = service.client.post(
        "/v1/readers", json=reader, headers={"Authorization": f"Bearer {service.token.read_text().strip()}"}
    )
    letter = Letter(
        reader_id=made.json()["id"], local_date=now.date(), message_id="<1@chipwire.test>", subject="s", body=b"x",
        queued_at=now, next_try=now, expires_at=now.replace(year=now.year + 1), state="unknown",
    )  # fmt: skip
    with store.write() as c:
        outbox.queue(c, letter)
    store.close()


ELSEWHERE = {"digest send": {0, 1}, "feeds check": {0, 1}, "doctor": {0, 1}}
"""Commands that may exit with 1 here: one demo feed always fails, and the demo has no mail server."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page that offers a feed, on loopback; its address."""
    folder = tmp_path_factory.mktemp("site")
    text = (DEMO / "chip-courier.rss").read_text(encoding="utf-8")
    (folder / "news.rss").write_text(text.replace("Chip Courier", "Another Courier"), encoding="utf-8")
    offer = '<link rel="alternate" type="application/rss+xml" href="/news.rss">'
    (folder / "news.html").write_text(f"<!doctype html><title>News</title>{offer}")
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/news.html"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def data(page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder with a catalogue of one feed on loopback: nothing of the real one is asked."""
    folder = tmp_path_factory.mktemp("data") / "data"
    shutil.copytree(DEMO.parent, folder, ignore=shutil.ignore_patterns("*.db*", "demo"))
    feed = f'[[feed]]\nid = "catalogued"\ntitle = "C"\nurl = "{page}"\nlang = "en"\nkind = "trade press"\n'
    (folder / "feeds.toml").write_text(feed)
    return folder


def test_every_line_of_the_readme_works(service: Service, page: str, data: Path, tmp_path: Path) -> None:
    """In the order of the README, as later lines build on earlier ones."""
    ours = {
        "http://127.0.0.1:8000": service.here, "https://www.example.org/news": page, "/var/backups": str(tmp_path),
        "data/chipwire.token": str(service.token), "https://hooks.slack.example": "http://localhost:9",
        "curl -s": "curl -sfS",
    }  # fmt: skip
    (tmp_path / "subscriptions.opml").write_bytes(service.client.get("/v1/feeds.opml").content)
    settings = {"STORE": str(service.store), "DATA": str(data), "ALLOW_PRIVATE": "true", "HOST_PAUSE": "0"}
    env = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(tmp_path),
        **{f"CHIPWIRE_{name}": value for name, value in settings.items()},
    }  # fmt: skip
    wrong = []
    for line in commands():
        if line.startswith("python3 -m venv"):
            continue
        typed = line
        for theirs, mine in ours.items():
            typed = typed.replace(theirs, mine)
        done = subprocess.run(["bash", "-c", typed], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
        allowed = next((codes for words, codes in ELSEWHERE.items() if words in line), {0})
        if done.returncode not in allowed or "Traceback" in done.stderr:
            wrong.append(f"{line}: {done.returncode} {done.stderr[-600:]}")
        elif line.startswith("curl") and ".csv" not in line:
            answer = json.loads(done.stdout)
            if "company=samsung&company=bytedance&lang=id" in line:
                assert len(answer["items"]) == 1
    assert wrong == [], "\n".join(wrong)
