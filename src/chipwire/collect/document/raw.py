"""What the reader of a format hands on: strings as they stand in the document, before they are cleaned."""

from dataclasses import dataclass, field
from typing import Literal

EMPTY = "the document has no entries"
"""The problem of a document that is a feed and has nothing else wrong with it: a news sitemap after a quiet weekend."""


@dataclass(slots=True)
class Body:
    """One piece of prose and the address its relative links hang on."""

    value: str
    kind: Literal["html", "text"] = "html"
    base: str | None = None


@dataclass(slots=True)
class RawEntry:
    """One entry; `links` in order of preference, dates as written."""

    guid: str | None = None
    links: list[str] = field(default_factory=list)
    base: str | None = None
    title: str = ""
    summary: Body | None = None
    contents: list[Body] = field(default_factory=list)
    author: str | None = None
    lang: str | None = None
    published: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    source: str | None = None


@dataclass(slots=True)
class RawDocument:
    """One document; `ttl` in seconds, `count` the entries its markup seems to have."""

    title: str | None = None
    home: str | None = None
    lang: str | None = None
    hub: str | None = None
    self_url: str | None = None
    ttl: int | None = None
    skip_hours: list[int] = field(default_factory=list)
    skip_days: list[str] = field(default_factory=list)
    entries: list[RawEntry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
