"""When to ask again, and why: old state and what just happened in, new state and one line of history out. All pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chipwire.collect.document.raw import EMPTY
from chipwire.collect.lists.discover import is_page
from chipwire.collect.pacing.backoff import after_failure, excused, network_down, unreached
from chipwire.collect.pacing.caching import fresh_for
from chipwire.collect.pacing.interval import Limits, plan_next
from chipwire.collect.pacing.lanes import Lanes, registrable
from chipwire.collect.pacing.redirects import address, follow_move
from chipwire.collect.pacing.samebody import body_hash
from chipwire.collect.websub import advertised
from chipwire.domain import Failed, Feed, FeedEvent, FeedFacts, FeedState, Fetched, NotModified, Outcome

__all__ = [
    "Lanes",
    "Limits",
    "Paced",
    "Seen",
    "address",
    "after",
    "body_hash",
    "excused",
    "network_down",
    "pushed",
    "registrable",
    "unchanged",
    "unreached",
]
LONG_VALIDATOR = 8192
"""Characters of a validator; a longer one would make the next request fail."""


@dataclass(frozen=True)
class Seen:
    """What parsing a body found; `items` in the document, `new` of them never seen before."""

    items: int
    new: int
    problems: list[str]
    facts: FeedFacts | None = None


@dataclass(frozen=True)
class Paced:
    """`hold`: (registrable domain, until) when the whole domain asked to be left alone."""

    state: FeedState
    event: FeedEvent
    hold: tuple[str, datetime] | None = None


def unchanged(state: FeedState, outcome: Fetched) -> bool:
    """Same body as last time but for volatile elements: it need not be parsed."""
    return state.body_hash is not None and state.body_hash == _digest(outcome)


def _digest(outcome: Fetched) -> str:
    """Taken once: it is asked for before a document is read and when its turn is written."""
    if outcome.digest is None:
        outcome.digest = body_hash(outcome.body)
    return outcome.digest


def after(
    feed: Feed,
    state: FeedState,
    outcome: Fetched | NotModified | Failed,
    seen: Seen | None,
    now: datetime,
    *,
    spread: float,
    limits: Limits,
) -> Paced:
    """The feed's next state after one fetch.

    `seen`: what the parser found, None when nothing was parsed (304, unchanged body, failure). A 200 whose new body
    nobody could parse counts as a failure (a feed without entries does not) and its validators are not kept, so that
    it is asked for again in full.
    `spread` in [0, 1) is the draw that scatters the next check.
    """
    if isinstance(outcome, Fetched):
        unread = _unread(state, outcome, seen)
        if unread:
            outcome = unread
    if isinstance(outcome, Failed):
        return _failed(feed, state, outcome, now, spread, limits)
    return _answered(feed, state, outcome, seen, now, spread, limits)


def _unread(state: FeedState, outcome: Fetched, seen: Seen | None) -> Failed | None:
    kind: Literal["parse", "not-a-feed"] = "parse"
    if is_page(outcome.body) and not (seen and seen.items):
        kind, message = "not-a-feed", "a web page came instead of a feed"
    elif seen is None and not unchanged(state, outcome):
        message = "the document could not be read"
    elif seen is not None and seen.items == 0 and seen.problems and seen.problems != [EMPTY]:
        message = f"nothing readable in the document: {seen.problems[0]}"
    else:
        return None
    return Failed(kind=kind, message=message, status=outcome.status, final_url=outcome.final_url, millis=outcome.millis)


def _answered(
    feed: Feed,
    state: FeedState,
    outcome: Fetched | NotModified,
    seen: Seen | None,
    now: datetime,
    spread: float,
    limits: Limits,
) -> Paced:
    said = {**_validators(outcome), **_facts(state, outcome, seen)}
    known = state.__dict__
    learnt = state if all(known[name] == value for name, value in said.items()) else state.model_copy(update=said)
    plan = plan_next(feed, learnt, fresh_for(outcome.headers, now), _counts(seen), now, spread, limits)
    move, moved = follow_move(feed, state, outcome, now)
    reason = f"{moved}; {plan.reason}" if moved else plan.reason
    healthy = {
        "failures": 0.0, "failing_since": None, "last_error": None, "gone_count": 0, "retired_at": None,
        "last_checked": now, "last_ok": now, "last_status": outcome.status,
        "next_check": plan.at, "next_reason": reason, "interval_seconds": plan.interval,
    }  # fmt: skip
    if isinstance(outcome, Fetched):
        healthy["body_hash"] = _digest(outcome)
    new_state = learnt.model_copy(update={**healthy, **move})
    word: Outcome = "unchanged" if isinstance(outcome, Fetched) else "not-modified"
    if seen and seen.new:
        word = "new"
    event = FeedEvent(
        feed_id=feed.id,
        at=now,
        outcome="moved" if moved else word,
        status=outcome.status,
        bytes=len(outcome.body) if isinstance(outcome, Fetched) else 0,
        items_seen=seen.items if seen else 0,
        items_new=seen.new if seen else 0,
        millis=outcome.millis,
        next_check=plan.at,
        reason=reason,
        error="; ".join(seen.problems[:3]) or None if seen else None,
    )
    return Paced(new_state, event)


def _failed(feed: Feed, state: FeedState, failed: Failed, now: datetime, spread: float, limits: Limits) -> Paced:
    back = after_failure(feed, state, failed, now, spread, limits)
    update: dict[str, Any] = {
        **back.update,
        "last_checked": now,
        "last_status": failed.status,
        "last_error": failed.message,
        "next_check": back.plan.at,
        "next_reason": back.plan.reason,
        "interval_seconds": back.plan.interval,
    }
    event = FeedEvent(
        feed_id=feed.id,
        at=now,
        outcome=back.outcome,
        status=failed.status,
        millis=failed.millis,
        next_check=back.plan.at,
        reason=back.plan.reason,
        error=failed.message,
    )
    return Paced(state.model_copy(update=update), event, back.hold)


def _validators(outcome: Fetched | NotModified) -> dict[str, str | None]:
    """A 200 brings its own pair, a 304 adds to what we have; an answer without any leaves the old ones standing.

    Old validators name a version that was read completely, so a 304 to them can never hide news.
    """
    given = {"etag": outcome.headers.get("etag"), "last_modified": outcome.headers.get("last-modified")}
    given = {name: value for name, value in given.items() if value and len(value) <= LONG_VALIDATOR}
    if not given:
        return {}
    fresh: dict[str, str | None] = {"etag": None, "last_modified": None} if isinstance(outcome, Fetched) else {}
    return {**fresh, **given}


def _facts(state: FeedState, outcome: Fetched | NotModified, seen: Seen | None) -> dict[str, Any]:
    """What the document says about itself is remembered: a 304 does not repeat it."""
    if seen is None or seen.facts is None:
        return {}
    facts = seen.facts
    said = {"ttl_seconds": facts.ttl, "skip_hours": facts.skip_hours, "skip_days": facts.skip_days}
    hub, topic = advertised(outcome.headers, facts)
    if (hub, topic) == (state.hub, state.hub_topic):
        return said
    return {**said, "hub": hub, "hub_topic": topic, "hub_secret": None, "hub_expires": None}


def _counts(seen: Seen | None) -> tuple[int, int]:
    return (seen.items, seen.new) if seen else (0, 0)


def pushed(feed: Feed, state: FeedState, seen: Seen, size: int, now: datetime) -> Paced:
    """A hub brought `size` bytes: news is noted, the polling plan stays as it is."""
    event = FeedEvent(
        feed_id=feed.id,
        at=now,
        outcome="pushed",
        bytes=size,
        items_seen=seen.items,
        items_new=seen.new,
        next_check=state.next_check,
        reason=state.next_reason,
        error="; ".join(seen.problems[:3]) or None,
    )
    return Paced(state.model_copy(update={"last_ok": now}), event)
