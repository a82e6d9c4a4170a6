"""Coming and going: double opt-in, one-click unsubscribe, choices behind a signed link; looking changes nothing."""

import html
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from chipwire.domain import Company, Letter, Reader, Told, Topic, utc
from chipwire.keep.db import Store
from chipwire.keep.people import alerts, letters, outbox, readers
from chipwire.send import words
from chipwire.send.render import Sender
from chipwire.send.tokens import Links
from chipwire.serve.app import create_app
from chipwire.serve.options import Options
from tests.client import Client

DATA = Path(__file__).parents[2] / "data"
NOW = utc(2026, 11, 23, 7)
SENDER = Sender(
    "chipwire <digest@chipwire.test>", "chipwire.test", Links("http://chipwire.test", ["older", "newest"]),
    words.load(DATA / "locales.toml"),
)  # fmt: skip
Clients = Callable[..., Client]


class Clock:
    now = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(store: Store, clock: Clock) -> Iterator[Clients]:
    running = ExitStack()

    def make(**other: Any) -> Client:
        given: dict[str, Any] = {
            "base_url": "http://chipwire.test", "clock": lambda: clock.now, "secret": "s", "rate_limit": 0,
            "companies": {s: Company(slug=s, name=s) for s in ("bytedance", "samsung")},
            "topics": {"foundry": Topic(slug="foundry", name="Foundry")}, "sender": lambda: SENDER,
        }  # fmt: skip
        app = create_app(store, Options(**(given | other)))
        return running.enter_context(Client(app, base_url="http://chipwire.test"))

    with running:
        yield make


@pytest.fixture
def alice(store: Store) -> Reader:
    with store.write() as c:
        return readers.add(c, Reader(email="alice@chipwire.test", created=NOW))


def status(store: Store, email: str = "alice@chipwire.test") -> str | None:
    with store.read() as c:
        found = readers.find(c, email)
    return found.status if found else None


def queued(store: Store) -> list[Letter]:
    with store.read() as c:
        return letters.listing(c)


def letter_to(reader: Reader, day: date = date(2026, 11, 23), body: bytes = b"x") -> Letter:
    return Letter(
        reader_id=reader.id or 0, local_date=day, message_id=f"<{reader.id}.{day}@chipwire.test>", subject="s",
        body=body, queued_at=NOW, next_try=NOW, expires_at=NOW + timedelta(days=1),
    )  # fmt: skip


def path(link: str) -> str:
    return link.removeprefix("http://chipwire.test")


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


def test_must_6_double_opt_in(store: Store, client: Clients, clock: Clock) -> None:
    web = client()
    form = {"email": "carol@chipwire.test", "companies": ["samsung"], "zone": "Asia/Seoul", "hour": "6"}
    assert web.post("/subscribe", data=form).status_code == 200
    assert status(store, "carol@chipwire.test") == "pending"
    [asked] = queued(store)
    assert asked.expires_at == NOW + timedelta(hours=48), "as long as its link is good for"
    with store.read() as c:
        body = letters.get(c, asked.id or 0).body.replace(b"=\r\n", b"").decode()
    [link, _] = re.findall(r"http://chipwire\.test/confirm/[\w.=-]+?(?=\s|\"|=22)", body)
    link = path(link.replace("=3D", "="))
    for method in ("GET", "HEAD"):
        assert web.request(method, link).status_code == 200
    assert status(store, "carol@chipwire.test") == "pending"
    for _ in range(2):
        assert web.post(link).status_code == 200
    assert status(store, "carol@chipwire.test") == "active"
    with store.read() as c:
        carol = readers.find(c, "carol@chipwire.test")
    assert carol is not None
    assert (carol.companies, carol.zone, carol.hour, carol.confirmed) == (["samsung"], "Asia/Seoul", 6, NOW)


def test_must_6_the_confirm_link_expires(store: Store, client: Clients, clock: Clock) -> None:
    with store.write() as c:
        reader = readers.ask(c, Reader(email="dan@chipwire.test", created=NOW), NOW)
    assert reader is not None
    web, link = client(), path(SENDER.links.confirm(reader, NOW))
    clock.now = NOW + timedelta(hours=48, seconds=1)
    assert web.post(link).status_code == 404
    assert status(store, "dan@chipwire.test") == "pending"
    clock.now = NOW + timedelta(hours=47)
    assert web.post(link).status_code == 200


def test_must_6_the_answer_is_the_same_for_every_address(store: Store, client: Clients, alice: Reader) -> None:
    with store.write() as c:
        readers.suppress(c, "gone@chipwire.test", "550 5.1.1", NOW)
    web = client()
    answers = [
        web.post("/subscribe", data={"email": name})
        for name in ("alice@chipwire.test", "gone@chipwire.test", "new@chipwire.test", "NEW@chipwire.test")
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert [letter.kind for letter in queued(store)] == ["confirm"], "only the new address gets one"
    with store.read() as c:
        assert readers.get(c, alice.id or 0) == alice


def test_must_6_at_most_one_confirmation_an_hour(store: Store, client: Clients, clock: Clock) -> None:
    web = client()
    for minutes in (0, 10, 59, 61):
        clock.now = NOW + timedelta(minutes=minutes)
        web.post("/subscribe", data={"email": "erin@chipwire.test"})
    assert len(queued(store)) == 2
    clock.now = NOW - timedelta(days=300)
    web.post("/subscribe", data={"email": "erin@chipwire.test"})
    assert len(queued(store)) == 3, "after a clock that ran ahead nobody waits for its time"


def test_one_client_cannot_ask_for_many(client: Clients) -> None:
    """Ten at once, then one more every six seconds, which a busy machine may take for a few of these questions."""
    web, began, codes = client(), time.monotonic(), list[int]()
    while 429 not in codes and len(codes) < 100:
        codes.append(web.post("/subscribe", data={"email": f"r{len(codes)}@chipwire.test"}).status_code)
    assert 10 < len(codes) <= 11 + (time.monotonic() - began) / 6
    assert codes[-1] == 429


@pytest.mark.parametrize("email", ["", "x", "a@b@c.example", "eve@x.example\r\nBcc: all@x.example", "a" * 400])
def test_what_is_no_address_is_said_so(store: Store, client: Clients, email: str) -> None:
    assert client().post("/subscribe", data={"email": email}).status_code == 422
    assert queued(store) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"hour": "24"}, "hour: Input should be less than or equal to 23"),
        ({"hour": "noon"}, "hour: Input should be a valid integer"),
        ({"weekdays": ["1", "x"]}, "weekdays: "),
        ({"weekdays": ["8"]}, "weekdays are numbers from 0"),
        ({"format": "fax"}, "format: Input should be"),
        ({"min_role": "hero"}, "min_role: Input should be"),
        ({"all_quiet": "never ever"}, "all_quiet: Input should be a valid boolean"),
        ({"zone": "Jakarta"}, "not an IANA time zone"),
    ],
)
def test_what_is_wrong_is_said_on_the_form_which_keeps_the_rest(
    store: Store, client: Clients, alice: Reader, wrong: dict[str, Any], says: str
) -> None:
    """Also what browsers would not send."""
    web = client()
    form = {"whole": "true", "companies": ["samsung"], "weekdays": ["2"], "hour": "6", "zone": "Asia/Seoul", **wrong}
    for place in ("/subscribe", path(SENDER.links.preferences(alice))):
        answer = web.post(place, data={"email": "fay@chipwire.test", **form})
        assert answer.status_code == 422
        said = html.unescape(answer.text)
        assert says in said
        assert 'value="samsung" checked' in said
        assert f'value="{form["zone"]}"' in said
        assert ('name="weekdays" value="2" checked' in said) == ("weekdays" not in wrong)
    assert queued(store) == []
    with store.read() as c:
        assert readers.get(c, alice.id or 0) == alice


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


def test_without_a_sender_nobody_can_subscribe(client: Clients) -> None:
    assert client(sender=None).post("/subscribe", data={"email": "x@chipwire.test"}).status_code == 404


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
    assert web.post(link, data={"deed": "search", "q": "HBM4 OR", "company": "samsung"}).status_code == 422
    assert web.post(link, data={"deed": "search"}).status_code == 422, "everything is no search"
    assert "HBM4 · samsung" in web.post(link, data={"deed": "search", "q": "HBM4", "company": "samsung"}).text
    web.post(link, data={"deed": "search", "q": "<b>", "pace": "daily"})
    with store.read() as c:
        first, second = alerts.listing(c, alice.id)
    assert (first.name, first.at_once, first.asked["q"], first.asked["companies"]) == (
        "HBM4 · samsung", True, "HBM4", [["samsung"]],
    )  # fmt: skip
    assert not second.at_once
    assert "<b>" not in web.get(link).text
    exported = web.post(link, data={"deed": "export"}).json()
    assert [alert["name"] for alert in exported["alerts"]] == ["HBM4 · samsung", "<b>"]
    web.post(link, data={"deed": "forget", "alert": str(first.id)})
    assert web.post(link, data={"deed": "forget", "alert": str(first.id)}).status_code == 404
    with store.read() as c:
        assert alerts.listing(c, alice.id) == [second]
    web.post(link, data={"deed": "delete-for-good"})
    with store.read() as c:
        assert alerts.listing(c) == []


def test_without_a_mail_server_nobody_is_told_that_a_letter_comes(client: Clients, store: Store) -> None:
    said = client(posts=False).post("/subscribe", data={"email": "alice@chipwire.test"}).text
    assert "has no mail server yet" in said
    assert "on its way" not in said
    with store.read() as c:
        assert [letter.kind for letter in letters.listing(c)] == ["confirm"], "it waits"


def test_a_link_that_leads_nowhere_says_what_to_do(client: Clients) -> None:
    """Who wants to leave is not told to subscribe; who reads a letter on the web gets a page."""
    web = client()
    for path in ("/unsubscribe/cut", "/preferences/cut", "/v1/digests/cut"):
        answer = web.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert "write to chipwire &lt;digest@chipwire.test&gt;" in answer.text
        assert "Subscribe again" not in answer.text
    assert "Subscribe again" in web.get("/confirm/cut", headers={"accept": "text/html"}).text
