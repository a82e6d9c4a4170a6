"""Entries as a document gives them, tags as enrich gives them, items as we keep them."""

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict, Field

from chipwire.domain.base import Noun, Role, Slug, Utc


class FeedFacts(Noun):
    """What a document says about itself; `ttl` is in seconds."""

    title: str | None = None
    home: str | None = None
    lang: str | None = None
    hub: str | None = None
    self_url: str | None = None
    ttl: int | None = None
    skip_hours: list[int] = Field(default_factory=list)
    skip_days: list[str] = Field(default_factory=list)


class Entry(Noun):
    """One entry of a document, clean: `title` and `text` are plain text, `summary` is sanitised HTML or plain text."""

    uid: str
    url: str | None = None
    title: str = ""
    summary: str = ""
    text: str = ""
    beside: tuple[tuple[int, int], ...] = ()
    """Spans of `text`, in code points, that the document's markup sets beside the report: lists of links, forms."""
    author: str | None = None
    lang: str | None = None
    published: Utc | None = None
    updated: Utc | None = None
    categories: list[str] = Field(default_factory=list)
    source: str | None = None
    """The outlet named by an aggregator's entry, when it names one."""


class Document(Noun):
    """A parsed document. Problems never make good entries disappear."""

    feed: FeedFacts = Field(default_factory=FeedFacts)
    entries: list[Entry] = Field(default_factory=list)
    problems: list[str] = Field(default_factory=list)
    own: bool = False
    """Whether each entry's uid is its own, whatever entries stand beside it."""


@dataclass
class Evidence:
    """Why a company was tagged: `text[start:end]` of `zone` is the match (offsets in code points of title or body)."""

    # It, figures and claims are made by dozens for every text: validating each took a sixth of what tagging costs.
    __pydantic_config__ = ConfigDict(extra="forbid")

    slug: str
    alias: str
    start: int
    end: int
    zone: Literal["title", "lead", "body", "quote", "caption", "boilerplate"]
    rule: str


Qualifier = Literal["about", "at_least", "up_to"]


@dataclass
class Figure:
    """An amount in the text, normalised: unit is ISO 4217 for money, or one of '%', 'units', 'W', 'nm', 'GB',
    'GB/s', 'TOPS', 'wafers/month'. A range has value_low < value_high; `qualifier` None is an exact amount; start and
    end are code points in title + newline + body."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    text: str
    value_low: float
    value_high: float
    unit: str
    qualifier: Qualifier | None = None
    kind: str = "amount"
    start: int = 0
    end: int = 0


@dataclass
class Claim:
    """A statement, denial or refusal to comment, quoted as it stands."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: Literal["claim", "denial", "no-comment"]
    text: str
    speaker: str | None = None
    about: str | None = None


class Tags(Noun):
    """Everything `enrich` says of one text. `relevant` is False when it is neither semiconductor nor AI news."""

    lang: str
    companies: dict[str, Role] = Field(default_factory=dict)
    topics: list[str] = Field(default_factory=list)
    evidence: list[Evidence] = Field(default_factory=list)
    figures: list[Figure] = Field(default_factory=list)
    claims: list[Claim] = Field(default_factory=list)
    boilerplate: list[tuple[int, int]] = Field(default_factory=list)
    """Spans of the body, in code points, that are not part of the report; see `domain.boilerplate`."""
    credit: str | None = None
    relevant: bool = True


class Company(Noun):
    slug: Slug
    name: str
    names: dict[str, str] = Field(default_factory=dict)
    """Display names by language."""
    country: str | None = None
    tickers: list[str] = Field(default_factory=list)


class Topic(Noun):
    slug: Slug
    name: str
    names: dict[str, str] = Field(default_factory=dict)
    """Display names by language."""


class Item(Noun):
    """One report at one canonical address; its id grows with arrival and orders everything."""

    id: int | None = None
    url: str
    original_url: str
    title: str
    summary: str = ""
    text: str = ""
    author: str | None = None
    lang: str
    published: Utc | None = None
    updated: Utc | None = None
    first_seen: Utc
    feed_id: str
    """The feed that had it first."""
    story_id: int | None = None
    copy_of: int | None = None
    credit: str | None = None
    relevant: bool = True
    categories: list[str] = Field(default_factory=list)


class Correction(Noun):
    """What an outlet changed in a report that it had given before, so that who was told must be told again.

    `number` is of one row with the ids of items: whoever followed items up to one of them knows which of both is new.
    """

    number: int
    item_id: int
    at: Utc
    """When the corrected report was read."""
    before: str = ""
    """The headline or sentence as it was; empty where one was only added."""
    now: str
    companies: dict[str, Role] = Field(default_factory=dict)
    """Those that it named before."""


class Sighting(Noun):
    """Where and when an item was seen; (feed_id, uid) is unique; `item_id` is None once the item was pruned."""

    feed_id: str
    uid: str
    item_id: int | None
    seen_at: Utc
    content_hash: str


class Read(Noun):
    """One entry on its way into the store: entry, its canonical address, and what enrich said of it."""

    entry: Entry
    url: str
    content_hash: str
    tags: Tags
    fingerprint: bytes = b""
    """Opaque to everyone but enrich.stories."""
    said: bytes = b""
    """What it says line by line; opaque to everyone but enrich.boilerplate.remember."""
