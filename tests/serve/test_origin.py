"""Pages of other sites cannot make a reader's or an operator's browser change anything; clients that are none can."""

from typing import Any

import pytest
from starlette.datastructures import Headers
from structlog.testing import capture_logs

from chipwire.serve.origin import is_foreign
from tests.cases import every
from tests.client import Client

OURS = "https://news.example.org"
ALLOWED = ("https://desk.example.org",)


@every(
    ("headers", "foreign"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "https://desk.example.org"}, False),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": "https://[", "host": "news.example.org"}, True),
        ({"origin": "https://news.example.org", "host": "127.0.0.1:8000"}, False),
        ({"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"}, False),
        ({"origin": "http://127.0.0.1:9000", "host": "127.0.0.1:8000"}, True),
    ],
)
def test_who_counts_as_foreign(headers: dict[str, str], foreign: bool) -> None:
    assert is_foreign("POST", Headers(headers), OURS, ALLOWED) is foreign
    assert not is_foreign("GET", Headers(headers), OURS, ALLOWED), "looking changes nothing"


@pytest.mark.parametrize(
    "path", ["/v1/feeds/daily/refresh", "/subscribe", "/unsubscribe/x", "/preferences/x", "/confirm/x", "/v1/readers"]
)
def test_a_page_of_another_site_changes_nothing(newsroom: Any, bearer: dict[str, str], path: str) -> None:
    """Even with the token, which a browser may send by itself when it was given as HTTP Basic."""
    client, led = newsroom.client(), {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    with newsroom.store.read() as c:
        before = newsroom.store.version(c)
    refused = client.post(path, headers={**bearer, **led})
    assert (refused.status_code, refused.json()["type"][-23:]) == (403, "problems/foreign-origin")
    with newsroom.store.read() as c:
        assert newsroom.store.version(c) == before


def test_scripts_and_our_own_pages_may(client: Client, bearer: dict[str, str]) -> None:
    for led in ({}, {"Sec-Fetch-Site": "same-origin", "Origin": "http://chipwire.test"}):
        assert client.post("/v1/feeds/daily/refresh", headers={**bearer, **led}).status_code == 202


def test_logs_name_requests_by_route_and_id(newsroom: Any) -> None:
    client = newsroom.client()
    with capture_logs() as lines:
        client.get("/unsubscribe/a-secret-link", headers={"X-Request-ID": "of-mine"})
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["route"], line["request_id"], line["status"]) == ("/unsubscribe/{token}", "of-mine", 404)
    assert "a-secret-link" not in str(lines)


def test_a_defect_is_logged_under_its_request_without_its_path(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("chipwire.keep.queries.detail.item", broken)
    client = newsroom.client()
    with capture_logs() as lines:
        answer = client.get("/v1/items/1")
    assert answer.status_code == 500
    (line,) = [line for line in lines if line["event"] == "defect"]
    assert (line["route"], line["request_id"]) == ("/v1/items/{item_id}", answer.headers["x-request-id"])
