"""Every way a server can misbehave ends as a value, in time, in words."""

import asyncio
import time
from datetime import timedelta

import pytest

from chipwire.collect.fetch import Fetcher, user_agent
from chipwire.collect.guard import Guard
from chipwire.domain import Failed, Fetched
from tests.cases import every
from tests.collect.conftest import NOW, QUICK, Fetch, failed, good
from tests.collect.torture import (
    RSS,
    Handler,
    Reply,
    Torture,
    answer,
    drip,
    gzipped,
    hang_up,
    header_drip,
    redirect,
    silence,
    slow,
    status,
)


def test_a_feed_comes_whole(server: Torture, fetch: Fetch) -> None:
    url = server.script("/feed", answer(Content_Type="application/rss+xml", ETag='"a"', X_Two="1"))
    outcome = good(fetch(url))
    assert outcome.body == RSS
    assert (outcome.status, outcome.final_url, outcome.moved_to) == (200, url, None)
    assert outcome.headers["content-type"] == "application/rss+xml"


def test_who_we_say_we_are(server: Torture, fetch: Fetch) -> None:
    url = server.script("/feed", answer())
    assert user_agent("https://chipwire.example/contact").endswith(" (+https://chipwire.example/contact)")
    fetch(url, options={"user_agent": user_agent("mailto:desk@chipwire.example")})
    fetch(url, user_agent="Desk Reader 1")
    ours, theirs = [request.headers for request in server.log]
    assert ours["user-agent"].startswith("chipwire/")
    assert ours["user-agent"].endswith("(+mailto:desk@chipwire.example)")
    assert theirs["user-agent"] == "Desk Reader 1"
    assert ours["accept-encoding"] == "gzip"


@every(
    ("code", "kind"),
    [(400, "http"), (401, "http"), (403, "http"), (404, "http"), (410, "gone"), (429, "too-many-requests"),
     (500, "http"), (502, "http"), (503, "unavailable"), (599, "http"), (300, "http"), (418, "http")],
)  # fmt: skip
def test_status_codes(server: Torture, fetch: Fetch, code: int, kind: str) -> None:
    outcome = failed(fetch(server.script("/feed", answer(code, b"x", Retry_After="60"))))
    assert (outcome.kind, outcome.status) == (kind, code)
    assert (outcome.retry_after is not None) == (code in (429, 503))


@pytest.mark.parametrize(("code", "says"), [(404, "404 Not Found"), (599, "599")])
def test_a_status_is_told_by_its_name_if_it_has_one(server: Torture, fetch: Fetch, code: int, says: str) -> None:
    assert failed(fetch(server.script("/feed", answer(code, b"x")))).message == f"the server answers {says}"


@every(
    ("given", "seconds"),
    [
        ("120", 120),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 7200),
        ("Monday, 23-Nov-26 11:00:00 GMT", 7200),
        ("316800", 86400),
        ("99999999999999999999", 86400),
        ("Fri, 27 Nov 2026 09:00:00 GMT", 86400),
        ("Sun, 22 Nov 2026 09:00:00 GMT", None),
        ("0", None), ("-5", None), ("soon", None), ("1.5", None), ("", None), ("٣", None), ("Mon, 99 Foo 2026", None),
    ],
)  # fmt: skip
def test_retry_after(server: Torture, fetch: Fetch, given: str, seconds: int | None) -> None:
    raw = given.encode().decode("latin-1")
    outcome = failed(fetch(server.script("/feed", status(429, Retry_After=raw))))
    assert outcome.retry_after == (NOW + timedelta(seconds=seconds) if seconds else None)


def test_retry_after_counts_from_the_servers_own_clock(server: Torture, fetch: Fetch) -> None:
    reply = status(503, Date="Mon, 23 Nov 2026 10:00:00 GMT", Retry_After="Mon, 23 Nov 2026 11:00:00 GMT")
    assert failed(fetch(server.script("/feed", reply))).retry_after == NOW + timedelta(hours=1)


@pytest.mark.parametrize("reply", [drip(), drip(0.01), silence, header_drip, slow(5, answer())])
def test_one_deadline_for_everything(server: Torture, fetch: Fetch, reply: Handler) -> None:
    url = server.script("/feed", reply)
    began = time.monotonic()
    outcome = failed(fetch(url, options=QUICK))
    assert outcome.kind == "timeout"
    assert 0.12 < time.monotonic() - began < 5


def test_the_deadline_covers_redirects_and_look_ups(server: Torture) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    async def run() -> Fetched | Failed:
        async with Fetcher(guard=Guard(resolver=resolve), timeout=0.1) as fetcher:
            return await fetcher.get("http://slow.example/", now=NOW)

    assert failed(asyncio.run(run())).kind == "timeout"


def test_slow_hops_share_the_deadline(server: Torture, fetch: Fetch) -> None:
    for hop in range(4):
        server.script(f"/{hop}", slow(0.06, redirect(302, f"/{hop + 1}")))
    assert failed(fetch(server.url("/0"), options=QUICK)).kind == "timeout"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (hang_up, "reset"),
        (b"", "reset"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "reset"),
        (answer(Content_Length="999999"), "reset"),
        (answer(body=b"5\r\nab", Transfer_Encoding="chunked"), "reset"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "protocol"),
        (b"HTTP/1.1 abc\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", "protocol"),
        (answer(body=gzipped(RSS)[:-20], Content_Encoding="gzip"), "protocol"),
        (answer(body=b"\x1f\x8b\x08\x00garbage-garbage", Content_Encoding="gzip"), "protocol"),
        (answer(Content_Encoding="br"), "protocol"),
        (answer(Content_Encoding="gzip, gzip"), "protocol"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Big: " + b"x" * 200_000 + b"\r\n\r\n", "protocol"),
    ],
)
def test_broken_answers(server: Torture, fetch: Fetch, reply: Reply, kind: str) -> None:
    assert failed(fetch(server.script("/feed", reply))).kind == kind


@every(
    "reply",
    [
        answer(body=gzipped(RSS), Content_Encoding="gzip"),
        answer(body=gzipped(RSS), Content_Encoding="x-gzip"),
        answer(body=gzipped(RSS[:50]) + gzipped(RSS[50:]), Content_Encoding="gzip"),
        answer(body=gzipped(RSS) + bytes(20), Content_Encoding="gzip"),
        answer(body=gzipped(RSS), Content_Type="application/gzip"),
        answer(Content_Encoding="gzip"),
        answer(Content_Encoding="identity"),
        answer(200, RSS, **{f"X_{n}": str(n) for n in range(150)}),
        answer(Set_Cookie="session=1; Path=/"),
        answer(Content_Type="text/html; charset=klingon"),
        answer(203),
        b"HTTP/1.0 200 OK\r\n\r\n" + RSS,
        answer(body=f"{len(RSS):x}\r\n".encode() + RSS + b"\r\n0\r\n\r\n", Transfer_Encoding="chunked"),
    ],
)
def test_odd_but_usable_answers(server: Torture, fetch: Fetch, reply: Reply) -> None:
    assert good(fetch(server.script("/feed", reply))).body == RSS


def test_too_large_without_unpacking(server: Torture, fetch: Fetch) -> None:
    honest = server.script("/honest", answer(body=b" " * 2_000_000))
    endless = server.script("/endless", drip(0, b"HTTP/1.1 200 OK\r\n\r\n"))
    assert failed(fetch(honest, options={"max_body": 1_000_000})).kind == "too-large"
    assert failed(fetch(endless, options={"max_body": 50, "timeout": 5})).kind == "too-large"


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://", "http://[", "ht!tp://x", "http://" + "a" * 300 + "/", "http://\udcff/"]
)
def test_broken_addresses(fetch: Fetch, url: str) -> None:
    failed(fetch(url, options=QUICK))


def test_nobody_listens(server: Torture, fetch: Fetch) -> None:
    with Torture() as other:
        url, port = other.url("/"), other.ports[0]
    server.ports.append(port)
    assert failed(fetch(url)).kind == "connect"


def test_a_large_answer_to_a_post_is_still_a_yes(server: Torture) -> None:
    server.script("/hook", answer(200, b"x" * 3_000_000, Content_Encoding="br"))

    async def run() -> Fetched | Failed:
        async with Fetcher(guard=Guard(allow_private=True), max_body=1000) as fetcher:
            return await fetcher.post(server.url("/hook"), body=b"{}", headers={}, now=NOW)

    assert good(asyncio.run(run())).body == b""
