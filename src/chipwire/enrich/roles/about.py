"""Tells a main party from a passing mention by where, how often, in what phrase and what company a name stands."""

from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from pydantic import BaseModel

from chipwire.domain import Role
from chipwire.enrich import data_file
from chipwire.enrich.lookup.aliases import Alias
from chipwire.enrich.names.mention import Mention
from chipwire.enrich.roles.parties import FEATURES, READ, THINGS, Item, Named, Place, Untitled
from chipwire.enrich.roles.standing import Standing, at_home
from chipwire.enrich.text.folding import Folded
from chipwire.enrich.text.memo import Memo
from chipwire.errors import ConfigError

_HOSTING = frozenset({"venue", "used", "oblique"})
_UNREAD = frozenset[str]()
NEXT = 12
"""Names that are joined have fewer characters between them."""
_COMMAS = frozenset(",、，")
"""They join names, or end a headline's topic: 三星、インテルを抜く."""
_OTHERS = frozenset({"measured", "tied"})
"""So stands who is not the topic before the comma."""


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
        self._houses = Memo(self._house)

    def of(self, mentions: Sequence[Mention], title: Folded, body: Folded, lang: str, field: float) -> dict[str, Role]:
        """The role of every company, in order of first mention; `field` (0 to 1) is how much the item speaks of it."""
        weights = self._weights
        found: dict[str, Role] = {}
        for slug, features in self.described(mentions, title, body, lang, field).items():
            points = sum([weights[name] * value for name, value in features.items() if value])
            found[slug] = "about" if points > 0 else "mention"
        if "about" in found.values() and self._standing.is_of_market(title.lower):
            titled = {mention[0] for mention in mentions if mention[2] == "title"}
            return {slug: role if slug in titled else "mention" for slug, role in found.items()}
        return found

    def described(
        self, mentions: Sequence[Mention], title: Folded, body: Folded, lang: str, field: float
    ) -> dict[str, dict[str, float]]:
        """The features of every company of an item, each about between 0 and 1; those that are 0 are left out."""
        item = Item(mentions, self._places(mentions, title, body, lang), title, body)
        if item.first_titled is None:
            item.untitled = Untitled.of(mentions, title.lower, body.lower, self._standing, lang)
        return {slug: item.features(slug, 1.0 - field) for slug in item.companies}

    def _places(self, mentions: Sequence[Mention], title: Folded, body: Folded, lang: str) -> Named:
        """Where each company is named; names that are joined share their phrase and their start of the sentence."""
        named: Named = {}
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
                phrases = self._phrases({*phrases}, slug, alias, in_title)
            place = Place(phrases, start, houses[alias] and not (in_title and lower[end : end + 1] in _COMMAS))
            if last and 0 < start - before < NEXT and titled == in_title:
                between = lower[before:start]
                if joins(between) and not (between.strip() in _COMMAS and not _OTHERS.isdisjoint(phrases)):
                    place.join(last)
            places.append((mention, place))
            before, titled = end, in_title
        return named

    def _house(self, alias: Alias) -> bool:
        return self._standing.is_house(alias.text.lower())

    def _phrases(self, found: set[str], slug: str, alias: Alias, in_title: bool) -> set[str]:
        """Kinds of phrase as the weights know them."""
        found = at_home(found, self._countries.get(slug))
        if not _HOSTING.isdisjoint(found):
            found -= _HOSTING
            if not in_title or alias.does != "assistant":  # a headline on who asks one is on what it answers
                found.add("hosting" if alias.kind in THINGS else "oblique")
        return found
