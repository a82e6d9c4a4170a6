"""The schema: each noun as a table, plus the joins and side tables that only the database needs.

Table models do not validate: build the noun first, then copy. `keep.migrations` leads here step by step.
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, Engine, Index, String, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from chipwire.domain import (
    Feed,
    FeedEvent,
    FeedFormat,
    FeedKind,
    FeedState,
    Item,
    Letter,
    LetterKind,
    LetterState,
    LinkKind,
    Outcome,
    Reader,
    ReaderStatus,
    Role,
    Sighting,
    Story,
)


def _json(**more: Any) -> Any:
    return Field(sa_type=JSON, **more)


def _word(default: str, **more: Any) -> Any:
    """A column of one of a few words; sqlmodel has no column type for Literal."""
    return Field(default=default, sa_type=String, **more)


class FeedRow(Feed, SQLModel, table=True):
    __tablename__ = "feed"
    id: str = Field(primary_key=True)
    topics: list[str] = _json(default_factory=list)
    kind: FeedKind = _word("trade press")
    format: FeedFormat = _word("auto")
    origin: str = "hand"
    """'catalogue': from data/feeds.toml; 'hand': added by a person; 'removed': gone, its items stay."""


class FeedStateRow(FeedState, SQLModel, table=True):
    __tablename__ = "feed_state"
    feed_id: str = Field(primary_key=True, foreign_key="feed.id", ondelete="CASCADE")
    next_check: datetime | None = Field(default=None, index=True)
    identity: Literal["uid", "link", "content"] = _word("uid")
    skip_hours: list[int] = _json(default_factory=list)
    skip_days: list[str] = _json(default_factory=list)


class FeedEventRow(FeedEvent, SQLModel, table=True):
    __tablename__ = "feed_event"
    id: int | None = Field(default=None, primary_key=True)
    feed_id: str = Field(foreign_key="feed.id", ondelete="CASCADE", index=True)
    outcome: Outcome = _word("failed")


class HostHoldRow(SQLModel, table=True):
    """A registrable domain that asked us (429) to stay away until `until`."""

    __tablename__ = "host_hold"
    host: str = Field(primary_key=True)
    until: datetime


class ItemRow(Item, SQLModel, table=True):
    __tablename__ = "item"
    __table_args__ = (
        Index("item_relevant_id", "relevant", "id"),
        Index("item_lang_id", "lang", "id"),
        Index("item_feed_id", "feed_id", "id"),
        Index("item_story", "story_id", "id"),
        Index("item_first_seen", "first_seen"),
    )
    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True)
    feed_id: str = Field(foreign_key="feed.id")
    categories: list[str] = _json(default_factory=list)
    evidence: list[dict[str, Any]] = _json(default_factory=list)
    figures: list[dict[str, Any]] = _json(default_factory=list)
    claims: list[dict[str, Any]] = _json(default_factory=list)
    link: LinkKind = _word("origin")
    """How it hangs on its story: origin, copy, rewrite, translation."""
    fingerprint: bytes = b""


class ItemWireRow(SQLModel, table=True):
    """The Item of `/v1/items` as ready JSON; apart from the wide item rows, so that a page of 50 lies together."""

    __tablename__ = "item_wire"
    item_id: int = Field(primary_key=True, foreign_key="item.id", ondelete="CASCADE")
    wire: bytes


class SightingRow(Sighting, SQLModel, table=True):
    __tablename__ = "sighting"
    __table_args__ = ({"sqlite_with_rowid": False},)
    feed_id: str = Field(primary_key=True, foreign_key="feed.id", ondelete="CASCADE")
    uid: str = Field(primary_key=True)
    item_id: int | None = Field(default=None, foreign_key="item.id", ondelete="SET NULL", index=True)
    """None once the item was pruned: the sighting stays, so that the item does not return."""


class TombstoneRow(SQLModel, table=True):
    """Digest of a pruned item's address; another feed that shows it later does not bring it back."""

    __tablename__ = "tombstone"
    url_digest: bytes = Field(primary_key=True)


class ItemCompanyRow(SQLModel, table=True):
    """Ordered by (slug, item_id); role, relevant and lang ride along so that lists need no item row to filter."""

    __tablename__ = "item_company"
    __table_args__ = (Index("item_company_item", "item_id"), {"sqlite_with_rowid": False})
    slug: str = Field(primary_key=True)
    item_id: int = Field(primary_key=True, foreign_key="item.id", ondelete="CASCADE")
    role: str
    relevant: bool = True
    lang: str = ""


class ItemTopicRow(SQLModel, table=True):
    __tablename__ = "item_topic"
    __table_args__ = (Index("item_topic_item", "item_id"), {"sqlite_with_rowid": False})
    slug: str = Field(primary_key=True)
    item_id: int = Field(primary_key=True, foreign_key="item.id", ondelete="CASCADE")
    relevant: bool = True
    lang: str = ""


class CompanyNameRow(SQLModel, table=True):
    """Display names of the company slugs, as data/companies.toml has them; the wire JSON needs them."""

    __tablename__ = "company_name"
    slug: str = Field(primary_key=True)
    name: str


class StoryRow(Story, SQLModel, table=True):
    __tablename__ = "story"
    __table_args__ = (Index("story_last_seen", "last_seen", "id"),)
    id: int = Field(primary_key=True)
    languages: list[str] = _json(default_factory=list)
    companies: dict[str, Role] = _json(default_factory=dict)
    topics: list[str] = _json(default_factory=list)
    last_item: int = Field(default=0, index=True)
    """Id of its newest item: the sort key of story lists."""


class StoryCompanyRow(SQLModel, table=True):
    __tablename__ = "story_company"
    __table_args__ = (Index("story_company_story", "story_id"), {"sqlite_with_rowid": False})
    slug: str = Field(primary_key=True)
    last_item: int = Field(primary_key=True)
    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE")
    role: str
    relevant: bool = True


class StoryLogRow(SQLModel, table=True):
    """Every join, merge and split, so that an old id can always be explained."""

    __tablename__ = "story_log"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    kind: str
    story_id: int = Field(index=True)
    other_id: int | None = None
    item_id: int | None = None


class ReaderRow(Reader, SQLModel, table=True):
    __tablename__ = "reader"
    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    companies: list[str] = _json(default_factory=list)
    topics: list[str] = _json(default_factory=list)
    languages: list[str] = _json(default_factory=list)
    weekdays: list[int] = _json(default_factory=list)
    min_role: Role = _word("mention")
    format: Literal["both", "text"] = _word("both")
    status: ReaderStatus = _word("active", index=True)


class SuppressionRow(SQLModel, table=True):
    """An address we never write to again, and why."""

    __tablename__ = "suppression"
    email: str = Field(primary_key=True)
    reason: str
    at: datetime


class LetterRow(Letter, SQLModel, table=True):
    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("reader_id", "local_date", "kind", "key"),
        Index("letter_due", "state", "next_try"),
    )
    id: int | None = Field(default=None, primary_key=True)
    reader_id: int = Field(foreign_key="reader.id", ondelete="CASCADE")
    kind: LetterKind = _word("digest")
    state: LetterState = _word("pending")
    message_id: str = Field(unique=True)


class ReaderStoryRow(SQLModel, table=True):
    """What a reader has been told, by which letter: the newest item of a story that went into it."""

    __tablename__ = "reader_story"
    reader_id: int = Field(primary_key=True, foreign_key="reader.id", ondelete="CASCADE")
    story_id: int = Field(primary_key=True)
    letter_id: int = Field(primary_key=True, foreign_key="letter.id", ondelete="CASCADE", index=True)
    last_item: int


class MetaRow(SQLModel, table=True):
    __tablename__ = "meta"
    key: str = Field(primary_key=True)
    value: str


class CounterRow(SQLModel, table=True):
    """Numbers that only grow: 'version' (any commit), 'news' (items or stories changed), 'item' (last id given)."""

    __tablename__ = "counter"
    name: str = Field(primary_key=True)
    value: int


class FeedbackRow(SQLModel, table=True):
    """A person's word that an item is wrong somewhere: a case to review, nothing changes by itself."""

    __tablename__ = "feedback"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    item_id: int = Field(foreign_key="item.id", ondelete="CASCADE", index=True)
    kind: str
    slug: str | None = None
    note: str = ""


class TokenRow(SQLModel, table=True):
    """A named token: what it may do, and its digest; the token itself is shown once and not kept."""

    __tablename__ = "token"
    name: str = Field(primary_key=True)
    digest: str = Field(unique=True)
    scopes: list[str] = _json(default_factory=list)
    created: datetime


class LeaseRow(SQLModel, table=True):
    """Who may do what only one process may do, and until when."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    until: datetime


def create_all(engine: Engine) -> None:
    SQLModel.metadata.create_all(engine)


def table(name: str) -> Table:
    """The plain table behind a row class, for core statements: `item = table("item")`."""
    return SQLModel.metadata.tables[name]
