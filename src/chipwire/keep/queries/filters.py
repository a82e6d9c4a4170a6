"""What can be asked of items, and what of it decides how the question is put: its shape, apart from its values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from chipwire.keep.queries.expression import Expression

Groups = tuple[tuple[str, ...], ...]
"""All of these, each of them met by any of its values."""


@dataclass(frozen=True)
class Filter:
    """What is asked of items; every part must hold. Times are aware UTC, `since` included, `until` not.

    `roles` narrows the companies (or asks for any company in that role). `collapse` shows one item of each story: the
    earliest that meets the filter. `relevant_only` leaves out what is neither semiconductor nor AI news.
    """

    companies: Groups = ()
    roles: tuple[str, ...] = ()
    topics: Groups = ()
    langs: Groups = ()
    """Language ranges: zh means zh-Hans and zh-Hant too."""
    feeds: Groups = ()
    kinds: Groups = ()
    """Of the feed that had the item first."""
    words: Expression | None = None
    since: datetime | None = None
    until: datetime | None = None
    stories: tuple[tuple[int, ...], ...] = ()
    relevant_only: bool = True
    collapse: bool = False
    above: int = 0
    """Only items with a greater id."""


@dataclass(frozen=True)
class Bounds:
    """Ids from `low` to below `high`; `exact` says that they alone make since and until hold."""

    low: int
    high: int
    exact: bool
    since: int
    """`low` without `above`."""


Sizes = tuple[int, ...]
"""How many values each group has."""


class Shape(NamedTuple):
    """All of a filter but its values: filters of one shape are asked by the same statements."""

    companies: Sizes
    roles: int
    topics: Sizes
    langs: Sizes
    feeds: Sizes
    stories: Sizes
    words: bool
    negated: bool
    since: bool
    """Ids alone do not make it hold."""
    until: bool
    relevant_only: bool
    collapse: bool

    def groups(self, kind: str) -> Sizes:
        """Those of "company", "topic", "lang", "feed" or "story"."""
        found: Sizes = getattr(self, _PLURAL[kind])
        return found


_PLURAL = {"company": "companies", "topic": "topics", "lang": "langs", "feed": "feeds", "story": "stories"}


def shape_of(asked: Filter, bounds: Bounds) -> Shape:
    return Shape(
        *(_sizes(asked.companies), len(asked.roles), _sizes(asked.topics), _sizes(asked.langs)),
        *(_sizes(asked.feeds), tuple(len(group) for group in asked.stories)),
        *(asked.words is not None, asked.words is not None and asked.words.negated),
        *(asked.since is not None and not bounds.exact, asked.until is not None and not bounds.exact),
        *(asked.relevant_only, asked.collapse),
    )


def _sizes(groups: Groups) -> Sizes:
    return tuple(len(group) for group in groups)


def values_of(asked: Filter, bounds: Bounds) -> dict[str, Any]:
    """The values of the filter under the names that statements give them."""
    found: dict[str, Any] = {"low": bounds.low, "high": bounds.high, "from": bounds.since}
    found |= {"since": asked.since, "until": asked.until, "match": asked.words and asked.words.match}
    for number, role in enumerate(asked.roles):
        found[named("role", 0, number)] = role
    for kind, plural in _PLURAL.items():
        for n, group in enumerate(getattr(asked, plural)):
            for m, value in enumerate(group):
                found[named(kind, n, m)] = value
    return found


def named(kind: str, group: int, value: int) -> str:
    """What a statement calls that value."""
    return f"{kind}_{group}_{value}"


def names(kind: str, group: int, size: int) -> Iterator[str]:
    for number in range(size):
        yield named(kind, group, number)
