"""What happens to a feed whose server refuses, moves it or ends it: holds, new addresses, retirement."""

import pytest

from chipwire.collect.pacing import pace
from chipwire.domain import Failed, Feed, FeedState
from tests.collect.conftest import NOW
from tests.collect.turns import FEED, HOUR, KNOWN, ok, turn, wait


def test_429_holds_the_whole_registrable_domain() -> None:
    until = NOW + 2 * HOUR
    limited = Failed(kind="too-many-requests", message="x", status=429, retry_after=until)
    paced = turn(outcome=limited)
    assert paced.hold == ("wafer.example", until)
    assert paced.event.outcome == "held"
    assert 2 <= wait(paced) <= 2.5
    elsewhere = turn(outcome=limited.model_copy(update={"final_url": "https://x.litho.example/"}))
    assert elsewhere.hold == ("litho.example", until)


def test_429_without_a_date_holds_longer_each_time() -> None:
    limited = Failed(kind="too-many-requests", message="x", status=429)
    first = turn(outcome=limited)
    second = turn(first.state, limited)
    assert first.hold
    assert second.hold
    assert NOW < first.hold[1] < second.hold[1]


def test_503_holds_the_feed_alone() -> None:
    paced = turn(outcome=Failed(kind="unavailable", message="x", status=503, retry_after=NOW + 5 * HOUR))
    assert paced.hold is None
    assert 5 <= wait(paced) <= 5.6
    assert paced.state.next_reason == "server says 5 h"


def test_retry_after_is_scattered_afterwards() -> None:
    limited = Failed(kind="unavailable", message="x", status=503, retry_after=NOW + 5 * HOUR)
    assert len({wait(turn(outcome=limited, spread=n / 10)) for n in range(10)}) == 10


def move(state: FeedState, target: str | None, hours: float, feed: Feed = FEED) -> FeedState:
    now = NOW + hours * HOUR
    return turn(state, ok(moved_to=target), now=now, feed=feed).state


def test_a_move_is_adopted_after_three_polls_over_a_day() -> None:
    new = "https://wafer.example/new"
    state = KNOWN
    for hours in (0, 1, 2, 23.9):
        state = move(state, new, hours)
        assert pace.address(FEED, state) == FEED.url
    paced = turn(state, ok(moved_to=new), now=NOW + 24 * HOUR)
    assert pace.address(FEED, paced.state) == new
    assert paced.event.outcome == "moved"
    assert f"moved for good from {FEED.url} to {new}" in paced.event.reason


def test_two_polls_are_not_enough_however_long() -> None:
    state = move(move(KNOWN, "https://wafer.example/new", 0), "https://wafer.example/new", 48)
    assert pace.address(FEED, state) == FEED.url


@pytest.mark.parametrize("middle", [None, "https://wafer.example/other"])
def test_a_move_that_wavers_starts_again(middle: str | None) -> None:
    new = "https://wafer.example/new"
    state = KNOWN
    for target, hours in ((new, 0), (new, 12), (middle, 20), (new, 30), (new, 31)):
        state = move(state, target, hours)
    assert pace.address(FEED, state) == FEED.url


def test_a_person_who_edits_the_url_overrules_the_move() -> None:
    state = KNOWN.model_copy(update={"address": "https://wafer.example/new", "address_of": FEED.url})
    edited = FEED.model_copy(update={"url": "https://wafer.example/newest"})
    assert pace.address(FEED, state) == "https://wafer.example/new"
    assert pace.address(edited, state) == edited.url
    assert move(state, None, 0, edited).address is None


def test_a_new_address_that_fails_leads_back_home() -> None:
    state = KNOWN.model_copy(update={"address": "https://wafer.example/new", "address_of": FEED.url})
    for _ in range(10):
        state = turn(state, Failed(kind="http", message="x", status=404)).state
    assert pace.address(FEED, state) == FEED.url


def test_410_retires_at_the_third_time_and_says_so() -> None:
    gone = Failed(kind="gone", message="the server answers 410 Gone", status=410)
    state = KNOWN
    for count in (1, 2):
        paced = turn(state, gone)
        state = paced.state
        assert state.retired_at is None
        assert f"{count} of 3" in paced.event.reason
    paced = turn(state, gone)
    assert paced.state.retired_at == NOW
    assert paced.event.outcome == "gone"
    assert "retired" in paced.state.next_reason
    assert wait(paced) >= 24
    back = turn(paced.state)
    assert (back.state.retired_at, back.state.gone_count) == (None, 0)


def test_410_must_be_confirmed_in_a_row() -> None:
    gone = Failed(kind="gone", message="x", status=410)
    state = turn(turn(turn(KNOWN, gone).state, gone).state).state
    assert turn(state, gone).state.retired_at is None
