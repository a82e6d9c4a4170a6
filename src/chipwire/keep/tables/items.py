"""Items, where they were seen, what they are about, and their JSON kept ready."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from chipwire.domain import Correction, Item, LinkKind, Role, Sighting
from chipwire.keep.tables.columns import json, word


class ItemRow(Item, SQLModel, table=True):
    __tablename__ = "item"
    __table_args__ = (
        Index("item_relevant_id", "relevant", "id"),
        Index("item_lang_id", "lang", "id", "relevant"),
        Index("item_feed_id", "feed_id", "id", "relevant", "lang"),
        Index("item_story", "story_id", "id"),
        Index("item_first_seen", "first_seen"),
    )
    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True)
    feed_id: str = Field(foreign_key="feed.id")
    categories: list[str] = json(default_factory=list)
    evidence: list[dict[str, Any]] = json(default_factory=list)
    figures: list[dict[str, Any]] = json(default_factory=list)
    claims: list[dict[str, Any]] = json(default_factory=list)
    beside: list[list[int]] = json(default_factory=list)
    """Spans of `text`, as `Entry` has them."""
    boilerplate: list[list[int]] = json(default_factory=list)
    """Spans of `text`, as `Tags` has them."""
    link: LinkKind = word("origin")
    """How it hangs on its story: origin, copy, rewrite, translation."""
    fingerprint: bytes = b""


class ItemWireRow(SQLModel, table=True):
    """The Item of `/v1/items` as ready JSON; apart from the wide item rows, so that a page of 50 lies together."""

    __tablename__ = "item_wire"
    item_id: int = Field(primary_key=True, foreign_key="item.id", ondelete="CASCADE")
    wire: bytes
    news: int = Field(default=0, index=True, sa_column_kwargs={"server_default": "0"})
    """Where the counter of news stood when it was made: who knows an earlier state finds what has changed since."""


class CorrectionRow(Correction, SQLModel, table=True):
    __tablename__ = "correction"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    item_id: int = Field(foreign_key="item.id", ondelete="CASCADE", index=True)
    companies: dict[str, Role] = json(default_factory=dict)


class SightingRow(Sighting, SQLModel, table=True):
    __tablename__ = "sighting"
    __table_args__ = (Index("sighting_newest", "feed_id", "seen_at"), {"sqlite_with_rowid": False})
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


class FeedbackRow(SQLModel, table=True):
    """A person's word that an item is wrong somewhere: a case to review, nothing changes by itself."""

    __tablename__ = "feedback"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    item_id: int = Field(foreign_key="item.id", ondelete="CASCADE", index=True)
    kind: str
    slug: str | None = None
    note: str = ""


class TagDayRow(SQLModel, table=True):
    """How many relevant items have a tag, by UTC day of arrival; day 0 is all time. Kept by `keep.news.volume`."""

    __tablename__ = "tag_day"
    __table_args__ = ({"sqlite_with_rowid": False},)
    kind: str = Field(primary_key=True)
    """company or topic"""
    slug: str = Field(primary_key=True)
    day: int = Field(primary_key=True)
    """Days since 1970-01-01."""
    role: str = Field(primary_key=True)
    lang: str = Field(primary_key=True)
    items: int


class PairDayRow(SQLModel, table=True):
    """How many relevant items of a day name both companies; each pair is there both ways."""

    __tablename__ = "pair_day"
    __table_args__ = ({"sqlite_with_rowid": False},)
    slug: str = Field(primary_key=True)
    day: int = Field(primary_key=True)
    other: str = Field(primary_key=True)
    items: int


class SourceDayRow(SQLModel, table=True):
    """How many relevant items of a day that name the company a feed had first."""

    __tablename__ = "source_day"
    __table_args__ = ({"sqlite_with_rowid": False},)
    slug: str = Field(primary_key=True)
    day: int = Field(primary_key=True)
    feed_id: str = Field(primary_key=True)
    items: int
