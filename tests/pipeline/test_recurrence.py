"""Boxes that recur in a feed's items, over loopback HTTP: none of them tags, from the first pass on or by a retag."""

import tomllib
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from chipwire import clock
from chipwire.config import data_dir
from chipwire.enrich.boilerplate.recurring import STORIES
from chipwire.enrich.boilerplate.remember import WINDOW, together
from chipwire.enrich.tagger import Tagger
from chipwire.keep.db import Store
from chipwire.keep.news import tagging
from chipwire.keep.sources import feeds, lines
from chipwire.keep.tables import table
from chipwire.pipeline.refresh import Refresher
from chipwire.pipeline.retag import retag
from tests.pipeline.site import Site, go, subscribe

pytestmark = pytest.mark.slow
FEEDS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "enrich" / "data" / "recurring.toml").read_text()
)["feed"]
ENGLISH = FEEDS[0]
RSS = "<rss version='2.0'><channel><title>{lang}</title><language>{lang}</language>{items}</channel></rss>"
ITEM = (
    "<item><title>{title}</title><link>{root}/{lang}/{n}</link><guid>{lang}{n}</guid><pubDate>{at}</pubDate>"
    "<description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
)
BETWEEN = "&lt;/p&gt;&lt;p&gt;"


@pytest.fixture(scope="module")
def tagger(shipped_tagger: Tagger) -> Tagger:
    return shipped_tagger


def text(feed: dict[str, Any], one: str, two: str) -> str:
    box = feed["box"]
    places = {"line": (one, two, box), "middle": (one, box, two), "first": (box, one, two)}
    return BETWEEN.join(places.get(feed["place"], (f"{one} {two} {box}",)))


def show(site: Site, feed: dict[str, Any], stories: list[list[str]]) -> None:
    """Let the site's feed of that language show these stories, a day apart."""
    first = clock.now() - timedelta(days=9)
    items = "".join(
        ITEM.format(
            root=site.root, lang=feed["lang"], n=n, title=title, text=text(feed, one, two),
            at=format_datetime(first + timedelta(days=n)),
        )
        for n, (title, one, two) in enumerate(stories)
    )  # fmt: skip
    body = RSS.format(lang=feed["lang"], items=items)
    site.pages[f"/{feed['lang']}"] = (200, "application/rss+xml; charset=utf-8", body)


async def turn(machine: Refresher) -> None:
    with machine.store.write() as c:
        feeds.refresh_now(c, None, clock.now() - timedelta(seconds=1))
    await machine.round(machine.due())


def stored(store: Store, feed: dict[str, Any]) -> dict[str, tuple[dict[str, str], list[str]]]:
    """By title: companies with roles, and what of the text is boilerplate."""
    item, company = table("item"), table("item_company")
    with store.read() as c:
        roles = c.execute(select(company.c.item_id, company.c.slug, company.c.role)).all()
        query = select(item.c.id, item.c.title, item.c.text, item.c.boilerplate).where(item.c.feed_id == feed["lang"])
        return {
            row.title: (
                {slug: role for item_id, slug, role in roles if item_id == row.id},
                [row.text[start:end] for start, end in row.boilerplate],
            )
            for row in c.execute(query)
        }


def test_a_first_pass_tags_nothing_by_boxes_of_ten_languages(store: Store, site: Site, tagger: Tagger) -> None:
    for feed in FEEDS:
        show(site, feed, feed["stories"])
        subscribe(store, site, f"/{feed['lang']}", lang=feed["lang"])

    async def twice(machine: Refresher) -> None:
        await turn(machine)
        await turn(machine)  # changes nothing, but for a feed that a busy machine did not read in time

    go(store, site, twice)
    for feed in FEEDS:
        found = stored(store, feed)
        assert len(found) == len(feed["stories"])
        for title, one, two in feed["stories"]:
            companies, boilerplate = found[title]
            assert companies == tagger.tag(title, f"{one}\n{two}", lang=feed["lang"]).companies
            assert boilerplate == [feed["box"]]


def silenced(found: dict[str, tuple[dict[str, str], list[str]]]) -> list[bool]:
    """Of which stories, in their order, the box is boilerplate and tags nothing."""
    own = {title: {"intel": "about"} if title.startswith("Intel") else {} for title, _, _ in ENGLISH["stories"]}
    return [found[title] == (own[title], [ENGLISH["box"]]) for title, _, _ in ENGLISH["stories"] if title in found]


def test_what_was_stored_before_a_box_was_known_is_mended_when_it_is(store: Store, site: Site) -> None:
    subscribe(store, site, "/en")
    seen: list[list[bool]] = []

    async def one_by_one(machine: Refresher) -> None:
        for n in range(1, STORIES + 2):
            show(site, ENGLISH, ENGLISH["stories"][:n])
            await turn(machine)
            seen.append(silenced(stored(store, ENGLISH)))

    go(store, site, one_by_one)
    assert seen == [[False] * n for n in range(1, STORIES)] + [[True] * STORIES, [True] * (STORIES + 1)]


def test_a_retag_finds_the_boxes_of_a_store_that_knows_none(store: Store, site: Site, tagger: Tagger) -> None:
    subscribe(store, site, "/en")
    show(site, ENGLISH, ENGLISH["stories"])
    go(store, site, turn)
    with store.write() as c:
        c.execute(table("feed_lines").delete())
        texts = tagging.latest(c, "en", WINDOW)
        tagging.retag(c, [(one.id, tagger.tag(one.title, one.body, lang=one.lang)) for one in texts])
    number = len(ENGLISH["stories"])
    before = stored(store, ENGLISH)
    assert silenced(before) == [False] * number
    assert retag(store, data_dir(), dry_run=True, done=print).removed == {"samsung": number, "nvidia": number}
    assert stored(store, ENGLISH) == before
    retag(store, data_dir(), dry_run=False, done=print)
    assert silenced(stored(store, ENGLISH)) == [True] * number
    assert retag(store, data_dir(), dry_run=False, done=print).changed == 0


def test_what_is_remembered_is_bounded_and_goes_with_the_feed(store: Store, site: Site) -> None:
    subscribe(store, site, "/en")
    stories = [
        [f"{a}{b}{a}{b}", f"A report on {a * 5}{b * 3}.", "It ends here."] for a in "abcdefgh" for b in "klmnopqrst"
    ]
    show(site, ENGLISH, stories)
    go(store, site, turn)
    with store.read() as c:
        assert len(together(lines.of(c, "en"))) == WINDOW
    with store.write() as c:
        lines.fill(c, {"en": b""})
        assert lines.of(c, "en"), "what stands is not filled in"
        c.execute(table("feed_lines").delete())
    retag(store, data_dir(), dry_run=False, done=print)
    with store.read() as c:
        assert len(together(lines.of(c, "en"))) == WINDOW, "a retag fills in what an older store lacks"
