"""The shapes of what is served, as /docs shows them; rows travel past these models, a test holds the two together."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chipwire.domain import Evidence, FeedEvent, Figure, Role, Utc
from chipwire.domain.feed import FeedFormat, FeedKind
from chipwire.domain.story import LinkKind


class FeedRef(BaseModel):
    id: str
    title: str


class CompanyRef(BaseModel):
    slug: str
    name: str
    role: Role = Field(description="'about' when the report is about the company, 'mention' when it only names it.")


ITEM: dict[str, Any] = {
    "id": 48211,
    "url": "https://chips-daily.example/2026/11/seedchip",
    "title": "ByteDance talks with Samsung about making its SeedChip",
    "summary": "The AI inference chip would be made in a number of 100,000 this year.",
    "lang": "en",
    "published": "2026-11-20T07:30:00Z",
    "first_seen": "2026-11-20T07:41:12Z",
    "feed": {"id": "chips-daily", "title": "Chips Daily"},
    "companies": [
        {"slug": "bytedance", "name": "ByteDance", "role": "about"},
        {"slug": "nvidia", "name": "Nvidia", "role": "mention"},
    ],
    "topics": ["ai-chips", "foundry"],
    "story": 48190,
    "copy_of": None,
    "credit": "Reuters",
}


class Item(BaseModel):
    """One report at one canonical address."""

    model_config = ConfigDict(json_schema_extra={"examples": [ITEM]})

    id: int = Field(description="Grows with arrival; orders everything.")
    url: str
    title: str
    summary: str = Field(description="Sanitised HTML or plain text.")
    lang: str = Field(description="BCP 47.")
    published: Utc | None = Field(description="As the feed says; not to be trusted for completeness.")
    first_seen: Utc = Field(description="When chipwire saw it first; `since` and `until` mean this.")
    feed: FeedRef = Field(description="The feed that had it first.")
    companies: list[CompanyRef] = Field(description="Those it is about first.")
    topics: list[str]
    story: int | None = Field(description="Id of the story it belongs to.")
    copy_of: int | None = Field(description="Id of the item whose text it copies.")
    credit: str | None = Field(description="The outlet or agency the report credits.")


class ItemPage(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [ITEM], "next": "WzQ4MjExLG51bGxd.c2lnbmVk"}]})

    items: list[Item]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class SightingOut(BaseModel):
    feed: FeedRef
    seen_at: Utc


class ItemDetail(Item):
    """An item with all that is known of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **ITEM,
                    "text": "ByteDance is developing an AI chip …",
                    "author": None,
                    "evidence": [
                        {"slug": "bytedance", "alias": "ByteDance", "start": 0, "end": 9,
                         "zone": "title", "rule": "name"}
                    ],
                    "figures": [
                        {"text": "100,000", "value_low": 100000, "value_high": 100000, "unit": "units",
                         "qualifier": "exact", "kind": "amount", "start": 44, "end": 51}
                    ],
                    "sightings": [
                        {"feed": {"id": "chips-daily", "title": "Chips Daily"}, "seen_at": "2026-11-20T07:41:12Z"}
                    ],
                }
            ]
        }
    )  # fmt: skip

    text: str = Field(description="Plain text, as far as the feed gives it.")
    author: str | None
    evidence: list[Evidence] = Field(description="Why each company was tagged.")
    figures: list[Figure]
    sightings: list[SightingOut] = Field(description="Every feed that showed it.")


STORY: dict[str, Any] = {
    "id": 48190,
    "title": "ByteDance develops SeedChip, talks with Samsung",
    "lang": "en",
    "first_seen": "2026-11-20T06:12:00Z",
    "last_seen": "2026-11-20T07:41:12Z",
    "origin_item": 48190,
    "n_items": 5,
    "n_outlets": 4,
    "n_copies": 1,
    "languages": ["en", "id", "ja", "ko", "zh"],
    "companies": [{"slug": "bytedance", "name": "ByteDance", "role": "about"}],
    "topics": ["ai-chips"],
    "follows": None,
}


class Story(BaseModel):
    """One event and everything that was reported of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [STORY]})

    id: int = Field(description="Id of its earliest item; stays when others join.")
    title: str
    lang: str
    first_seen: Utc
    last_seen: Utc
    origin_item: int
    n_items: int
    n_outlets: int
    n_copies: int
    languages: list[str]
    companies: list[CompanyRef]
    topics: list[str]
    follows: int | None = Field(description="The earlier story that it carries on.")


class StoryPage(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"stories": [STORY], "next": None}]})

    stories: list[Story]
    next: str | None


class StoryItem(Item):
    link: LinkKind = Field(description="How it hangs on the story.")


class StoryDetail(Story):
    """A story with its items, earliest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**STORY, "items": [{**ITEM, "link": "rewrite"}]}]})

    items: list[StoryItem]


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
    url: str
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
    state: str = Field(description="new, ok, failing, retired or off.")
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
                    "about": 21, "mention": 7, "languages": {"en": 20, "zh": 8},
                    "volume": [{"day": "2026-11-19", "about": 3, "mention": 1}],
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
