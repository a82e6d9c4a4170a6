"""Readers of the digest and the letters in their outbox."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from chipwire.domain.base import Noun, Role, Utc

ReaderStatus = Literal["pending", "active", "paused", "unsubscribed", "suppressed"]


class Reader(Noun):
    """One subscription to the digest. `hour` and `weekdays` (0 is Monday) are wall time in `zone` (IANA name)."""

    id: int | None = None
    email: str
    companies: list[str] = Field(default_factory=list)
    topics: list[str] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=list)
    min_role: Role = "mention"
    hour: int = Field(default=7, ge=0, le=23)
    minute: int = Field(default=0, ge=0, le=59)
    zone: str = "UTC"
    weekdays: list[int] = Field(default_factory=lambda: [0, 1, 2, 3, 4, 5, 6])
    format: Literal["both", "text"] = "both"
    locale: str = "en"
    all_quiet: bool = False
    muted: list[str] = Field(default_factory=list)
    """What is left out: see `domain.muted`."""
    status: ReaderStatus = "active"
    created: Utc
    confirmed: Utc | None = None
    watermark: int = 0
    """Id of the last item that a queued digest has covered; 0: none yet (the first covers 24 h)."""


class Alert(Noun):
    """A saved query of one reader: what meets it comes at once, or as a section of the daily digest.

    `asked` is the filter as plain values (`keep.queries.saved.filter_of`), `watermark` the last item looked at.
    """

    id: int | None = None
    reader_id: int
    name: str = Field(min_length=1, max_length=80)
    asked: dict[str, Any] = Field(default_factory=dict)
    at_once: bool = True
    watermark: int = 0
    created: Utc


LetterKind = Literal["digest", "alert", "confirm"]
LetterState = Literal[
    "pending",
    "claimed",
    "in_data",
    "sent",
    "retry",
    "failed",
    "expired",
    "unknown",
    "skipped_empty",
    "cancelled",
]


class Letter(Noun):
    """One row of the outbox: one (reader, local date), its bytes frozen when queued."""

    id: int | None = None
    reader_id: int
    local_date: date
    kind: LetterKind = "digest"
    key: str = ""
    """Empty for digests; makes alerts and confirmations unique beside (reader, date)."""
    state: LetterState = "pending"
    message_id: str
    subject: str
    body: bytes = b""
    queued_at: Utc
    next_try: Utc
    expires_at: Utc
    tries: int = 0
    last_reply: str | None = None
    sent_at: Utc | None = None
    low_item: int = 0
    high_item: int = 0
