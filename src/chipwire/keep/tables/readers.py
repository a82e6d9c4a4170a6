"""Readers, addresses we do not write to, and the outbox."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from chipwire.domain import Alert, Letter, LetterKind, LetterState, Reader, ReaderStatus, Role
from chipwire.keep.tables.columns import json, word


class ReaderRow(Reader, SQLModel, table=True):
    __tablename__ = "reader"
    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    companies: list[str] = json(default_factory=list)
    topics: list[str] = json(default_factory=list)
    languages: list[str] = json(default_factory=list)
    weekdays: list[int] = json(default_factory=list)
    muted: list[str] = json(default_factory=list, sa_column_kwargs={"server_default": "[]"})
    min_role: Role = word("mention")
    format: Literal["both", "text"] = word("both")
    status: ReaderStatus = word("active", index=True)


class AlertRow(Alert, SQLModel, table=True):
    __tablename__ = "alert"
    id: int | None = Field(default=None, primary_key=True)
    reader_id: int = Field(foreign_key="reader.id", ondelete="CASCADE", index=True)
    asked: dict[str, Any] = json(default_factory=dict)


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
    kind: LetterKind = word("digest")
    state: LetterState = word("pending")
    message_id: str = Field(unique=True)


class ReaderStoryRow(SQLModel, table=True):
    """What a reader has been told, by which letter: the newest item of a story that went into it."""

    __tablename__ = "reader_story"
    reader_id: int = Field(primary_key=True, foreign_key="reader.id", ondelete="CASCADE")
    story_id: int = Field(primary_key=True)
    letter_id: int = Field(primary_key=True, foreign_key="letter.id", ondelete="CASCADE", index=True)
    last_item: int
    """Corrections count as items here: see `domain.Correction`."""
    shown: int | None = None
    """The report that stood for the story; None in what was told before this was kept."""
