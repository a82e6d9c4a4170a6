"""/metrics as Prometheus reads it: every number against what the store and the requests were made to be."""

from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chipwire.domain import FeedEvent, FeedState, Letter, Reader
from chipwire.keep import lease
from chipwire.keep.people import outbox, readers, webhooks
from chipwire.keep.sources import feeds, tally
from tests.client import Client

SECOND = timedelta(seconds=1)
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(client: Client) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def one(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def test_turns_and_lateness_outlive_processes(newsroom: Any) -> None:
    with newsroom.store.write() as c:
        tally.add(c, [("new", 3 * SECOND), ("new", None), ("failed", timedelta(days=2))])
    with newsroom.store.write() as c:
        tally.add(c, [("not-modified", -SECOND), ("new", 5 * SECOND)])
    samples = scrape(newsroom.client())
    assert one(samples, "chipwire_feed_turns_total", outcome="new") == 3
    assert one(samples, "chipwire_feed_turns_total", outcome="failed") == 1
    assert one(samples, "chipwire_feed_turns_total", outcome="gone") == 0
    buckets = {le: one(samples, "chipwire_feed_lateness_seconds_bucket", le=le) for le in ("1.0", "5.0", "+Inf")}
    assert buckets == {"1.0": 1, "5.0": 3, "+Inf": 4}
    assert one(samples, "chipwire_feed_lateness_seconds_sum") == 8 + 2 * 86400
    assert one(samples, "chipwire_feed_lateness_seconds_count") == 4


def test_news_are_counted(newsroom: Any) -> None:
    client = newsroom.client()
    samples = scrape(client)
    assert one(samples, "chipwire_items") == one(samples, "chipwire_items_new_total") == 8
    assert one(samples, "chipwire_tags", company="bytedance", role="about") == 3
    assert one(samples, "chipwire_tags", company="bytedance", role="mention") == 1
    assert one(samples, "chipwire_story_items_bucket", le="1.0") == 4
    assert one(samples, "chipwire_story_items_bucket", le="5.0") == 5
    assert one(samples, "chipwire_story_items_bucket", le="+Inf") == 5
    assert one(samples, "chipwire_story_items_gsum") == 8
    newsroom.report(50, "daily", "en", "Nvidia again", {"nvidia": "about"}, [])
    newsroom.time += 10 * SECOND
    samples = scrape(client)
    assert one(samples, "chipwire_items_new_total") == 9
    assert one(samples, "chipwire_items") == 8, "what is dear is read once a minute"
    newsroom.time += 60 * SECOND
    assert one(scrape(client), "chipwire_items") == 9


def test_feeds_and_the_clock(newsroom: Any) -> None:
    now = newsroom.time
    with newsroom.store.write() as c:
        lease.take(c, "clock", "me", now, 30)
        for name, more in {"daily": {"last_ok": now}, "bao": {"failures": 1}, "ilbo": {"retired_at": now}}.items():
            state = FeedState(feed_id=name, last_checked=now - 90 * SECOND, next_check=now - 40 * SECOND, **more)
            feeds.save(c, state, FeedEvent(feed_id=name, at=now, outcome="new"))
    samples = scrape(newsroom.client())
    states = {"ok": 1, "failing": 1, "retired": 1, "new": 2, "off": 0}
    assert {state: one(samples, "chipwire_feeds", state=state) for state in states} == states
    assert one(samples, "chipwire_clock_held") == 1
    assert one(samples, "chipwire_clocks") == 1
    assert one(samples, "chipwire_oldest_overdue_seconds") == 40
    assert one(samples, "chipwire_last_turn_timestamp_seconds") == (now - 90 * SECOND).timestamp()
    assert ("chipwire_last_digest_timestamp_seconds", frozenset()) not in samples, "none ever left"


def test_what_waits_to_leave(newsroom: Any) -> None:
    now = newsroom.time
    with newsroom.store.write() as c:
        reader = readers.add(c, Reader(email="alice@chipwire.test", created=now))
        for day, state in ((now.date(), "sent"), (now.date() + timedelta(days=1), "pending")):
            letter = Letter(
                reader_id=reader.id or 0, local_date=day, message_id=f"<{day}@x.test>", subject="s", body=b"b",
                queued_at=now, next_try=now, expires_at=now + timedelta(days=1), low_item=0, high_item=1,
            )  # fmt: skip
            number = outbox.queue(c, letter)
            if state == "sent":
                outbox.settle(c, number or 0, "sent", now)
        hook = webhooks.add(c, "https://hook.example/", {}, now)
        webhooks.test(c, hook, now)
        webhooks.add(c, "https://gone.example/", {}, now)
        webhooks.stop(c, hook + 1)
    samples = scrape(newsroom.client())
    assert one(samples, "chipwire_letters", state="sent") == one(samples, "chipwire_letters", state="pending") == 1
    assert one(samples, "chipwire_webhooks", state="active") == one(samples, "chipwire_webhooks", state="stopped") == 1
    assert one(samples, "chipwire_webhook_calls", state="pending") == 1
    assert one(samples, "chipwire_last_digest_timestamp_seconds") == now.timestamp()


def test_requests_are_counted_under_their_route(newsroom: Any) -> None:
    client = newsroom.client()
    for path in ("/v1/items/1", "/v1/items/2", "/v1/items/2", "/v1/items/99999", "/wp-login.php", "/v1/items?q=("):
        client.get(path)
    client.request("BREW", "/v1/items")
    samples = scrape(client)

    def met(method: str, route: str, status: str) -> float:
        return one(samples, "chipwire_requests_total", method=method, route=route, status=status)

    assert met("GET", "/v1/items/{item_id}", "200") == 3, "an answer that was kept counts under its route too"
    assert met("GET", "/v1/items/{item_id}", "404") == 1
    assert met("GET", "other", "404") == 1
    assert met("GET", "/v1/items", "422") == 1
    assert met("other", "/v1/items", "405") == 1
    assert one(samples, "chipwire_request_seconds_count", route="/v1/items/{item_id}") == 4
    assert 0 < one(samples, "chipwire_request_seconds_sum", route="/v1/items/{item_id}") < 30
    assert one(samples, "process_open_fds") > 3


def test_closed_reads_close_it_too(newsroom: Any, bearer: dict[str, str]) -> None:
    client = newsroom.client(read_token=True)
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=bearer).status_code == 200


@pytest.mark.parametrize("path", ["/metrics"])
def test_each_scrape_is_fresh(newsroom: Any, path: str) -> None:
    client = newsroom.client()
    first = client.get(path).text
    assert 'route="/metrics"' not in first
    assert 'route="/metrics"' in client.get(path).text
