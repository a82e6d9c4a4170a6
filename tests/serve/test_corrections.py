"""What an outlet corrected is said wherever its report is shown, and to whoever follows."""

import threading
from typing import Any

import feedparser
import orjson

from chipwire.domain import Tags
from chipwire.keep.news import corrections
from tests.listening import listening, told_over
from tests.serve.conftest import NOW

BEFORE, NOW_SAID = "ByteDance in talks with <Samsung> over 4 trillion won", "ByteDance in talks over 400 billion won"
CHANGED = {"at": "2026-11-20T12:00:00Z", "before": BEFORE, "now": NOW_SAID}


def correct(newsroom: Any, item: int = 2) -> None:
    with newsroom.store.write() as c:
        corrections.note(c, [corrections.Corrected(item, BEFORE, NOW_SAID, Tags(lang="en"))], NOW)


def test_items_and_stories_say_it(newsroom: Any) -> None:
    client = newsroom.client()
    assert "corrected" not in client.get("/v1/items/2").json()
    correct(newsroom)
    assert client.get("/v1/items/2").json()["corrected"] == CHANGED
    listed = {item["id"]: item.get("corrected") for item in client.get("/v1/items").json()["items"]}
    assert listed == dict.fromkeys(listed) | {2: CHANGED}
    held = {item["id"]: item.get("corrected") for item in client.get("/v1/stories/1").json()["items"]}
    assert held[2] == CHANGED


def test_feed_readers_show_it_again(newsroom: Any) -> None:
    correct(newsroom)
    client = newsroom.client()
    read = feedparser.parse(client.get("/v1/items.atom").content)
    assert read.feed.updated == "2026-11-20T12:00:00Z"
    [entry] = [entry for entry in read.entries if entry.id.endswith("/2")]
    assert entry.updated == "2026-11-20T12:00:00Z"
    assert "Corrected 2026-11-20 12:00 UTC" in entry.summary
    assert "&lt;Samsung&gt;" in entry.summary
    [item] = [one for one in client.get("/v1/items.jsonfeed").json()["items"] if one["id"].endswith("/2")]
    assert item["date_modified"] == "2026-11-20T12:00:00Z"
    assert "&lt;Samsung&gt;" in item["content_html"]


def test_pages_say_it(newsroom: Any) -> None:
    correct(newsroom)
    client = newsroom.client()
    for address in ("/items/2", "/stories/1", "/search?q=talks"):
        page = client.get(address).text
        assert f'before: <q lang="en" dir="ltr">{BEFORE.replace("<", "&lt;").replace(">", "&gt;")}</q>' in page
        assert f'<q lang="en" dir="ltr">{NOW_SAID}</q>' in page
    assert "<strong>Corrected</strong>" not in client.get("/items/3").text


def test_the_stream_tells_it_to_who_was_told_of_the_item(newsroom: Any) -> None:
    app = newsroom.client().app
    with listening(app) as address:
        writer = threading.Timer(0.1, correct, (newsroom,))
        writer.start()
        [(number, kind, wire)] = told_over(address, "company=samsung", "8", 1)
        writer.join()
        assert (number, kind, orjson.loads(wire)["corrected"]) == (9, "correction", CHANGED)
        newsroom.report(60, "daily", "en", "Samsung again", {"samsung": "about"}, [])
        assert [one[:2] for one in told_over(address, "company=samsung", "9", 1)] == [(10, "item")]
        assert [one[:2] for one in told_over(address, "company=samsung", "1", 4)] == [
            (2, "item"), (3, "item"), (4, "item"), (10, "item"),
        ]  # fmt: skip
        newsroom.report(61, "daily", "en", "Nvidia next", {"nvidia": "about"}, [])
        assert [one[:2] for one in told_over(address, "company=nvidia", "8", 1)] == [(11, "item")]
