"""Shapes of items and stories."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chipwire.domain import Evidence, Figure, Role, Utc
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
    "topics": ["ai", "semiconductor", "foundry"],
    "story": 48190,
    "copy_of": None,
    "credit": "Reuters",
}


class CorrectedOut(BaseModel):
    """What the outlet last changed in a report that it had given before."""

    at: Utc = Field(description="When chipwire read it.")
    before: str = Field(description="The headline or sentence as it was; empty where one was only added.")
    now: str


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
    story: int | None = Field(
        description="Id of the story it belongs to; null for moments on a store with several clocks."
    )
    copy_of: int | None = Field(description="Id of the item whose text it copies.")
    credit: str | None = Field(description="The outlet or agency the report credits.")
    corrected: CorrectedOut | None = Field(
        None,
        exclude_if=lambda corrected: corrected is None,
        description="Only there when the outlet corrected what it had said.",
    )


class ItemPage(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [ITEM], "next": "WzQ4MjExLG51bGxd.c2lnbmVk"}]})

    items: list[Item]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class DayVolume(BaseModel):
    day: date = Field(description="A day of UTC.")
    items: int


class ItemVolume(BaseModel):
    """How many items were first seen on each day; of the first and the last day perhaps only a part is asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "since": "2026-11-19T00:00:00Z", "until": "2026-11-21T08:00:00Z", "items": 37,
                    "volume": [
                        {"day": "2026-11-19", "items": 14}, {"day": "2026-11-20", "items": 23},
                        {"day": "2026-11-21", "items": 0},
                    ],
                }
            ]
        }
    )  # fmt: skip

    since: Utc
    until: Utc
    items: int = Field(description="Of all days together.")
    volume: list[DayVolume] = Field(description="Every day, also those without items, earliest first.")


class SightingOut(BaseModel):
    feed: FeedRef
    seen_at: Utc


FIGURE: dict[str, Any] = {"text": "100,000", "value_low": 100000, "value_high": 100000, "unit": "units",
                          "qualifier": None, "kind": "amount", "start": 44, "end": 51}  # fmt: skip


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
                    "figures": [FIGURE],
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
    "topics": ["ai", "semiconductor"],
    "follows": None,
}


class Story(BaseModel):
    """One event and everything that was reported of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [STORY]})

    id: int = Field(description="Id of its earliest item; stays when others join.")
    title: str = Field(description="Of the report that had it first, in the newest version that its outlet gave.")
    lang: str
    first_seen: Utc
    last_seen: Utc
    origin_item: int = Field(description="The report that had it first.")
    n_items: int
    n_outlets: int = Field(description="Outlets that tell it in words of their own.")
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


class Copies(BaseModel):
    """Items with the same text as the item `of`."""

    of: int
    items: list[int]


class FirstTold(BaseModel):
    """The first item of a language: seconds after the story's first item, seconds before the next language's."""

    lang: str
    item_id: int
    at: Utc
    lag: float
    lead: float | None


class Lineage(BaseModel):
    """How a story travelled, as ids of items in order of time; `n_outlets` wrote their own."""

    origin: int
    copies: list[Copies]
    rewrites: list[int]
    translations: list[int]
    languages: list[FirstTold]
    n_outlets: int


LINEAGE: dict[str, Any] = {
    "origin": 48211,
    "copies": [{"of": 48211, "items": [48213]}],
    "rewrites": [],
    "translations": [48220],
    "languages": [
        {"lang": "en", "item_id": 48211, "at": "2026-11-20T07:30:00Z", "lag": 0.0, "lead": 5400.0},
        {"lang": "ko", "item_id": 48220, "at": "2026-11-20T09:00:00Z", "lag": 5400.0, "lead": None},
    ],
    "n_outlets": 2,
}


class StoryDetail(Story):
    """A story with its items, earliest first, and how it travelled."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**STORY, "items": [{**ITEM, "link": "rewrite"}], "lineage": LINEAGE}]}
    )

    items: list[StoryItem]
    lineage: Lineage | None
