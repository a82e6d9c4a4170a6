"""One item beside many: the few features that say whether they tell of one event, as rows of numbers.

Both sides are sorted arrays of keys, so what one item shares with two dozen others is found in a few calls. The pair
is the case of one other; features are the same from either side.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.anchors import Kind, anchor_key
from chipwire.enrich.common import meet
from chipwire.enrich.views import IS_MATTER, KEY, Floats, View

_ROUNDS = np.array([anchor_key(Kind.CONCEPT, name) for name in ("index-close", "monthly-sales")], dtype=np.uint64)
HOUR = 3600.0
SIGMA_HOURS = 72.0
NAMES = (
    "title", "lead", "whole", "companies", "strangers", "figures", "products", "names", "places", "concepts",
    "headline", "acts", "rhythm", "near", "days", "bias",
)  # fmt: skip
"""The features, in the order of the weights."""


def features(one: View, others: Sequence[View]) -> Floats:
    """A row for each of `others` (at least one), in the order of NAMES."""
    said = _Said(one, others)
    hours = np.array([_hours_apart(one, other) for other in others])
    about, either = said.about(), np.array([len(one.about | other.about) for other in others])
    strange = np.array([bool(one.about) and bool(other.about) for other in others]) & (about == 0)
    figures = said.rarity[:, Kind.FIGURE] + 0.5 * said.rarity[:, Kind.NUMBER]
    columns = (
        *_cosines(one, others),
        np.where(either > 0, about / np.maximum(either, 1), 0.5),
        strange,
        np.log1p(figures),
        *(np.log1p(said.rarity[:, kind]) for kind in (Kind.PRODUCT, Kind.NAME, Kind.PLACE)),
        said.concepts(),
        said.headline(),
        said.new_act() & (hours >= 20),
        said.round() & (hours >= 12),
        np.exp(-((hours / SIGMA_HOURS) ** 2) / 2),
        np.minimum(hours, 14 * 24) / 24,
        np.ones(len(others)),
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def _cosines(one: View, others: Sequence[View]) -> Floats:
    """Rows of title, lead and whole; 0 between vocabularies."""
    found = np.zeros((3, len(others)))
    same = [place for place, other in enumerate(others) if other.family == one.family]
    if same:
        common = meet(one.terms, [others[place].terms for place in same])
        theirs = np.concatenate([others[place].weights for place in same], axis=1)
        products = one.weights[:, common.mine] * theirs[:, common.theirs]
        for row in range(3):
            found[row, same] = np.bincount(common.whose, products[row], minlength=len(same))
    return found


def _hours_apart(one: View, two: View) -> float:
    """Hours between publications; three days when one has no time."""
    if one.published is None or two.published is None:
        return SIGMA_HOURS
    return abs(one.published - two.published) / HOUR


class _Said:
    """The anchors that one item has in common with each of many; every answer is an array over those many."""

    def __init__(self, one: View, others: Sequence[View]) -> None:
        self.one, self.others = one, others
        self.common = common = meet(one.anchors, [other.anchors for other in others])
        self.kinds = one.kinds[common.mine]
        self.mine = one.prominent[common.mine]
        self.theirs = np.concatenate([other.prominent for other in others])[common.theirs]
        self.weight = one.weight[common.mine]
        by_kind = common.whose * len(Kind) * 2 + self.kinds
        rarity = self.weight * np.where(self.mine & self.theirs, 1.5, 1.0)
        counts = np.bincount(by_kind, rarity, minlength=len(others) * len(Kind) * 2)
        self.rarity = counts.reshape(len(others), len(Kind) * 2)
        """Rarity of what both say, by kind; said in the headline or lead of both counts half more."""

    def about(self) -> NDArray[np.int64]:
        """Companies that both are about."""
        return self._count((self.kinds == Kind.COMPANY) & self.mine & self.theirs)

    def concepts(self) -> Floats:
        """Cosine of what the two are about."""
        theirs = np.concatenate([other.weight for other in self.others])[self.common.theirs]
        products = self._sum(self.kinds == Kind.CONCEPT, self.weight * theirs)
        return products / (np.array([other.concept_norm for other in self.others]) * self.one.concept_norm)

    def headline(self) -> Floats:
        """Mean share, both ways, of what a headline says (concepts, places, products) that the other item says too."""
        matter = IS_MATTER[self.kinds]
        hit = self._sum(matter, self.one.head[self.common.mine])
        back = self._sum(matter, np.concatenate([other.head for other in self.others])[self.common.theirs])
        totals = np.array([other.head_total for other in self.others])
        return (hit / (self.one.head_total or 1.0) + back / np.where(totals > 0, totals, 1.0)) / 2

    def new_act(self) -> NDArray[np.bool_]:
        """Whether the later of two items heads with an act that the earlier does not know."""
        acts = self.kinds == Kind.ACT
        when = np.array([other.published or 0 for other in self.others])
        theirs_new = np.array([other.acts for other in self.others]) - self._count(acts & self.theirs)
        mine_new = self.one.acts - self._count(acts & self.mine)
        return np.where((self.one.published or 0) <= when, theirs_new, mine_new) > 0

    def round(self) -> NDArray[np.bool_]:
        """Whether both are reports that come round every day or month (a market's close, monthly sales)."""
        concepts = (self.kinds == Kind.CONCEPT) & self.mine & self.theirs
        return self._count(concepts & np.isin(self.one.anchors[self.common.mine] & KEY, _ROUNDS)) > 0

    def _count(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(self.common.whose[chosen], minlength=len(self.others))

    def _sum(self, chosen: NDArray[np.bool_], weights: Floats) -> Floats:
        summed: Floats = np.bincount(self.common.whose[chosen], weights[chosen], len(self.others)).astype(np.float64)
        return summed
