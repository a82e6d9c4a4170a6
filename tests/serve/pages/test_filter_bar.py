"""The bar is the address: what it shows, what it keeps, where a search leads."""

import pytest
from lxml import html

from chipwire.domain import Company
from tests.client import Client
from tests.serve.conftest import COMPANIES, Newsroom
from tests.serve.pages.tree import HTML, tree


def test_the_bar_is_the_address(client: Client) -> None:
    page = tree(client, "/?company=bytedance&lang=en&since=7d&q=SeedChip")
    chosen = {s.get("name"): s.xpath("string(.//option[@selected]/@value)") for s in page.xpath("//select")}
    assert chosen == {"company": "bytedance", "topic": "", "lang": "en", "since": "7d"}
    assert page.xpath("//input[@name='q']/@value") == ["SeedChip"]
    links = page.xpath("//p[@class='links']/a/@href")
    assert "/v1/items.atom?company=bytedance&lang=en&since=7d&q=SeedChip" in links
    assert page.xpath("//link[@rel='alternate']/@href") == [links[2]]
    for link in links[:5]:
        assert client.get(link).status_code == 200


def test_a_folded_bar_says_what_is_chosen(client: Client) -> None:
    assert tree(client, "/").xpath("//form//summary/text()") == ["Filter"]
    for path in ("/", "/search"):
        page = tree(client, path + "?company=bytedance&topic=foundry&lang=ko&since=7d&q=SeedChip")
        assert page.xpath("//form//summary/text()") == ["Filter: ByteDance · Foundry · Korean · last 7 days"]
        assert not page.xpath("//details[@class='more']/@open")
    assert tree(client, "/?lang=ko&since=7d").xpath("//h1/text()") == ["Korean · last 7 days"]
    wrong = html.fromstring(client.get("/?since=soon", headers=HTML).text)
    assert wrong.xpath("//details[@class='more']/@open"), "the field that is wrong can be seen"


def test_words_that_name_a_company_lead_to_all_its_reports(newsroom: Newsroom) -> None:
    korean = Company(slug="samsung", name="Samsung", names={"ko": "삼성전자", "zh": "三星电子"})
    client = newsroom.client(companies={**COMPANIES, "samsung": korean})
    for q in ("samsung", "삼성", "三星 OR HBM4", '"Samsung" -Nvidia', "title:SAMSUNG"):
        for path in ("/search", "/"):
            page = html.fromstring(client.get(path, params={"q": q}).text)
            assert page.xpath("//p[starts-with(., 'In every language')]/a/@href") == ["/companies/samsung"], (path, q)
    page = html.fromstring(client.get("/search", params={"q": "Samsng"}).text)
    assert page.xpath("//section[@class='empty']//a/@href") == ["/companies/samsung"]
    for q in ("s", "SeedChip", "chip*", "-samsung"):
        assert "In every language" not in client.get("/search", params={"q": q}).text, q


def test_what_the_bar_cannot_show_is_kept_and_can_be_taken_away(client: Client) -> None:
    page = tree(client, "/?company=bytedance&company=samsung&feed=daily")
    hidden = [(h.get("name"), h.get("value")) for h in page.xpath("//input[@type='hidden']")]
    assert hidden == [("company", "samsung"), ("feed", "daily")]
    assert page.xpath("//p[@class='beyond']/a/@href") == [
        "/?company=bytedance&feed=daily",
        "/?company=bytedance&company=samsung",
    ]


def test_empty_fields_leave_the_address(client: Client) -> None:
    answer = client.get("/?q=&company=nvidia&topic=&lang=&since=", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "/?company=nvidia")


@pytest.mark.parametrize("path", ["/?q=%22open", "/?company=acme", "/?since=soon", "/?cursor=x", "/search?q=%28"])
def test_a_mistake_is_explained_on_the_page(client: Client, path: str) -> None:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 422
    assert html.fromstring(answer.text).xpath("string(//p[@role='alert'])")


def test_pages_go_on_where_the_last_one_ended(newsroom: Newsroom) -> None:
    for number in range(100, 140):
        newsroom.report(number, "daily", "en", f"Memo {number} on boards", {"tsmc": "about"}, [])
    client, seen, path = newsroom.client(), list[str](), "/search?q=memo"
    while path:
        page = tree(client, path)
        seen += page.xpath("//ol[@class='reports']/li/h2/a/@href")
        path = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert len(seen) == len(set(seen)) == 41


@pytest.mark.parametrize("path", ["/", "/search"])
def test_where_words_go_wrong_is_told(client: Client, path: str) -> None:
    """A page has no caret to point with."""
    answer = client.get(f"{path}?q=chips+OR")
    assert answer.status_code == 422
    assert "something to search for is missing here (at character 9)" in answer.text
