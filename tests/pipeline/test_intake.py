"""An address looked at before it is added: feeds, pages that offer some, feeds without entries."""

import asyncio
from typing import Any

import pytest

from chipwire import clock
from chipwire.cli import wiring
from chipwire.config import load
from chipwire.domain import Feed
from chipwire.errors import ChipwireError
from chipwire.pipeline import intake
from tests.pipeline.site import Site

PAGE = """<html><head><title>Desk</title>
<link rel="alternate" type="application/rss+xml" href="/news" title="News">
<link rel="alternate" type="application/rss+xml" href="/labs" title="Labs"></head></html>"""


def look(site: Site, path: str, *, scheme: str = "http") -> intake.Found:
    async def main() -> intake.Found:
        async with wiring.fetcher(load(), {site.place}) as wire:
            return await intake.look(wire, intake.Wish(f"{scheme}://{site.place}{path}"), clock.now())

    return asyncio.run(main())


def test_a_page_leads_to_its_first_feed_and_names_the_others(site: Site) -> None:
    site.feed("/news", ["Nvidia buys wafers"])
    site.feed("/labs", ["A paper"])
    site.pages["/"] = (200, "text/html", PAGE)
    found = look(site, "/")
    assert (found.feed.url, found.feed.title) == (site.root + "/news", "Site")
    assert found.verdict == f"found on the page {site.root}/; 1 item, none dated; it offers {site.root}/labs too"


def test_a_feed_that_has_no_entries_yet_can_be_followed(site: Site) -> None:
    site.feed("/news", [])
    assert look(site, "/news").verdict == "a feed without entries so far"


def test_a_feed_that_has_moved_is_added_where_it_is_now(site: Site) -> None:
    site.feed("/news", ["Nvidia buys wafers", "Nvidia sells wafers"])
    site.pages["/old"], site.pages["/today"] = (301, "text/plain", "/news"), (302, "text/plain", "/news")
    found = look(site, "/old")
    assert found.feed.url == site.root + "/news"
    assert found.verdict == f"moved for good from {site.root}/old; 2 items, none dated"
    assert look(site, "/today").feed.url == site.root + "/today", "it says that it will come back"


def test_a_feed_address_is_a_web_address(site: Site) -> None:
    site.feed("/news", ["Nvidia buys wafers"])
    assert look(site, "/news", scheme="feed").feed.url == site.root + "/news"


def test_what_is_no_feed_is_refused_with_its_address(site: Site) -> None:
    site.pages["/"] = (200, "text/html", "<html><body>Nothing</body></html>")
    with pytest.raises(ChipwireError, match=r"/ is a page and offers no feed that can be read"):
        look(site, "/")


def test_a_check_tells_of_each_feed_in_their_order(site: Site) -> None:
    site.feed("/news", ["Nvidia buys wafers", "Nvidia sells wafers"])
    feeds = [
        Feed(id="off", url=f"{site.root}/off", title="Off", enabled=False, note="sold"),
        Feed(id="gone", url=f"{site.root}/gone", title="Gone"),
        Feed(id="news", url=f"{site.root}/news", title="News"),
    ]

    async def main() -> list[dict[str, Any]]:
        async with wiring.fetcher(load(), {site.place}) as wire:
            return await intake.check(wire, feeds, 0.0, clock.now())

    rows = asyncio.run(main())
    assert [(row["id"], row["ok"], row["items"], row["verdict"]) for row in rows] == [
        ("off", True, 0, "off: sold"),
        ("gone", False, 0, "the server answers 404 Not Found"),
        ("news", True, 2, "2 items, none dated"),
    ]
    assert site.asked == ["/gone", "/news"]
