"""WebSub: the hub is found, asked, verified and never believed without a signature."""

import asyncio
import hashlib
import hmac
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from chipwire.collect import websub
from chipwire.collect.fetch import Fetcher
from chipwire.collect.guard import Guard
from chipwire.collect.pacing import pace
from chipwire.domain import Failed, Feed, FeedFacts, FeedState, Fetched
from tests.cases import every
from tests.collect.conftest import NOW
from tests.collect.torture import Torture, status

TOPIC, HUB, CALLBACK = "https://wafer.example/feed", "https://hub.example/", "https://chipwire.example/websub/wafer"
WANTED = FeedState(feed_id="wafer", hub=HUB, hub_topic=TOPIC, hub_secret="s3cret")
QUERY = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "abc", "hub.lease_seconds": "864000"}


@every(
    ("link", "facts", "found"),
    [
        (f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"', None, (HUB, TOPIC)),
        (f"<{TOPIC}>; title=x; rel=self, <{HUB}>;rel=hub", None, (HUB, TOPIC)),
        (f'<{HUB}>; rel="hub self"', None, (HUB, HUB)),
        ("", FeedFacts(hub=HUB, self_url=TOPIC), (HUB, TOPIC)),
        (f'<{HUB}>; rel="hub"', FeedFacts(self_url=TOPIC), (HUB, TOPIC)),
        ("", FeedFacts(hub=HUB), (None, None)),
        ("", FeedFacts(hub="javascript:x", self_url=TOPIC), (None, None)),
        ("<" * 5000, FeedFacts(), (None, None)),
        ("", None, (None, None)),
    ],
)
def test_advertised(link: str, facts: FeedFacts | None, found: tuple[str | None, str | None]) -> None:
    assert websub.advertised({"link": link}, facts) == found


def test_a_poll_finds_the_hub_and_a_change_ends_the_old_subscription() -> None:
    feed = Feed(id="wafer", url=TOPIC, title="Wafer Post")
    answer = Fetched(status=200, final_url=TOPIC, body=b"<rss/>")
    subscribed = WANTED.model_copy(update={"hub_expires": NOW + timedelta(days=5)})

    def poll(state: FeedState, hub: str) -> FeedState:
        seen = pace.Seen(1, 1, [], FeedFacts(hub=hub, self_url=TOPIC))
        return pace.after(feed, state, answer, seen, NOW, spread=0.5, limits=pace.Limits()).state

    assert poll(FeedState(feed_id="wafer"), HUB).hub_topic == TOPIC
    assert poll(subscribed, HUB).hub_expires == subscribed.hub_expires
    assert poll(subscribed, "https://other.example/").hub_expires is None


def test_due() -> None:
    assert not websub.due(FeedState(feed_id="wafer"), NOW)
    assert websub.due(WANTED, NOW)
    assert websub.due(WANTED.model_copy(update={"hub_expires": NOW + timedelta(hours=23)}), NOW)
    assert not websub.due(WANTED.model_copy(update={"hub_expires": NOW + timedelta(hours=25)}), NOW)


def test_what_is_posted(server: Torture) -> None:
    hub = server.script("/hub", status(202))
    post = websub.subscription(WANTED.model_copy(update={"hub": hub}), CALLBACK)

    async def send(guard: Guard) -> Fetched | Failed:
        async with Fetcher(guard=guard) as fetcher:
            return await fetcher.post(post.url, body=post.body, headers=post.headers, now=NOW)

    refused = asyncio.run(send(Guard()))
    assert isinstance(refused, Failed)
    assert refused.kind == "blocked"
    assert isinstance(asyncio.run(send(Guard(allow_private=True))), Fetched)
    (request,) = server.hits("/hub")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert {name: values[0] for name, values in parse_qs(request.body.decode()).items()} == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": CALLBACK,
        "hub.lease_seconds": "864000",
        "hub.secret": "s3cret",
    }


def test_unsubscribing_tells_no_secret() -> None:
    assert b"secret" not in websub.subscription(WANTED, CALLBACK, mode="unsubscribe").body
    with pytest.raises(ValueError, match="no hub"):
        websub.subscription(FeedState(feed_id="wafer"), CALLBACK)


def test_a_wanted_subscription_is_confirmed() -> None:
    verdict = websub.verify(QUERY, WANTED, NOW)
    assert verdict.challenge == "abc"
    assert verdict.state.hub_expires == NOW + timedelta(days=10)


@every(
    ("change", "state"),
    [
        ({"hub.topic": "https://evil.example/"}, WANTED),
        ({"hub.challenge": ""}, WANTED),
        ({"hub.challenge": "x" * 3000}, WANTED),
        ({"hub.mode": "unsubscribe"}, WANTED),
        ({"hub.mode": "publish"}, WANTED),
        ({"hub.mode": ""}, WANTED),
        ({}, FeedState(feed_id="wafer")),
        ({}, WANTED.model_copy(update={"hub_secret": None})),
    ],
)
def test_what_we_did_not_ask_for_is_refused(change: dict[str, str], state: FeedState) -> None:
    verdict = websub.verify({**QUERY, **change}, state, NOW)
    assert verdict.challenge is None
    assert verdict.state == state


def test_denied_and_unsubscribed() -> None:
    subscribed = WANTED.model_copy(update={"hub_expires": NOW + timedelta(days=5)})
    denied = websub.verify({"hub.mode": "denied", "hub.topic": TOPIC}, subscribed, NOW)
    assert (denied.challenge, denied.state.hub_expires) == ("", None)
    leaving = subscribed.model_copy(update={"hub_secret": None})
    left = websub.verify({**QUERY, "hub.mode": "unsubscribe"}, leaving, NOW)
    assert (left.challenge, left.state.hub_expires) == ("abc", None)


@every(("given", "days"), [("864000", 10), ("1", 1 / 288), ("99999999999999", 30), ("", 10), ("soon", 10), ("-1", 10)])
def test_lease(given: str, days: float) -> None:
    verdict = websub.verify({**QUERY, "hub.lease_seconds": given}, WANTED, NOW)
    assert verdict.state.hub_expires == NOW + timedelta(days=days)


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_signatures(method: str) -> None:
    body = b"<feed>news</feed>"
    digest = hmac.new(b"s3cret", body, getattr(hashlib, method)).hexdigest()
    assert websub.authentic(body, f"{method}={digest}", "s3cret")
    assert websub.authentic(body, f"{method.upper()}={digest.upper()}", "s3cret")
    assert not websub.authentic(body + b" ", f"{method}={digest}", "s3cret")
    assert not websub.authentic(body, f"{method}={digest}", "other")
    assert not websub.authentic(body, f"{method}={digest[:-1]}", "s3cret")


@every("signature", [None, "", "sha256", "sha256=", "md5=0123", "=", "sha256=é", "__class__=x"])
def test_no_signature_no_trust(signature: str | None) -> None:
    assert not websub.authentic(b"x", signature, "s3cret")
    assert not websub.authentic(b"x", signature, None)


def test_secrets_differ_and_fit() -> None:
    assert websub.new_secret() != websub.new_secret()
    assert 32 <= len(websub.new_secret()) < 200
