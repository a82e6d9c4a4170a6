"""Stories: one event each, and how every item hangs on it."""

from typing import Literal

from pydantic import Field

from chipwire.domain.base import Noun, Role, Utc

LinkKind = Literal["origin", "copy", "rewrite", "translation"]


class Placement(Noun):
    """enrich.cluster's word on one item: `story_id` is the id of the story's earliest item."""

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
