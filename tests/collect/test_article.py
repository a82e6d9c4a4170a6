"""Article pages: robots.txt is obeyed, the guard holds, failure is a value."""

import asyncio
from datetime import timedelta

import pytest

from chipwire.collect.article import Articles, extract, rules_from
from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.collect.pacing.lanes import Lanes
from chipwire.collect.workers.pool import Workers
from chipwire.domain import Failed, Fetched
from tests.cases import every
from tests.collect.conftest import NOW
from tests.collect.torture import Torture, answer, redirect, silence, status

PARAGRAPHS = [
    "The foundry said on Monday that its second line would start in spring, two quarters earlier than planned.",
    "Orders for accelerator packages had outgrown what the first line can deliver, a manager told visitors.",
    "Analysts expect the new line to add some ten thousand wafers a month once it runs at full rate.",
]
PAGE = (
    "<!doctype html><html><head><title>A line opens</title></head><body><nav><a href='/'>Home</a> <a href='/x'>More</a>"
    "</nav><article><h1>A line opens</h1>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "</article>"
    "<footer>Subscribe to our newsletter. Copyright.</footer></body></html>"
).encode()
HTML = {"Content_Type": "text/html; charset=utf-8"}
NO_PAGE = answer(body=b"%PDF-1.7", Content_Type="application/pdf")
"""Enough to see whether it was asked for, without the cost of extracting."""


def read(server: Torture, *paths: str, guard: Guard | None = None, hours: float = 0) -> list[str | Failed]:
    async def run() -> list[str | Failed]:
        lanes = Lanes(0.0, 4)
        async with Fetcher(guard=guard or Guard(allow_private=True)) as fetcher, Workers(1, 10) as workers:
            articles = Articles(fetcher, lanes, workers)
            later = NOW + timedelta(hours=hours)
            return [await articles.text(server.url(path), now) for path in paths for now in sorted({NOW, later})]

    return asyncio.run(run())


def robots(text: str) -> bytes:
    return answer(body=text.encode(), Content_Type="text/plain")


def test_the_text_and_nothing_else(server: Torture) -> None:
    server.script("/robots.txt", status(404))
    server.script("/1", answer(200, PAGE, **HTML))
    (text,) = read(server, "/1")
    assert isinstance(text, str)
    assert all(paragraph in text.splitlines() for paragraph in PARAGRAPHS)
    assert "newsletter" not in text
    assert server.hits("/1")[0].headers["accept"] == "text/html"


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: chipwire\nDisallow: /a/", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: chipwire\nAllow: /", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/1", True),
        ("User-agent: *\nDisallow: /*/1$", False),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: *\nCrawl-delay: 600", False),
        ("<html>not robots at all</html>", True),
    ],
)
def test_robots_are_obeyed(server: Torture, rules: str, allowed: bool) -> None:
    server.script("/robots.txt", robots(rules))
    server.script("/a/1", NO_PAGE)
    (text,) = read(server, "/a/1")
    assert isinstance(text, Failed)
    assert ("robots.txt" in text.message) is not allowed
    assert len(server.hits("/a/1")) == allowed


@pytest.mark.slow
def test_a_robots_txt_that_cannot_be_had_forbids_all(server: Torture) -> None:
    for reply in (status(500), status(503), status(429), silence):
        server.script("/robots.txt", reply)
        (text,) = read(server, "/1")
        assert isinstance(text, Failed)
        assert "robots.txt" in text.message
    assert server.hits("/1") == []


@every(("code", "allowed"), [(404, True), (401, True), (403, True), (410, True), (429, False), (500, False)])
def test_rules_from_failures(code: int, allowed: bool) -> None:
    assert (rules_from(Failed(kind="http", message="x", status=code)) is not None) is allowed


def test_robots_are_asked_once_a_day(server: Torture) -> None:
    server.script("/robots.txt", robots("User-agent: *\nDisallow: /private"))
    server.script("/1", NO_PAGE)
    server.script("/2", NO_PAGE)
    read(server, "/1", "/2", "/private/3", hours=23)
    assert len(server.hits("/robots.txt")) == 1
    read(server, "/1", hours=25)
    assert len(server.hits("/robots.txt")) == 3


def test_a_redirect_into_forbidden_ground_gives_no_text(server: Torture) -> None:
    server.script("/robots.txt", robots("User-agent: *\nDisallow: /private"))
    server.script("/1", redirect(302, "/private/1"))
    server.script("/private/1", answer(200, PAGE, **HTML))
    (text,) = read(server, "/1")
    assert isinstance(text, Failed)


def test_the_guard_holds_for_pages_and_robots(server: Torture) -> None:
    (text,) = read(server, "/1", guard=Guard())
    assert isinstance(text, Failed)
    assert server.log == []


@pytest.mark.parametrize(
    ("reply", "says"),
    [(status(404), "404"), (NO_PAGE, ""), (answer(200, b" " * (5 * 2**20 + 1), **HTML), "larger than 5 MiB")],
    ids=["absent", "pdf", "huge"],
)
def test_no_article_is_a_value(server: Torture, reply: bytes, says: str) -> None:
    server.script("/robots.txt", status(404))
    server.script("/1", reply)
    (text,) = read(server, "/1")
    assert isinstance(text, Failed)
    assert says in text.message


@every(
    "page", [b"", b"<html><body></body></html>", b"\x00" * 1000, b"<p>" * 5_000, b"\xff\xfe<\x00h\x00", b"<!--" * 9000]
)
def test_no_text_is_none(page: bytes) -> None:
    assert extract(page, "https://wafer.example/1") is None


def test_a_plain_outcome_is_kept() -> None:
    assert rules_from(Fetched(status=200, final_url="https://wafer.example/robots.txt", body=b"\xff\xfe")) is not None
