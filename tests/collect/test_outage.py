"""Three days without a network, without a host, with half of the hosts: nobody is dead, everybody catches up."""

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from chipwire.collect.pacing import pace
from chipwire.domain import Failed, Feed, FeedState, Fetched
from tests.cases import every
from tests.collect.conftest import NOW

HOUR = timedelta(hours=1)
LIMITS = pace.Limits()
OUTAGE = (NOW + 12 * HOUR, NOW + 84 * HOUR)
KINDS = [
    Failed(kind="dns", message="the name cannot be resolved"),
    Failed(kind="connect", message="cannot connect: network is unreachable"),
    Failed(kind="timeout", message="no complete answer within 20 seconds"),
]
World = Callable[[Feed, datetime], Fetched | Failed]


def feeds(count: int) -> list[Feed]:
    return [Feed(id=f"f{n}", url=f"https://outlet-{n}.example/feed", title=f"Outlet {n}") for n in range(count)]


@dataclass
class Run:
    """The pipeline's loop in small: due feeds in order of time, a window of recent outcomes, no clock."""

    world: World
    draw: random.Random = field(default_factory=lambda: random.Random(7))
    states: dict[str, FeedState] = field(default_factory=dict)
    polls: dict[str, list[datetime]] = field(default_factory=dict)

    def play(self, all_feeds: list[Feed], until: datetime) -> None:
        queue = [(NOW + timedelta(seconds=n), n) for n in range(len(all_feeds))]
        recent: deque[tuple[str, bool]] = deque(maxlen=30)
        while queue and queue[0][0] < until:
            now, n = heapq.heappop(queue)
            feed = all_feeds[n]
            state = self.states.setdefault(feed.id, FeedState(feed_id=feed.id))
            outcome = self.world(feed, now)
            recent.append((feed.url, pace.unreached(outcome)))
            if isinstance(outcome, Failed):
                outcome = pace.excused(outcome, down=pace.network_down(recent))
            seen = pace.Seen(20, 10, []) if isinstance(outcome, Fetched) else None
            paced = pace.after(feed, state, outcome, seen, now, spread=self.draw.random(), limits=LIMITS)
            self.states[feed.id] = paced.state
            self.polls.setdefault(feed.id, []).append(now)
            assert paced.state.next_check is not None
            assert paced.state.next_check > now
            heapq.heappush(queue, (paced.state.next_check, n))

    def caught_up(self, feed: Feed) -> timedelta:
        """How long after the outage it was asked again."""
        return min(at for at in self.polls[feed.id] if at >= OUTAGE[1]) - OUTAGE[1]


def out(now: datetime) -> bool:
    return OUTAGE[0] <= now < OUTAGE[1]


def fine(feed: Feed) -> Fetched:
    return Fetched(status=200, final_url=feed.url, body=b"<rss/>")


@pytest.mark.slow
def test_our_own_network_is_down_for_72_hours() -> None:
    """Nobody is charged, all 200 feeds are asked again within one interval (1 h), spread out, not at once."""
    everyone = feeds(200)
    run = Run(lambda feed, now: random.Random(str(now)).choice(KINDS) if out(now) else fine(feed))
    run.play(everyone, OUTAGE[1] + 2 * HOUR)
    waits = [run.caught_up(feed) for feed in everyone]
    assert max(waits) <= HOUR
    assert sum(w < timedelta(seconds=60) for w in waits) < 40
    assert all(state.retired_at is None and state.failures == 0 for state in run.states.values())
    during = [at for at in run.polls["f9"] if out(at)]
    assert len(during) < 72 * 7


@pytest.mark.slow
def test_one_host_is_down_for_72_hours() -> None:
    """Charged, asked less and less, but at least every 6 h, and healthy again at the first answer."""
    everyone = feeds(50)
    run = Run(lambda feed, now: KINDS[1] if out(now) and feed.id == "f3" else fine(feed))
    run.play(everyone, OUTAGE[1] + 12 * HOUR)
    state = run.states["f3"]
    during = [at for at in run.polls["f3"] if out(at)]
    gaps = [b - a for a, b in pairwise(during)]
    assert run.caught_up(everyone[3]) <= 6 * HOUR
    assert (state.failures, state.failing_since, state.last_status) == (0, None, 200)
    assert max(gaps) <= 6 * HOUR
    assert gaps[0] < 2 * HOUR < gaps[-1]


@pytest.mark.parametrize("failed", [
    Failed(kind="http", message="x", status=404), Failed(kind="http", message="x", status=403),
    Failed(kind="http", message="x", status=500), Failed(kind="unavailable", message="x", status=503),
    Failed(kind="too-many-requests", message="x", status=429), Failed(kind="parse", message="x"),
    Failed(kind="not-a-feed", message="x", status=200), Failed(kind="tls", message="x"), *KINDS,
], ids=lambda failed: f"{failed.kind}-{failed.status}")  # fmt: skip
def test_no_failure_is_for_ever(failed: Failed) -> None:
    """A thousand times in a row: still asked at least daily, and one good answer heals everything."""
    feed, state, now = feeds(1)[0], FeedState(feed_id="f0", last_checked=NOW), NOW
    for _ in range(1000):
        paced = pace.after(feed, state, failed, None, now, spread=0.999, limits=LIMITS)
        state = paced.state
        assert state.next_check is not None
        assert state.next_check - now <= 24 * HOUR
        now = state.next_check
    assert state.retired_at is None
    healed = pace.after(feed, state, fine(feed), pace.Seen(20, 10, []), now, spread=0.5, limits=LIMITS).state
    assert (healed.failures, healed.last_error) == (0, None)
    assert healed.next_check is not None
    assert healed.next_check - now <= HOUR


def test_back_off_is_linear_and_hard_failures_weigh_more() -> None:
    def waits(failed: Failed) -> list[float]:
        feed, state, found = feeds(1)[0], FeedState(feed_id="f0", last_checked=NOW), []
        for _ in range(5):
            state = pace.after(feed, state, failed, None, NOW, spread=0.999, limits=LIMITS).state
            assert state.next_check is not None
            found.append(round((state.next_check - NOW) / HOUR, 1))
        return found

    assert waits(KINDS[0]) == [1.5, 2.0, 2.5, 3.0, 3.5]
    assert waits(Failed(kind="not-a-feed", message="x")) == [2.0, 3.0, 4.0, 5.0, 6.0]


@every(
    ("silent", "answering", "down"),
    [(10, 0, True), (9, 1, True), (8, 2, True), (7, 3, False), (0, 10, False), (2, 0, False), (3, 0, True)],
)
def test_network_down(silent: int, answering: int, down: bool) -> None:
    some = feeds(silent + answering)
    rude = Failed(kind="http", message="x", status=500)
    outcomes = [(feed.url, pace.unreached(KINDS[n % 3] if n < silent else rude)) for n, feed in enumerate(some)]
    assert pace.network_down(outcomes) is down


def test_many_feeds_of_one_domain_are_one_witness() -> None:
    assert not pace.network_down([(f"https://f{n}.outlet.example/", True) for n in range(50)])
    assert not pace.network_down([])


def test_only_the_unreached_are_excused() -> None:
    rude = Failed(kind="http", message="x", status=404)
    assert pace.excused(rude, down=True) == rude
    assert pace.excused(KINDS[0], down=False) == KINDS[0]
    assert pace.excused(KINDS[0], down=True).kind == "network-down"
