"""The pages as a browser gets them: what they say, where they lead, what they refuse to do."""

import re
from datetime import timedelta
from threading import Event

import pytest
from lxml import etree, html
from sqlalchemy import update

from chipwire.domain import Company, Feed, FeedEvent, FeedState, Placement, utc
from chipwire.keep.news import stories, wire
from chipwire.keep.sources import feeds
from chipwire.keep.tables import table
from tests.client import Client
from tests.serve.conftest import COMPANIES, NEWS, NOW, TOKEN, Newsroom
from tests.stores import open_store

HTML = {"accept": "text/html,application/xhtml+xml"}
PAGES = ["/", "/companies", "/companies/bytedance", "/stories/1", "/items/2", "/search", "/search?q=SeedChip",
         "/feeds", "/feeds/daily", "/quality", "/digests/2026-11-19", "/?lang=zh", "/nothing"]  # fmt: skip


def tree(client: Client, path: str) -> html.HtmlElement:
    return html.fromstring(client.get(path, headers=HTML).text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_harmless_and_whole(client: Client, path: str) -> None:
    answer = client.get(path, headers=HTML)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = html.fromstring(answer.text)
    assert page.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]") == []
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("string(//title)").endswith("· chipwire")
    assert page.xpath("//meta[@name='description']/@content")[0]
    assert page.get("lang") == "en"
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


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


def test_a_language_from_right_to_left_says_so(newsroom: Newsroom) -> None:
    newsroom.report(90, "daily", "ar", "إنفيديا تعلن شريحة جديدة", {"nvidia": "about"}, [])
    found = newsroom.client().get("/search?lang=ar").text
    assert '<h2 lang="ar" dir="rtl">' in found


def test_names_from_right_to_left_leave_what_is_around_them_in_place(newsroom: Newsroom) -> None:
    with newsroom.store.write() as c:
        feeds.add(c, Feed(id="shabaka", url="https://shabaka.example/feed", title="شبكة الرقائق", lang="ar"))
    item = newsroom.report(91, "shabaka", "ar", "إنفيديا تعلن شريحة جديدة", {"nvidia": "about"}, [])
    with newsroom.store.write() as c:
        stories.apply(c, [Placement(item_id=item, story_id=item)], newsroom.time)
    client = newsroom.client()
    for path in ("/", f"/stories/{item}", f"/items/{item}", "/search?lang=ar", "/companies/nvidia"):
        page = tree(client, path)
        said = page.xpath("//main//text()[contains(., 'شبكة الرقائق')]")
        assert said, path
        assert all(text.getparent().tag == "bdi" for text in said if text.getparent().tag != "text"), path


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


@pytest.mark.parametrize(("later", "said"), [(1, "10 d ago"), (12, "10 d ago, since 11 d ago")])
def test_a_story_says_since_when_in_other_words_than_its_age(newsroom: Newsroom, later: int, said: str) -> None:
    newsroom.time = NOW - timedelta(hours=9)
    item = newsroom.report(9, "daily", "en", "SeedChip again", {"bytedance": "about"}, [])
    with newsroom.store.write() as c:
        stories.apply(c, [Placement(item_id=item, story_id=1, link="rewrite")], newsroom.time)
    newsroom.time += timedelta(days=10, hours=later)
    card = tree(newsroom.client(), "/?q=SeedChip").xpath("string((//main//article//p[@class='meta'])[1])")
    assert card.endswith(f"· {said}")


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


def test_companies_without_reports_take_little_room(client: Client, newsroom: Newsroom) -> None:
    quiet = {**COMPANIES, "arm": Company(slug="arm", name="Arm", names={"ja": "アーム"})}
    page = tree(newsroom.client(companies=quiet), "/companies")
    assert page.xpath("//ul[@class='companies']//h2/a/text()") == ["ByteDance", "Samsung", "Nvidia", "TSMC"]
    assert page.xpath("//ul[@class='plain quiet']/li/a/@href") == ["/companies/arm"]
    assert not tree(client, "/companies").xpath("//*[@id='quiet']")


def test_a_company_written_with_a_capital_is_found(client: Client) -> None:
    answer = client.get("/companies/ByteDance", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, "/companies/bytedance")


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


def test_an_id_that_is_not_there_is_a_page_for_people_and_json_for_programs(client: Client) -> None:
    for path in ("/stories/999", "/items/999", "/companies/acme", "/feeds/none", "/stories/abc", "/nowhere"):
        answer = client.get(path, headers=HTML)
        assert answer.status_code == 404, path
        assert "<h1>There is no such thing</h1>" in answer.text
        assert client.get(path).headers["content-type"] == "application/problem+json"
    assert client.get("/v1/items/999", headers=HTML).headers["content-type"] == "application/problem+json"


def test_where_reads_are_closed_a_browser_asks_for_the_token(newsroom: Newsroom) -> None:
    closed = newsroom.client(read_token=True)
    refused = closed.get("/", headers=HTML)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic ")
    assert closed.get("/", headers=HTML, auth=("anybody", TOKEN)).status_code == 200
    assert closed.get("/robots.txt").text.startswith("User-agent: *\nDisallow: /\n")
    assert closed.get("/static/chipwire.css").status_code == 200


def test_a_fresh_store_says_that_feeds_are_being_asked(tmp_path_factory: pytest.TempPathFactory) -> None:
    room = Newsroom(open_store(tmp_path_factory.mktemp("fresh") / "store.db"))
    with room.store.write() as c:
        feeds.add(c, Feed(id="slow", url="https://slow.example/rss", title="Slow"))
    client = room.client()
    answer = client.get("/", headers=HTML)
    assert "Asked so far: 0 of 1 feed" in answer.text
    assert answer.headers["refresh"] == "10"
    for path in ("/companies", "/companies/nvidia", "/search", "/feeds", "/feeds/slow", "/quality", "/sitemap.xml"):
        assert client.get(path).status_code == 200, path
    room.close()


def test_a_retired_feed_says_when_it_is_looked_at_again(newsroom: Newsroom) -> None:
    state = FeedState(feed_id="daily", retired_at=utc(2026, 11, 3), next_check=newsroom.time + timedelta(days=30))
    with newsroom.store.write() as c:
        feeds.save(c, state, FeedEvent(feed_id="daily", at=newsroom.time, outcome="gone"))
    then = f"{state.next_check:%Y-%m-%dT%H:%M}"
    for path in ("/feeds/daily", "/feeds?state=retired"):
        text = newsroom.client().get(path).text
        assert "gone since 3 Nov 2026; asked once a month" in text
        assert f'<time datetime="{then}' in text


def test_nobody_waits_for_the_measurement(newsroom: Newsroom) -> None:
    score = {"n": 4, "precision": 1.0, "recall": 0.5, "f1": 0.667, "low": 0.3, "high": 0.9}
    may_end = Event()

    def measure() -> dict[str, object]:
        may_end.wait(10)
        return {"items": 3, "all": score}

    client = newsroom.client(quality=measure)
    first = client.get("/quality", headers=HTML)
    assert "Being measured" in first.text
    assert first.headers["refresh"] == "3"
    may_end.set()
    assert client.get("/v1/quality").json()["items"] == 3
    then = client.get("/quality", headers=HTML)
    assert "refresh" not in then.headers
    assert "3 labelled reports" in then.text
    assert "0.667" in then.text


def test_a_page_is_kept_while_nothing_changes(client: Client) -> None:
    first = client.get("/stories/1", headers=HTML)
    again = client.get("/stories/1", headers={**HTML, "if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_crawlers_find_the_stories(client: Client) -> None:
    assert "Sitemap: http://chipwire.test/sitemap.xml" in client.get("/robots.txt").text
    found = etree.fromstring(client.get("/sitemap.xml").content)
    places = found.xpath("//*[local-name()='loc']/text()")
    assert "http://chipwire.test/stories/1" in places
    assert "http://chipwire.test/stories/8" not in places
    for place in places:
        assert client.get(place).status_code == 200


@pytest.mark.slow
def test_every_inner_link_leads_somewhere(client: Client) -> None:
    seen = {"/docs", "/subscribe"}
    todo = ["/"]
    while todo:
        path = todo.pop()
        seen.add(path)
        page = tree(client, path)
        for link in page.xpath("//a/@href | //link/@href"):
            place = link.removeprefix("http://chipwire.test").partition("#")[0]
            if place.startswith("/") and place not in seen and len(seen) < 150:
                seen.add(place)
                answer = client.get(place, headers=HTML)
                assert answer.status_code == 200, f"{path} → {place}"
                if "html" in answer.headers["content-type"] and "?" not in place:
                    todo.append(place)
    assert len(seen) > 60


def test_first_page_is_light(client: Client) -> None:
    style = re.search(r'href="(/static/[^"]+)"', client.get("/").text)
    assert style
    assert int(client.get("/").headers["content-length"]) + len(client.get(style[1]).content) < 100_000


def test_a_report_shown_in_full_is_not_for_search_engines(client: Client) -> None:
    """It is another's text; the story that holds it may be found."""
    assert tree(client, "/items/2").xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert tree(client, "/stories/1").xpath("//meta[@name='robots']/@content") == []


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
