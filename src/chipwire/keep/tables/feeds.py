"""Feeds, what was learnt of them, their history, and hosts that asked for quiet."""

from datetime import datetime
from typing import Literal

from sqlmodel import Field, SQLModel

from chipwire.domain import Feed, FeedEvent, FeedFormat, FeedKind, FeedState, Outcome
from chipwire.keep.tables.columns import json, word


class FeedRow(Feed, SQLModel, table=True):
    __tablename__ = "feed"
    id: str = Field(primary_key=True)
    topics: list[str] = json(default_factory=list)
    kind: FeedKind = word("trade press")
    format: FeedFormat = word("auto")
    origin: str = "hand"
    """'catalogue': from data/feeds.toml; 'hand': added by a person; 'removed': gone, its items stay."""


class FeedStateRow(FeedState, SQLModel, table=True):
    __tablename__ = "feed_state"
    feed_id: str = Field(primary_key=True, foreign_key="feed.id", ondelete="CASCADE")
    next_check: datetime | None = Field(default=None, index=True)
    identity: Literal["uid", "link", "content"] = word("uid")
    skip_hours: list[int] = json(default_factory=list)
    skip_days: list[str] = json(default_factory=list)


class LastDocumentRow(SQLModel, table=True):
    """What the next document of a feed is held against; see `collect.document.marks`."""

    __tablename__ = "last_document"
    feed_id: str = Field(primary_key=True, foreign_key="feed.id", ondelete="CASCADE")
    marks: bytes


class FeedLinesRow(SQLModel, table=True):
    """What the last items of a feed said, line by line, as digests; see `enrich.boilerplate.remember`."""

    __tablename__ = "feed_lines"
    feed_id: str = Field(primary_key=True, foreign_key="feed.id", ondelete="CASCADE")
    said: bytes


class FeedEventRow(FeedEvent, SQLModel, table=True):
    __tablename__ = "feed_event"
    id: int | None = Field(default=None, primary_key=True)
    feed_id: str = Field(foreign_key="feed.id", ondelete="CASCADE", index=True)
    outcome: Outcome = word("failed")


class HostHoldRow(SQLModel, table=True):
    """A registrable domain that asked us (429) to stay away until `until`."""

    __tablename__ = "host_hold"
    host: str = Field(primary_key=True)
    until: datetime


class PushRow(SQLModel, table=True):
    """A document that a hub delivered and the clock has not read yet."""

    __tablename__ = "push"
    id: int | None = Field(default=None, primary_key=True)
    feed_id: str = Field(foreign_key="feed.id", ondelete="CASCADE", index=True)
    at: datetime
    content_type: str | None = None
    body: bytes
