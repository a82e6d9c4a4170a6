"""When a feed fails: linear back-off with soft and hard weights, and never for ever."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chipwire.collect.pacing.interval import Limits, Plan, span, usual
from chipwire.collect.pacing.lanes import registrable
from chipwire.collect.pacing.redirects import HOME_AFTER
from chipwire.domain import Failed, Feed, FeedState, Fetched, NotModified, Outcome

HARD = ("gone", "not-a-feed", "blocked", "too-large", "tls", "redirects", "parse")
"""Failures that seldom mend themselves; the others (and 404, 5xx) come and go."""
SOFT_WEIGHT, HARD_WEIGHT = 0.5, 1.0
SOFT_MOST = timedelta(hours=6)
"""A feed that comes and goes is looked at this often even when it has been away for days."""
GONE_AFTER = 3
GONE_PAUSE = timedelta(hours=8)
RETIRED_PAUSE = timedelta(days=30)
NETWORK_PAUSE = timedelta(minutes=10)
UNREACHED = ("dns", "connect", "timeout", "reset", "network-down")
FEWEST_HOSTS = 3
MOST_HOSTS = 0.8


@dataclass(frozen=True)
class Backoff:
    """`update`: the fields of the state that count failures."""

    plan: Plan
    outcome: Outcome
    update: dict[str, Any] = field(default_factory=dict)
    hold: tuple[str, datetime] | None = None


def after_failure(
    feed: Feed, state: FeedState, failed: Failed, now: datetime, spread: float, limits: Limits
) -> Backoff:
    """What a failure costs."""
    interval = usual(feed, state, limits)
    if failed.kind == "network-down":
        wait = min(interval, NETWORK_PAUSE * (1 + spread))
        return Backoff(Plan(now + wait, "our own network is down", round(interval.total_seconds())), "failed")
    if failed.kind == "too-many-requests":
        return _held(feed, state, failed, interval, now, spread)
    if failed.kind == "gone":
        return _gone(state, interval, now, spread, limits)
    weight = HARD_WEIGHT if hard(failed) else SOFT_WEIGHT
    failures = state.failures + weight
    most = limits.most if hard(failed) else max(interval, min(SOFT_MOST, limits.most))
    wait = min(interval * (1 + failures), most) * (0.9 + 0.1 * spread)
    since = f"{state.failing_since:%Y-%m-%d %H:%M} UTC" if state.failing_since else ""  # it is read at any time
    reason = f"failing since {since}: {span(wait)} pause" if since else f"failed: {span(wait)}"
    if failed.retry_after and failed.retry_after > now:
        asked = (failed.retry_after - now) * (1 + 0.1 * spread)
        wait, reason = max(wait, asked), f"server says {span(failed.retry_after - now)}" if asked >= wait else reason
    update = {"failures": failures, "failing_since": state.failing_since or now}
    if state.address and failures >= HOME_AFTER:
        update |= {"address": None, "address_of": None}
        reason = f"back to the old address; {reason}"
    outcome: Outcome = "parse-failed" if failed.kind in ("parse", "not-a-feed") else "failed"
    return Backoff(Plan(now + wait, reason, round(interval.total_seconds())), outcome, update)


def hard(failed: Failed) -> bool:
    return failed.kind in HARD or (failed.kind == "http" and failed.status in (400, 401, 402, 403, 405, 406, 451))


def _held(feed: Feed, state: FeedState, failed: Failed, interval: timedelta, now: datetime, spread: float) -> Backoff:
    """429: the whole domain is left alone, as long as it says, else longer each time."""
    failures = state.failures + SOFT_WEIGHT
    asked = (failed.retry_after - now) if failed.retry_after else min(interval * (1 + failures), SOFT_MOST)
    until = now + max(asked, timedelta(0))
    who = registrable(failed.final_url or feed.url)
    at = until + min(interval, timedelta(hours=1)) * 0.25 * spread
    plan = Plan(at, f"{who} asks for fewer requests: {span(asked)}", round(interval.total_seconds()))
    return Backoff(plan, "held", {"failures": failures, "failing_since": state.failing_since or now}, (who, until))


def _gone(state: FeedState, interval: timedelta, now: datetime, spread: float, limits: Limits) -> Backoff:
    """410: believed at the third time; a retired feed is still looked at once a month."""
    count = state.gone_count + 1
    update: dict[str, Any] = {
        "gone_count": count,
        "failures": state.failures + HARD_WEIGHT,
        "failing_since": state.failing_since or now,
    }
    seconds = round(interval.total_seconds())
    if count >= GONE_AFTER:
        update["retired_at"] = state.retired_at or now
        return Backoff(Plan(now + RETIRED_PAUSE, "gone (410) three times: retired", seconds), "gone", update)
    wait = max(interval, min(GONE_PAUSE, limits.most)) * (0.9 + 0.1 * spread)
    return Backoff(Plan(now + wait, f"gone (410), {count} of {GONE_AFTER} confirmations", seconds), "gone", update)


def network_down(outcomes: Iterable[tuple[str, bool]]) -> bool:
    """(url, `unreached`) of recent fetches: did most registrable domains, three at least, not even answer at once?

    Then it is our network, and nobody is charged: see `excused`.
    """
    answered: dict[str, bool] = {}
    for url, silent in outcomes:
        domain = registrable(url)
        answered[domain] = answered.get(domain, False) or not silent
    unheard = sum(not reached for reached in answered.values())
    return len(answered) >= FEWEST_HOSTS and unheard >= MOST_HOSTS * len(answered)


def unreached(outcome: Fetched | NotModified | Failed) -> bool:
    """Did nobody answer? A refusal, however rude, is an answer."""
    return isinstance(outcome, Failed) and outcome.kind in UNREACHED and outcome.status is None


def excused(outcome: Failed, *, down: bool) -> Failed:
    """The outcome to charge: a feed that nobody could reach while our network is down has not failed."""
    return outcome.model_copy(update={"kind": "network-down"}) if down and unreached(outcome) else outcome
