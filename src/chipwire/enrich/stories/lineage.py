"""How a story travelled: who had it first, who copied, rewrote or translated it, and which language came when."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chipwire.domain import LinkKind, outlet_of

BELIEVED = timedelta(days=14)
"""A report printed longer before we saw it than this, in a story of which others are new, bears a false date: stories
take no new reports after that time."""


@dataclass(frozen=True)
class Told:
    """One item of a story as the store knows it; times are aware UTC."""

    item_id: int
    lang: str
    url: str
    feed_id: str
    published: datetime | None
    first_seen: datetime
    copy_of: int | None = None
    link: LinkKind = "rewrite"

    @property
    def at(self) -> datetime:
        """When it was out: as printed, but never later than we saw it."""
        return min(self.published, self.first_seen) if self.published else self.first_seen

    @property
    def outlet(self) -> str:
        return outlet_of(self.url, self.feed_id)


@dataclass(frozen=True)
class First:
    """The first item of a language; `lag` is seconds after the story's first item, `lead` before the next language."""

    lang: str
    item_id: int
    at: datetime
    lag: float
    lead: float | None


@dataclass(frozen=True)
class Lineage:
    """Item ids by how they hang on the story, in order of time; `n_outlets` counts outlets that wrote their own."""

    origin: int
    copies: dict[int, list[int]] = field(default_factory=dict)
    """Copied item → its copies."""
    rewrites: list[int] = field(default_factory=list)
    translations: list[int] = field(default_factory=list)
    languages: list[First] = field(default_factory=list)
    n_outlets: int = 0


def trace(members: Sequence[Told]) -> Lineage:
    """The lineage of one story from its items, in any order; ValueError when there are none."""
    if not members:
        raise ValueError("a story has at least one item")
    ordered = sorted(believed(members), key=lambda told: (told.at, told.item_id))
    origin = next((told for told in ordered if told.link == "origin"), ordered[0])
    copies: dict[int, list[int]] = {}
    for told in ordered:
        if told.copy_of is not None and told is not origin:
            copies.setdefault(told.copy_of, []).append(told.item_id)
    own = [told for told in ordered if told is origin or told.copy_of is None]
    return Lineage(
        origin=origin.item_id,
        copies=copies,
        rewrites=[told.item_id for told in own if told is not origin and base(told.lang) == base(origin.lang)],
        translations=[told.item_id for told in own if base(told.lang) != base(origin.lang)],
        languages=_firsts(ordered),
        n_outlets=len({told.outlet for told in own}),
    )


def believed(members: Sequence[Told]) -> list[Told]:
    """The items of one story, in their order, without false dates: far in the past where others are not, as those of
    an archive are."""
    old = [told.published is not None and told.published < told.first_seen - BELIEVED for told in members]
    false = old if not all(old) else [False] * len(old)
    return [replace(told, published=None) if is_false else told for told, is_false in zip(members, false, strict=True)]


def base(lang: str) -> str:
    """Scripts and regions of one language are no translation of each other: 'zh-Hant' → 'zh'."""
    return lang.split("-")[0].lower()


def _firsts(ordered: list[Told]) -> list[First]:
    first: dict[str, Told] = {}
    for told in ordered:
        first.setdefault(told.lang, told)
    heads = list(first.values())
    nexts = [*heads[1:], None]
    return [
        First(
            lang=told.lang,
            item_id=told.item_id,
            at=told.at,
            lag=(told.at - heads[0].at).total_seconds(),
            lead=(after.at - told.at).total_seconds() if after else None,
        )
        for told, after in zip(heads, nexts, strict=True)
    ]
