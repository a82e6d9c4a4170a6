"""The event stream over a real socket: resumed without loss, for as many as there are places."""

import socket
import threading
import time
from typing import Any

import httpx

from chipwire.serve.limits import Room
from tests.client import Client
from tests.listening import listening, told_over


def events(address: str, query: str, last: str | None, many: int) -> list[int]:
    """Ids of the next events."""
    return [number for number, _, _ in told_over(address, query, last, many)]


def test_the_stream_resumes_without_loss(newsroom: Any) -> None:
    app = newsroom.client().app
    with listening(app) as address:
        assert events(address, "", "2", 5) == [3, 4, 5, 6, 7]
        assert events(address, "company=nvidia", "5", 1) == [6]
        writer = threading.Timer(0.1, newsroom.report, (60, "daily", "en", "Live", {"nvidia": "about"}, []))
        writer.start()
        assert events(address, "last_event_id=", None, 1) == [9]
        writer.join()
        newsroom.report(61, "daily", "en", "While away", {"nvidia": "about"}, [])
        assert events(address, "", "9", 1) == [10]


def _until(followers: Room, many: int) -> None:
    ends = time.monotonic() + 10
    while followers.taken != many:
        assert time.monotonic() < ends, f"{followers.taken} places are taken, not {many}"
        time.sleep(0.01)


def test_the_stream_has_as_many_places_as_it_has_and_gives_them_back(newsroom: Any) -> None:
    app = newsroom.client().app
    followers = app.here.followers
    followers.places = 2
    with listening(app) as address:
        host, _, port = address.partition(":")
        here: list[socket.socket] = []
        for taken in (1, 2):
            here.append(socket.create_connection((host, int(port)), timeout=10))
            here[-1].sendall(b"GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
            _until(followers, taken)
        refused = httpx.get(f"http://{address}/v1/stream")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
        assert refused.json()["type"].endswith("/problems/too-many-followers")
        for one in here:
            one.close()
        _until(followers, 0)
        assert events(address, "", "2", 5) == [3, 4, 5, 6, 7]


def test_the_stream_refuses_a_made_up_event(client: Client) -> None:
    assert client.get("/v1/stream", headers={"Last-Event-ID": "x"}).status_code == 422
