"""A story shows its way: who told it when, in which languages, and what was corrected."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from chipwire.domain import Placement, utc
from chipwire.keep.news import stories, wire
from chipwire.keep.tables import table
from tests.client import Client
from tests.serve.conftest import NEWS, NOW, Newsroom
from tests.serve.pages.tree import tree


def test_a_time_of_another_year_says_the_year(newsroom: Newsroom) -> None:
    newsroom.time = utc(2025, 3, 1, 9)
    item = newsroom.report(92, "daily", "en", "Nvidia rack of long ago", {"nvidia": "about"}, [])
    with newsroom.store.write() as c:
        stories.apply(c, [Placement(item_id=item, story_id=item)], NOW)
    newsroom.time = NOW
    client = newsroom.client()
    assert tree(client, f"/stories/{item}").xpath("//ol//time/text()") == ["1 Mar 2025, 09:00"]
    assert tree(client, "/stories/1").xpath("string(//ol/li[1]//time)") == "19 Nov, 12:00"
    assert "Saturday 1 March 2025" in tree(client, "/companies/nvidia").xpath("//h3[@class='day']/text()")


def test_languages_that_tell_a_story_at_once_have_no_first(newsroom: Newsroom) -> None:
    told = [newsroom.report(93, "daily", "en", "Nvidia opens a lab", {"nvidia": "about"}, []),
            newsroom.report(94, "ilbo", "ko", "엔비디아 연구소 개소", {"nvidia": "about"}, [])]  # fmt: skip
    with newsroom.store.write() as c:
        stories.apply(c, [Placement(item_id=item, story_id=told[0], link="translation") for item in told], NOW)
    client = newsroom.client()
    assert "first" not in tree(client, f"/stories/{told[0]}").xpath("string(//section[@aria-labelledby='way'])")
    assert "first" in tree(client, "/stories/1").xpath("string(//section[@aria-labelledby='way'])")


@pytest.mark.parametrize("path", ["/items/9", "/search"])
def test_a_time_to_come_is_not_believed(newsroom: Newsroom, path: str) -> None:
    """Feeds print dates of next year: the report was out when we saw it."""
    newsroom.time = NOW + timedelta(days=400)
    number = newsroom.report(9, "daily", "en", "Nvidia dates a report wrongly", {"nvidia": "about"}, [])
    assert number == 9
    with newsroom.store.write() as c:
        c.execute(update(table("item")).where(table("item").c.id == 9).values(first_seen=NOW))
        wire.refresh(c, [9])
    newsroom.time = NOW + timedelta(minutes=5)
    assert tree(newsroom.client(), path).xpath("string((//main//time)[1])") == "5 min ago"


@pytest.mark.parametrize(("later", "said"), [(1, "10 d ago"), (12, "10 d ago, first 11 d ago")])
def test_a_story_says_since_when_in_other_words_than_its_age(newsroom: Newsroom, later: int, said: str) -> None:
    newsroom.time = NOW - timedelta(hours=9)
    item = newsroom.report(9, "daily", "en", "SeedChip again", {"bytedance": "about"}, [])
    with newsroom.store.write() as c:
        stories.apply(c, [Placement(item_id=item, story_id=1, link="rewrite")], newsroom.time)
    newsroom.time += timedelta(days=10, hours=later)
    card = tree(newsroom.client(), "/?q=SeedChip").xpath("string((//main//article//p[@class='meta'])[1])")
    assert card.endswith(f"· {said}")


def test_a_story_shows_its_way(client: Client) -> None:
    page = tree(client, "/stories/1")
    assert page.xpath("count(//svg[contains(@class, 'lineage')]//a)") == 4
    assert page.xpath("//ol[@class='reports']/li/@id") == ["report-1", "report-2", "report-3", "report-4"]
    marks = page.xpath("//ol[@class='reports']/li[1]/h3//mark/text()")
    assert marks == ["ByteDance"]
    assert "100,000 units" in page.xpath("string(//table)")


def test_a_corrected_story_leads_with_the_correction(newsroom: Newsroom) -> None:
    """On lists, on its page and over REST, by the rule that letters have; a copy elsewhere is no correction."""
    newsroom.time = NOW - timedelta(hours=2)
    right = newsroom.report(9, NEWS[0][0], "id", "KOREKSI: chip 10.000 unit", {"bytedance": "about"}, [])
    copied = newsroom.report(10, "daily", "id", "Chip dari kantor berita", {"bytedance": "about"}, [])
    with newsroom.store.write() as c:
        again = [Placement(item_id=i, story_id=1, copy_of=1, link="copy") for i in (right, copied)]
        stories.apply(c, again, newsroom.time)
    client = newsroom.client()
    told = client.get("/v1/stories/1").json()
    assert (told["title"], told["lang"], told["origin_item"]) == ("KOREKSI: chip 10.000 unit", "id", 1)
    card = tree(client, "/").xpath("//article[.//a[@href='/stories/1']]")[0]
    assert "KOREKSI: chip 10.000 unit" in card.text_content()
    assert "Report 9" in card.text_content()
    page = tree(client, "/stories/1")
    assert page.xpath("string(//h1)") == "KOREKSI: chip 10.000 unit"
    assert page.xpath("string(//p[@class='lede'])").startswith("Report 9")
    assert page.xpath("//a[@class='button']/@href") == [f"https://{NEWS[0][0]}.example/9"]
    onward = " ".join(page.xpath("string(//p[@class='onward'])").split())
    assert onward.endswith("first told by Harian, 19 Nov 2026, 12:00 UTC; this version is of 20 Nov 2026, 10:00 UTC")


def test_a_report_shows_its_text_or_else_the_summary(newsroom: Newsroom) -> None:
    assert tree(newsroom.client(), "/items/5").xpath("string(//div[@class='text']/p)") == f"Report 4: {NEWS[4][2]}."
    items = table("item")
    with newsroom.store.write() as c:
        c.execute(update(items).where(items.c.id == 5).values(text=""))
    assert tree(newsroom.client(), "/items/5").xpath("string(//div[@class='text']/p)") == "Report 4"


def test_a_title_as_long_as_a_text_is_small_and_cut_where_it_is_a_link(newsroom: Newsroom) -> None:
    """Feeds of short messages have no title but their whole text."""
    title = "Nvidia opens a laboratory for packaging " * 12
    item = newsroom.report(95, "daily", "en", title.strip(), {"nvidia": "about"}, [])
    with newsroom.store.write() as c:
        stories.apply(c, [Placement(item_id=item, story_id=item)], NOW)
    client = newsroom.client()
    report = tree(client, f"/items/{item}")
    assert report.xpath("string(//h1[@class='long'])") == title.strip()
    link = report.xpath("string(//p[@class='onward']//a[starts-with(@href, '/stories/')])")
    assert link.endswith("…")
    assert len(link) <= 161
    assert tree(client, f"/stories/{item}").xpath("string(//h1[@class='long'])") == title.strip()
    assert tree(client, "/items/1").xpath("//h1[@class='long']") == []
