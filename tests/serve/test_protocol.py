"""What is answered at once is, on the wire, what uvicorn's own way gives; all else goes that way."""

import re
import socket
from typing import Any

import orjson
import pytest

from chipwire.serve.app import Service
from chipwire.serve.protocol import Protocol
from tests.listening import listening

_OWN = re.compile(rb"\r\n(date|last-modified): [^\r]*")
"""Headers that differ from one answer to the next."""


def get(path: str, *headers: str, version: str = "1.1", method: str = "GET") -> bytes:
    return "\r\n".join(
        [f"{method} {path} HTTP/{version}", "Host: chipwire.test", "X-Request-Id: same", *headers, "", ""]
    ).encode()


AS_SERVED: dict[str, Any] = {"http": Protocol, "proxy_headers": False}
LAST = get("/v1/items/9999", "Connection: close")
"""After it the server closes, so that all answers can be read to their end."""
TALKS = {
    "a list": get("/v1/items?limit=2"),
    "an item": get("/v1/items/1"),
    "a kept body": get("/v1/items?limit=2") * 2,
    "a kept page for people": get("/companies") * 2,
    "packed": get("/v1/items", "Accept-Encoding: gzip"),
    "known already": get("/v1/items/1", "If-None-Match: *"),
    "several in one packet": get("/v1/items/1") + get("/v1/stories") + get("/v1/items/2") + get("/v1/items"),
    "words found on a thread": get("/v1/items?q=seedchip") + get("/v1/items/1"),
    "wrong": get("/v1/items?limit=x") + get("/v1/items/0"),
    "head": get("/v1/items/1", method="HEAD") + get("/v1/items/1"),
    "a body": get("/v1/items/1", "Content-Length: 3") + b"abc" + get("/v1/items/1"),
    "of another origin": get("/v1/items/1", "Origin: https://elsewhere.example"),
}
TALKS = {name: asked + LAST for name, asked in TALKS.items()}
TALKS |= {
    "an old client": get("/v1/items/1", version="1.0"),
    "closing": get("/v1/items/1", "Connection: close"),
}


def said(address: str, *parts: bytes) -> bytes:
    host, port = address.split(":")
    told = b""
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        for part in parts:
            connection.sendall(part)
        while got := connection.recv(65536):
            told += got
    return _OWN.sub(b"", told)


def test_says_the_same_as_uvicorns_own_way(newsroom: Any) -> None:
    with (
        listening(newsroom.client().app, proxy_headers=False) as long,
        listening(newsroom.client().app, **AS_SERVED) as short,
    ):
        for name, talk in TALKS.items():
            assert said(short, talk) == said(long, talk) != b"", name


def test_a_head_in_pieces(newsroom: Any) -> None:
    asked = get("/v1/items/1")
    with listening(newsroom.client().app, **AS_SERVED) as address:
        whole = said(address, asked, LAST)
        assert said(address, asked[:9], asked[9:30], asked[30:], LAST) == whole


@pytest.mark.sqlite
def test_what_is_answered_at_once_needs_no_task(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []
    usual = Service.__call__

    async def called(self: Service, scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["path"])
        await usual(self, scope, receive, send)

    monkeypatch.setattr(Service, "__call__", called)
    with listening(newsroom.client().app, **AS_SERVED) as address:
        said(address, get("/v1/items") + get("/v1/items/1") + get("/v1/stories"), LAST)
    assert reached == ["/v1/stories", "/v1/items/9999"]


def test_counts_once_what_it_answers_or_leaves(newsroom: Any) -> None:
    app = newsroom.client(rate_limit=60).app
    with listening(app, **AS_SERVED) as address:
        told = said(address, get("/v1/items") + get("/v1/items/1") + get("/v1/items?limit=x"), LAST)
    assert re.findall(rb"ratelimit: .*;r=(\d+)", told) == [b"59", b"58", b"57", b"56"]
    assert b'route="/v1/items",status="200"} 1.0' in app.here.telemetry.text()


def test_below_a_folder_requests_go_the_usual_way(newsroom: Any) -> None:
    app = newsroom.client(base_url="http://chipwire.test/desk").app
    with listening(app, **AS_SERVED) as address:
        assert said(address, get("/desk/v1/items/1"), LAST).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("address", ["/v1/items?q=三星", "/v1/items?q=high bandwidth"])
def test_an_address_that_is_not_encoded_is_told_how_to_be(newsroom: Any, address: str) -> None:
    with listening(newsroom.client().app, **AS_SERVED) as server:
        head, _, body = said(server, get(address)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"content-type: application/problem+json" in head
    problem = orjson.loads(body)
    assert problem["status"] == 400
    assert "--data-urlencode" in problem["detail"]
