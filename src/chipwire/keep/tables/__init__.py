"""The schema: each noun as a table, plus the joins and side tables that only the database needs.

Table models do not validate: build the noun first, then copy. `keep.migrations` leads here step by step, so a change
to a table or to a noun that is one needs a step there; tests/keep/test_migrations.py tells the difference.
"""

from sqlalchemy import BigInteger, Integer, Table
from sqlmodel import SQLModel

from chipwire.keep.tables.feeds import (
    FeedEventRow,
    FeedLinesRow,
    FeedRow,
    FeedStateRow,
    HostHoldRow,
    LastDocumentRow,
    PushRow,
)
from chipwire.keep.tables.items import (
    CompanyNameRow,
    CorrectionRow,
    FeedbackRow,
    ItemCompanyRow,
    ItemRow,
    ItemTopicRow,
    ItemWireRow,
    PairDayRow,
    SightingRow,
    SourceDayRow,
    TagDayRow,
    TombstoneRow,
)
from chipwire.keep.tables.readers import AlertRow, LetterRow, ReaderRow, ReaderStoryRow, SuppressionRow
from chipwire.keep.tables.service import CounterRow, HostClaimRow, LeaseRow, MetaRow, TokenRow
from chipwire.keep.tables.stories import StoryCompanyRow, StoryLogRow, StoryRow, StorySumsRow, UnplacedRow
from chipwire.keep.tables.webhooks import DeliveryRow, WebhookRow

__all__ = [
    "AlertRow",
    "CompanyNameRow",
    "CorrectionRow",
    "CounterRow",
    "DeliveryRow",
    "FeedEventRow",
    "FeedLinesRow",
    "FeedRow",
    "FeedStateRow",
    "FeedbackRow",
    "HostClaimRow",
    "HostHoldRow",
    "ItemCompanyRow",
    "ItemRow",
    "ItemTopicRow",
    "ItemWireRow",
    "LastDocumentRow",
    "LeaseRow",
    "LetterRow",
    "MetaRow",
    "PairDayRow",
    "PushRow",
    "ReaderRow",
    "ReaderStoryRow",
    "SightingRow",
    "SourceDayRow",
    "StoryCompanyRow",
    "StoryLogRow",
    "StoryRow",
    "StorySumsRow",
    "SuppressionRow",
    "TagDayRow",
    "TokenRow",
    "TombstoneRow",
    "UnplacedRow",
    "WebhookRow",
    "metadata",
    "table",
]


metadata = SQLModel.metadata
for _column in [column for one in metadata.tables.values() for column in one.columns]:
    if type(_column.type) is Integer:  # 64 bits on every database; SQLite has them by this name
        _column.type = BigInteger().with_variant(Integer(), "sqlite")


def table(name: str) -> Table:
    """The plain table behind a row class, for core statements: `item = table("item")`."""
    return metadata.tables[name]
