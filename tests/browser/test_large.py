"""The pages over 100,000 items: long lists, twelve languages, stories of forty reports; and without a mouse."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Watched, window

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
@pytest.mark.parametrize("width", [320, 768, 1280])
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


def reach(seen: Watched, selector: str, most: int = 400) -> None:
    """Press Tab until the element has the focus, and see that it shows."""
    for _ in range(most):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            assert seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"{selector} cannot be reached")


def test_the_first_stop_skips_the_menu(browser: Browser, large: str) -> None:
    with window(browser, large) as seen:
        seen.go("/")
        reach(seen, ".skip", most=1)
        seen.page.keyboard.press("Enter")
        reach(seen, "#q", most=1)


def test_filter_with_keys_alone(browser: Browser, large: str) -> None:
    with window(browser, large) as seen:
        seen.go("/")
        reach(seen, "#company")
        seen.page.keyboard.type("Tsmc")
        reach(seen, "#lang")
        seen.page.keyboard.type("English")
        reach(seen, "form.filter button")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_url("**/?company=tsmc&lang=en")
        assert seen.page.locator("article.card").count() > 5
        assert seen.page.locator("#company").input_value() == "tsmc"
        assert seen.complaints == []


@pytest.mark.parametrize("path", ["/?company=nvidia", "/search", "/companies/nvidia"])
def test_page_with_keys_alone(browser: Browser, large: str, path: str) -> None:
    with window(browser, large) as seen:
        seen.go(path)
        heads = "article.card a, ol.reports h2 a"
        first = seen.page.locator(heads).first.get_attribute("href")
        reach(seen, "a[rel=next]")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_load_state()
        seen.page.wait_for_url("**" + path.split("?")[0] + "?*")
        assert seen.page.locator(heads).first.get_attribute("href") != first
        seen.page.go_back()
        assert seen.page.locator(heads).first.get_attribute("href") == first
