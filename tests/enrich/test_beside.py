"""Blocks of kinds that no list was made for, and sentences of stories that look like them."""

import tomllib
from pathlib import Path
from typing import Any

import orjson

from chipwire.enrich.looks import Written
from chipwire.enrich.tagger import Tagger
from tests.enrich.conftest import tagged, written

DATA = Path(__file__).parent / "data"
BLOCKS: dict[str, Any] = tomllib.loads((DATA / "blocks_4.toml").read_text(encoding="utf-8"))
LIKE_BOXES = [orjson.loads(line) for line in (DATA / "prose_3.jsonl").read_bytes().splitlines()]
STORY = "The council bought a ferry for forty cars. It sails from May, three times a day. The quay is ready by then."


def test_most_blocks_on_a_line_of_their_own_tag_nobody(tagger: Tagger) -> None:
    """Behind a story that names nobody: 24 kinds in ten languages."""
    title = "Harbour town votes for a second ferry"
    tables = [(lang, table["blocks"]) for lang, table in BLOCKS.items() if lang != "kinds"]
    texts = [(title, f"{STORY}\n{block}", lang) for lang, blocks in tables for block in blocks]
    named = [text for text, tags in zip(texts, tagged(tagger, texts), strict=True) if tags.companies]
    assert len(named) <= 62, named


def test_news_in_the_shape_of_a_box_keeps_its_company(tagger: Tagger) -> None:
    """Closing prices, points of a plan, questions and answers, what an app asks of its users."""
    found = zip(LIKE_BOXES, tagged(tagger, written(LIKE_BOXES)), strict=True)
    lost = [item for item, tags in found if item["company"] not in tags.companies]
    assert len(lost) <= 9, lost


def test_blocks_and_news_that_no_weight_was_set_on(tagger: Tagger) -> None:
    """As they fell: thirteen kinds in twelve languages, and six sentences of news in each."""
    blind = tomllib.loads((DATA / "blocks_5.toml").read_text(encoding="utf-8"))
    blocks: list[Written] = []
    news: list[Written] = []
    for lang, table in blind.items():
        if lang != "kinds":
            title, story = table["story"]
            blocks += [(title, f"{story}\n{block}", lang) for block in table["blocks"]]
            news += [(title, f"{story}{gap}{one}", lang) for one in table["news"] for gap in "\n "]
    assert sum(bool(tags.companies) for tags in tagged(tagger, blocks)) <= 98
    assert sum("intel" not in tags.companies for tags in tagged(tagger, news)) <= 20


def test_a_sentence_that_is_all_of_a_text_is_its_story(tagger: Tagger) -> None:
    body = "He listed three aims: 1. More racks from Nvidia 2. Cheaper power 3. Fewer meetings"
    assert "nvidia" in tagger.tag("", body, lang="en").companies
