"""Where redirects lead, what is kept of them, and how far a password goes along."""

import asyncio

import httpx
import pytest

from chipwire.collect.fetch import Fetcher
from chipwire.collect.fetch.fetcher import led
from chipwire.collect.guard import Guard
from chipwire.domain import Failed, Fetched
from tests.cases import every
from tests.collect.conftest import NOW, QUICK, Fetch, failed, good
from tests.collect.torture import RSS, Torture, answer, redirect, status


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


@every(
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
