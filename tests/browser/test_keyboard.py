"""Filter and paging without a mouse, over 100,000 items."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Watched, window

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
