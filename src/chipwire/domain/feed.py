"""Feeds: what we subscribe to, what was learnt by fetching it, and its history."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chipwire.domain.base import Noun, RetentionDays, Slug, Utc
from chipwire.domain.normal import normal_url

FeedFormat = Literal["auto", "rss", "atom", "rdf", "json", "sitemap"]
FeedKind = Literal[
    "trade press", "general press", "wire", "analyst", "blog", "company newsroom",
    "government-regulatory", "research", "aggregator query",
]  # fmt: skip
WebAddress = Annotated[str, AfterValidator(normal_url)]
"""An address in its one spelling, so that equal ones are equal texts."""


class Feed(Noun):
    """One subscription, as reviewed in data/feeds.toml or added by hand. `lang` is a BCP 47 tag or None (mixed)."""

    id: Slug
    url: WebAddress
    title: str
    home: str | None = None
    lang: str | None = None
    country: str | None = None
    kind: FeedKind = "trade press"
    topics: list[str] = Field(default_factory=list)
    format: FeedFormat = "auto"
    weight: float = 1.0
    enabled: bool = True
    note: str | None = None
    """Why it is disabled, what its terms ask, whether it is behind a paywall."""
    interval_minutes: int | None = None
    retention_days: RetentionDays | None = None
    """Of the items that this feed had first; None: as the setting says."""
    user_agent: str | None = None
    full_text: bool = False
    allow_private: bool = False


class FeedState(Noun):
    """What was learnt by fetching one feed; `collect.pacing` computes the next one, `keep.sources.feeds` stores it."""

    feed_id: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    next_check: Utc | None = None
    """None: never fetched, due at once."""
    next_reason: str = "never fetched"
    interval_seconds: int = 3600
    failures: float = 0
    """Weighted consecutive failures; 0 while healthy."""
    failing_since: Utc | None = None
    last_checked: Utc | None = None
    last_ok: Utc | None = None
    last_status: int | None = None
    last_error: str | None = None
    retired_at: Utc | None = None
    gone_count: int = 0
    moved_to: str | None = None
    moved_seen: int = 0
    moved_since: Utc | None = None
    address: str | None = None
    """Where the feed has moved for good (adopted permanent redirect); asked instead of `Feed.url`."""
    address_of: str | None = None
    """The `Feed.url` for which `address` was learnt; when a person edits the URL the old address no longer counts."""
    hub: str | None = None
    hub_topic: str | None = None
    hub_secret: str | None = None
    hub_expires: Utc | None = None
    identity: Literal["uid", "link", "content"] = "uid"
    ttl_seconds: int | None = None
    """What the document itself asks for (ttl, sy:update*), in seconds."""
    skip_hours: list[int] = Field(default_factory=list)
    skip_days: list[str] = Field(default_factory=list)


Condition = Literal["failing", "retired", "new", "ok", "off"]


def condition(feed: Feed, state: FeedState) -> Condition:
    """How a feed is, in the one word that commands, REST, pages and metrics say; "new": it has never been read.

    Rows with the attributes `enabled`, `retired_at`, `failures` and `last_ok` will do.
    """
    if not feed.enabled:
        return "off"
    if state.retired_at:
        return "retired"
    if state.failures > 0:
        return "failing"
    return "ok" if state.last_ok else "new"


Outcome = Literal["new", "unchanged", "not-modified", "failed", "gone", "moved", "held", "parse-failed", "pushed"]


class FeedEvent(Noun):
    """One line of a feed's history (the last 30 are kept)."""

    feed_id: str
    at: Utc
    outcome: Outcome
    status: int | None = None
    bytes: int = 0
    items_seen: int = 0
    items_new: int = 0
    millis: int = 0
    next_check: Utc | None = None
    reason: str = ""
    error: str | None = None
