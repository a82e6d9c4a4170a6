"""Conditional GET: after every transition the next question carries the validators the server gave last."""

import time
from dataclasses import dataclass
from datetime import timedelta

import pytest

from chipwire.collect.pacing import pace
from chipwire.collect.parse import parse
from chipwire.domain import Feed, FeedState, Fetched, NotModified
from tests.cases import every
from tests.collect.conftest import NOW, Fetch
from tests.collect.torture import RSS, Torture, answer, conditional

MONDAY, TUESDAY = "Mon, 23 Nov 2026 08:00:00 GMT", "Tue, 24 Nov 2026 08:00:00 GMT"
NEWER = RSS.replace(b"w-1", b"w-2")
REBUILT = RSS.replace(b"08:00:00", b"09:30:00")
LONG = '"' + "a1b2" * 500 + '"'


@dataclass(frozen=True)
class Case:
    """Two answers in a row, and what the third question must carry."""

    name: str
    first: bytes
    second: bytes
    etag: str | None
    modified: str | None


CASES = [
    Case("same ETag", answer(ETag='"a"'), answer(304, ETag='"a"'), '"a"', None),
    Case("ETag changes alone", answer(ETag='"a"', Last_Modified=MONDAY),
         answer(200, NEWER, ETag='"b"', Last_Modified=MONDAY), '"b"', MONDAY),
    Case("Last-Modified changes alone", answer(ETag='"a"', Last_Modified=MONDAY),
         answer(200, NEWER, ETag='"a"', Last_Modified=TUESDAY), '"a"', TUESDAY),
    Case("304 with a new ETag", answer(ETag='"a"'), answer(304, ETag='"b"'), '"b"', None),
    Case("304, new Last-Modified", answer(Last_Modified=MONDAY), answer(304, Last_Modified=TUESDAY), None, TUESDAY),
    Case("304 without validators", answer(ETag='"a"', Last_Modified=MONDAY), answer(304), '"a"', MONDAY),
    Case("same body 200, new ETag", answer(ETag='"a"'), answer(200, RSS, ETag='"b"'), '"b"', None),
    Case("rebuilt body 200, new pair", answer(ETag='"a"'),
         answer(200, REBUILT, ETag='"b"', Last_Modified=TUESDAY), '"b"', TUESDAY),
    Case("weak ETag", answer(ETag='W/"a"'), answer(304, ETag='W/"b"'), 'W/"b"', None),
    Case("long and unquoted ETags", answer(ETag=LONG), answer(200, NEWER, ETag="no-quotes-7"), "no-quotes-7", None),
    Case("ETag goes, Last-Modified comes", answer(ETag='"a"'), answer(200, NEWER, Last_Modified=MONDAY), None, MONDAY),
    Case("a 200 without validators", answer(ETag='"a"', Last_Modified=MONDAY), answer(200, NEWER), '"a"', MONDAY),
]  # fmt: skip


def poll(fetch: Fetch, url: str, state: FeedState, hours: int) -> FeedState:
    """One turn as the pipeline takes it."""
    now = NOW + timedelta(hours=hours)
    outcome = fetch(url, state, now)
    assert isinstance(outcome, Fetched | NotModified)
    parsed = isinstance(outcome, Fetched) and not pace.unchanged(state, outcome)
    seen = pace.Seen(1, 1, []) if parsed else None
    feed = Feed(id="wafer", url=url, title="Wafer Post")
    return pace.after(feed, state, outcome, seen, now, spread=0.5, limits=pace.Limits()).state


def test_the_matrix_has_twelve_cases() -> None:
    assert len({case.name for case in CASES}) == 12


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_matrix(server: Torture, fetch: Fetch, case: Case) -> None:
    url = server.script("/feed", case.first, case.second, answer(304))
    state = FeedState(feed_id="wafer")
    for hour in range(4):
        state = poll(fetch, url, state, hour)
    first, second, third, fourth = [request.headers for request in server.hits("/feed")]
    assert "if-none-match" not in first
    assert "if-modified-since" not in first
    assert {"if-none-match", "if-modified-since"} & set(second)
    for headers in (third, fourth):
        assert headers.get("if-none-match") == case.etag
        assert headers.get("if-modified-since") == case.modified


def test_nothing_is_invented(server: Torture, fetch: Fetch) -> None:
    """A server that gives no validators but a Date is asked without conditions."""
    url = server.script("/feed", answer(Date=MONDAY))
    state = poll(fetch, url, FeedState(feed_id="wafer"), 0)
    poll(fetch, url, state, 1)
    assert not {"if-none-match", "if-modified-since"} & set(server.hits("/feed")[1].headers)


def test_validators_that_come_late_are_used(server: Torture, fetch: Fetch) -> None:
    url = server.script("/feed", answer(), answer(200, RSS, ETag='"late"'))
    state = FeedState(feed_id="wafer")
    for hour in range(3):
        state = poll(fetch, url, state, hour)
    assert server.hits("/feed")[2].headers["if-none-match"] == '"late"'


def test_a_server_that_knows_conditions_answers_304_for_ever(server: Torture, fetch: Fetch) -> None:
    url = server.script("/feed", conditional(etag='W/"x\xe9"', modified=MONDAY))
    state = FeedState(feed_id="wafer")
    for hour in range(4):
        state = poll(fetch, url, state, hour)
    assert state.last_status == 304


def test_an_unreadable_body_keeps_no_validators(server: Torture, fetch: Fetch) -> None:
    """Else the next answer would be a 304 and its entries would never be read."""
    url = server.script("/feed", answer(ETag='"broken"'))
    outcome = fetch(url)
    feed = Feed(id="wafer", url=url, title="Wafer Post")
    for seen in (None, pace.Seen(0, 0, ["no entries"])):
        paced = pace.after(feed, FeedState(feed_id="wafer"), outcome, seen, NOW, spread=0.5, limits=pace.Limits())
        assert paced.state.etag is None
        assert paced.event.outcome == "parse-failed"


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>",
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>",
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "Quiet", "items": []}',
    ],
)
def test_a_feed_without_entries_does_well(body: bytes) -> None:
    """A news sitemap is empty after a quiet weekend: neither a failure nor a reason to ask again in full."""
    document = parse(body)
    outcome = Fetched(status=200, final_url="https://q.example/feed", headers={"etag": '"a"'}, body=body)
    feed, seen = Feed(id="q", url=outcome.final_url, title="Quiet"), pace.Seen(0, 0, document.problems)
    paced = pace.after(feed, FeedState(feed_id="q"), outcome, seen, NOW, spread=0.5, limits=pace.Limits())
    assert (paced.event.outcome, paced.state.etag, paced.state.failing_since) == ("unchanged", '"a"', None)
    assert paced.state.last_ok == NOW


def test_a_304_nobody_asked_for_is_a_failure(server: Torture, fetch: Fetch) -> None:
    outcome = fetch(server.script("/feed", answer(304, ETag='"a"')))
    assert not isinstance(outcome, NotModified)


FULL = RSS.replace(
    b"</item>", b"<slash:comments>9</slash:comments><pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate></item>"
).replace(b"</channel>", b"<generator>Press 6.0</generator><!-- made in 0.2 s --></channel>")


@every(
    ("old", "new", "same"),
    [
        (b"<lastBuildDate>Mon", b"<lastBuildDate>Tue", True),
        (b"<pubDate>Mon, 23", b"<pubDate>Tue, 24", True),
        (b"comments>9<", b"comments>10<", True),
        (b"<slash:comments>9</slash:comments>", b"", True),
        (b"0.2 s", b"0.31 s", True),
        (b"Press 6.0", b"Press 6.1", True),
        (b"<item>", b"\r\n\r\n   <item>", True),
        (b"A foundry", b"Another foundry", False),
        (b"w-1", b"w-2", False),
        (b"wafer.example/1", b"wafer.example/2", False),
        (b"<item>", b"<item><guid>w-0</guid></item><item>", False),
    ],
)
def test_same_body_new_bytes(old: bytes, new: bytes, same: bool) -> None:
    assert FULL.count(old)
    assert (pace.body_hash(FULL) == pace.body_hash(FULL.replace(old, new))) is same


@pytest.mark.slow
@pytest.mark.parametrize("flood", [b"<!--", b"<updated ", b"<pubDate>", b" ", b"<a:", b"<comments>x</"])
def test_hashing_stays_linear(flood: bytes) -> None:
    began = time.process_time()
    pace.body_hash(flood * (2_000_000 // len(flood)))
    assert time.process_time() - began < 1.5
