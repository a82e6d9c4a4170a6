"""Every way a server can misbehave ends as a value, in time, in words."""

import asyncio
import time
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest

from chipwire.collect.fetch import Fetcher, transport, user_agent
from chipwire.collect.fetch.fetcher import led
from chipwire.collect.guard import Guard
from chipwire.domain import Failed, Feed, FeedState, Fetched, NotModified
from tests.collect.conftest import NOW, Fetch
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

QUICK = {"timeout": 0.35, "connect_timeout": 0.3}


def failed(outcome: Fetched | NotModified | Failed) -> Failed:
    assert isinstance(outcome, Failed), outcome
    assert outcome.message
    return outcome


def good(outcome: Fetched | NotModified | Failed) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


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


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
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
    assert 0.3 < time.monotonic() - began < 1.5


def test_the_deadline_covers_redirects_and_look_ups(server: Torture) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    async def run() -> Fetched | Failed:
        async with Fetcher(guard=Guard(resolver=resolve), timeout=0.4) as fetcher:
            return await fetcher.get("http://slow.example/", now=NOW)

    assert failed(asyncio.run(run())).kind == "timeout"


def test_slow_hops_share_the_deadline(server: Torture, fetch: Fetch) -> None:
    for hop in range(4):
        server.script(f"/{hop}", slow(0.12, redirect(302, f"/{hop + 1}")))
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


@pytest.mark.parametrize(
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


def test_cookies_are_not_kept(server: Torture) -> None:
    server.script("/a", status(302, Location="/b", Set_Cookie="who=you; Path=/"))
    server.script("/b", answer(Set_Cookie="again=1; Path=/"))

    async def run() -> None:
        async with Fetcher(guard=Guard(allow_private=True)) as fetcher:
            for _ in range(2):
                await fetcher.get(server.url("/a"), now=NOW)

    asyncio.run(run())
    assert len(server.log) == 4
    assert not any("cookie" in request.headers for request in server.log)


def test_too_large_without_unpacking(server: Torture, fetch: Fetch) -> None:
    honest = server.script("/honest", answer(body=b" " * 2_000_000))
    endless = server.script("/endless", drip(0, b"HTTP/1.1 200 OK\r\n\r\n"))
    assert failed(fetch(honest, options={"max_body": 1_000_000})).kind == "too-large"
    assert failed(fetch(endless, options={"max_body": 50, "timeout": 5})).kind == "too-large"


def chain(server: Torture, *codes: int) -> str:
    for place, code in enumerate(codes):
        server.script(f"/{place}", redirect(code, f"/{place + 1}"))
    server.script(f"/{len(codes)}", answer())
    return server.url("/0")


@pytest.mark.parametrize(
    ("codes", "moved"),
    [
        ((301,), "/1"), ((308,), "/1"), ((302,), None), ((303,), None), ((307,), None),
        ((301, 308, 301), "/3"), ((301, 302), "/1"), ((301, 308, 307, 301), "/2"), ((302, 301), None),
        ((301, 301, 301, 301, 301), "/5"),
    ],
)  # fmt: skip
def test_the_permanent_prefix(server: Torture, fetch: Fetch, codes: tuple[int, ...], moved: str | None) -> None:
    outcome = good(fetch(chain(server, *codes)))
    assert outcome.final_url == server.url(f"/{len(codes)}")
    assert outcome.moved_to == (server.url(moved) if moved else None)


def test_five_redirects_and_no_more(server: Torture, fetch: Fetch) -> None:
    outcome = failed(fetch(chain(server, 302, 302, 302, 302, 302, 302)))
    assert outcome.kind == "redirects"
    assert len(server.log) == 6


def test_loops_end(server: Torture, fetch: Fetch) -> None:
    server.script("/a", redirect(301, "/b"))
    server.script("/b", redirect(302, "/a"))
    assert failed(fetch(server.url("/a"))).kind == "redirects"


@pytest.mark.parametrize("to", ["feed?x=1", "./feed", "//{host}/feed", "http://{host}/feed#part", " /feed "])
def test_relative_targets(server: Torture, fetch: Fetch, to: str) -> None:
    server.script("/feed", answer())
    server.script("/feed?x=1", answer())
    url = server.script("/old", redirect(301, to.format(host=f"127.0.0.1:{server.ports[0]}")))
    assert good(fetch(url)).body == RSS


@pytest.mark.parametrize(
    "to", ["http://", "http://[::1", "http://exa mple/", "\x01", "http://a:99999/", "://", "http:///x"]
)
def test_broken_targets(server: Torture, fetch: Fetch, to: str) -> None:
    failed(fetch(server.script("/old", redirect(301, to)), options=QUICK))


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


def test_post_and_its_redirects(server: Torture) -> None:
    server.script("/hub", redirect(307, "/hub2"))
    server.script("/hub2", status(202))
    server.script("/moved", redirect(302, "/hub2"))

    async def run() -> list[Fetched | Failed]:
        async with Fetcher(guard=Guard(allow_private=True)) as fetcher:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            return [
                await fetcher.post(server.url(path), body=b"hub.mode=subscribe", headers=kind, now=NOW)
                for path in ("/hub", "/moved")
            ]

    first, second = asyncio.run(run())
    assert good(first).status == 202
    assert failed(second).status == 302
    assert [(r.method, r.body) for r in server.hits("/hub2")] == [("POST", b"hub.mode=subscribe")]


def test_a_large_answer_to_a_post_is_still_a_yes(server: Torture) -> None:
    server.script("/hook", answer(200, b"x" * 3_000_000, Content_Encoding="br"))

    async def run() -> Fetched | Failed:
        async with Fetcher(guard=Guard(allow_private=True), max_body=1000) as fetcher:
            return await fetcher.post(server.url("/hook"), body=b"{}", headers={}, now=NOW)

    assert good(asyncio.run(run())).body == b""


def test_a_password_goes_to_its_host_alone(server: Torture, fetch: Fetch) -> None:
    with Torture() as other:
        other.script("/", answer())
        server.ports += other.ports
        url = server.script("/feed", redirect(302, other.url("/"))).replace("http://", "http://desk:p%40ss@")
        assert "p%40ss" not in good(fetch(url)).final_url
        assert server.log[0].headers["authorization"] == "Basic ZGVzazpwQHNz"
        assert "authorization" not in other.log[0].headers


def test_a_password_goes_along_while_a_redirect_stays_with_its_host(server: Torture, fetch: Fetch) -> None:
    server.script("/new", answer())
    url = server.script("/feed", redirect(301, server.url("/new"))).replace("http://", "http://desk:p%40ss@")
    found = good(fetch(url))
    assert [asked.headers["authorization"] for asked in server.log] == ["Basic ZGVzazpwQHNz"] * 2
    assert found.moved_to == server.url("/new").replace("http://", "http://desk:p%40ss@")


@pytest.mark.parametrize(
    ("source", "target", "goes_along"),
    [
        ("http://desk:pw@wafer.example/a", "https://wafer.example/a", True),
        ("https://desk:pw@wafer.example/a", "https://wafer.example:443/b", True),
        ("https://desk:pw@wafer.example/a", "http://wafer.example/a", False),
        ("http://desk:pw@wafer.example:8080/a", "https://wafer.example/a", False),
        ("https://desk:pw@wafer.example/a", "https://www.wafer.example/a", False),
        ("https://desk:pw@wafer.example/a", "https://else@wafer.example/a", False),
        ("https://wafer.example/a", "https://wafer.example/b", False),
    ],
)
def test_where_a_password_goes_along(source: str, target: str, goes_along: bool) -> None:
    assert (led(httpx.URL(source), httpx.URL(target)).userinfo == b"desk:pw") == goes_along


def test_many_timeouts_leave_the_fetcher_fit(server: Torture) -> None:
    """Cancelled connections must not fill the pool."""
    server.script("/drip", drip())
    server.script("/feed", answer())

    async def run() -> Fetched | Failed:
        async with Fetcher(guard=Guard(allow_private=True), timeout=0.3) as fetcher:
            await asyncio.gather(*(fetcher.get(server.url("/drip"), now=NOW) for _ in range(300)))
            return await fetcher.get(server.url("/feed"), now=NOW)

    good(asyncio.run(run()))


def known_at(listener: asyncio.Server) -> tuple[Feed, FeedState]:
    """A feed there that was read before, so that 304 is an answer."""
    url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
    return Feed(id="f", url=url, title="F", allow_private=True), FeedState(feed_id="f", etag='"a"')


def test_connections_are_used_again(server: Torture) -> None:
    """What a hundred feeds of one host save: look-up, handshake, TLS."""
    peers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.append(writer)
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        writer.close()

    async def run() -> None:
        listener = await asyncio.start_server(serve, "127.0.0.1", 0)
        feed, state = known_at(listener)
        async with listener, Fetcher() as fetcher:
            for _ in range(5):
                assert isinstance(await fetcher.fetch(feed, state, NOW), NotModified)
        await asyncio.gather(*(peer.wait_closed() for peer in peers))

    asyncio.run(run())
    assert len(peers) == 1


def test_a_connection_that_nobody_uses_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quiet service would hold it, and with TLS its buffers, until the next feed is due."""
    monkeypatch.setattr(transport, "KEPT", 0.1)
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        with suppress(ConnectionError):
            await reader.read()
        ended.set()
        writer.close()

    async def run() -> None:
        listener = await asyncio.start_server(serve, "127.0.0.1", 0)
        feed, state = known_at(listener)
        async with listener, Fetcher() as fetcher:
            assert isinstance(await fetcher.fetch(feed, state, NOW), NotModified)
            await asyncio.wait_for(ended.wait(), 5)

    asyncio.run(run())
