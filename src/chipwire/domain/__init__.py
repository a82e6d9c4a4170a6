"""The nouns of the house, in the order the news travels: feed, entry, item, tag, story, reader, letter.

All times are aware and UTC. A noun is validated here once; `keep.tables` adds columns and `serve` adds wire
names by inheriting from it. Nothing in this folder imports anything else of ours.
"""

from chipwire.domain.base import CallFormat, Noun, Role, Slug, Utc, utc
from chipwire.domain.digest import (
    Amount,
    Digest,
    DigestStory,
    FeedHealth,
    Line,
    Report,
    Saved,
    Section,
    Told,
    Why,
    Window,
)
from chipwire.domain.feed import Feed, FeedEvent, FeedFormat, FeedKind, FeedState, Outcome
from chipwire.domain.fetch import Failed, Fetched, NotModified, Response
from chipwire.domain.item import (
    Claim,
    Company,
    Correction,
    Document,
    Entry,
    Evidence,
    FeedFacts,
    Figure,
    Item,
    Read,
    Sighting,
    Tags,
    Topic,
)
from chipwire.domain.muted import Muted, muted, muting
from chipwire.domain.normal import normal_url, over_either, slug, told_url, xml_text
from chipwire.domain.reader import Alert, Letter, LetterKind, LetterState, Reader, ReaderStatus
from chipwire.domain.story import LinkKind, Placement, Story, as_it_stands, outlet_of

__all__ = [
    "Alert",
    "Amount",
    "CallFormat",
    "Claim",
    "Company",
    "Correction",
    "Digest",
    "DigestStory",
    "Document",
    "Entry",
    "Evidence",
    "Failed",
    "Feed",
    "FeedEvent",
    "FeedFacts",
    "FeedFormat",
    "FeedHealth",
    "FeedKind",
    "FeedState",
    "Fetched",
    "Figure",
    "Item",
    "Letter",
    "LetterKind",
    "LetterState",
    "Line",
    "LinkKind",
    "Muted",
    "NotModified",
    "Noun",
    "Outcome",
    "Placement",
    "Read",
    "Reader",
    "ReaderStatus",
    "Report",
    "Response",
    "Role",
    "Saved",
    "Section",
    "Sighting",
    "Slug",
    "Story",
    "Tags",
    "Told",
    "Topic",
    "Utc",
    "Why",
    "Window",
    "as_it_stands",
    "muted",
    "muting",
    "normal_url",
    "outlet_of",
    "over_either",
    "slug",
    "told_url",
    "utc",
    "xml_text",
]
