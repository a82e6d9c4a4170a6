"""What an item says of each of its companies: the features by which roles are decided."""

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence, Set
from typing import NamedTuple

from chipwire.enrich.names.mention import Mention
from chipwire.enrich.roles.standing import Standing
from chipwire.enrich.text.folding import Folded

PHRASES = ("likened", "measured", "tied", "hosting", "oblique", "example", "source", "party")
"""What Standing says of a name, with venue and used become `hosting` for products and `oblique` for company names."""
PASSING = frozenset({"likened", "measured", "tied", "hosting", "source"})
FEATURES = (
    "bias", "count", "behind", "share", "only", "crowd", "thing", "thing_afield", "afield", "quoted", "house",
    "title", "title_thing", "title_first", "title_start", "title_passing", "title_joined", "title_apart",
    "title_others", "title_again", *(f"title_{kind}" for kind in PHRASES),
    "lead", "late", "sparse", "untitled", "untitled_lead", "untitled_first", "untitled_first_only",
    "untitled_first_sentence", "untitled_described", "untitled_another", "untitled_opens", "untitled_count",
    "untitled_share", "untitled_anaphors", "untitled_person", "untitled_passing",
    *(f"untitled_{kind}" for kind in PHRASES),
)  # fmt: skip
_TITLED, _UNTITLED = ({kind: f"{where}_{kind}" for kind in PHRASES} for where in ("title", "untitled"))
THINGS = frozenset({"product", "unit"})
_ASIDE = frozenset({"quote", "caption"})
READ = 4
"""So many of a company's names are looked at closely."""
_SENTENCE = re.compile(r"[。！？.!?\n](?:(?<=[。！？])|(?<=.{30}[.!?])[\s\"'”]|(?<=.{30}\n))", re.S)
"""The end of a sentence that is more than a dateline; it begins with one class, which is searched fast."""
_APART = re.compile(r"[;:,、，—…。?!？！\"「」『』“”|]|\s[-–]\s|\.\.\.")


class Place:
    """How one name stands; `start` is where the name, or the first of those it is joined to, begins."""

    __slots__ = ("house", "joined", "phrases", "start")

    def __init__(self, phrases: Set[str], start: int, house: bool) -> None:
        self.phrases, self.start, self.house, self.joined = phrases, start, house, False

    def join(self, before: "Place") -> None:
        """Shares with the name before what is said of either."""
        self.joined = True
        self.start = before.start
        self.phrases = before.phrases = before.phrases | self.phrases

    @property
    def passing(self) -> bool:
        return self.house or not PASSING.isdisjoint(self.phrases)


Named = dict[str, list[tuple[Mention, Place]]]
"""The mentions of each company with how they stand, companies in order of their first one."""


class Untitled(NamedTuple):
    """What a text says about its companies where the title names none."""

    referred: Counter[str]
    """How often it comes back to each in words like "the company", which mean the one named last."""
    described: str | None
    """Whom it names first, when its title speaks of a company without the name."""
    another: bool
    """Whether the title names a firm that nobody follows."""
    first_stop: int
    """Where the first sentence ends."""

    @classmethod
    def of(cls, mentions: Sequence[Mention], title: str, body: str, standing: Standing, lang: str) -> "Untitled":
        """From folded lower-case texts and the mentions in their order."""
        named = [mention for mention in mentions if not mention.in_title]
        ends = [mention.end for mention in named]
        anaphors, descriptions = standing.anaphors_of(lang), standing.descriptions_of(lang)
        referred: Counter[str] = Counter()
        for start in anaphors.starts(body, ends[0]) if anaphors and ends else ():
            referred[named[bisect_right(ends, start) - 1].slug] += 1
        described = descriptions is not None and descriptions.stand(title)
        stop = _SENTENCE.search(body)
        first = named[0].slug if described and named else None
        return cls(referred, first, standing.names_another(title), stop.end() if stop else len(body))


class Item:
    """What one item says about all its companies together."""

    untitled: Untitled | None = None
    """Where the title names nobody."""

    def __init__(self, mentions: Sequence[Mention], companies: Named, title: Folded, body: Folded) -> None:
        self.title, self.body, self.total = title.text, body.text, len(mentions)
        self.mentions, self.companies = mentions, companies
        self.titled = [slug for slug, named in self.companies.items() if named[0][0].in_title]
        firm = [slug for slug, named in self.companies.items() if not named[0][1].passing]
        self.first_titled = next((slug for slug in firm if slug in self.titled), None)
        self.first_untitled = next(iter(firm), None)
        self.most = max(map(len, companies.values()), default=0)

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
        if self.untitled is None:
            return found
        found |= {
            "untitled": 1.0,
            "untitled_lead": lead,
            "untitled_first": lead and self.first_untitled == slug,
            "untitled_first_only": lead and self.first_untitled == slug and len(self.companies) == 1,
            "untitled_first_sentence": 0 <= named[0][0].start < self.untitled.first_stop,
            "untitled_described": self.untitled.described == slug,
            "untitled_another": self.untitled.another,
            "untitled_opens": any(_opens(self.body, place.start) for _, place in named),
            "untitled_count": math.log(len(named)),
            "untitled_share": len(named) / self.total,
            "untitled_anaphors": math.log(1 + self.untitled.referred[slug]),
            "untitled_person": "person" in kinds,
            "untitled_passing": named[0][1].passing and all(place.passing for _, place in named),
        }
        for _, place in named[:READ]:
            for kind in place.phrases:
                found[_UNTITLED[kind]] = 1.0
        return found


def _opens(text: str, start: int) -> bool:
    """Whether a name is the first word of a sentence."""
    if start:
        before = text[start - 1]
        if (text[start - 2 : start - 1] if before == " " else before).isalnum():
            return False
    left = text[max(0, start - 2) : start].strip(" \n\"'「“")
    return not left or left[-1] in ".。!?！？"
