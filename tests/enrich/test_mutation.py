"""Boilerplate set into real items, on lines of its own and flattened into running text, changes no tag."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from chipwire.enrich.tagger import Tagger

ROOT = Path(__file__).parents[2]
BLOCKS = tomllib.loads((Path(__file__).parent / "data/blocks.toml").read_text(encoding="utf-8"))
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=[。！？])")
LABELLED = [ROOT / "data/quality.jsonl", *sorted((Path(__file__).parent / "data").glob("exam_*.jsonl"))]


def blocks(lang: str) -> Iterator[str]:
    table = BLOCKS.get(lang.split("-")[0], {"blocks": [], "headlines": []})
    for text in table["blocks"]:
        for place, headline in enumerate(table["headlines"], 1):
            text = text.replace(f"{{h{place}}}", headline)
        yield text


def between(tagger: Tagger, item: dict[str, Any]) -> int | None:
    """The first place between two sentences of the body that is not inside boilerplate of its own."""
    body = item["body"]
    part = tagger.parts(item["title"], body, item["lang"]).body
    own = [part.folded.span(*span) for span in part.zones.boilerplate] if part.zones else []
    places = (match.start() for match in SENTENCE.finditer(body))
    return next((p for p in places if p < len(body) - 5 and not any(a <= p + 1 <= b for a, b in own)), None)


def mutants(body: str, place: int | None, block: str) -> Iterator[str]:
    """The body with a block before, after and between its sentences."""
    yield f"{body}\n{block}"
    yield f"{block}\n{body}"
    yield f"{body} {block}"
    if place is not None:
        yield f"{body[:place].rstrip()} {block} {body[place:].lstrip()}"


@pytest.mark.slow
def test_a_block_in_an_item_changes_no_tag(tagger: Tagger) -> None:
    """At most 6 in 10,000: a headline may run into words that have no full stop either."""
    tried, changed = 0, []
    items = (orjson.loads(line) for path in LABELLED for line in path.read_bytes().splitlines())
    for item in (item for item in items if item["body"]):
        before = tagger.tag(item["title"], item["body"], lang=item["lang"]).companies.keys()
        place = between(tagger, item)
        for block in blocks(item["lang"]):
            for body in mutants(item["body"], place, block):
                tried += 1
                after = tagger.tag(item["title"], body, lang=item["lang"]).companies.keys()
                if after != before:
                    changed.append((item["id"], block, before ^ after))
    assert tried > 150_000
    assert len(changed) <= 0.0006 * tried, changed
