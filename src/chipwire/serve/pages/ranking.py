"""Which stories come first and where each is told in full; pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_WORTH = timedelta(hours=6)
"""Twice as many outlets lift a story as if it were this much newer."""

_WIDE = 3
"""Outlets that make a story widely told."""


@dataclass(frozen=True)
class Section:
    """One company's stories: told here, and those that another section above tells."""

    slug: str
    name: str
    stories: tuple[dict[str, Any], ...]
    above: tuple[dict[str, Any], ...]

    @property
    def leads(self) -> frozenset[int]:
        """Ids of the stories to tell with their beginning: the first, and the one that most outlets have."""
        widest = max(self.stories, key=lambda story: story["n_outlets"], default=None)
        wide = [widest["id"]] if widest and widest["n_outlets"] >= _WIDE else []
        return frozenset([*(story["id"] for story in self.stories[:1]), *wide])


def ranked(stories: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Newest and largest first, by `at` and outlets; each story once."""
    once = {story["id"]: story for story in stories}
    return sorted(once.values(), key=_weight, reverse=True)


def _weight(story: dict[str, Any]) -> tuple[datetime, int]:
    last: datetime = story["at"]
    return last + _WORTH * math.log2(1 + max(0, story["n_outlets"])), story["id"]


def sections(
    found: Mapping[str, Sequence[dict[str, Any]]], names: Mapping[str, str], each: int
) -> tuple[list[Section], set[int]]:
    """The companies' ranked stories cut to `each`; a story is told in full once. Also the ids that are told."""
    made, told = [], set[int]()
    for slug, stories in found.items():
        shown = stories[:each]
        new = tuple(story for story in shown if story["id"] not in told)
        old = tuple(story for story in shown if story["id"] in told)
        told |= {story["id"] for story in new}
        made.append(Section(slug, names.get(slug, slug), new, old))
    return made, told
