"""Boxes that the markup of a page tells from its story, and news in the same elements: from the document to the tags."""

import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path

from chipwire.config import data_dir
from chipwire.domain import Feed
from chipwire.pipeline.messages import Given, Memory
from chipwire.pipeline.reading import read

PAGES = tomllib.loads((Path(__file__).parent / "data" / "pages.toml").read_text(encoding="utf-8"))
OWN, FAR = "https://paper.example/2026/", "https://elsewhere.example/"
NAMED = {"nvidia", "intel"}
"""Whom each box and each piece of news names, one of them at least; the story around it names another."""


def tagged(kind: str) -> Iterator[tuple[str, str, set[str]]]:
    """Language, layout and whom a document that has this item alone is tagged with."""
    for lang, words in PAGES["languages"].items():
        for name, layout in PAGES[kind].items():
            body = layout.format(**words, own=OWN, far=FAR)
            item = f"<title>{words['title']}</title><link>{OWN}{name}</link><description>{escape(body)}</description>"
            document = f"<rss version='2.0'><channel><title>Paper</title><item>{item}</item></channel></rss>"
            feed = Feed(id="paper", title="Paper", url=f"{OWN}feed", lang=lang)
            (one,) = read(Given(document.encode(), feed, feed.url), Memory(), data_dir()).reads
            yield lang, name, set(one.tags.companies)


def test_boxes_tag_nobody() -> None:
    wrong = [(lang, name) for lang, name, companies in tagged("boxes") if companies != {"asml"}]
    assert len(wrong) <= 0, wrong


def test_news_in_the_elements_of_boxes_keeps_its_companies() -> None:
    wrong = [(lang, name) for lang, name, companies in tagged("news") if not companies >= NAMED]
    assert len(wrong) <= 0, wrong
