"""Items beside others: the few features that say whether two tell of one event, as rows of numbers.

All are sorted arrays of keys, so what a poll's items share with their neighbours is found in a few calls for all of
them. Features are the same from either side.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.anchors import Kind, Zone, anchor_key
from chipwire.enrich.common import Places, meet
from chipwire.enrich.views import IS_MATTER, KEY, OFTEN, Facts, Floats, View

_ROUNDS = np.array([anchor_key(Kind.CONCEPT, name) for name in ("index-close", "monthly-sales")], dtype=np.uint64)
_KIND = np.uint64(32)
HOUR = 3600.0
SIGMA_HOURS = 72.0
NAMES = (
    "title", "lead", "whole", "companies", "strangers", "figures", "products", "names", "places", "concepts",
    "headline", "acts", "rhythm", "near", "days", "bias",
)  # fmt: skip
"""The features, in the order of the weights."""


class Pairs(NamedTuple):
    """Pairs of views, as numbers into a sequence of them; pairs of one `one` stand together."""

    views: Sequence[View]
    ones: Places
    others: Places

    def those(self, chosen: NDArray[np.bool_]) -> "Pairs":
        """Only the chosen pairs, and the views in them: of others nothing is to be made ready."""
        ones, others = self.ones[chosen], self.others[chosen]
        number = {place: number for number, place in enumerate(dict.fromkeys([*ones.tolist(), *others.tolist()]))}
        moved = np.zeros(len(self.views), dtype=np.intp)
        moved[list(number)] = list(number.values())
        return Pairs([self.views[place] for place in number], moved[ones], moved[others])

    def same(self) -> NDArray[np.bool_]:
        """Whether both are of one vocabulary."""
        families = np.array([view.family_key for view in self.views])
        return np.asarray(families[self.ones] == families[self.others])


def features(pairs: Pairs) -> Floats:
    """A row for each pair, in the order of NAMES."""
    said = _Said(pairs)
    hours, about = said.hours(), said.about()
    mine, theirs = said.both(said.facts.about)
    columns = (
        *_cosines(pairs),
        np.where(mine + theirs > 0, about / np.maximum(mine + theirs - about, 1), 0.5),
        (mine > 0) & (theirs > 0) & (about == 0),
        np.log1p(said.rarity[:, Kind.FIGURE] + 0.5 * said.rarity[:, Kind.NUMBER]),
        *(np.log1p(said.rarity[:, kind]) for kind in (Kind.PRODUCT, Kind.NAME, Kind.PLACE)),
        said.concepts(),
        said.headline(),
        said.new_act() & (hours >= 20),
        said.round() & (hours >= 12),
        np.exp(-((hours / SIGMA_HOURS) ** 2) / 2),
        np.minimum(hours, 14 * 24) / 24,
        np.ones(len(hours)),
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def _cosines(pairs: Pairs) -> Floats:
    """Rows of title, lead and whole; 0 between vocabularies."""
    found, same = np.zeros((3, len(pairs.ones))), pairs.same()
    if not same.any():
        return found
    words, ones, others = [view.said for view in pairs.views], pairs.ones[same], pairs.others[same]
    common = meet([each.terms for each in words], ones, others)
    rarity = words[0].values.take(np.concatenate([each.steps for each in words]).take(common.mine))
    counts, norms = np.concatenate([each.counts for each in words], axis=1), np.array([each.norms for each in words])
    for row in range(3):
        mine, theirs = (
            rarity * OFTEN.take(counts[row].take(there)) / norms[:, row].take(side).take(common.whose)
            for there, side in ((common.mine, ones), (common.theirs, others))
        )
        found[row, same] = np.bincount(common.whose, mine * theirs, minlength=len(ones))
    return found


class _Said:
    """The anchors that two items have in common, for many pairs; every answer is an array over the pairs."""

    def __init__(self, pairs: Pairs) -> None:
        views, self.ones, self.others = pairs
        self.facts = Facts(*np.array([view.facts for view in views], dtype=np.float64).T)
        anchors = [view.anchors for view in views]
        self.common = common = meet(anchors, self.ones, self.others)
        shared = np.concatenate(anchors).take(common.mine)
        self.keys, self.kinds = shared & KEY, (shared >> _KIND).astype(np.intp)
        weights, zones = np.concatenate([view.marks for view in views], axis=1)
        self.weights = [weights.take(side) / 32 for side in common[:2]]
        """As the one says it, and as the other does."""
        self.heads = [zones.take(side) == Zone.TITLE for side in common[:2]]
        self.mine, self.theirs = (zones.take(side) < Zone.BODY for side in common[:2])
        rarity = self.weights[0] * np.where(self.mine & self.theirs, 1.5, 1.0)
        size, wide = len(self.ones), len(IS_MATTER)
        counts = np.bincount(common.whose * wide + self.kinds, rarity, minlength=size * wide)
        self.rarity = counts.reshape(size, wide)
        """Rarity of what both say, by kind; said in the headline or lead of both counts half more."""

    def both(self, numbers: Floats) -> tuple[Floats, Floats]:
        """A number of the one and of the other, for each pair."""
        return numbers[self.ones], numbers[self.others]

    def hours(self) -> Floats:
        """Hours between publications; three days when one has no time."""
        mine, theirs = self.both(self.facts.published)
        apart = np.abs(mine - theirs) / HOUR
        return np.where(np.isnan(apart), SIGMA_HOURS, apart)

    def about(self) -> NDArray[np.int64]:
        """Companies that both are about."""
        return self._count((self.kinds == Kind.COMPANY) & self.mine & self.theirs)

    def concepts(self) -> Floats:
        """Cosine of what the two are about."""
        mine, theirs = self.both(self.facts.concept_norm)
        return self._sum(self.kinds == Kind.CONCEPT, self.weights[0] * self.weights[1]) / (theirs * mine)

    def headline(self) -> Floats:
        """Mean share, both ways, of what a headline says (concepts, places, products) that the other item says too."""
        matter = IS_MATTER[self.kinds]
        hit, back = (self._sum(matter & head, said) for head, said in zip(self.heads, self.weights, strict=True))
        mine, theirs = self.both(np.where(self.facts.head_total > 0, self.facts.head_total, 1.0))
        return (hit / mine + back / theirs) / 2

    def new_act(self) -> NDArray[np.bool_]:
        """Whether the later of two items heads with an act that the earlier does not know."""
        acts = self.kinds == Kind.ACT
        mine, theirs = self.both(self.facts.acts)
        since, when = self.both(np.nan_to_num(self.facts.published))
        new = np.where(since <= when, theirs - self._count(acts & self.theirs), mine - self._count(acts & self.mine))
        return np.asarray(new > 0)

    def round(self) -> NDArray[np.bool_]:
        """Whether both are reports that come round every day or month (a market's close, monthly sales)."""
        chosen = ((self.kinds == Kind.CONCEPT) & self.mine & self.theirs).nonzero()[0]
        there = self.common.whose[chosen[(self.keys[chosen][:, None] == _ROUNDS).any(axis=1)]]
        return np.bincount(there, minlength=len(self.ones)) > 0

    def _count(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(self.common.whose[chosen], minlength=len(self.ones))

    def _sum(self, chosen: NDArray[np.bool_], weights: Floats) -> Floats:
        summed: Floats = np.bincount(self.common.whose[chosen], weights[chosen], len(self.ones)).astype(np.float64)
        return summed
