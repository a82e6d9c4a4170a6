"""Stories: one event each, and how every item hangs on it."""

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from chipwire.domain.base import Noun, Role, Utc

LinkKind = Literal["origin", "copy", "rewrite", "translation"]
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.-]+)(?:[/?#]|$)")
"""An address whose host needs no rule of RFC 3986 to be told: a story asks all of its members at each change."""


def outlet_of(url: str, feed_id: str) -> str:
    """Whose a report is: the host of its address, as an outlet with five feeds is one; the feed where none is told."""
    if plain := _PLAIN_HOST.match(url):
        return plain[1].removeprefix("www.")
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return (host or feed_id).removeprefix("www.")


def as_it_stands(first: int, reports: Iterable[tuple[int, int | None, str]]) -> int:
    """The report that tells what the report `first` told as it stands now: the newest version that its outlet gave.

    Who corrects a report gives it anew, nearly the same; a copy elsewhere is none. `reports` are (item, copy_of,
    outlet) of the story, oldest first; returns the item.
    """
    versions: dict[int, str] = {}
    for item, copy_of, outlet in reports:
        if item == first or (copy_of is not None and versions.get(copy_of) == outlet):
            versions[item] = outlet
    return max(versions, default=first)


class Placement(Noun):
    """enrich.stories.cluster's word on one item: `story_id` is the id of the story's earliest item."""

    item_id: int
    story_id: int
    copy_of: int | None = None
    link: LinkKind = "origin"
    follows: int | None = None


class Story(Noun):
    """One event; `id` is the id of its earliest item and stays when others join."""

    id: int
    title: str
    lang: str
    first_seen: Utc
    last_seen: Utc
    origin_item: int
    n_items: int = 1
    n_outlets: int = 1
    n_copies: int = 0
    languages: list[str] = Field(default_factory=list)
    companies: dict[str, Role] = Field(default_factory=dict)
    topics: list[str] = Field(default_factory=list)
    relevant: bool = True
    follows: int | None = None
