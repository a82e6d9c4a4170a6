"""Decides which of the names found in a text really are the company, and says by what rule."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from chipwire.enrich.boilerplate.zones import Zone, Zones
from chipwire.enrich.lookup.aliases import Alias
from chipwire.enrich.lookup.glossary import CompanyEntry, Strength
from chipwire.enrich.lookup.matching import Found, Hit
from chipwire.enrich.names.context import BUSINESS, USUAL, Context, ContextWords
from chipwire.enrich.names.deeds import Deeds
from chipwire.enrich.names.mention import Mention, make_mention
from chipwire.enrich.names.sisters import Sisters
from chipwire.enrich.names.tickers import IN_ADDRESS, Places, is_web_address, quoted
from chipwire.enrich.names.typos import Slips, plain_slip
from chipwire.enrich.text.folding import Folded
from chipwire.enrich.text.language import FAMILIES
from chipwire.enrich.text.memo import Memo

_ORDER = attrgetter("order")
_MODEL = re.compile(r"[ -]?(?!(?:19|20)\d\d\b)(?:[A-Z]\d{2}|[A-Z]?\d{3,4}[A-Z]{0,2})(?![0-9a-z])")
"""A model number: three or four digits that are no year, or a letter and two digits (Galaxy A07)."""
_STRENGTHS: tuple[Strength, ...] = ("unique", "needs-context", "never-alone")
"""Surest names first."""
_RULES = {
    "legal": "legal name", "brand": "brand", "product": "product implies company", "person": "person implies company",
    "ticker": "ticker", "nickname": "nickname", "unit": "unit implies company",
}  # fmt: skip


@dataclass(slots=True)
class Part:
    """Title or body with what was found in it; `shift` places it in the coordinates of the whole item."""

    folded: Folded
    found: Found
    shift: int
    zones: Zones | None = None
    """None for the title."""
    tail: int = 1 << 60
    """Where the outlet's name at the end of an aggregator's title begins."""

    def zone(self, start: int) -> Zone:
        if self.zones is None:
            return "boilerplate" if start >= self.tail else "title"
        return self.zones.of(start)

    @property
    def mask(self) -> Callable[[int], bool] | None:
        """What tells which places are masked, None where nothing is."""
        if self.zones is None:
            return self.masked if self.tail < 1 << 60 else None
        return self.zones.masked if self.zones.boilerplate else None

    def doubted(self, place: int, stop: int, shadows: frozenset[str]) -> bool:
        """Whether a name may be another word here: part of a longer one, or what look-alikes of the item contain."""
        if self.folded.lower[place:stop] in shadows:
            return True
        return any(start <= place and stop <= end for start, end in self.found.doubts)

    def masked(self, start: int) -> bool:
        return start >= self.tail if self.zones is None else self.zones.masked(start)


class Parts(NamedTuple):
    title: Part
    body: Part


_Open = tuple[Part, Hit, Alias]
"""A name that counts under conditions, and where it stands."""


@dataclass(slots=True)
class _Evidence:
    """Context of one item and what was accepted so far, while its names are being judged."""

    context: Context
    shadows: frozenset[str]
    foreign: bool
    """Whether the text is written in other letters than Latin ones."""
    accepted: defaultdict[str, list[Mention]] = field(default_factory=lambda: defaultdict(list))
    taken: set[tuple[str, int]] = field(default_factory=set)
    """Companies and the places in the item where a name of theirs counts under a condition; one name counts there."""

    def others(self, slug: str, start: int, end: int) -> bool:
        """Whether another company is named near a span or in the title."""
        low, high = self.context.around(start, end)
        return any(
            other != slug and any(m.order < 0 or low <= m.order <= high for m in found)
            for other, found in self.accepted.items()
        )


class Judge:
    """Applies the conditions of aliases, surest names first."""

    def __init__(
        self, companies: Mapping[str, CompanyEntry], words: ContextWords, deeds: Deeds, places: Places, slips: Slips
    ) -> None:
        self._sisters = Sisters(companies)
        self._words = words
        self._deeds = deeds
        self._places = places
        self._slips = slips

    def mentions(self, parts: Parts, lang: str) -> list[Mention]:
        """All accepted names of an item in reading order."""
        base = lang.split("-")[0]
        title, body = ((part.folded, part.mask) for part in parts)
        shadows = parts.title.found.shadows | parts.body.found.shadows
        hidden = parts.body.zones.boilerplate if parts.body.zones else []
        evidence = _Evidence(Context(self._words, title, body, hidden), shadows, base not in FAMILIES["Latn"])
        accepted = evidence.accepted
        waiting: dict[Strength, list[_Open]] = {strength: [] for strength in _STRENGTHS}
        for part in parts:
            lower, masked, shift = part.folded.lower, part.mask, part.shift
            zone_of = part.zones.of if part.zones else part.zone
            doubtful = bool(shadows or part.found.doubts)
            for hit in part.found.hits:
                start, end, _, aliases = hit
                if (masked and masked(start)) or (
                    start and lower[start - 1] in IN_ADDRESS and is_web_address(lower, start)
                ):
                    continue
                if (sure := _SURE[aliases]) and not (doubtful and part.doubted(start, end, shadows)):
                    zone = zone_of(start)
                    for alias, rule in sure:
                        accepted[alias.slug].append(
                            make_mention((alias.slug, alias, zone, start, end, shift + start, rule))
                        )
                else:
                    for alias in aliases:
                        waiting[alias.strength].append((part, hit, alias))
        for unsure in waiting.values():
            for part, hit, alias in unsure:
                if (why := self._judge(evidence, part, hit, alias)) is not None:
                    self._accept(evidence, part, hit, alias, why)
        self._support_each_other(evidence, waiting["needs-context"])
        self._misspelt(evidence, parts, base)
        self._sisters.hand_over(accepted, evidence.context)
        return sorted(chain.from_iterable(evidence.accepted.values()), key=_ORDER)

    def _accept(self, evidence: _Evidence, part: Part, hit: Hit, alias: Alias, why: str) -> None:
        start, end, _, _ = hit
        place = alias.slug, part.shift + start
        if place in evidence.taken:
            return
        evidence.taken.add(place)
        rule = f"{_RULES[alias.kind]}; context: {why}" if why else _RULES[alias.kind]
        told = (alias.slug, alias, part.zone(start), start, end, part.shift + start, rule)
        evidence.accepted[alias.slug].append(make_mention(told))

    def _judge(self, evidence: _Evidence, part: Part, hit: Hit, alias: Alias) -> str | None:
        """Why a conditional name counts ('' for no special reason), or None when it does not."""
        place, stop, _, _ = hit
        start, end = part.shift + place, part.shift + stop
        known = alias.slug in evidence.accepted
        if alias.strength == "never-alone":
            return "named elsewhere" if known else None
        against = evidence.context.near(alias.against, start, end)
        doubtful = alias.strength == "unique" and (evidence.shadows or part.found.doubts)
        doubted = bool(doubtful) and part.doubted(place, stop, evidence.shadows)
        unique = alias.strength == "unique" and not doubted
        if not against and unique and alias.kind != "ticker":
            return ""
        if known and not against and alias.kind != "ticker":
            return "named elsewhere"
        if alias.numbered and not against and _MODEL.match(part.folded.text, stop):
            return "model number"
        if alias.does == "assistant" and (asked := self._deeds.ahead(part.folded, place)):
            return asked
        deed = self._deed(evidence, part, hit, alias)
        if deed and not against:
            return deed
        speaking = evidence.context.near((alias.cues or USUAL) | (BUSINESS if doubted else frozenset()), start, end)
        if alias.kind == "ticker":
            finance = bool(speaking) and not against
            if why := self._places.ticker(part.folded, place, stop, finance=finance, known=known):
                return why
            row = None if against else self._places.row(part.folded, place, stop)
            beside = row and (evidence.others(alias.slug, start, end) or quoted(part.found.hits, row, alias.slug))
            return "in a list" if beside else None
        if deed:
            speaking.add(deed)
        if unique:
            return "" if len(against) <= len(speaking) else None
        speaking -= {alias.text.lower()} | evidence.shadows
        thing = alias.kind in ("product", "unit") and alias.cues
        if not thing and evidence.others(alias.slug, start, end):
            speaking.add("other companies")
        return ", ".join(sorted(speaking)[:3]) if speaking and len(speaking) > len(against) else None

    def _deed(self, evidence: _Evidence, part: Part, hit: Hit, alias: Alias) -> str | None:
        """By what it does, or by the letters it stands in, a word is a name here."""
        place, stop, _, _ = hit
        deed = None
        if alias.does == "firm" or (alias.does and part.zones is None and self._deeds.opens(part.folded, place)):
            deed = self._deeds.behind(alias.does, part.folded, stop)
        if not deed and alias.apart and evidence.foreign and self._deeds.apart(part.folded, place, stop):
            return "letters of its own"
        return deed

    def _support_each_other(self, evidence: _Evidence, unsure: list[_Open]) -> None:
        """Open names that are each other's context: of one company, or assistants that are compared."""
        open_names: defaultdict[str, list[_Open]] = defaultdict(list)
        for part, hit, alias in unsure:
            if alias.kind == "ticker" or alias.slug in evidence.accepted:
                continue
            if not evidence.context.near(alias.against, part.shift + hit[0], part.shift + hit[1]):
                open_names[alias.slug].append((part, hit, alias))
        for found in open_names.values():
            kinds = {alias.kind for _, _, alias in found}
            calling = "nickname" in kinds or ("person" in kinds and len(kinds) > 1)
            if calling and len({alias.text.lower() for _, _, alias in found}) > 1:
                for part, hit, alias in found:
                    self._accept(evidence, part, hit, alias, "another of its names")
        rivals = [each for found in open_names.values() for each in found if each[2].does == "assistant"]
        named = {m.slug for found in evidence.accepted.values() for m in found if m.alias.does == "assistant"}
        if len(named.union(alias.slug for _, _, alias in rivals)) > 1:
            for part, hit, alias in rivals:
                self._accept(evidence, part, hit, alias, "another assistant")

    def _misspelt(self, evidence: _Evidence, parts: Parts, base: str) -> None:
        for part in parts:
            for start, end, alias in self._slips.find(part.folded.text, part.folded.lower, part.found.covers, base):
                place = part.shift + start
                speaking = evidence.context.near(USUAL, place, part.shift + end)
                known = alias.slug in evidence.accepted or evidence.others(alias.slug, place, part.shift + end)
                sure = known or speaking or plain_slip(part.folded.lower[start:end], alias.text.lower())
                if alias.speaks(base) and not part.masked(start) and sure:
                    told = (alias.slug, alias, part.zone(start), start, end, place, f"misspelling of {alias.text}")
                    evidence.accepted[alias.slug].append(make_mention(told))


def _sure_ones(aliases: tuple[Alias, ...]) -> tuple[tuple[Alias, str], ...]:
    """The names that need no condition, the first of each company, and the rule they count by."""
    first = {alias.slug: alias for alias in reversed(aliases) if alias.sure}
    return tuple((alias, _RULES[alias.kind]) for alias in first.values())


_SURE = Memo(_sure_ones)
