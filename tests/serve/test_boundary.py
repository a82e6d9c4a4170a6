"""How answers behave on the wire: kept while nothing changed, asked for again cheaply, limited, named, closed."""

import base64
import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers

from chipwire.domain import utc
from chipwire.keep import tokens
from chipwire.serve.conditional import takes_gzip
from chipwire.serve.limits import Meter
from tests.cases import every
from tests.client import Client
from tests.serve.conftest import Newsroom
from tests.stores import copy, open_store

GETS = [
    "/v1/items", "/v1/items/1", "/v1/items.csv", "/v1/items.ndjson", "/v1/items.atom", "/v1/items.jsonfeed",
    "/v1/stories", "/v1/stories/1", "/v1/companies", "/v1/companies/nvidia", "/v1/topics", "/v1/feeds",
    "/v1/feeds/daily", "/v1/feeds.opml", "/healthz", "/docs", "/openapi.json", "/problems/bad-query",
]  # fmt: skip


@pytest.fixture(scope="module")
def watched(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, Client]]:
    """One newsroom whose time goes on from test to test, and its application."""
    copied = tmp_path_factory.mktemp("watched") / archive.name
    copy(archive, copied)
    room = Newsroom(open_store(copied))
    yield room, room.client()
    room.close()


@pytest.mark.parametrize("path", GETS)
def test_every_get_can_be_asked_again_cheaply(watched: tuple[Newsroom, Client], path: str) -> None:
    room, client = watched
    room.time += timedelta(seconds=5)
    client.get(path)
    room.time += timedelta(seconds=5)
    first = client.get(path)
    assert first.status_code == 200
    by_tag = client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert by_tag.headers["etag"] == first.headers["etag"]
    by_time = client.get(path, headers={"If-Modified-Since": first.headers["last-modified"]})
    assert by_time.status_code == 304
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]


def test_no_documented_get_is_without_its_manners(client: Client, newsroom: Any, bearer: dict[str, str]) -> None:
    documented = client.get("/openapi.json").json()["paths"]
    client = newsroom.client(quality=lambda: {"all": 1})
    client.post("/v1/webhooks", json={"url": "https://board.example/hook"}, headers=bearer)
    client.post("/v1/readers", json={"email": "alice@chipwire.test"}, headers=bearer)
    newsroom.time += timedelta(seconds=5)
    for path, operations in documented.items():
        if "get" not in operations or path == "/v1/stream":
            continue
        address = re.sub(r"{\w+}", "1", path.replace("{slug}", "nvidia").replace("{feed_id}", "daily"))
        first = client.get(address, headers=bearer)
        assert first.status_code == 200, (path, first.text)
        again = client.get(address, headers={**bearer, "If-None-Match": first.headers["etag"]})
        head = client.head(address, headers=bearer)
        assert (head.status_code, head.content) == (200, b""), path
        if path != "/metrics":
            assert (again.status_code, again.content) == (304, b""), path
        for answer in (first, again, head):
            assert {"etag", "last-modified", "cache-control", "vary", "x-request-id"} <= set(answer.headers), path


def test_what_changed_is_sent_anew(newsroom: Any) -> None:
    client = newsroom.client()
    first = client.get("/v1/items")
    newsroom.report(50, "daily", "en", "Nvidia again", {"nvidia": "about"}, [])
    second = client.get("/v1/items", headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.json()["items"][0]["title"] == "Nvidia again"
    late = client.get("/v1/items", headers={"If-Modified-Since": first.headers["last-modified"]})
    assert late.status_code == 200


def test_two_changes_in_one_second_are_both_seen(newsroom: Any) -> None:
    client = newsroom.client()
    newsroom.time = utc(2026, 11, 20, 13)
    newsroom.report(50, "daily", "en", "First", {"nvidia": "about"}, [])
    held = client.get("/v1/items").headers["last-modified"]
    newsroom.time += timedelta(milliseconds=400)
    newsroom.report(51, "daily", "en", "Second", {"nvidia": "about"}, [])
    assert client.get("/v1/items", headers={"If-Modified-Since": held}).status_code == 200


def test_an_answer_that_moves_with_the_clock_is_not_kept(newsroom: Any) -> None:
    client = newsroom.client()
    assert len(client.get("/v1/items?since=4h").json()["items"]) == 0
    newsroom.time -= timedelta(hours=3)
    assert len(client.get("/v1/items?since=4h").json()["items"]) == 1


def test_etags_outlive_a_restart(newsroom: Any) -> None:
    assert newsroom.client().get("/v1/items").headers["etag"] == newsroom.client().get("/v1/items").headers["etag"]


@pytest.mark.parametrize("path", ["/v1/items", "/v1/items.csv", "/v1/feeds"])
def test_gzip_is_for_those_who_ask(client: Client, path: str) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as raw:
        assert gzip.decompress(b"".join(raw.iter_raw())) == plain.content


def test_the_limit_counts_by_client_and_says_when(newsroom: Any) -> None:
    client = newsroom.client(rate_limit=3)
    answers = [client.get("/v1/topics") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"client";q=3;w=60'
    assert answers[0].headers["ratelimit"] == '"client";r=2;t=20'
    refused = answers[3]
    assert refused.json()["type"].endswith("/problems/rate-limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("uptime", [0.0, 0.1, 16_372.562742954075, 16_374.709939079103, 3e7 + 0.3])
def test_the_limit_counts_whole_seconds_however_long_the_machine_is_up(uptime: float) -> None:
    meter = Meter(3, lambda: uptime)
    assert [meter.take("client") for _ in range(4)] == [(True, 2, 20), (True, 1, 40), (True, 0, 60), (False, 0, 20)]


def test_browsers_can_read_refusals(newsroom: Any) -> None:
    client = newsroom.client(cors_origins=("https://board.example",), rate_limit=1)
    page = {"Origin": "https://board.example"}
    answers = [client.get("/v1/topics", headers=page) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert {answer.headers["access-control-allow-origin"] for answer in answers} == {"https://board.example"}


@every(
    ("accepts", "packed"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("gzip;q=0", False), ("identity, gzip; q=0.0", False),
     ("br", False), ("", False)],
)  # fmt: skip
def test_gzip_is_negotiated(accepts: str, packed: bool) -> None:
    assert takes_gzip(Headers({"accept-encoding": accepts})) is packed


def test_request_ids_come_back(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "mine-1"}).headers["x-request-id"] == "mine-1"
    made = client.get("/healthz", headers={"X-Request-ID": "not <sane>"}).headers["x-request-id"]
    assert len(made) == 16


def test_cors_only_for_listed_origins(newsroom: Any) -> None:
    client = newsroom.client(cors_origins=("https://board.example",))
    good = client.get("/v1/topics", headers={"Origin": "https://board.example"})
    assert good.headers["access-control-allow-origin"] == "https://board.example"
    assert "ETag" in good.headers["access-control-expose-headers"]
    again = client.get("/v1/topics", headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in again.headers
    asked = {"Origin": "https://board.example", "Access-Control-Request-Method": "POST"}
    assert client.options("/v1/feeds", headers=asked).status_code == 200


def test_reads_can_be_closed(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client(read_token=True)
    shut = client.get("/v1/items")
    assert shut.status_code == 401
    assert shut.headers["www-authenticate"].startswith("Bearer")
    with newsroom.store.write() as c:
        reader = tokens.add(c, "a feed reader", ["read"], newsroom.time)
    basic = {"Authorization": "Basic " + base64.b64encode(f"any:{reader}".encode()).decode()}
    for headers in (bearer, {"Authorization": f"Bearer {reader}"}, basic):
        opened = client.get("/v1/items", headers=headers)
        assert opened.status_code == 200
        assert opened.headers["cache-control"] == "private, no-cache"
    assert client.get("/v1/items").status_code == 401
    assert client.get("/v1/items", headers={"Authorization": "Bearer other"}).status_code == 401
    assert [client.get(path).status_code for path in ("/healthz", "/docs", "/problems/unauthorized")] == [200] * 3


def test_a_defect_is_a_problem_with_an_id_and_shows_nothing(newsroom: Any) -> None:
    def broken() -> None:
        raise RuntimeError("secret inside")

    answer = newsroom.client(quality=broken).get("/v1/quality")
    assert answer.status_code == 500
    assert answer.json()["type"].endswith("/problems/internal")
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


def test_wrong_methods_are_told_which_work(client: Client) -> None:
    """All that work there, though each is a route of its own."""
    answers = {path: client.put(path) for path in ("/v1/items", "/v1/feeds", "/v1/feeds/wafer-post", "/confirm/token")}
    assert {answer.status_code for answer in answers.values()} == {405}
    assert {path: answer.headers["allow"] for path, answer in answers.items()} == {
        "/v1/items": "GET, HEAD",
        "/v1/feeds": "GET, HEAD, POST",
        "/v1/feeds/wafer-post": "DELETE, GET, HEAD, PATCH",
        "/confirm/token": "GET, HEAD, POST",
    }


def test_docs_need_no_network(client: Client) -> None:
    page = client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    assert '"validatorUrl": "none"' in page
    for address in ("/docs/assets/swagger-ui-bundle.js", "/docs/assets/swagger-ui.css"):
        assert address in page
        assert len(client.get(address).content) > 100_000
