"""A service in a folder of a site, behind a proxy that hands on the folder or takes it away."""

import asyncio
import html
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from chipwire.serve.prefix import leading_below
from tests.client import Client
from tests.serve.conftest import Newsroom
from tests.stores import copy, open_store

_LEADS = re.compile(r'\s(?:href|src|action)="(/[^"]*)"')


@pytest.fixture(scope="module")
def desk(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Of one application for all tests of this file: they only read."""
    place = tmp_path_factory.mktemp("prefix") / archive.name
    copy(archive, place)
    with closing(Newsroom(open_store(place))) as room:
        yield room.client(base_url="http://chipwire.test/desk")


@pytest.mark.parametrize("handed_on", ["/desk", pytest.param("", marks=pytest.mark.slow)])
def test_everything_leads_below_the_folder(desk: Client, handed_on: str) -> None:
    seen, todo = set[str](), ["/", "/docs", "/stories/1", "/nothing", "/search?q=samsung"]
    while todo:
        path = todo.pop()
        page = desk.get(f"{handed_on}{path}", headers={"accept": "text/html"}).text
        found = {html.unescape(link).partition("#")[0] for link in _LEADS.findall(page)}
        assert found, path
        assert all(link.startswith("/desk/") for link in found), path
        seen |= found
        todo += ["/companies/samsung"] if path == "/" else []
    for link in sorted(seen):
        assert desk.get(handed_on + link.removeprefix("/desk")).status_code == 200, link
    assert len(seen) > 20


def test_redirects_documents_and_links_know_the_folder(desk: Client) -> None:
    assert desk.get("/desk/digests", follow_redirects=False).headers["location"].startswith("/desk/digests/")
    assert desk.get("/desk/v1/items/", follow_redirects=False).headers["location"] == "/desk/v1/items"
    assert desk.get("/desk").status_code == 200
    assert desk.get("/deskside").status_code == 404
    assert "/desk/openapi.json" in desk.get("/desk/docs").text
    assert desk.get("/desk/openapi.json").json()["servers"] == [{"url": "/desk"}]
    page = desk.get("/desk/v1/items?limit=2")
    assert page.links["next"]["url"].startswith("http://chipwire.test/desk/v1/items?limit=2&cursor=")
    assert desk.get(page.links["next"]["url"]).json()["items"]


@pytest.mark.parametrize(
    ("location", "leads"),
    [
        ("/feeds", "/desk/feeds"),
        ("https://desk.example/feeds", "/desk/feeds"),
        ("https://desk.example/desk/feeds", "https://desk.example/desk/feeds"),
        ("https://else.example/feeds", "https://else.example/feeds"),
        ("//else.example/feeds", "//else.example/feeds"),
    ],
)
def test_a_redirect_leads_below_the_folder_where_it_stays_with_us(location: str, leads: str) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    below = leading_below("/desk", {"headers": [(b"host", b"desk.example")]}, send)
    start = {"type": "http.response.start", "status": 302, "headers": [(b"location", location.encode())]}
    asyncio.run(below(start))  # type: ignore[arg-type]
    assert sent[0]["headers"] == [(b"location", leads.encode())]
