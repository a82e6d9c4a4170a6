"""Double opt-in: who asks gets one letter, and the answer tells nothing of anybody."""

import html
import re
import time
from datetime import timedelta
from typing import Any

import pytest

from chipwire.domain import Reader
from chipwire.keep.db import Store
from chipwire.keep.people import letters, readers
from tests.serve.subscribe.conftest import NOW, SENDER, Clients, Clock
from tests.serve.subscribe.looking import path, queued, status


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


def test_without_a_sender_nobody_can_subscribe(client: Clients) -> None:
    assert client(sender=None).post("/subscribe", data={"email": "x@chipwire.test"}).status_code == 404


def test_without_a_mail_server_nobody_is_told_that_a_letter_comes(client: Clients, store: Store) -> None:
    said = client(posts=False).post("/subscribe", data={"email": "alice@chipwire.test"}).text
    assert "has no mail server yet" in said
    assert "on its way" not in said
    with store.read() as c:
        assert [letter.kind for letter in letters.listing(c)] == ["confirm"], "it waits"
