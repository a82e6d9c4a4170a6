"""Items beside others: the few features that say whether two tell of one event, as rows of numbers.

All are sorted arrays of keys, so what a poll's items share with their neighbours is found in a few calls for all of
them. Features are the same from either side.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories import columns
from chipwire.enrich.stories.anchors import Kind, Zone, anchor_key
from chipwire.enrich.stories.common import Common, Places, edges, meet, numbered
from chipwire.enrich.stories.views import IS_MATTER, MARKET_CLOSE, Facts, Floats, View, facts

_ROUNDS = np.array([anchor_key(Kind.CONCEPT, name) for name in ("index-close", "monthly-sales")], dtype=np.uint64)
HOUR = 3600.0
SIGMA_HOURS = 72.0
NAMES = (
    "title", "lead", "whole", "companies", "strangers", "figures", "products", "names", "places", "concepts",
    "headline", "rivals", "acts", "rhythm", "near", "days", "bias",
)  # fmt: skip
"""The features, in the order of the weights."""


class Pairs(NamedTuple):
    """Pairs of views, as numbers into a sequence of them; pairs of one `one` stand together."""

    views: Sequence[View]
    ones: Places
    others: Places

    def those(self, near: Places) -> "Pairs":
        """Only the pairs with these numbers, and the views in them: of others nothing is to be made ready."""
        used, place = numbered(np.concatenate((self.ones[near], self.others[near])))
        return Pairs([self.views[number] for number in used.tolist()], place[: len(near)], place[len(near) :])

    def same(self) -> NDArray[np.bool_]:
        """Whether both are of one vocabulary."""
        families = np.array([view.family_key for view in self.views])
        return np.asarray(families[self.ones] == families[self.others])


class Shared:
    """Pairs and what the two of each have in common; every answer is an array over the pairs."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs, self.facts = pairs, facts(pairs.views)
        self.terms, self.anchors = Terms(pairs), Anchors(pairs, self.facts)

    def apart(self) -> Floats:
        """Seconds between publications, nan when one has no time."""
        since, when = self.anchors.both(self.facts.published)
        return np.asarray(np.abs(since - when))


def features(shared: "Shared") -> Floats:
    """A row for each pair, in the order of NAMES."""
    said = shared.anchors
    apart, about = shared.apart() / HOUR, said.about()
    hours = np.where(np.isnan(apart), SIGMA_HOURS, apart)  # three days when one has no time
    mine, theirs = said.both(said.facts.about)
    columns = (
        *shared.terms.cosines(shared.facts),
        np.where(mine + theirs > 0, about / np.maximum(mine + theirs - about, 1), 0.5),
        (mine + theirs > 0) & (said.companies == 0),
        np.log1p(said.rarity[:, Kind.FIGURE] + 0.5 * said.rarity[:, Kind.NUMBER]),
        *(np.log1p(said.rarity[:, kind]) for kind in (Kind.PRODUCT, Kind.NAME, Kind.PLACE)),
        said.concepts(),
        said.headline(),
        said.rivals(),
        said.new_act() & (hours >= 20),
        said.round() & ((hours >= 12) | said.elsewhere()) | said.many(),
        np.exp(-((hours / SIGMA_HOURS) ** 2) / 2),
        np.minimum(hours, 14 * 24) / 24,
        np.ones(len(hours)),
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


class Terms:
    """The terms that two items of one vocabulary have in common."""

    def __init__(self, pairs: Pairs) -> None:
        self.views, self.ones, self.others = pairs
        self.same = pairs.same()
        self.sizes = columns.TERMS.sizes(self.views)
        terms, chosen = columns.TERMS(self.views), self.same.nonzero()[0]
        common = meet(terms, self.sizes, self.ones[chosen], self.others[chosen])
        self.common = Common(common.mine, common.theirs, chosen.take(common.whose))
        self.said = columns.SAID(self.views)
        self.rarity = self.views[0].values.take(self.said.take(common.mine) & columns.STEP)
        """Of each that is shared."""

    def cosines(self, facts: Facts) -> Floats:
        """Rows of title, lead and whole; 0 between vocabularies."""
        mine, theirs, whose = self.common
        often = columns.often(self.said.take(mine))
        often *= columns.often(self.said.take(theirs))
        weight, size, found = self.rarity * self.rarity, len(self.ones), []
        for said, norm in zip(often.T, (facts.title, facts.lead, facts.whole), strict=True):
            lengths = norm.take(self.ones) * norm.take(self.others)  # of pairs, which are fewer than terms they share
            found.append(np.bincount(whose, said * weight, minlength=size) / lengths)
        return np.stack(found)

    def words(self, near: Places) -> tuple[Places, Places]:
        """How many words of their bodies the pairs with these numbers have in common, and how many the shorter has."""
        own = np.diff(self._rank[edges(self.sizes)])
        both = np.bincount(self.common.whose[self._both], minlength=len(self.ones))
        return both[near], np.minimum(own[self.ones[near]], own[self.others[near]])

    def spoken(self, near: Places) -> tuple[Places, Places, Places, Floats]:
        """Of the pairs with these numbers the words that both bodies have: as which of its own words each side has it,
        of which pair, with its rarity."""
        number = np.full(len(self.ones), -1)
        number[near] = np.arange(len(near))
        whose = number.take(self.common.whose)
        chosen = (self._both & (whose >= 0)).nonzero()[0]
        before, whose = self._rank[edges(self.sizes)[:-1]], whose.take(chosen)
        mine, theirs = (
            self._rank.take(there.take(chosen)) - before.take(side[near].take(whose))
            for there, side in ((self.common.mine, self.ones), (self.common.theirs, self.others))
        )
        return mine, theirs, whose, self.rarity.take(chosen)

    @cached_property
    def _spoken(self) -> NDArray[np.bool_]:
        """Which terms of all views stand in a body."""
        return columns.in_body(self.said)

    @cached_property
    def _rank(self) -> Places:
        """How many of them stand before each term."""
        return edges(self._spoken)

    @cached_property
    def _both(self) -> NDArray[np.bool_]:
        """Which of those that are shared stand in both bodies."""
        return self._spoken.take(self.common.mine) & self._spoken.take(self.common.theirs)


class Anchors:
    """The anchors that two items have in common."""

    def __init__(self, pairs: Pairs, facts: Facts) -> None:
        views, self.ones, self.others = pairs
        self.facts = facts
        self.all, self.sizes = columns.ANCHORS(views), columns.ANCHORS.sizes(views)
        self.common = common = meet(columns.identity(self.all), self.sizes, self.ones, self.others)
        shared = [self.all.take(side) for side in common[:2]]
        """As the one says it, and as the other does."""
        self.keys, self.kinds = columns.key_of(shared[0]), columns.kind_of(shared[0])
        self.weights, zones = [columns.weight_of(side) for side in shared], [columns.zone_of(side) for side in shared]
        self.heads = [zone == Zone.TITLE for zone in zones]
        self.mine, self.theirs = (zone < Zone.BODY for zone in zones)
        rarity = self.weights[0] * np.where(self.mine & self.theirs, 1.5, 1.0)
        size, wide = len(self.ones), len(IS_MATTER)
        counts = np.bincount(common.whose * wide + self.kinds, rarity, minlength=size * wide)
        self.rarity = counts.reshape(size, wide)
        """Rarity of what both say, by kind; said in the headline or lead of both counts half more."""

    def both(self, numbers: Floats) -> tuple[Floats, Floats]:
        """A number of the one and of the other, for each pair."""
        return numbers[self.ones], numbers[self.others]

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

    def rivals(self) -> Floats:
        """1 where the two are `strange`, half where only their headlines differ in whom they name."""
        mine, theirs = self.both(self.facts.heads)
        head, back = self.heads
        apart = (mine > 0) & (theirs > 0) & (self._count((self.kinds == Kind.COMPANY) & head & back) == 0)
        found: Floats = np.where(self.strange, 1.0, 0.5 * apart)
        return found

    @cached_property
    def strange(self) -> NDArray[np.bool_]:
        """Whether each headline names a company that the other item does not, though both may name their customer."""
        company, (head, back) = self.kinds == Kind.COMPANY, self.heads
        mine, theirs = self.both(self.facts.heads)
        return np.asarray((mine > self._count(company & head)) & (theirs > self._count(company & back)))

    def of_different_companies(self) -> NDArray[np.bool_]:
        """Whether both are about companies, and name none that both name."""
        mine, theirs = self.both(self.facts.about)
        return np.asarray((mine > 0) & (theirs > 0) & (self.companies == 0))

    @cached_property
    def companies(self) -> NDArray[np.int64]:
        """How many companies both name, wherever."""
        return self._count(self.kinds == Kind.COMPANY)

    def new_act(self) -> NDArray[np.bool_]:
        """Whether the later of two items heads with an act that the earlier does not know; of two at once each."""
        acts = self.kinds == Kind.ACT
        mine, theirs = self.both(self.facts.acts)
        mine, theirs = mine - self._count(acts & self.mine), theirs - self._count(acts & self.theirs)
        since, when = self.both(np.nan_to_num(self.facts.published))
        new = np.where(since < when, theirs, np.where(since > when, mine, np.minimum(mine, theirs)))
        return np.asarray(new > 0)

    def figures(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many amounts both say, and how many the one with fewer of them."""
        mine, theirs = self._own(columns.kind_of(self.all) == Kind.FIGURE)
        return self._count(self.kinds == Kind.FIGURE), np.minimum(mine, theirs)

    def elsewhere(self) -> NDArray[np.bool_]:
        """Whether both begin with places, and name none that both name."""
        mine, theirs = self._own((columns.kind_of(self.all) == Kind.PLACE) & (columns.zone_of(self.all) < Zone.BODY))
        return np.asarray((mine > 0) & (theirs > 0) & (self._count(self.kinds == Kind.PLACE) == 0))

    def round(self) -> NDArray[np.bool_]:
        """Whether both are reports that come round every day or month (a market's close, monthly sales)."""
        chosen = ((self.kinds == Kind.CONCEPT) & self.mine & self.theirs).nonzero()[0]
        there = self.common.whose[chosen[(self.keys[chosen][:, None] == _ROUNDS).any(axis=1)]]
        return np.bincount(there, minlength=len(self.ones)) > 0

    def many(self) -> NDArray[np.bool_]:
        """Whether one is headed as what tells of many events, unless both know of one market's close."""
        mine, theirs = self.both(self.facts.rounds)
        common = self._count((self.kinds == Kind.CONCEPT) & (self.keys == MARKET_CLOSE))
        return np.asarray((mine + theirs > 0) & (common == 0))

    def _own(self, chosen: NDArray[np.bool_]) -> tuple[Places, Places]:
        own = np.bincount(np.arange(len(self.sizes)).repeat(self.sizes)[chosen], minlength=len(self.sizes))
        return own[self.ones], own[self.others]

    def _count(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(self.common.whose[chosen], minlength=len(self.ones))

    def _sum(self, chosen: NDArray[np.bool_], weights: Floats) -> Floats:
        summed: Floats = np.bincount(self.common.whose[chosen], weights[chosen], len(self.ones)).astype(np.float64)
        return summed
