"""Boxes that markup tells from a story, and news in the same elements: from the document to the tags."""

import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest

from chipwire.config import data_dir
from chipwire.domain import Feed
from chipwire.keep.db import Store
from chipwire.keep.news import tagging
from chipwire.pipeline.messages import Given, Memory
from chipwire.pipeline.reading import read
from chipwire.pipeline.refresh import Refresher
from chipwire.pipeline.retag import retag
from tests.pipeline.site import Site, go, subscribe

PAGES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "data" / "pages.toml").read_text(encoding="utf-8"))
OWN, FAR = "https://paper.example/2026/", "https://elsewhere.example/"
NAMED = {"nvidia", "intel"}
"""Whom boxes and news name, one of them at least; the story around a box names another."""
MISSED = {"teaser-under-link"}
"""What stands unlinked under a linked headline is the news itself in lists of news in brief."""
languages = pytest.mark.parametrize(
    "lang", [pytest.param(one, marks=[pytest.mark.slow] if one != "en" else []) for one in PAGES["languages"]]
)


def document(lang: str, layout: str, own: str = OWN) -> str:
    words = PAGES["languages"][lang]
    body = layout.format(**words, own=own, far=FAR)
    item = f"<title>{words['title']}</title><link>{own}story</link><description>{escape(body)}</description>"
    return f"<rss version='2.0'><channel><title>Paper</title><item>{item}</item></channel></rss>"


def tagged(kind: str, lang: str) -> Iterator[tuple[str, set[str]]]:
    """Layout, and whom a document that has this item alone is tagged with."""
    feed = Feed(id="paper", title="Paper", url=f"{OWN}feed", lang=lang)
    for name, layout in PAGES[kind].items():
        given = Given(document(lang, layout).encode(), feed, feed.url)
        (one,) = read(given, Memory(), data_dir()).reads
        yield name, set(one.tags.companies)


@languages
def test_boxes_tag_nobody(lang: str) -> None:
    assert {name for name, companies in tagged("boxes", lang) if companies != {"asml"}} == MISSED


@languages
def test_news_in_the_elements_of_boxes_keeps_its_companies(lang: str) -> None:
    assert [name for name, companies in tagged("news", lang) if not companies >= NAMED] == []


@pytest.mark.slow
def test_a_retag_knows_what_the_markup_said(store: Store, site: Site) -> None:
    """The markup is gone by then; where its boxes stood is kept beside the text, which keeps their words."""
    page = document("en", PAGES["boxes"]["linked-list"], f"{site.root}/")
    site.pages["/feed"] = (200, "application/rss+xml", page)
    subscribe(store, site, "/feed", lang="en")

    async def turn(machine: Refresher) -> None:
        await machine.round(machine.due())

    go(store, site, turn)
    with store.read() as c:
        (text,) = tagging.texts(c, 0, 9)
        assert set(tagging.tags(c, [text.id])[text.id].companies) == {"asml"}
    assert "Nvidia opens a laboratory" in text.body
    assert retag(store, data_dir(), dry_run=True, done=print).changed == 0
