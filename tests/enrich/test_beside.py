"""Blocks of kinds that no list was made for, and sentences of stories that look like them."""

import tomllib
from pathlib import Path
from typing import Any

import orjson

from chipwire.enrich.tagger import Tagger

DATA = Path(__file__).parent / "data"
BLOCKS: dict[str, Any] = tomllib.loads((DATA / "blocks_4.toml").read_text(encoding="utf-8"))
LIKE_BOXES = [orjson.loads(line) for line in (DATA / "prose_3.jsonl").read_bytes().splitlines()]
STORY = "The council bought a ferry for forty cars. It sails from May, three times a day. The quay is ready by then."


def test_most_blocks_on_a_line_of_their_own_tag_nobody(tagger: Tagger) -> None:
    """Behind a story that names nobody: 24 kinds in ten languages."""
    tables = {lang: table for lang, table in BLOCKS.items() if lang != "kinds"}
    tagged = [
        block
        for lang, table in tables.items()
        for block in table["blocks"]
        if tagger.tag("Harbour town votes for a second ferry", f"{STORY}\n{block}", lang=lang).companies
    ]
    assert len(tagged) <= 62, tagged


def test_news_in_the_shape_of_a_box_keeps_its_company(tagger: Tagger) -> None:
    """Closing prices, points of a plan, questions and answers, what an app asks of its users."""
    lost = [
        item
        for item in LIKE_BOXES
        if item["company"] not in tagger.tag(item["title"], item["body"], lang=item["lang"]).companies
    ]
    assert len(lost) <= 9, lost


def test_a_sentence_that_is_all_of_a_text_is_its_story(tagger: Tagger) -> None:
    body = "He listed three aims: 1. More racks from Nvidia 2. Cheaper power 3. Fewer meetings"
    assert "nvidia" in tagger.tag("", body, lang="en").companies
