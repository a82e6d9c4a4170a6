"""Saved queries call a real receiver: signed, at least once under one id, and again after failure."""

import asyncio
import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.domain import Entry, Feed, Placement, Read, Tags
from chipwire.keep.db import Store
from chipwire.keep.news import corrections, items, stories, tagging
from chipwire.keep.people import webhooks
from chipwire.keep.sources import feeds
from chipwire.pipeline import webhooks as pipeline
from tests.pipeline.calls import Receiver, arrive, save, start, take_turn


@pytest.fixture
def store(store: Store) -> Store:
    with store.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
    return store


def test_items_are_called_out_signed_and_once(store: Store, receiver: Receiver) -> None:
    arrive(store, range(1, 3))
    hook = save(store, receiver, companies=[["nvidia"]], q="chip")
    arrive(store, range(3, 8))
    assert take_turn(store, receiver) == 3
    assert take_turn(store, receiver) == 0
    with store.read() as c:
        secret = webhooks.get(c, hook)["secret"]
        log = webhooks.log(c, hook)
    told = [Webhook(secret).verify(body, headers) for headers, body in receiver.got]
    assert sorted(event["data"]["title"] for event in told) == ["Chip 3", "Chip 5", "Chip 7"]
    assert {event["type"] for event in told} == {"item.new"}
    assert {(call["state"], call["last_status"], call["tries"]) for call in log} == {("delivered", 204, 1)}


def test_a_correction_is_called_out_once_to_who_was_told(store: Store, receiver: Receiver) -> None:
    """Even where the report no longer meets what was asked, as it named another company before."""
    save(store, receiver, companies=[["nvidia"]])
    with store.write() as c:
        webhooks.add(c, f"http://{receiver.place}/hook", {"companies": [["nvidia"]]}, start(), "slack")
    arrive(store, range(1, 4))
    assert take_turn(store, receiver) == 4
    receiver.got.clear()
    with store.write() as c:
        nvidia = Tags(lang="en", companies={"nvidia": "about"})
        corrections.note(c, [corrections.Corrected(3, "Chip <3>", "Chip 4", nvidia)], start())
        corrections.note(c, [corrections.Corrected(2, "Chip 2", "Chip 5", nvidia)], start())
        tagging.retag(c, [(3, Tags(lang="en", companies={"amd": "about"}))])
    assert take_turn(store, receiver) == 2
    assert take_turn(store, receiver) == 0
    assert sorted(receiver.ids()) == ["msg_1_4", "msg_2_4"]
    told = {headers["webhook-id"]: json.loads(body) for headers, body in receiver.got}
    event = told["msg_1_4"]
    assert (event["type"], event["data"]["id"]) == ("item.corrected", 3)
    assert {name: event["data"]["corrected"][name] for name in ("before", "now")} == {
        "before": "Chip <3>", "now": "Chip 4",
    }  # fmt: skip
    assert told["msg_2_4"]["text"].split("\n")[:3] == [
        "<https://f.example/3|Corrected: Chip 3>", "Before: Chip &lt;3&gt;", "Now: Chip 4",
    ]  # fmt: skip


def test_a_copy_that_was_not_called_out_is_not_when_it_is_corrected(store: Store, receiver: Receiver) -> None:
    save(store, receiver, collapse=True)
    arrive(store, range(1, 3))
    with store.write() as c:
        stories.apply(c, [Placement(item_id=item, story_id=1, link="copy") for item in (1, 2)], start())
    assert take_turn(store, receiver) == 1
    with store.write() as c:
        tags = Tags(lang="en")
        corrections.note(c, [corrections.Corrected(item, "Chip 0", "Chip", tags) for item in (1, 2)], start())
    assert take_turn(store, receiver) == 1
    assert receiver.ids() == ["msg_1_1", "msg_1_3"]


def test_a_chat_gets_one_message_a_story_that_calls_nobody(store: Store, receiver: Receiver) -> None:
    with store.write() as c:
        place = f"http://{receiver.place}/hook"
        hook = webhooks.add(c, place, {"collapse": True}, start(), "slack")
        card = webhooks.add(c, place, {"collapse": True}, start(), "teams")
        for number, title in ((1, "<b> & @channel:\nNvidia | AMD"), (2, "The same, told again")):
            url = f"https://f.example/{number}?a=1&b=<2|3>"
            entry = Entry(uid=str(number), url=url, title=title)
            tags = Tags(lang="en", companies={"amd": "mention", "nvidia": "about"}, credit="Reuters")
            [(item, _)] = items.add(
                c, "f", [Read(entry=entry, url=url, content_hash=str(number), tags=tags)], start()
            ).new
            stories.apply(c, [Placement(item_id=item, story_id=1)], start())
    assert take_turn(store, receiver) == 2
    told = {headers["webhook-id"]: (headers, body) for headers, body in receiver.got}
    headers, body = told[f"msg_{hook}_1"]
    assert json.loads(body) == {
        "text": "<https://f.example/1?a=1&amp;b=%3C2%7C3%3E|&lt;b&gt; &amp; @\u200bchannel: Nvidia | AMD>\n"
        "F, crediting Reuters · nvidia · mentions amd"
    }
    [attached] = json.loads(told[f"msg_{card}_1"][1])["attachments"]
    title, about = (block["inlines"][0] for block in attached["content"]["body"])
    assert (title["text"], about["text"]) == (
        "<b> & @channel: Nvidia | AMD", "F, crediting Reuters · nvidia · mentions amd"
    )  # fmt: skip
    assert title["selectAction"]["url"] == "https://f.example/1?a=1&b=<2|3>"
    with store.write() as c:
        Webhook(webhooks.get(c, hook)["secret"]).verify(body, headers)
        webhooks.test(c, hook, start())
    assert take_turn(store, receiver) == 1
    assert json.loads(receiver.got[-1][1]) == {"text": "A test of chipwire: news will come here."}


@pytest.mark.slow
def test_a_backlog_leaves_in_one_turn(store: Store, receiver: Receiver) -> None:
    save(store, receiver)
    arrive(store, range(1, 131))
    assert take_turn(store, receiver) == 130
    assert len(set(receiver.ids())) == len(receiver.ids()) == 130


def test_a_receiver_hears_of_news_in_their_order_and_is_left_alone_once_it_misses(
    store: Store, receiver: Receiver
) -> None:
    save(store, receiver)
    arrive(store, range(1, 31))
    assert take_turn(store, receiver) == 30
    assert receiver.ids() == [f"msg_1_{number}" for number in range(1, 31)]
    save(store, receiver)
    arrive(store, range(31, 61))
    receiver.status = 503
    assert take_turn(store, receiver) == 0
    assert sorted(receiver.ids()[30:]) == ["msg_1_31", "msg_2_31"], "and not all that wait"
    receiver.status = 204
    later = start() + timedelta(seconds=41)
    assert take_turn(store, receiver, later) == 60
    assert len(set(receiver.ids())) == 90, "what was missed came too"


def test_a_refused_call_is_made_again_under_its_id(store: Store, receiver: Receiver) -> None:
    hook = save(store, receiver)
    arrive(store, range(1, 2))
    receiver.status = 500
    with capture_logs() as lines:
        assert take_turn(store, receiver) == 0
    [line] = lines
    assert (line["event"], line["log_level"], line["webhook"]) == ("webhook", "warning", hook)
    assert "500" in line["why"]
    assert line["next"] == (start() + timedelta(seconds=5)).isoformat()
    assert take_turn(store, receiver, start() + timedelta(seconds=1)) == 0
    receiver.status = 200
    assert take_turn(store, receiver, start() + timedelta(seconds=6)) == 1
    assert receiver.ids() == ["msg_1_1", "msg_1_1"]
    assert receiver.got[0][1] == receiver.got[1][1]
    with store.write() as c:
        webhooks.replay(c, hook, webhooks.log(c, hook)[0]["id"], start())
        webhooks.test(c, hook, start())
    assert take_turn(store, receiver) == 2
    assert json.loads(receiver.got[-1][1])["type"] in {"item.new", "webhook.test"}


def test_two_that_make_calls_at_a_time_make_each_once(store: Store, receiver: Receiver) -> None:
    save(store, receiver)
    arrive(store, range(1, 9))
    receiver.pause = 0.05

    async def beside() -> list[int]:
        async with Fetcher(guard=Guard(allowed=frozenset({receiver.place}))) as wire:
            rounds = [pipeline.round(store, wire, start) for _ in range(2)]
            return await asyncio.gather(*rounds)

    assert sum(asyncio.run(beside())) == 8
    assert len(receiver.ids()) == len(set(receiver.ids())) == 8


def test_a_call_that_was_taken_and_never_made_is_due_again(store: Store, receiver: Receiver) -> None:
    save(store, receiver)
    arrive(store, range(1, 2))
    with store.write() as c:
        webhooks.queue(c, start())
        assert len(webhooks.take(c, start(), start() + timedelta(seconds=40), 50)) == 1
    assert take_turn(store, receiver) == 0
    assert take_turn(store, receiver, start() + timedelta(seconds=41)) == 1
    assert receiver.ids() == ["msg_1_1"]


def test_a_receiver_that_is_gone_is_left_alone(store: Store, receiver: Receiver) -> None:
    hook = save(store, receiver)
    arrive(store, range(1, 3))
    receiver.status = 410
    with capture_logs() as lines:
        take_turn(store, receiver)
    assert {line["next"] for line in lines} == {"stopped"}
    with store.read() as c:
        assert webhooks.get(c, hook)["active"] is False
    assert take_turn(store, receiver, start() + timedelta(days=1)) == 0


def test_private_addresses_are_not_called(store: Store, receiver: Receiver) -> None:
    hook = save(store, receiver)
    arrive(store, range(1, 2))

    async def turn() -> int:
        async with Fetcher(guard=Guard()) as wire:
            return await pipeline.round(store, wire, lambda: start())

    assert asyncio.run(turn()) == 0
    assert receiver.got == []
    with store.read() as c:
        assert webhooks.log(c, hook)[0]["last_error"]


def test_tries_end() -> None:
    assert pipeline.next_try(1, start()) == start() + timedelta(seconds=5)
    assert pipeline.next_try(len(pipeline.AGAIN) + 1, start()) is None


def test_a_dead_receiver_holds_up_no_other(store: Store, receiver: Receiver) -> None:
    dead = save(store, receiver)
    arrive(store, range(1, 200))
    with store.write() as c:
        webhooks.queue(c, start())
    save(store, receiver)
    arrive(store, range(200, 203))
    with store.write() as c:
        webhooks.queue(c, start() + timedelta(seconds=1))
        due = webhooks.due(c, start() + timedelta(seconds=2), 50)
    assert [call.webhook_id for call in due] == [dead] * 10 + [2] * 3
