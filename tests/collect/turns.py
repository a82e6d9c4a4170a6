"""One turn of a feed, and how long it is until the next: what the tests of the pace share."""

from datetime import datetime, timedelta

from chipwire.collect.pacing import pace
from chipwire.domain import Failed, Feed, FeedFacts, FeedState, Fetched, NotModified
from tests.collect.conftest import NOW

FEED = Feed(id="wafer", url="https://feeds.wafer.example/rss", title="Wafer Post")
LIMITS = pace.Limits()
HOUR = timedelta(hours=1)
KNOWN = FeedState(feed_id="wafer", last_checked=NOW - HOUR, etag='"a"')


def ok(headers: dict[str, str] | None = None, moved_to: str | None = None) -> Fetched:
    return Fetched(status=200, final_url=FEED.url, headers=headers or {}, body=b"<rss/>", moved_to=moved_to)


def seen(items: int = 10, new: int = 5, **facts: object) -> pace.Seen:
    return pace.Seen(items, new, [], FeedFacts(**facts) if facts else None)  # type: ignore[arg-type]


def turn(
    state: FeedState = KNOWN,
    outcome: Fetched | NotModified | Failed | None = None,
    found: pace.Seen | None = None,
    now: datetime = NOW,
    spread: float = 0.5,
    feed: Feed = FEED,
) -> pace.Paced:
    outcome = outcome or ok()
    if found is None and isinstance(outcome, Fetched):
        found = seen()
    return pace.after(feed, state, outcome, found, now, spread=spread, limits=LIMITS)


def wait(paced: pace.Paced, now: datetime = NOW) -> float:
    """Hours until the next check."""
    assert paced.state.next_check is not None
    assert paced.state.next_check == paced.event.next_check
    assert paced.state.next_reason == paced.event.reason != ""
    return (paced.state.next_check - now) / HOUR
