"""/readyz: ready while news come in or may yet, 503 in words once the clock is dead for long."""

from datetime import timedelta
from typing import Any

from chipwire.domain import FeedEvent, FeedState, utc
from chipwire.keep import lease, vitals
from chipwire.keep.sources import feeds, holds
from chipwire.serve import health
from tests.cases import every

MINUTE = timedelta(minutes=1)
NOW = utc(2026, 11, 20, 12)


def overdue(newsroom: Any, by: timedelta) -> None:
    now = newsroom.time
    with newsroom.store.write() as c:
        state = FeedState(feed_id="daily", last_checked=now - by - 60 * MINUTE, next_check=now - by)
        feeds.save(c, state, FeedEvent(feed_id="daily", at=now, outcome="new"))


def test_a_fresh_store_is_ready(newsroom: Any) -> None:
    answer = newsroom.client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True, "clock": "not running", "clocks": 0, "last_turn": None, "overdue": None, "last_digest": None,
    }  # fmt: skip
    again = newsroom.client().get("/readyz", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_clock_that_is_dead_for_long_is_told(newsroom: Any) -> None:
    overdue(newsroom, 30 * MINUTE)
    client = newsroom.client()
    early = client.get("/readyz")
    assert (early.status_code, early.json()["overdue"]) == (200, {"feed": "daily", "since": "2026-11-20T11:30:00Z"})
    newsroom.time += 11 * MINUTE
    late = client.get("/readyz")
    assert late.status_code == 503
    assert late.json()["type"].endswith("/problems/clock-stopped")
    assert "feed daily is due since 2026-11-20T11:30:00Z and no clock is running" in late.json()["detail"]
    assert client.get("/healthz").status_code == 200
    with newsroom.store.write() as c:
        lease.take(c, "clock", "me", newsroom.time, 30)
    newsroom.time += timedelta(seconds=3)
    answer = client.get("/readyz").json()
    assert (answer["clock"], answer["clocks"]) == ("running", 1)


def test_a_host_that_asked_for_quiet_is_not_overdue(newsroom: Any) -> None:
    overdue(newsroom, 30 * MINUTE)
    client = newsroom.client()
    newsroom.time += 20 * MINUTE
    with newsroom.store.write() as c:
        holds.hold(c, "daily.example", newsroom.time + 60 * MINUTE)
    assert client.get("/readyz").status_code == 200


@every(
    ("clock", "waits", "since_turn", "watching", "says"),
    [
        (None, None, None, 600, None),
        (None, 9, 9, 600, None),
        (None, 11, 11, 600, "no clock is running"),
        (None, 600, 600, 9, None),
        (None, 600, 600, -600, None),
        ("me", 59, 59, 600, None),
        ("me", 90, 0, 600, None),
        ("me", 90, 61, 600, "has taken no turn for over an hour"),
        ("me", 90, None, 600, "has taken no turn for over an hour"),
    ],
)
def test_when_it_counts_as_stopped(
    clock: str | None, waits: int | None, since_turn: int | None, watching: int, says: str | None
) -> None:
    signs = vitals.Signs(
        clock=clock,
        last_turn=None if since_turn is None else NOW - since_turn * MINUTE,
        overdue=None if waits is None else ("daily", NOW - waits * MINUTE),
        last_digest=None,
    )
    why = vitals.stopped(signs, NOW, NOW - watching * MINUTE)
    assert (why is None) if says is None else (says in (why or ""))


def test_a_lease_from_a_wrong_clock_is_nobodys(newsroom: Any) -> None:
    with newsroom.store.write() as c:
        lease.take(c, "clock", "tomorrow's", newsroom.time + timedelta(days=1), 30)
        assert vitals.signs(c, newsroom.time).clock is None


def test_every_answer_has_a_shape_that_generated_clients_can_read(newsroom: Any) -> None:
    """Without a schema they give their callers nothing."""
    client = newsroom.client()
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                assert all(one.get("schema") for one in answer.get("content", {}).values()), (method, path, status)
    assert health.Ready.model_validate(client.get("/readyz").json()).clock == "not running"
