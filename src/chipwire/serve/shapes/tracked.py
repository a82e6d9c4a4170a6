"""Shapes of companies, topics and feeds."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chipwire.domain import FeedEvent, Utc
from chipwire.domain.feed import Condition, FeedFormat, FeedKind
from chipwire.serve.shapes.items import FeedRef


class CompanyCount(BaseModel):
    """A company that is tracked, and how many items are about it or mention it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"slug": "bytedance", "name": "ByteDance", "country": "CN", "tickers": [], "about": 210, "mention": 77}
            ]
        }
    )

    slug: str
    name: str
    country: str | None
    tickers: list[str]
    about: int
    mention: int


class TopicCount(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"slug": "foundry", "name": "Foundry", "items": 310}]})

    slug: str
    name: str
    items: int


FEED: dict[str, Any] = {
    "id": "chips-daily",
    "url": "https://chips-daily.example/feed.xml",
    "title": "Chips Daily",
    "home": "https://chips-daily.example/",
    "lang": "en",
    "country": "SG",
    "kind": "trade press",
    "format": "auto",
    "topics": [],
    "weight": 1.0,
    "enabled": True,
    "note": None,
    "interval_minutes": None,
    "retention_days": None,
    "full_text": False,
    "state": "ok",
    "items": 412,
    "failures": 0,
    "last_checked": "2026-11-20T07:41:10Z",
    "last_ok": "2026-11-20T07:41:10Z",
    "last_status": 200,
    "last_error": None,
    "next_check": "2026-11-20T08:11:10Z",
    "next_reason": "new items every half hour",
}


class FeedOut(BaseModel):
    """A feed, how it is doing, when it is asked next and why then."""

    model_config = ConfigDict(json_schema_extra={"examples": [FEED]})

    id: str
    url: str = Field(description="Without the user name and password that it may be asked with.")
    title: str
    home: str | None
    lang: str | None
    country: str | None
    kind: FeedKind
    format: FeedFormat
    topics: list[str]
    weight: float
    enabled: bool
    note: str | None
    interval_minutes: int | None = Field(description="Minutes between two looks; null: as its news come.")
    retention_days: int | None = Field(
        description="Days that its items are kept; null: as the setting says, 0: for ever."
    )
    full_text: bool = Field(description="Whether the linked pages are fetched for their text.")
    state: Condition = Field(description="How it is doing; new: it has never been read.")
    items: int = Field(description="Items that it had first.")
    failures: float
    last_checked: Utc | None
    last_ok: Utc | None
    last_status: int | None
    last_error: str | None
    next_check: Utc | None
    next_reason: str


class FeedDetail(FeedOut):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **FEED,
                    "history": [
                        {"feed_id": "chips-daily", "at": "2026-11-20T07:41:10Z", "outcome": "new", "status": 200,
                         "bytes": 18211, "items_seen": 20, "items_new": 2, "millis": 180,
                         "next_check": "2026-11-20T08:11:10Z", "reason": "new items every half hour", "error": None}
                    ],
                }
            ]
        }
    )  # fmt: skip

    history: list[FeedEvent] = Field(description="The last checks, newest first.")


class CompanyList(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "companies": [
                        {"slug": "bytedance", "name": "ByteDance", "country": "CN", "tickers": [],
                         "about": 210, "mention": 77}
                    ]
                }
            ]
        }
    )  # fmt: skip

    companies: list[CompanyCount]


class TopicList(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"topics": [{"slug": "foundry", "name": "Foundry", "items": 310}]}]}
    )

    topics: list[TopicCount]


class FeedList(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"feeds": [FEED]}]})

    feeds: list[FeedOut]


class DayCount(BaseModel):
    day: str = Field(description="UTC, YYYY-MM-DD; days without items are left out.")
    about: int
    mention: int
    languages: dict[str, int] = Field(description="Items by language, most first.")


class StoryRef(BaseModel):
    id: int
    title: str


class Related(BaseModel):
    slug: str
    name: str
    items: int = Field(description="Items that name both.")
    stories: list[StoryRef] = Field(description="The newest stories they share.")


class Source(BaseModel):
    feed: FeedRef
    items: int


class CompanyOverview(CompanyCount):
    """One company between `since` and `until`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slug": "bytedance", "name": "ByteDance", "country": "CN", "tickers": [],
                    "names": {"zh": "字节跳动"}, "since": "2026-10-21T00:00:00Z", "until": "2026-11-20T00:00:00Z",
                    "about": 21, "mention": 7, "languages": {"en": 20, "zh-Hans": 8},
                    "volume": [{"day": "2026-11-19", "about": 3, "mention": 1, "languages": {"en": 3, "zh-Hans": 1}}],
                    "related": [{"slug": "samsung", "name": "Samsung", "items": 6,
                                 "stories": [{"id": 48190, "title": "ByteDance develops SeedChip"}]}],
                    "sources": [{"feed": {"id": "chips-daily", "title": "Chips Daily"}, "items": 9}],
                }
            ]
        }
    )  # fmt: skip

    names: dict[str, str] = Field(description="Names by language.")
    since: Utc
    until: Utc
    languages: dict[str, int]
    volume: list[DayCount]
    related: list[Related]
    sources: list[Source]
