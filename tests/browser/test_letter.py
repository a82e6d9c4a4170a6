"""The letter in Chromium at 360 and 600 px, light and dark: nothing runs over, nothing is unreadable."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from chipwire.domain import Amount, FeedHealth
from chipwire.send.compose import Catalogue, compose
from chipwire.send.render import Sender, letter
from tests.send.conftest import NOW, catalogue, reader, report, sender, story, why, window  # noqa: F401
from tests.send.newsday import NAMES, stories, volumes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = "Unbrechbareslangeswort" * 12
MEASURE = """
<script>addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(frame => {
    const doc = frame.contentDocument, view = frame.contentWindow, bad = [];
    const rgb = text => text.match(/[\\d.]+/g).map(Number);
    const lum = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    for (const node of doc.querySelectorAll("h1,h2,h3,p,a,th,td,caption,span")) {
      let ground = node;
      while (ground && rgb(view.getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
      const [a, b] = [lum(rgb(view.getComputedStyle(node).color)),
        lum(ground ? rgb(view.getComputedStyle(ground).backgroundColor) : [255, 255, 255])];
      const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
      if (ratio < 4.5) bad.push([node.tagName, ratio]);
    }
    return {over: doc.documentElement.scrollWidth - frame.clientWidth, bad, requests: view.performance
      .getEntriesByType("resource").length, dark: view.matchMedia("(prefers-color-scheme: dark)").matches};
  });
  document.body.innerHTML = "<pre id=out>" + JSON.stringify(found) + "</pre>";
})</script>
"""


@pytest.mark.parametrize("dark", [False, True])
def test_must_13_the_letter_in_a_browser(tmp_path: Path, sender: Sender, catalogue: Catalogue, dark: bool) -> None:  # noqa: F811
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("chromium is not installed")
    stories = [
        story(
            report(1, LONG, outlet=LONG, figures=(Amount(LONG, 1.0, 1.0, LONG),), why=why(alias=LONG)), about="samsung"
        ),
        story(report(2, "سامسونج تعلن عن خط إنتاج جديد", lang="ar"), report(3), about="samsung"),
        *(story(report(n), about="nvidia") for n in range(4, 20)),
    ]
    volume = {slug: (3, 0, 12, 1, 0, 4, 1234) for slug in ("bytedance", "samsung", "nvidia")}
    pages = []
    for locale in ("en", "id", "zh-Hans", "ko", "ar"):
        digest = compose(
            reader(locale=locale), stories, window(), NOW, catalogue=catalogue, volume=volume,
            health=FeedHealth(9, (LONG,)), told={2: 2},
        )  # fmt: skip
        made = letter(digest, sender).html or ""
        plain = re.sub(r"<style>.*?</style>", "", made, flags=re.DOTALL)
        pages += [(page, width) for page in (made, *([] if dark else [plain])) for width in (360, 600)]
    frames = "".join(
        f'<iframe style="border:0;width:{width}px;height:900px" srcdoc="{html.escape(page)}"></iframe>'
        for page, width in pages
    )
    (tmp_path / "page.html").write_text(f"<!DOCTYPE html><body>{frames}{MEASURE}</body>", encoding="utf-8")
    shown = subprocess.run(
        [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--dump-dom",
         "--virtual-time-budget=10000",
         f"--blink-settings=preferredColorScheme={0 if dark else 1}", f"--user-data-dir={tmp_path / 'profile'}",
         f"file://{tmp_path / 'page.html'}"],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    found = re.search(r'<pre id="out">(.*?)</pre>', shown, re.DOTALL)
    assert found, shown[-500:]
    measured = json.loads(html.unescape(found[1]))
    assert len(measured) == len(pages)
    for one in measured:
        assert one == {"over": 0, "bad": [], "requests": 0, "dark": dark}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_must_13_axe_finds_nothing_in_a_big_day(browser: Browser, sender: Sender, scheme: str) -> None:  # noqa: F811
    """The letter as the web copy shows it, in three directions of writing and reading, narrow and wide."""
    for locale, width in (("en", 360), ("ko", 600), ("ar", 360)):
        digest = compose(
            reader(companies=list(NAMES), locale=locale), stories(), window(), NOW, catalogue=Catalogue({}, {}),
            volume=volumes(), health=FeedHealth(9, ("Night Shift",)),
        )  # fmt: skip
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))  # type: ignore[call-overload]
        page.set_content(letter(digest, sender).html or "")
        found = Axe().run(page).response["violations"]
        page.close()
        assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found] == []
        assert asked == [], "nothing is fetched"
