"""Tells a main party from a passing mention by where, how often, in what phrase and what company a name stands."""

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from operator import mul
from pathlib import Path

from pydantic import BaseModel

from chipwire.domain import Role
from chipwire.enrich import data_file
from chipwire.enrich.aliases import Alias
from chipwire.enrich.companies import Mention
from chipwire.enrich.folding import Folded
from chipwire.enrich.memo import Memo
from chipwire.enrich.standing import Standing, at_home
from chipwire.errors import ConfigError

PHRASES = ("likened", "measured", "tied", "hosting", "oblique", "example", "source", "party")
"""What Standing says of a name, with venue and used become `hosting` for products and `oblique` for company names."""
PASSING = frozenset({"likened", "measured", "tied", "hosting", "source"})
FEATURES = (
    "bias", "count", "behind", "share", "only", "crowd", "thing", "thing_afield", "afield", "quoted", "house",
    "title", "title_thing", "title_first", "title_start", "title_passing", "title_joined", "title_apart",
    "title_others", "title_again", *(f"title_{kind}" for kind in PHRASES),
    "lead", "late", "sparse", "untitled", "untitled_lead", "untitled_first", "untitled_opens", "untitled_count",
    "untitled_share", "untitled_anaphors", "untitled_person", "untitled_passing",
    *(f"untitled_{kind}" for kind in PHRASES),
)  # fmt: skip
_TITLED, _UNTITLED = ({kind: f"{where}_{kind}" for kind in PHRASES} for where in ("title", "untitled"))
THINGS = frozenset({"product", "unit"})
_HOSTING = frozenset({"venue", "used", "oblique"})
_ASIDE = frozenset({"quote", "caption"})
READ = 4
"""So many of a company's names are looked at closely."""
_UNREAD = frozenset[str]()
NEXT = 12
"""Names that are joined have fewer characters between them."""
_COMMAS = frozenset(",、，")
"""They join names, or end a headline's topic: 三星、インテルを抜く."""
_APART = re.compile(r"[;:,、，—…。?!？！\"「」『』“”|]|\s[-–]\s|\.\.\.")


class Weights(BaseModel, extra="forbid"):
    """data/roles.toml: one weight per feature, set by tests/bench/fit_roles.py."""

    weights: dict[str, float]

    @classmethod
    def load(cls, data: Path) -> "Weights":
        path = data / "roles.toml"
        loaded = data_file.read(path, cls)
        if missing := set(FEATURES) ^ set(loaded.weights):
            raise ConfigError(f"{path}: weights: {sorted(missing)} missing or unknown; run tests/bench/fit_roles.py")
        return loaded


class Roles:
    """Decides between about and mention; `countries` are where companies are at home, by slug."""

    def __init__(self, weights: Weights, standing: Standing, countries: Mapping[str, str | None]) -> None:
        self._weights = weights.weights
        self._standing = standing
        self._countries = countries
        self._houses = Memo(self._house, 1 << 14)

    def of(self, mentions: Sequence[Mention], title: Folded, body: Folded, lang: str, field: float) -> dict[str, Role]:
        """The role of every company, in order of first mention; `field` (0 to 1) is how much the item speaks of it."""
        weight = self._weights.__getitem__
        found: dict[str, Role] = {
            slug: "about" if sum(map(mul, map(weight, features), features.values())) > 0 else "mention"
            for slug, features in self.described(mentions, title, body, lang, field).items()
        }
        if "about" in found.values() and self._standing.is_of_market(title.lower):
            titled = {mention[0] for mention in mentions if mention[2] == "title"}
            return {slug: role if slug in titled else "mention" for slug, role in found.items()}
        return found

    def described(
        self, mentions: Sequence[Mention], title: Folded, body: Folded, lang: str, field: float
    ) -> dict[str, dict[str, float]]:
        """The features of every company of an item, each about between 0 and 1; those that are 0 are left out."""
        item = _Item(mentions, self._places(mentions, title, body, lang), title, body, self._standing.anaphors_of(lang))
        return {slug: item.features(slug, 1.0 - field) for slug in item.companies}

    def _places(self, mentions: Sequence[Mention], title: Folded, body: Folded, lang: str) -> "_Named":
        """Where each company is named; names that are joined share their phrase and their start of the sentence."""
        named: _Named = {}
        houses, joins, before, titled = self._houses, self._standing.joins, 1 << 60, True
        kinds, place = self._standing.table(lang).kinds, None
        for mention in mentions:
            slug, alias, zone, start, end, _, _ = mention
            in_title = zone == "title"
            lower = title.lower if in_title else body.lower
            if (places := named.get(slug)) is None:
                places = named[slug] = []
            last = place
            phrases: Set[str] = kinds(lower, start, end) if len(places) < READ else _UNREAD
            if phrases:
                phrases = self._phrases({*phrases}, slug, alias)
            place = _Place(phrases, start, houses[alias])
            if last and 0 < start - before < NEXT and titled == in_title:
                between = lower[before:start]
                if joins(between) and not ("measured" in phrases and between.strip() in _COMMAS):
                    place.join(last)
            places.append((mention, place))
            before, titled = end, in_title
        return named

    def _house(self, alias: Alias) -> bool:
        return self._standing.is_house(alias.text.lower())

    def _phrases(self, found: set[str], slug: str, alias: Alias) -> set[str]:
        """Kinds of phrase as the weights know them."""
        found = at_home(found, self._countries.get(slug))
        if not _HOSTING.isdisjoint(found):
            found -= _HOSTING
            found.add("hosting" if alias.kind in THINGS else "oblique")
        return found


class _Place:
    """How one name stands; `start` is where the name, or the first of those it is joined to, begins."""

    __slots__ = ("house", "joined", "phrases", "start")

    def __init__(self, phrases: Set[str], start: int, house: bool) -> None:
        self.phrases, self.start, self.house, self.joined = phrases, start, house, False

    def join(self, before: "_Place") -> None:
        """Shares with the name before what is said of either."""
        self.joined = True
        self.start = before.start
        self.phrases = before.phrases = before.phrases | self.phrases

    @property
    def passing(self) -> bool:
        return self.house or not PASSING.isdisjoint(self.phrases)


_Named = dict[str, list[tuple[Mention, _Place]]]
"""The mentions of each company with how they stand, companies in order of their first one."""


class _Item:
    """What one item says about all its companies together."""

    def __init__(
        self,
        mentions: Sequence[Mention],
        companies: _Named,
        title: Folded,
        body: Folded,
        anaphors: re.Pattern[str] | None,
    ) -> None:
        self.title, self.body, self.total = title.text, body.text, len(mentions)
        self.mentions, self.companies = mentions, companies
        self.titled = [slug for slug, named in self.companies.items() if named[0][0].in_title]
        firm = [slug for slug, named in self.companies.items() if not named[0][1].passing]
        self.first_titled = next((slug for slug in firm if slug in self.titled), None)
        self.first_untitled = next(iter(firm), None)
        self.most = max(map(len, companies.values()), default=0)
        self.referred = _referred(mentions, body.lower, anaphors) if self.first_titled is None else None

    def features(self, slug: str, afield: float) -> dict[str, float]:
        """Those of one company."""
        named = self.companies[slug]
        kinds: set[str] = {mention[1].kind for mention, _ in named}
        zones: set[str] = {mention[2] for mention, _ in named}
        things, crowd = kinds <= THINGS, len(self.companies)
        found: dict[str, float] = {
            "bias": 1.0,
            "count": math.log(len(named)),
            "behind": len(named) < self.most,
            "share": len(named) / self.total,
            "only": crowd == 1,
            "crowd": min(1.0, (crowd - 2) / 4) if crowd > 2 else 0.0,
            "thing": things,
            "thing_afield": things * afield,
            "afield": afield,
            "quoted": zones <= _ASIDE,
            "house": named[0][1].house and all(place.house for _, place in named),
        }
        found.update(self._titled(slug, zones, things) if slug in self.titled else self._untitled(slug, zones, kinds))
        return found

    def _titled(self, slug: str, zones: set[str], things: bool) -> dict[str, float]:
        named = self.companies[slug]
        first, place = named[0]
        before = [m for m in self.mentions if m.in_title and m.slug != slug and m.end <= first.start]
        between = self.title[before[-1].end : first.start] if before else ""
        start = first.start < max(4, len(self.title) // 6)
        return {
            "title": 1.0,
            "title_thing": things,
            "title_first": self.first_titled == slug,
            "title_start": start and not place.passing,
            "title_passing": place.passing,
            "title_joined": place.joined,
            "title_apart": not place.joined and _APART.search(between) is not None,
            "title_others": min(1.0, (len(self.titled) - 1) / 3),
            "title_again": zones != {"title"},
            **{_TITLED[kind]: 1.0 for mention, at in named[:READ] if mention.in_title for kind in at.phrases},
        }

    def _untitled(self, slug: str, zones: set[str], kinds: set[str]) -> dict[str, float]:
        named, lead = self.companies[slug], "lead" in zones
        found: dict[str, float] = {
            "lead": lead,
            "late": named[0][0].start / max(200, len(self.body)),
            "sparse": min(1.0, len(self.body) / 1200) / len(named),
        }
        if self.referred is None:
            return found
        found |= {
            "untitled": 1.0,
            "untitled_lead": lead,
            "untitled_first": lead and self.first_untitled == slug,
            "untitled_opens": any(_opens(self.body, place.start) for _, place in named),
            "untitled_count": math.log(len(named)),
            "untitled_share": len(named) / self.total,
            "untitled_anaphors": math.log(1 + self.referred[slug]),
            "untitled_person": "person" in kinds,
            "untitled_passing": named[0][1].passing and all(place.passing for _, place in named),
        }
        for _, place in named[:READ]:
            for kind in place.phrases:
                found[_UNTITLED[kind]] = 1.0
        return found


def _referred(mentions: Sequence[Mention], body: str, anaphors: re.Pattern[str] | None) -> Counter[str]:
    """How often a text comes back to each company in words like "the company", which mean the one named last."""
    named = [mention for mention in mentions if not mention.in_title]
    ends = [mention.end for mention in named]
    found: Counter[str] = Counter()
    for match in anaphors.finditer(body, ends[0]) if anaphors and ends else ():
        found[named[bisect_right(ends, match.start()) - 1].slug] += 1
    return found


def _opens(text: str, start: int) -> bool:
    """Whether a name is the first word of a sentence."""
    if start:
        before = text[start - 1]
        if (text[start - 2 : start - 1] if before == " " else before).isalnum():
            return False
    left = text[max(0, start - 2) : start].strip(" \n\"'「“")
    return not left or left[-1] in ".。!?！？"
