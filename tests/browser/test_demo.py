"""The demo as a newcomer sees it: every page at three widths, light and dark, and as screen readers have it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from chipwire.serve.pages.frame import STATIC
from tests.browser.conftest import window
from tests.browser.markup import objections

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = ["/", "/?lang=ko", "/?q=%22open", "/companies", "/companies/bytedance", "/stories/{story}", "/items/{item}",
         "/search?q=HBM4", "/feeds", "/feeds/night-shift", "/feeds/chip-courier", "/digests", "/quality",
         "/subscribe"]  # fmt: skip


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """`chipwire run --demo`, once its founding story is there and its quality is measured."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "chipwire", "run", "--demo", "--port", str(port)]
    given = {**os.environ, "CHIPWIRE_RATE_LIMIT": "0"}
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=given)
    base = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 90
        while time.monotonic() < until and "/stories/" not in text(base + "/search?q=SeedChip&lang=ko"):
            time.sleep(0.5)
        text(base + "/v1/quality")
        yield base
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(30)


def text(url: str) -> str:
    """A page as a browser gets it, also when it tells of a mistake; nothing while nobody answers."""
    asked = urllib.request.Request(url, headers={"accept": "text/html"})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except OSError:
        return ""


@pytest.fixture(scope="module")
def paths(demo: str) -> list[str]:
    """The pages, with the founding story and one of its reports filled in."""
    found = text(demo + "/search?q=SeedChip&lang=ko")
    story, item = re.search(r"/stories/(\d+)", found), re.search(r"/items/(\d+)", found)
    assert story
    assert item
    return [path.format(story=story[1], item=item[1]) for path in PAGES]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_pages_fit_and_are_quiet(browser: Browser, demo: str, paths: list[str], width: int, scheme: str) -> None:
    with window(browser, demo, width, scheme) as seen:
        for path in paths:
            if "%22open" in path:
                continue
            seen.go(path)
            assert seen.overflow() <= 0, path
            assert seen.page.locator("h1").count() == 1
        assert seen.complaints == []


def test_a_phone_shows_news_on_its_first_screen(browser: Browser, demo: str) -> None:
    with window(browser, demo, 390) as seen:
        seen.go("/")
        assert not seen.page.locator("#company").is_visible()
        assert seen.page.locator("article h3").first.bounding_box()["y"] < 500  # type: ignore[index]
        seen.page.get_by_text("Filter", exact=True).click()
        seen.page.locator("#lang").select_option("ko")
        seen.page.get_by_role("button", name="Show").click()
        assert seen.page.locator(".more summary").text_content() == "Filter: Korean"
    with window(browser, demo, 1280) as seen:
        seen.go("/")
        assert seen.page.locator("#company").is_visible()
        assert not seen.page.locator(".more summary").is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_nothing(browser: Browser, demo: str, paths: list[str], width: int, scheme: str) -> None:
    with window(browser, demo, width, scheme, bypass_csp=True) as seen:
        found = list[str]()
        for path in [*paths, "/nothing"]:
            found += seen.violations(path)
    assert found == []


def test_every_page_is_valid(demo: str, paths: list[str], tmp_path: Path) -> None:
    files = [STATIC / "chipwire.css", STATIC / "chip.svg"]
    for number, path in enumerate([*paths, "/nothing"]):
        files.append(tmp_path / f"{number}.html")
        files[-1].write_text(text(demo + path), encoding="utf-8")
        assert "</html>" in files[-1].read_text(encoding="utf-8"), path
    assert objections(files) == []


def test_a_letter_can_be_read_on_paper(browser: Browser, demo: str, paths: list[str]) -> None:
    with window(browser, demo) as seen:
        seen.page.emulate_media(media="print")
        seen.go(paths[5])
        assert not seen.page.locator("nav[aria-label=Main]").is_visible()
        assert seen.page.locator("h1").is_visible()
        assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_the_first_page_is_light_and_soon_there(browser: Browser, demo: str) -> None:
    with window(browser, demo) as seen:
        seen.go("/")
        sent = seen.page.evaluate(
            "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
            ".reduce((sum, entry) => sum + entry.transferSize, 0)"
        )
        assert 0 < sent <= 100_000
