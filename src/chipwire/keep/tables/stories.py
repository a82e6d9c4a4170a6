"""Stories and how they came to be."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from chipwire.domain import Role, Story
from chipwire.keep.tables.columns import json


class StoryRow(Story, SQLModel, table=True):
    __tablename__ = "story"
    __table_args__ = (
        Index("story_last_seen", "last_seen", "id"),
        # On PostgreSQL its step makes it partial too: said here, that would load the dialect at every start.
        Index("story_follows", "follows", sqlite_where=text("follows IS NOT NULL")),
    )
    id: int = Field(primary_key=True)
    languages: list[str] = json(default_factory=list)
    companies: dict[str, Role] = json(default_factory=dict)
    topics: list[str] = json(default_factory=list)
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


class StorySumsRow(SQLModel, table=True):
    """What the members of a large story come to (`keep.news.sums`): who joins is added, and none of them is read."""

    __tablename__ = "story_sums"
    story_id: int = Field(primary_key=True, foreign_key="story.id", ondelete="CASCADE")
    sums: bytes


class StoryLogRow(SQLModel, table=True):
    """Every join, merge and split, so that an old id can always be explained."""

    __tablename__ = "story_log"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    kind: str
    story_id: int = Field(index=True)
    other_id: int | None = None
    item_id: int | None = None


class UnplacedRow(SQLModel, table=True):
    """An item that another clock brought than the one that places items; it waits to hang on a story."""

    __tablename__ = "unplaced"
    item_id: int = Field(primary_key=True, foreign_key="item.id", ondelete="CASCADE")
