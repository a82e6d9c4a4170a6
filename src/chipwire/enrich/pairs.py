"""Two items side by side: the few features that say whether they tell of one event, and the learned odds."""

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from operator import mul

from chipwire.enrich.anchors import Kind, Zone, anchor_key
from chipwire.enrich.copies import shingles
from chipwire.enrich.fingerprint import Print
from chipwire.enrich.terms import family, key

Vector = dict[int, float]
_MATTER = (Kind.CONCEPT, Kind.PLACE, Kind.PRODUCT, Kind.ACT)
ROUNDS = frozenset(anchor_key(Kind.CONCEPT, name) for name in ("index-close", "monthly-sales"))
HOUR = 3600.0
SIGMA_HOURS = 72.0


class View:
    """One fingerprint made ready for comparison: normalised vectors, shingles, anchors by kind (key → weight)."""

    def __init__(self, seen: Print, common: dict[int, float]) -> None:
        self.seen = seen
        self.family = family(seen.lang)
        self.family_key = key(self.family)
        self.common = common
        self.anchors: dict[Kind, dict[int, float]] = {kind: {} for kind in Kind}
        self.prominent: set[int] = set()
        """Keys of anchors in title or lead; a company counts when the item is about it."""
        self.head: dict[int, float] = {}
        """What the headline says: concepts, places, products and acts by weight."""
        for kind, name, weight, zone in seen.anchors:
            self.anchors[kind][name] = weight
            if zone < Zone.BODY:
                self.prominent.add(name)
            if zone == Zone.TITLE and kind in _MATTER:
                self.head[name] = weight
        self.about = frozenset(self.anchors[Kind.COMPANY].keys() & self.prominent)
        self.matter = frozenset().union(*(self.anchors[kind].keys() for kind in _MATTER))

    @cached_property
    def title(self) -> Vector:
        return self._vector(self.seen.title)

    @cached_property
    def lead(self) -> Vector:
        return self._vector(lead(self.seen.body))

    @cached_property
    def whole(self) -> Vector:
        return self._vector(self.seen.title + self.seen.body)

    @cached_property
    def shingles(self) -> frozenset[int]:
        return shingles(self.seen.body)

    @cached_property
    def words(self) -> frozenset[int]:
        return frozenset(self.seen.body) - {0}

    @cached_property
    def sentences(self) -> list[frozenset[int]]:
        """Term sets of the body's sentences."""
        found: list[frozenset[int]] = []
        start = 0
        for place, term in enumerate((*self.seen.body, 0)):
            if term == 0:
                if place > start:
                    found.append(frozenset(self.seen.body[start:place]))
                start = place + 1
        return found

    @cached_property
    def concept_norm(self) -> float:
        return math.sqrt(sum([weight * weight for weight in self.anchors[Kind.CONCEPT].values()])) or 1.0

    def _vector(self, sequence: tuple[int, ...]) -> Vector:
        weighted: Vector = {}
        for term, count in Counter(sequence).items():
            if term:
                weight = self.common.get(term, 1.0)
                weighted[term] = weight if count == 1 else weight * (1.0 + math.log(count))
        norm = math.sqrt(sum([w * w for w in weighted.values()])) or 1.0
        return {term: w / norm for term, w in weighted.items()}


def lead(body: tuple[int, ...]) -> tuple[int, ...]:
    """The first two sentences."""
    stops = [place for place, term in enumerate(body) if term == 0][:2]
    return body[: stops[-1]] if stops else body


def cosine(one: Vector, two: Vector) -> float:
    return sum([one[term] * two[term] for term in one.keys() & two.keys()])


NAMES = (
    "title", "lead", "whole", "companies", "strangers", "figures", "products", "names", "places", "concepts",
    "headline", "acts", "rhythm", "near", "days", "bias",
)  # fmt: skip
"""The features, in the order of the weights."""


@dataclass(frozen=True)
class Odds:
    """Weights of one kind of pair (same vocabulary, or across languages), by feature name."""

    weights: tuple[float, ...]

    def __call__(self, row: tuple[float, ...]) -> float:
        """Probability that the pair tells of one event."""
        total = sum(map(mul, self.weights, row))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def shared(one: View, two: View, kind: Kind) -> float:
    """Rarity of what both say, counted by weight; said in the headline or lead of both counts half more."""
    mine, other = one.anchors[kind], two.anchors[kind]
    total = 0.0
    for name in mine.keys() & other.keys():
        total += mine[name] * (1.5 if name in one.prominent and name in two.prominent else 1.0)
    return total


def concepts(one: View, two: View) -> float:
    """Cosine of what the two are about."""
    mine, other = one.anchors[Kind.CONCEPT], two.anchors[Kind.CONCEPT]
    return cosine(mine, other) / (one.concept_norm * two.concept_norm)


def headline(one: View, two: View) -> float:
    """Mean share, both ways, of what a headline says (concepts, places, products) that the other item says too."""
    best = 0.0
    for first, second in ((one, two), (two, one)):
        if first.head:
            hit = sum([first.head[name] for name in first.head.keys() & second.matter])
            best += hit / sum(first.head.values()) / 2
    return best


def hours_apart(one: View, two: View) -> float:
    """Hours between publications; three days when one has no time."""
    if one.seen.published is None or two.seen.published is None:
        return SIGMA_HOURS
    return abs(one.seen.published - two.seen.published) / HOUR


def new_act(one: View, two: View) -> float:
    """1 when the later of two items, a day apart or more, heads with an act that the earlier does not know."""
    if hours_apart(one, two) < 20:
        return 0.0
    first, second = (one, two) if (one.seen.published or 0) <= (two.seen.published or 0) else (two, one)
    return float(bool((second.anchors[Kind.ACT].keys() & second.prominent) - first.anchors[Kind.ACT].keys()))


def rhythm(one: View, two: View) -> float:
    """1 when both are reports that come round every day or month (a market's close, monthly sales), of two rounds."""
    if hours_apart(one, two) < 12:
        return 0.0
    rounds = one.anchors[Kind.CONCEPT].keys() & two.anchors[Kind.CONCEPT].keys() & ROUNDS
    return float(bool(rounds & one.prominent & two.prominent))


def features(one: View, two: View) -> tuple[float, ...]:
    """One row in the order of NAMES; symmetric in its arguments."""
    same = one.family == two.family
    figures = shared(one, two, Kind.FIGURE) + 0.5 * shared(one, two, Kind.NUMBER)
    either = one.about | two.about
    hours = hours_apart(one, two)
    return (
        cosine(one.title, two.title) if same else 0.0,
        cosine(one.lead, two.lead) if same else 0.0,
        cosine(one.whole, two.whole) if same else 0.0,
        len(one.about & two.about) / len(either) if either else 0.5,
        float(bool(one.about and two.about and not one.about & two.about)),
        math.log1p(figures),
        math.log1p(shared(one, two, Kind.PRODUCT)),
        math.log1p(shared(one, two, Kind.NAME)),
        math.log1p(shared(one, two, Kind.PLACE)),
        concepts(one, two),
        headline(one, two),
        new_act(one, two),
        rhythm(one, two),
        math.exp(-((hours / SIGMA_HOURS) ** 2) / 2),
        min(hours, 14 * 24) / 24,
        1.0,
    )
