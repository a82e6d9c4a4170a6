"""What holds for every page: whole, harmless, light, kept while nothing changes, in its place from right to left."""

import re
from datetime import timedelta
from threading import Event

import pytest
from lxml import etree, html

from chipwire.domain import Feed, FeedEvent, FeedState, Placement, utc
from chipwire.keep.news import stories
from chipwire.keep.sources import feeds
from tests.cases import every
from tests.client import Client
from tests.serve.conftest import TOKEN, Newsroom
from tests.serve.pages.tree import HTML, tree
from tests.stores import open_store

PAGES = ["/", "/companies", "/companies/bytedance", "/stories/1", "/items/2", "/search", "/search?q=SeedChip",
         "/feeds", "/feeds/daily", "/quality", "/digests/2026-11-19", "/?lang=zh", "/nothing"]  # fmt: skip


@every("path", PAGES)
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
