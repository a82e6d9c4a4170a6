"""Choices, saved searches, the export and the end of it, behind a signed link."""

import re
from datetime import date

from chipwire.domain import Reader, Told
from chipwire.keep.db import Store
from chipwire.keep.people import alerts, outbox, readers
from tests.serve.subscribe.conftest import NOW, SENDER, Clients
from tests.serve.subscribe.looking import letter_to, path, status


def test_choices_behind_the_signed_link(store: Store, client: Clients, alice: Reader) -> None:
    web, link = client(), path(SENDER.links.preferences(alice))
    assert "alice@chipwire.test" in web.get(link).text
    web.post(
        link, data={"deed": "change", "companies": ["samsung"], "hour": "5", "zone": "Asia/Jakarta", "locale": "id"}
    )
    with store.read() as c:
        changed = readers.get(c, alice.id or 0)
    assert (changed.companies, changed.hour, changed.zone, changed.locale) == (["samsung"], 5, "Asia/Jakarta", "id")
    assert web.post(link, data={"companies": ["nobody"]}).status_code == 422
    assert web.post(link, data={"zone": "Mars/Olympus"}).status_code == 422
    for deed, expected in (("pause", "paused"), ("resume", "active")):
        assert web.post(link, data={"deed": deed}).status_code == 200
        assert status(store) == expected


def test_saving_the_form_keeps_a_language_that_goes_by_another_tag(
    store: Store, client: Clients, alice: Reader
) -> None:
    """A select that has no such option shows its first, and a browser sends that: letters became English."""
    with store.write() as c:
        readers.change(c, alice.id or 0, locale="zh-TW")
    web, link = client(), path(SENDER.links.preferences(alice))
    assert '<option value="zh-Hant" selected>' in web.get(link).text
    assert web.post(link, data={"locale": "zh-TW"}).status_code == 200
    assert web.post(link, data={"locale": "xx"}).status_code == 422


def test_deleting_asks_first_and_says_what_goes(store: Store, client: Clients, alice: Reader) -> None:
    web, link = client(), path(SENDER.links.preferences(alice))
    asked = web.post(link, data={"deed": "delete"}).text
    assert status(store) == "active", "a slip of the finger deletes nothing"
    assert "Delete the subscription of alice@chipwire.test" in asked
    assert link in asked, "the way back"
    [(name, value)] = re.findall(r'<button name="(\w+)" value="([\w-]+)">Delete now', asked)
    assert "Nothing about you is kept" in web.post(link, data={name: value}).text
    assert status(store) is None
    assert web.get(link).status_code == 404


def test_export_holds_everything(store: Store, client: Clients, alice: Reader) -> None:
    with store.write() as c:
        outbox.queue(c, letter_to(alice), [Told(7, 9, 8)])
    data = client().post(path(SENDER.links.preferences(alice)), data={"deed": "export"}).json()
    assert data["reader"]["email"] == "alice@chipwire.test"
    assert [letter["subject"] for letter in data["letters"]] == ["s"]
    assert data["told"] == [{"story_id": 7, "last_item": 9, "letter_id": 1, "shown": 8}]


def test_the_web_copy(store: Store, client: Clients, alice: Reader) -> None:
    from chipwire.send import envelope

    body = envelope.seal(
        [("To", alice.email)],
        [envelope.part("text/plain", "text"), envelope.part("text/html", "<p>the letter</p>")],
        NOW,
    )
    with store.write() as c:
        outbox.queue(c, letter_to(alice, body=body))
    link = path(SENDER.links.web(alice, date(2026, 11, 23)))
    answer = client(read_token=True).get(link)
    assert (answer.status_code, answer.text) == (200, "<p>the letter</p>")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert client().get(path(SENDER.links.web(alice, date(2026, 11, 24)))).status_code == 404


def test_every_choice_is_on_the_form(store: Store, client: Clients, alice: Reader) -> None:
    """Boxes that are not ticked are not sent: the whole form without any company means all of them."""
    web, link = client(), path(SENDER.links.preferences(alice))
    form = {
        "whole": "true", "companies": ["bytedance"], "topics": ["foundry"], "languages": ["id", "zh-Hans"],
        "min_role": "about", "weekdays": ["0", "4"], "hour": "6", "zone": "Asia/Seoul", "format": "text",
        "locale": "ko", "all_quiet": "true",
    }  # fmt: skip
    assert web.post(link, data=form).status_code == 200
    with store.read() as c:
        chosen = readers.get(c, alice.id or 0)
    assert (chosen.companies, chosen.topics, chosen.languages) == (["bytedance"], ["foundry"], ["id", "zh-Hans"])
    assert (chosen.min_role, chosen.weekdays, chosen.format, chosen.all_quiet) == ("about", [0, 4], "text", True)
    shown = web.get(link).text
    for ticked in ("bytedance", "foundry", "id", "zh-Hans", "about"):
        assert re.search(f'value="{ticked}" checked', shown)
    assert web.post(link, data={"whole": "true", "hour": "6"}).status_code == 422, "a letter needs a day"
    web.post(link, data={"whole": "true", "weekdays": ["1"], "hour": "6"})
    with store.read() as c:
        chosen = readers.get(c, alice.id or 0)
    assert (chosen.companies, chosen.topics, chosen.min_role, chosen.weekdays) == ([], [], "mention", [1])
    assert (chosen.zone, chosen.locale) == ("Asia/Seoul", "ko"), "what was not sent stays"


def test_saved_searches_behind_the_signed_link(store: Store, client: Clients, alice: Reader) -> None:
    web, link = client(), path(SENDER.links.preferences(alice))
    wrong = web.post(link, data={"deed": "search", "q": '"HBM4" OR', "company": "samsung", "pace": "daily"})
    assert wrong.status_code == 422
    assert "something to search for is missing here (at character 10)" in wrong.text
    assert 'value="&#34;HBM4&#34; OR"' in wrong.text, "what was typed stays to be mended"
    assert '<option value="samsung" selected>' in wrong.text
    assert '<option value="daily" selected>' in wrong.text
    assert web.post(link, data={"deed": "search"}).status_code == 422, "everything is no search"
    assert "HBM4 · samsung" in web.post(link, data={"deed": "search", "q": "HBM4", "company": "samsung"}).text
    web.post(link, data={"deed": "search", "q": "<b>", "pace": "daily"})
    with store.read() as c:
        first, second = alerts.listing(c, alice.id)
    assert (first.name, first.at_once, first.asked["q"], first.asked["companies"]) == (
        "HBM4 · samsung", True, "HBM4", [["samsung"]],
    )  # fmt: skip
    assert not second.at_once
    shown = web.get(link).text
    assert "<b>" not in shown
    assert 'href="/search?company=samsung&amp;q=HBM4">HBM4 · samsung</a>' in shown, "its words lead to what it finds"
    exported = web.post(link, data={"deed": "export"}).json()
    assert [alert["name"] for alert in exported["alerts"]] == ["HBM4 · samsung", "<b>"]
    web.post(link, data={"deed": "forget", "alert": str(first.id)})
    assert web.post(link, data={"deed": "forget", "alert": str(first.id)}).status_code == 404
    with store.read() as c:
        assert alerts.listing(c, alice.id) == [second]
    web.post(link, data={"deed": "delete-for-good"})
    with store.read() as c:
        assert alerts.listing(c) == []
