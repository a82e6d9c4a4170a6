"""The shipped tagger and claims for all tests of the room, and short ways to ask them."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from chipwire.config import data_dir
from chipwire.domain import Tags
from chipwire.enrich.claims import Claims
from chipwire.enrich.looks import Written
from chipwire.enrich.tagger import Tagger


@pytest.fixture(scope="session")
def tagger(shipped_tagger: Tagger) -> Tagger:
    return shipped_tagger


@pytest.fixture(scope="session")
def claims() -> Claims:
    return Claims.load(data_dir())


def tagged(tagger: Tagger, texts: Sequence[Written]) -> list[Tags]:
    """Titles, bodies and languages, all at once: they cost little more than half of what they do one by one."""
    return tagger.said(tagger.look(texts))


def written(items: Iterable[dict[str, Any]]) -> list[Written]:
    """Labelled items as texts to tag."""
    return [(item["title"], item["body"], item["lang"]) for item in items]


def slugs(tagger: Tagger, title: str, body: str = "", lang: str = "en") -> set[str]:
    return set(tagger.tag(title, body, lang=lang).companies)


def named(body: str, **names: str) -> list[tuple[int, int, str]]:
    """Every place of each name, as the tagger would hand them over."""
    found = []
    for slug, name in names.items():
        start = body.find(name)
        while start >= 0:
            found.append((start, start + len(name), slug))
            start = body.find(name, start + 1)
    return sorted(found)
