"""Webhooks over REST: saved, shown without their secret, tried, called again, forgotten."""

from typing import Any

import pytest
from standardwebhooks import Webhook

from chipwire.keep.people import webhooks
from tests.client import Client


def test_the_life_of_a_webhook(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client()
    wanted = {"url": "https://board.example/hook", "question": {"company": ["bytedance,samsung"], "q": "seedchip"}}
    made = client.post("/v1/webhooks", json=wanted, headers=bearer)
    assert made.status_code == 201
    Webhook(made.json()["secret"])
    place = made.headers["location"]
    newsroom.report(70, "daily", "en", "SeedChip again", {"samsung": "about"}, [])
    newsroom.report(71, "daily", "en", "SeedChip by others", {"nvidia": "about"}, [])
    with newsroom.store.write() as c:
        assert webhooks.queue(c, newsroom.time) == 1
    assert client.post(f"{place}/test", headers=bearer).status_code == 202
    shown = client.get(place, headers=bearer).json()
    assert "secret" not in shown
    assert shown["asked"]["companies"] == [["bytedance", "samsung"]]
    assert [call["message_id"].split("_")[2] for call in shown["deliveries"]] == ["test", "9"]
    again = client.post(f"{place}/deliveries/{shown['deliveries'][1]['id']}/replay", headers=bearer)
    assert again.status_code == 202
    assert len(client.get("/v1/webhooks", headers=bearer).json()["webhooks"]) == 1
    assert client.delete(place, headers=bearer).status_code == 204
    assert client.get(place, headers=bearer).status_code == 404


def test_a_chat_is_asked_for_stories_unless_it_wants_every_report(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client()
    for wanted, collapse in (({}, True), ({"question": {"collapse": "none"}}, False)):
        wish = {"url": "https://chat.example/hook", "format": "slack", **wanted}
        made = client.post("/v1/webhooks", json=wish, headers=bearer).json()
        assert (made["format"], made["asked"]["collapse"]) == ("slack", collapse)
    plain = client.post("/v1/webhooks", json={"url": "https://board.example/hook"}, headers=bearer).json()
    assert (plain["format"], plain["asked"]["collapse"]) == ("event", False)
    odd = client.post("/v1/webhooks", json={"url": "https://chat.example/", "format": "irc"}, headers=bearer)
    assert odd.status_code == 422


@pytest.mark.parametrize(
    "question", [{"since": "1h"}, {"story": ["1"]}, {"q": '"open'}, {"company": ["nobody"]}, {"companies": ["nvidia"]}]
)
def test_what_cannot_be_saved(client: Client, bearer: dict[str, str], question: dict[str, Any]) -> None:
    wanted = {"url": "https://board.example/hook", "question": question}
    assert client.post("/v1/webhooks", json=wanted, headers=bearer).status_code == 422


def test_a_webhook_moves_pauses_and_goes_on_without_loss(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client()
    made = client.post("/v1/webhooks", json={"url": "https://board.example/hook"}, headers=bearer)
    place = made.headers["location"]
    changed = client.patch(place, json={"url": "https://new.example/hook", "active": False}, headers=bearer).json()
    assert (changed["url"], changed["active"]) == ("https://new.example/hook", False)
    newsroom.report(70, "daily", "en", "While paused", {"nvidia": "about"}, [])
    with newsroom.store.write() as c:
        assert webhooks.queue(c, newsroom.time) == 0
    assert client.patch(place, json={"active": True}, headers=bearer).json()["active"] is True
    with newsroom.store.write() as c:
        assert webhooks.queue(c, newsroom.time) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "[::1]", "169.254.169.254", "0x7f.1", "[::ffff:10.0.0.1]"])
def test_private_addresses_are_refused_at_once(client: Client, bearer: dict[str, str], host: str) -> None:
    answer = client.post("/v1/webhooks", json={"url": f"http://{host}/hook"}, headers=bearer)
    assert answer.status_code == 422
    assert "no call would be let through" in answer.json()["detail"] or answer.json()["errors"]
    assert client.get("/v1/webhooks", headers=bearer).json() == {"webhooks": []}


def test_webhooks_are_not_for_everyone(client: Client) -> None:
    assert client.get("/v1/webhooks").status_code == 401
