"""The pages over 100,000 items: long lists, twelve languages, stories of forty reports, Arabic beside Han."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import window

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = ["/", "/?company=nvidia&lang=zh", "/companies", "/companies/nvidia", "/search?q=zirkelwort", "/search?lang=ar",
         "/feeds", "/feeds/feed-0", "/digests/2026-11-22"]  # fmt: skip


def paths(browser: Browser, base: str) -> list[str]:
    """The pages, a story of many reports and one of these."""
    with window(browser, base) as seen:
        seen.go("/")
        story = seen.page.locator("article.card.lead h3 a").first.get_attribute("href") or ""
        seen.go(story)
        item = seen.page.locator("ol.reports h3 a").first.get_attribute("href") or ""
    assert re.fullmatch(r"/stories/\d+", story)
    return [*PAGES, story, item]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_pages_fit_and_are_quiet(browser: Browser, large: str, width: int, scheme: str) -> None:
    every = paths(browser, large)
    with window(browser, large, width, scheme) as seen:
        for path in every:
            seen.go(path)
            assert seen.overflow() <= 0, path
            assert seen.page.locator("h1").count() == 1
        assert seen.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_axe_finds_nothing(browser: Browser, large: str, width: int, scheme: str) -> None:
    every = paths(browser, large)
    with window(browser, large, width, scheme, bypass_csp=True) as seen:
        assert [wrong for path in every for wrong in seen.violations(path)] == []
