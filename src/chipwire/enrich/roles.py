"""Tells a main party from a passing mention by where, how often and in what company a name stands."""

import math
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from chipwire.domain import Role
from chipwire.enrich.companies import Mention
from chipwire.errors import ConfigError

FEATURES = (
    "bias", "in_title", "first_in_title", "title_start", "after_cue", "count", "share", "in_lead", "first_in_lead",
    "late", "only_company", "crowd", "listed", "indirect", "quoted_only", "no_title_company", "sparse", "title_thing",
    "opens_sentence", "untitled_lead", "untitled_count", "titled_aside",
)  # fmt: skip
ROW = 44
"""Names at most this many code points from each other stand in a row."""


class Weights(BaseModel, extra="forbid"):
    """data/roles.toml: one weight per feature, set by tests/bench/fit_roles.py, and words beside passing mentions."""

    before: list[str]
    after: list[str]
    weights: dict[str, float]

    @classmethod
    def load(cls, data: Path) -> "Weights":
        path = data / "roles.toml"
        try:
            loaded = cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, ValidationError) as error:
            raise ConfigError(f"{path}: {error}") from error
        if missing := set(FEATURES) ^ set(loaded.weights):
            raise ConfigError(f"{path}: weights: {sorted(missing)} missing or unknown; run tests/bench/fit_roles.py")
        return loaded


def roles(mentions: Sequence[Mention], title: str, body: str, weights: Weights) -> dict[str, Role]:
    """The role of every company, in order of first mention; `title` and `body` are folded and in lower case."""
    found: dict[str, Role] = {}
    for slug, features in described(mentions, title, body, weights).items():
        score = sum(weights.weights[name] * value for name, value in features.items())
        found[slug] = "about" if score > 0 else "mention"
    if found and "about" not in found.values() and len(found) == 1 and mentions[0].in_title:
        found[mentions[0].slug] = "about"
    return found


def described(mentions: Sequence[Mention], title: str, body: str, words: Weights) -> dict[str, dict[str, float]]:
    """The features of every company of an item, each about between 0 and 1; as for roles()."""
    by_slug: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_slug.setdefault(mention.slug, []).append(mention)
    titled = [slug for slug, found in by_slug.items() if found[0].in_title]
    lead = [slug for slug, found in by_slug.items() if any(m.zone == "lead" for m in found)]
    places = _places(mentions)
    return {
        slug: _features(found, by_slug, places, titled, lead, title, body, words) for slug, found in by_slug.items()
    }


def _features(
    found: list[Mention],
    by_slug: Mapping[str, list[Mention]],
    places: "_Places",
    titled: list[str],
    lead: list[str],
    title: str,
    body: str,
    words: Weights,
) -> dict[str, float]:
    slug, first = found[0].slug, found[0]
    total = len(places[True]) + len(places[False])
    in_body = [m for m in found if not m.in_title]
    late = in_body[0].start / max(200, len(body)) if in_body and not first.in_title else 0.0
    return {
        "bias": 1.0,
        "in_title": float(first.in_title),
        "first_in_title": float(titled[:1] == [slug]),
        "title_start": float(first.in_title and first.start < max(4, len(title) // 6)),
        "after_cue": float(all(_compared(m, title if m.in_title else body, words) for m in found)),
        "count": math.log(len(found)),
        "share": len(found) / total,
        "in_lead": float(slug in lead),
        "first_in_lead": float(lead[:1] == [slug] and not titled),
        "late": late,
        "only_company": float(len(by_slug) == 1),
        "crowd": min(1.0, max(0, len(by_slug) - 2) / 4),
        "listed": float(_listed(found, places)),
        "indirect": float(all(m.alias.kind in ("product", "person", "ticker") for m in found)),
        "quoted_only": float(all(m.zone in ("quote", "caption") for m in found)),
        "no_title_company": float(not titled),
        "sparse": min(1.0, len(body) / 1200) / len(found) if not first.in_title else 0.0,
        "title_thing": float(first.in_title and first.alias.kind == "product" and first.start > 0),
        "opens_sentence": float(any(_opens(m, body) for m in in_body)),
        "untitled_lead": float(not titled and slug in lead),
        "untitled_count": math.log(len(found)) * (not titled),
        "titled_aside": float(any(m.in_title and _compared(m, title, words) for m in found)),
    }


def _opens(mention: Mention, body: str) -> bool:
    """Whether a name is the first word of a sentence."""
    before = body[max(0, mention.start - 2) : mention.start].strip(" \n\"'「“")
    return not before or before[-1] in ".。!?！？"


def _compared(mention: Mention, text: str, words: Weights) -> bool:
    """Whether a name stands in a place where comparisons, venues and former employers stand."""
    before, after = text[max(0, mention.start - 14) : mention.start], text[mention.end : mention.end + 14]
    return before.endswith(tuple(words.before)) or after.startswith(tuple(words.after))


_Places = dict[bool, list[int]]
"""Where names stand in the title (True) and in the body (False), in order."""


def _places(mentions: Sequence[Mention]) -> _Places:
    places: _Places = {True: [], False: []}
    for mention in mentions:
        places[mention.in_title].append(mention.order)
    return places


def _listed(found: list[Mention], places: _Places) -> bool:
    """Whether each name of a company is one of three or more companies in a row."""
    own = _places(found)
    return all(_near(m, places[m.in_title]) - _near(m, own[m.in_title]) > 1 for m in found)


def _near(mention: Mention, places: list[int]) -> int:
    return bisect_right(places, mention.order + ROW) - bisect_left(places, mention.order - ROW)
