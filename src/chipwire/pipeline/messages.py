"""What goes to a worker and what comes back: nouns without the machinery that makes the one of the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chipwire.collect.content.identity import Policy
from chipwire.domain import Feed, FeedFacts, Read, Tags


@dataclass(frozen=True)
class Given:
    """One document as it came, and the feed it is of; `identity` is how far the feed's ids go."""

    body: bytes
    feed: Feed
    url: str
    content_type: str | None = None
    identity: Policy = "uid"
    said: bytes = b""
    """What the feed's last items said, line by line: see `enrich.boilerplate.remember`."""


@dataclass(frozen=True)
class Memory:
    """What is known of a feed before a document of it is read whole: uid → content hash, link → uid."""

    known: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What one document held: `reads` are the entries that are new or changed, `items` counts all of them."""

    items: int
    reads: list[Read] = field(default_factory=list)
    facts: FeedFacts = field(default_factory=FeedFacts)
    problems: list[str] = field(default_factory=list)
    identity: Policy = "uid"
    """What entries of this feed are told apart by from now on."""
    overtaken: list[bytes] = field(default_factory=list)
    """What those items of the feed said that have more boxes than they were tagged with, or are new and have some."""
    mended: list[tuple[int, Tags]] = field(default_factory=list)
    """Those of them that are stored already, tagged anew."""
    marks: bytes | None = None
    """By which the next document may be read in part; None when it is to be read whole."""
    before: bytes | None = None
    """What was there of this kind when this one was read."""


class Stored(NamedTuple):
    """An item that was read long ago."""

    id: int
    title: str
    body: str
    lang: str
    beside: Sequence[tuple[int, int]]
