"""No more of a story with one signed click, and what was left out taken back on the reader's page."""

import html
from datetime import timedelta

import pytest

from chipwire.domain import Entry, Feed, Placement, Read, Reader, Tags
from chipwire.keep.db import Store
from chipwire.keep.news import items, stories
from chipwire.keep.people import readers
from chipwire.keep.sources import feeds
from tests.serve.subscribe.conftest import NOW, SENDER, Clients
from tests.serve.subscribe.looking import path

TITLE = "Samsung <plans> HBM4"


@pytest.fixture
def told(store: Store) -> int:
    """The id of a story."""
    with store.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
        entry = Entry(uid="1", url="https://f.example/1", title=TITLE)
        read = Read(entry=entry, url="https://f.example/1", content_hash="1", tags=Tags(lang="en"))
        item = items.add(c, "f", [read], NOW - timedelta(hours=1)).new[0][0]
        stories.apply(c, [Placement(item_id=item, story_id=item)], NOW)
    return item


def muted(store: Store) -> list[str]:
    with store.read() as c:
        return readers.get(c, 1).muted


def test_a_story_is_over_with_one_click(store: Store, client: Clients, alice: Reader, told: int) -> None:
    web, link = client(read_token=True), path(SENDER.links.mute(alice))
    asked = web.get(f"{link}/{told}")
    assert html.escape(f"Send no more on “{TITLE}” to alice@chipwire.test?") in asked.text
    assert asked.headers["cache-control"].startswith("no-store")
    assert muted(store) == [], "looking changes nothing"
    for _ in range(2):
        done = web.post(f"{link}/{told}", data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert SENDER.links.preferences(alice) in done.text
    assert muted(store) == [f"story:{told}"]
    page = web.get(path(SENDER.links.preferences(alice))).text
    assert html.escape(TITLE) in page
    assert "Take back" in page


def test_no_other_link_will_do(client: Clients, alice: Reader, told: int) -> None:
    web, link = client(), path(SENDER.links.mute(alice))
    token = path(SENDER.links.unsubscribe(alice)).split("/")[-1]
    assert web.post(f"/mute/{token}/{told}").status_code == 404
    assert web.post(f"{link}x/{told}").status_code == 404
    assert web.post(f"{link}/999").status_code == 404
    assert web.post(f"{link}/x").status_code == 422


def test_what_is_left_out_is_shown_and_taken_back(store: Store, client: Clients, alice: Reader) -> None:
    web, link = client(), path(SENDER.links.preferences(alice))
    assert web.post(link, data={"deed": "mute", "mute": "https://www.tabloid.example/x"}).status_code == 200
    page = web.post(link, data={"deed": "mute", "mute": "<b> phone"}).text
    assert muted(store) == ["outlet:tabloid.example", "word:<b> phone"]
    assert "&lt;b&gt; phone" in page
    wrong = web.post(link, data={"deed": "mute", "mute": "x"})
    assert wrong.status_code == 422
    assert "neither an outlet&#39;s host nor words" in wrong.text
    web.post(link, data={"deed": "change", "whole": "true", "hour": "5", "zone": "UTC", "weekdays": ["0"]})
    assert len(muted(store)) == 2, "other choices leave it alone"
    web.post(link, data={"deed": "unmute", "mute": "outlet:tabloid.example"})
    assert muted(store) == ["word:<b> phone"]
