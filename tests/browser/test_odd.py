"""What news is not, as a rule: names without end, no title, from right to left."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from chipwire.domain import Claim, Company, Entry, Feed, Figure, Placement, Read, Tags, Topic, utc
from chipwire.keep.db import open_store
from chipwire.keep.news import items, stories
from chipwire.keep.sources import feeds
from chipwire.serve.options import Options
from tests.browser.conftest import served, window

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOW = utc(2026, 11, 20, 12)
WORD = "Halbleiterfertigungsanlagenzulieferer" * 8
TITLES = (("de", WORD), ("en", "A headline of words " * 12), ("ar", "سامسونج تبدأ إنتاج ذاكرة جديدة"), ("en", ""))
OUTLET = "The Extraordinarily " + "Long " * 12 + "Outlet"
LISTS = ["/", "/companies", "/companies/samsung", "/search", "/feeds", "/feeds/long", "/digests/2026-11-20"]


def read(number: int, lang: str, title: str) -> Read:
    url, said = f"https://{'sub.' * 12}a.example/{number}", f"{title} {WORD}"
    tags = Tags(
        lang=lang,
        companies={"samsung": "about", "tsmc": "mention"},
        topics=["memory"],
        figures=[Figure(text=WORD, value_low=4e13, value_high=5e13, unit="wafers/month", start=0, end=0)],
        claims=[Claim(kind="denial", text=said, speaker=WORD), Claim(kind="claim", text=said, speaker=None)],
        credit=WORD,
    )
    entry = Entry(uid=str(number), url=url, title=title, summary=said, text=said, author=WORD, published=NOW)
    return Read(entry=entry, url=url, content_hash=str(number), tags=tags)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[int]]]:
    """Where the application is, and the ids of items that are each a story of the same id."""
    store = open_store(Path(tmp_path_factory.mktemp("odd")) / "store.db")
    with store.write() as c:
        feeds.add(c, Feed(id="long", url="https://a.example/rss", title=OUTLET, lang="en"))
        reads = [read(number, lang, title) for number, (lang, title) in enumerate(TITLES)]
        ids = [ident for ident, _ in items.add(c, "long", reads, NOW).new]
        stories.apply(c, [Placement(item_id=ident, story_id=ident, link="origin") for ident in ids], NOW)
    options = Options(
        base_url="http://127.0.0.1",
        clock=lambda: NOW,
        secret="a secret of the tests",
        companies={slug: Company(slug=slug, name=slug.title()) for slug in ("samsung", "tsmc")},
        topics={"memory": Topic(slug="memory", name="Memory")},
        rate_limit=0,
    )
    with served(store, options) as base:
        yield base, ids
    store.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_runs_over_and_axe_finds_nothing(browser: Browser, odd: tuple[str, list[int]], width: int) -> None:
    base, ids = odd
    paths = [*LISTS, *(f"/{kind}/{ident}" for kind in ("stories", "items") for ident in ids)]
    with window(browser, base, width, bypass_csp=True) as seen:
        wrong, over = list[str](), dict[str, int]()
        for path in paths:
            wrong += seen.violations(path)
            over[path] = seen.overflow()
        assert wrong == []
        assert [path for path, pixels in over.items() if pixels > 0] == []
        assert seen.complaints == []
