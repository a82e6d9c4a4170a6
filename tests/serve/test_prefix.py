"""A service in a folder of a site, behind a proxy that hands on the folder or takes it away."""

import re

import pytest

from tests.serve.conftest import Newsroom

_LEADS = re.compile(r'\s(?:href|src|action)="(/[^"]*)"')


@pytest.mark.parametrize("handed_on", ["/desk", ""])
def test_everything_leads_below_the_folder(newsroom: Newsroom, handed_on: str) -> None:
    client = newsroom.client(base_url="http://chipwire.test/desk")
    seen, todo = set[str](), ["/", "/docs", "/stories/1", "/nothing", "/search?q=samsung"]
    while todo:
        path = todo.pop()
        html = client.get(f"{handed_on}{path}", headers={"accept": "text/html"}).text
        found = {link.partition("#")[0] for link in _LEADS.findall(html)}
        assert found or path == "/docs"
        assert all(link.startswith("/desk/") for link in found), path
        seen |= found
        todo += ["/companies/samsung"] if path == "/" else []
    for link in sorted(seen):
        assert client.get(handed_on + link.removeprefix("/desk")).status_code == 200, link
    assert len(seen) > 20


def test_redirects_documents_and_links_know_the_folder(newsroom: Newsroom) -> None:
    client = newsroom.client(base_url="http://chipwire.test/desk")
    assert client.get("/desk/digests", follow_redirects=False).headers["location"].startswith("/desk/digests/")
    assert client.get("/desk/v1/items/", follow_redirects=False).headers["location"] == "/desk/v1/items"
    assert client.get("/desk").status_code == 200
    assert client.get("/deskside").status_code == 404
    assert "/desk/openapi.json" in client.get("/desk/docs").text
    assert client.get("/desk/openapi.json").json()["servers"] == [{"url": "/desk"}]
    page = client.get("/desk/v1/items?limit=2")
    assert page.links["next"]["url"].startswith("http://chipwire.test/desk/v1/items?limit=2&cursor=")
    assert client.get(page.links["next"]["url"]).json()["items"]
