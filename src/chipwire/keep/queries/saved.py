"""Saved queries: a filter as plain values, fit for JSON, as webhooks and alerts keep it."""

from collections.abc import Mapping
from typing import Any

from chipwire.keep.queries.expression import parse
from chipwire.keep.queries.filters import Filter

GROUPS = {"companies": "company", "topics": "topic", "langs": "lang", "feeds": "feed", "kinds": "kind"}
"""Fields of a filter whose values are in groups, and what REST calls each."""


def filter_of(asked: Mapping[str, Any]) -> Filter:
    """The filter of a saved query: groups of values, `roles`, `q` as it was written, `relevant_only`, `collapse`."""
    groups: dict[str, Any] = {name: tuple(tuple(group) for group in asked.get(name, ())) for name in GROUPS}
    return Filter(
        **groups,
        roles=tuple(asked.get("roles", ())),
        words=parse(asked["q"]) if asked.get("q") else None,
        relevant_only=asked.get("relevant_only", True),
        collapse=asked.get("collapse", False),
    )


def plain(meant: Filter, q: str | None) -> dict[str, Any]:
    """The filter as `filter_of` takes it; `q` is its words as they were written. Times and stories have no place."""
    groups = {name: [list(group) for group in getattr(meant, name)] for name in GROUPS}
    rest = {"q": q, "roles": list(meant.roles), "relevant_only": meant.relevant_only, "collapse": meant.collapse}
    return {**groups, **rest}


def parameters(asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A saved query as REST and the search page take it: a comma for OR, a parameter repeated for AND."""
    pairs = [(one, ",".join(group)) for name, one in GROUPS.items() for group in asked.get(name) or ()]
    pairs += [("role", ",".join(asked["roles"]))] if asked.get("roles") else []
    return pairs + ([("q", asked["q"])] if asked.get("q") else [])
