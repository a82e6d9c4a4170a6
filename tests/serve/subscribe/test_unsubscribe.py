"""One-click unsubscribe behind signed links, which are good for one use and one subscription each."""

from datetime import timedelta

import pytest

from chipwire.domain import Reader
from chipwire.keep.db import Store
from chipwire.keep.people import outbox, readers
from chipwire.send.tokens import Links
from tests.serve.subscribe.conftest import NOW, SENDER, Clients, Clock
from tests.serve.subscribe.looking import letter_to, path, queued, status


def test_must_5_looking_changes_nothing_and_one_post_unsubscribes(store: Store, client: Clients, alice: Reader) -> None:
    with store.write() as c:
        outbox.queue(c, letter_to(alice))
    link, web = path(SENDER.links.unsubscribe(alice)), client()
    for method in ("GET", "HEAD"):
        assert web.request(method, link).status_code == 200
    assert status(store) == "active"
    one_click = {"content": "List-Unsubscribe=One-Click"}
    for body in (
        {**one_click, "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {},
    ):
        answer = web.post(link, follow_redirects=False, **body)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert status(store) == "unsubscribed"
    assert [letter.state for letter in queued(store)] == ["cancelled"]


def test_must_5_forged_links_are_nobodys(store: Store, client: Clients, alice: Reader) -> None:
    web, link = client(), path(SENDER.links.unsubscribe(alice))
    forged = Links("http://chipwire.test", ["another secret"]).unsubscribe(alice)
    other_use = link.replace("/unsubscribe/", "/preferences/")
    for wrong in (path(forged), link[:-2], "/unsubscribe/x", other_use, "/unsubscribe/" + "a" * 3000):
        assert web.get(wrong).status_code == web.post(wrong).status_code == 404
    assert status(store) == "active"


@pytest.mark.sqlite
def test_must_5_links_outlive_keys_and_years_but_not_the_subscription(
    store: Store, client: Clients, clock: Clock, alice: Reader
) -> None:
    web, old = client(), path(Links("http://chipwire.test", ["older"]).unsubscribe(alice))
    clock.now = NOW + timedelta(days=4000)
    assert web.post(old).status_code == 200
    with store.write() as c:
        readers.remove(c, alice.id or 0)
        again = readers.add(c, Reader(email="bob@chipwire.test", created=NOW))
    assert again.id == alice.id, "the number was given again"
    assert web.post(old).status_code == 404
    assert status(store, "bob@chipwire.test") == "active"


def test_a_link_that_leads_nowhere_says_what_to_do(client: Clients) -> None:
    """Who wants to leave is not told to subscribe; who reads a letter on the web gets a page."""
    web = client()
    for cut in ("/unsubscribe/cut", "/preferences/cut", "/v1/digests/cut"):
        answer = web.get(cut, headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert "write to chipwire &lt;digest@chipwire.test&gt;" in answer.text
        assert "Subscribe again" not in answer.text
    assert "Subscribe again" in web.get("/confirm/cut", headers={"accept": "text/html"}).text
