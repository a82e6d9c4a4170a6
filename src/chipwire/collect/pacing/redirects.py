"""Where a feed lives: permanent redirects are believed when they have been seen often and long enough."""

from datetime import datetime, timedelta
from typing import Any

from chipwire.domain import Feed, FeedState, Response, told_url

POLLS = 3
PERIOD = timedelta(hours=24)
HOME_AFTER = 5.0
"""Weighted failures at an adopted address after which the old one is asked again."""


def address(feed: Feed, state: FeedState) -> str:
    """The URL to ask: where the feed has moved for good, else where its owner says it is."""
    return state.address if state.address and state.address_of == feed.url else feed.url


def follow_move(feed: Feed, state: FeedState, answer: Response, now: datetime) -> tuple[dict[str, Any], str | None]:
    """Fields to change, and words when the move is adopted: same target on 3 polls over at least 24 h."""
    here, target = address(feed, state), answer.moved_to
    kept: dict[str, Any] = {} if here != feed.url or not state.address else {"address": None, "address_of": None}
    if not target or target == here:
        return {**kept, "moved_to": None, "moved_seen": 0, "moved_since": None}, None
    if target != state.moved_to or state.moved_since is None:
        return {**kept, "moved_to": target, "moved_seen": 1, "moved_since": now}, None
    count = state.moved_seen + 1
    if count < POLLS or now - state.moved_since < PERIOD:
        return {**kept, "moved_seen": count}, None
    adopted = {"address": target, "address_of": feed.url, "moved_to": None, "moved_seen": 0, "moved_since": None}
    return adopted, f"moved for good from {told_url(here)} to {told_url(target)}"
