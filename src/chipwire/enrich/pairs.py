"""Two items side by side: the few features that say whether they tell of one event, and the learned odds."""

import math
from dataclasses import dataclass
from functools import cached_property

from chipwire.enrich.anchors import Anchor, Kind, Zone, anchor_key
from chipwire.enrich.copies import shingles
from chipwire.enrich.fingerprint import Print
from chipwire.enrich.terms import family, key

Vector = dict[int, float]
ROUNDS = frozenset(anchor_key(Kind.CONCEPT, name) for name in ("index-close", "monthly-sales"))
HOUR = 3600.0
SIGMA_HOURS = 72.0


class View:
    """One fingerprint made ready for comparison: normalised vectors, shingles, anchors by kind."""

    def __init__(self, seen: Print, common: dict[int, float]) -> None:
        self.seen = seen
        self.family = family(seen.lang)
        self.family_key = key(self.family)
        self.common = common
        self.anchors: dict[Kind, dict[int, Anchor]] = {kind: {} for kind in Kind}
        for anchor in seen.anchors:
            self.anchors[anchor.kind][anchor.key] = anchor

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
    def about(self) -> frozenset[int]:
        found = self.anchors[Kind.COMPANY].values()
        return frozenset(a.key for a in found if a.zone == Zone.TITLE)

    def _vector(self, sequence: tuple[int, ...]) -> Vector:
        counts: Vector = {}
        for term in sequence:
            if term:
                counts[term] = counts.get(term, 0.0) + 1.0
        weighted = {term: (1.0 + math.log(n)) * self.common.get(term, 1.0) for term, n in counts.items()}
        norm = math.sqrt(sum(w * w for w in weighted.values())) or 1.0
        return {term: w / norm for term, w in weighted.items()}


def lead(body: tuple[int, ...]) -> tuple[int, ...]:
    """The first two sentences."""
    stops = [place for place, term in enumerate(body) if term == 0][:2]
    return body[: stops[-1]] if stops else body


def cosine(one: Vector, two: Vector) -> float:
    if len(one) > len(two):
        one, two = two, one
    return sum(w * two[term] for term, w in one.items() if term in two)


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
        total = sum(w * x for w, x in zip(self.weights, row, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def shared(one: View, two: View, kind: Kind) -> float:
    """Rarity of what both say, counted by weight; said in the headline or lead of both counts half more."""
    mine, other = one.anchors[kind], two.anchors[kind]
    if len(mine) > len(other):
        mine, other = other, mine
    total = 0.0
    for name, anchor in mine.items():
        if name in other:
            prominent = anchor.zone < Zone.BODY and other[name].zone < Zone.BODY
            total += anchor.weight * (1.5 if prominent else 1.0)
    return total


def overlap(one: View, two: View, kind: Kind) -> float:
    """Cosine of the anchors of one kind, by weight."""
    mine, other = one.anchors[kind], two.anchors[kind]
    if not mine or not other:
        return 0.0
    dot = sum(a.weight * other[key].weight for key, a in mine.items() if key in other)
    norm = math.sqrt(sum(a.weight**2 for a in mine.values()) * sum(a.weight**2 for a in other.values()))
    return dot / norm


def headline(one: View, two: View) -> float:
    """Mean share, both ways, of what a headline says (concepts, places, products) that the other item says too."""
    kinds = (Kind.CONCEPT, Kind.PLACE, Kind.PRODUCT, Kind.ACT)
    best = 0.0
    for first, second in ((one, two), (two, one)):
        said = [(kind, a) for kind in kinds for a in first.anchors[kind].values() if a.zone == Zone.TITLE]
        total = sum(a.weight for _, a in said)
        if total:
            hit = sum(a.weight for kind, a in said if a.key in second.anchors[kind])
            best += hit / total / 2
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
    known = first.anchors[Kind.ACT]
    return float(any(a.zone < Zone.BODY and key not in known for key, a in second.anchors[Kind.ACT].items()))


def rhythm(one: View, two: View) -> float:
    """1 when both are reports that come round every day or month (a market's close, monthly sales), of two rounds."""
    if hours_apart(one, two) < 12:
        return 0.0
    mine, other = (
        {a.key for a in view.anchors[Kind.CONCEPT].values() if a.zone < Zone.BODY} & ROUNDS for view in (one, two)
    )
    return float(bool(mine & other))


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
        overlap(one, two, Kind.CONCEPT),
        headline(one, two),
        new_act(one, two),
        rhythm(one, two),
        math.exp(-((hours / SIGMA_HOURS) ** 2) / 2),
        min(hours, 14 * 24) / 24,
        1.0,
    )
