"""Today, days and companies: each story once, under the first of its companies, with who told it."""

from chipwire.domain import Company, Placement
from chipwire.keep.news import stories
from tests.client import Client
from tests.serve.conftest import COMPANIES, Newsroom
from tests.serve.pages.tree import HTML, tree


def test_today_tells_each_story_once_under_the_first_of_its_companies(client: Client) -> None:
    page = tree(client, "/")
    heads = [head.text_content() for head in page.xpath("//section/h2")]
    assert heads[:3] == ["ByteDance", "Samsung", "Nvidia"]
    assert page.xpath("//p[starts-with(., 'Quiet')]") == [], "each of the five that are followed here has a story"
    assert len(page.xpath("//article//a[@href='/stories/1']")) == 1
    assert len(page.xpath("//ul[@class='above']//a[@href='/stories/1']")) == 1
    assert not page.xpath("//a[@href='/stories/8']"), "the bakery is neither semiconductor nor AI news"


def test_a_card_says_who_told_it_and_what_is_in_it(client: Client) -> None:
    card = tree(client, "/").xpath("//article[.//a[@href='/stories/1']]")[0]
    said = " ".join(card.text_content().split())
    assert "Harian · 4 independent outlets · 4 languages" in said
    assert "Report 0" in said
    assert card.xpath("ul[@class='said-short']/li/text()") == ["100,000 units"]


def test_a_day_has_a_page(client: Client) -> None:
    assert client.get("/digests", follow_redirects=False).headers["location"] == "/digests/2026-11-20"
    day = tree(client, "/digests/2026-11-19")
    assert day.xpath("//h1/text()") == ["Thursday 19 November 2026"]
    assert day.xpath("//article/h3/a/@href") == ["/stories/1"]
    assert day.xpath("//nav[@class='days']/a/@href") == ["/digests/2026-11-20"]
    assert day.xpath("//p[@class='links']/a/@href")[0] == "/v1/stories?since=2026-11-19&until=2026-11-19"
    after = tree(client, "/digests/2026-11-20")
    assert "/stories/1" not in after.xpath("//article/h3/a/@href")
    assert after.xpath("//nav[@class='days']/a/@href") == ["/digests/2026-11-19"]


def test_days_without_news_and_days_to_come(client: Client) -> None:
    assert "Nothing came in on this day" in client.get("/digests/2026-11-02", headers=HTML).text
    for path in ("/digests/2026-11-21", "/digests/soon"):
        assert client.get(path, headers=HTML).status_code == 404, path


def test_titles_stand_in_their_languages(client: Client) -> None:
    card = tree(client, "/").xpath("//article[.//a[@href='/stories/1']]")[0]
    assert card.xpath("h3/@lang") == ["id"]
    assert card.xpath("ul[@class='tongues']//@lang") == ["en", "zh-Hans", "ko"]
    assert all(link.startswith("/items/") for link in card.xpath("ul[@class='tongues']/li/a/@href"))
    assert len(card.xpath("ul[@class='tongues']/li/a")) == 3


def test_companies_without_reports_take_little_room(client: Client, newsroom: Newsroom) -> None:
    quiet = {**COMPANIES, "arm": Company(slug="arm", name="Arm", names={"ja": "アーム"})}
    page = tree(newsroom.client(companies=quiet), "/companies")
    assert page.xpath("//ul[@class='companies']//h2/a/text()") == ["ByteDance", "Samsung", "Nvidia", "TSMC"]
    assert page.xpath("//ul[@class='plain quiet']/li/a/@href") == ["/companies/arm"]
    assert not tree(client, "/companies").xpath("//*[@id='quiet']")


def test_a_company_written_with_a_capital_is_found(client: Client) -> None:
    answer = client.get("/companies/ByteDance", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, "/companies/bytedance")


def test_a_company_is_drawn_when_there_is_something_to_draw(newsroom: Newsroom) -> None:
    quiet = {**COMPANIES, "arm": Company(slug="arm", name="Arm", country="GB")}
    client = newsroom.client(companies=quiet)
    drawn = tree(client, "/companies/bytedance").xpath("//figure//*[local-name()='svg']")
    assert len(drawn) == 1
    assert not tree(client, "/companies/arm").xpath("//figure//*[local-name()='svg']")


def test_a_card_leaves_out_what_all_of_them_are_about(newsroom: Newsroom) -> None:
    item = newsroom.report(93, "daily", "en", "Nvidia opens a line", {"nvidia": "about"}, ["semiconductor", "foundry"])
    with newsroom.store.write() as c:
        stories.apply(c, [Placement(item_id=item, story_id=item)], newsroom.time)
    card = tree(newsroom.client(), "/?company=nvidia").xpath(f"//article[.//a[@href='/stories/{item}']]")[0]
    assert card.xpath(".//a[@class='topic']/@href") == ["/?topic=foundry"]
