"""Lists and items say the same by their short way as by FastAPI's, and to wrong questions too."""

import asyncio
import itertools
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from chipwire.serve.answers import Page
from chipwire.serve.fast_items import FastItems, pairs
from chipwire.serve.fast_path import FastPath
from chipwire.serve.questions import PagedQuestion
from chipwire.serve.state import State
from tests.cases import every
from tests.client import Client

QUESTIONS = (
    "", "limit=1", "limit=+1", "limit=01&limit=2", "company=bytedance", "company=bytedance,&company=", "company=nosuch",
    "role=about&company=bytedance", "role=about,mention", "role=boss", "lang=EN,zh", "lang=", "topic=nosuch",
    "q=chip", "q=%22open", "q=", "since=7d", "since=2026-11-01&until=2026-11-30", "since=soon", "story=x", "story=1",
    "limit=0", "limit=501", "limit=x", "limit=", "relevance=all", "relevance=some", "collapse=story", "cursor=x",
    "cursor=", "colour=red", "company=%00", "feed=%FF", "kind=trade-press", "limit=1&cursor=", "until=2020-01-01",
)  # fmt: skip


PATHS = ("1", "8", "0", "9999", "01", "+1", "1/", "x", "1?", "1?colour=red", str(2**62), "9" * 40, "١")


def page_of(fast: FastItems, **given: Any) -> Page:
    return Page.of(fast.here, PagedQuestion.model_validate(given))


def both(client: Client, monkeypatch: pytest.MonkeyPatch, address: str, **headers: str) -> None:
    """The long way is asked first with another spelling, so that neither answers with what the other left."""

    async def nothing(*_: object) -> bool:
        return False

    headers |= {"x-request-id": "same"}
    with monkeypatch.context() as patch:
        patch.setattr(FastPath, "answered", nothing)
        long = client.get(address + ("&" if "?" in address else "?"), headers=headers)
    short = client.get(address, headers=headers)
    assert short.status_code == long.status_code
    assert short.content == long.content
    assert sorted(short.headers) == sorted(long.headers)
    for name in short.headers:
        assert short.headers[name] == long.headers[name], name


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_ways_list_alike(client: Client, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    both(client, monkeypatch, f"/v1/items?{question}")


@pytest.mark.parametrize("path", PATHS)
def test_both_ways_show_an_item_alike(client: Client, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    both(client, monkeypatch, f"/v1/items/{path}")


@every("query", ["", "a", "a=", "=b", "a=b&&c=%41+d", "a=%FF%zz&a==1", "%61=%C3%A9&b=é", "a;b=1"])
def test_a_query_string_is_read_as_the_library_reads_it(query: str) -> None:
    assert pairs(query) == parse_qsl(query, keep_blank_values=True)


def test_neither_way_counts_a_request_twice(newsroom: Any) -> None:
    client = newsroom.client(rate_limit=6)
    for address, left in (("/v1/items", 5), ("/v1/items", 4), ("/v1/items?limit=x", 3), ("/v1/items/9999", 2)):
        assert f"r={left}" in client.get(address).headers["ratelimit"], address
    assert client.head("/v1/items").headers["ratelimit"].split(";")[1] == "r=1"
    assert client.get("/v1/items", headers={"origin": "https://elsewhere.example"}).status_code == 200
    refused = client.get("/v1/items")
    assert (refused.status_code, refused.json()["status"]) == (429, 429)


def test_closed_reads_stay_closed_on_the_short_way(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client(read_token=True)
    for address in ("/v1/items", "/v1/items/1"):
        assert client.get(address).status_code == 401
        open_to_me = client.get(address, headers=bearer)
        assert (open_to_me.status_code, open_to_me.headers["cache-control"]) == (200, "private, no-cache")
        assert client.get(address).status_code == 401
        assert client.get(address, headers={"authorization": "Bearer no"}).status_code == 401


def test_the_short_way_counts_what_it_answers(newsroom: Any) -> None:
    client = newsroom.client()
    for address in ("/v1/items", "/v1/items", "/v1/items/1", "/v1/items/2"):
        client.get(address)
    told = client.get("/metrics").text
    assert 'chipwire_requests_total{method="GET",route="/v1/items",status="200"} 2.0' in told
    assert 'chipwire_requests_total{method="GET",route="/v1/items/{item_id}",status="200"} 2.0' in told


@pytest.mark.sqlite
def test_what_is_asked_most_does_not_wait_for_the_routes(newsroom: Any) -> None:
    client = newsroom.client()
    for address in ("/v1/items", "/v1/items?company=bytedance&limit=2", "/v1/items/1"):
        assert client.get(address).status_code == 200
    assert client.app._behind is None
    assert client.get("/v1/stories").status_code == 200
    assert client.app._behind is client.app.behind()


def test_first_questions_at_once_get_one_set_of_routes(newsroom: Any) -> None:
    service = newsroom.client().app

    async def asked() -> set[tuple[int, int]]:
        wire = httpx.ASGITransport(service)
        async with httpx.AsyncClient(transport=wire, base_url="http://chipwire.test") as client:
            answers = await asyncio.gather(*(client.get("/v1/companies") for _ in range(8)))
            return {(answer.status_code, id(service.behind())) for answer in answers}

    assert asyncio.run(asked()) == {(200, id(service._behind))}


def test_news_are_seen_by_all_that_is_read_after_them(newsroom: Any) -> None:
    versions = State(newsroom.store, newsroom.options).versions

    async def turns() -> list[int]:
        before = [versions.at_once("/v1/items", newsroom.time)[0] for _ in range(2)]
        newsroom.report(90, "daily", "en", "Nvidia again", {"nvidia": "about"}, [])
        same = versions.at_once("/v1/items", newsroom.time)[0]
        await asyncio.sleep(0)
        after = versions.at_once("/v1/items", newsroom.time)[0]
        assert after == versions.of("/v1/items", newsroom.time)[0]
        return [one.number for one in (*before, same, after)]

    first, second, same, after = asyncio.run(turns())
    assert first == second == same, "what was read together was read before"
    assert after != first


@pytest.mark.sqlite
def test_words_that_were_found_soon_are_looked_up_at_once_the_next_time(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "thread_time", lambda: 0.0)
    fast = FastItems(State(newsroom.store, newsroom.options))
    page = page_of(fast, q="seedchip", since="7d")
    assert fast._at_once(page, 0) is None
    aside = asyncio.run(fast._rows(page, 0))
    newsroom.time += timedelta(minutes=1)
    again = page_of(fast, q="seedchip", since="7d", limit=50)
    assert aside
    assert fast._at_once(again, 0) == aside
    assert fast._at_once(page_of(fast, q="seedchip", company=["nvidia"]), 0) is None


@pytest.mark.sqlite
def test_of_many_who_ask_the_same_words_at_once_one_shows_how_soon_they_are_found(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "thread_time", lambda: 0.0)
    fast = FastItems(State(newsroom.store, newsroom.options))
    page = page_of(fast, q="seedchip")
    reading = newsroom.store.read
    beside: list[int] = []

    def counted() -> Any:
        beside.append(1)
        return reading()

    monkeypatch.setattr(newsroom.store, "read", counted)

    async def asked() -> list[Any]:
        return await asyncio.gather(*(fast._rows(page, 0) for _ in range(8)))

    found = asyncio.run(asked())
    assert found[0]
    assert found == [found[0]] * 8
    assert beside == [1]


@pytest.mark.sqlite
def test_words_that_took_long_are_looked_up_aside(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = FastItems(State(newsroom.store, newsroom.options))
    page = page_of(fast, q="seedchip")
    monkeypatch.setattr(time, "thread_time", lambda: 0.0)
    asyncio.run(fast._rows(page, 0))
    ticks = itertools.count()
    monkeypatch.setattr(time, "thread_time", lambda: float(next(ticks)))
    assert fast._at_once(page, 0)
    assert fast._at_once(page, 0) is None
