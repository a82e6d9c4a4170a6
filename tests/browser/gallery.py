"""Pictures of the letters, to be looked at: a big day, a thin one and an update, in five locales, widths and schemes.

python -m tests.browser.gallery FOLDER
"""

import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

from chipwire.config import data_dir
from chipwire.domain import Digest, FeedHealth, Saved
from chipwire.enrich.tagger import Tagger
from chipwire.send import words
from chipwire.send.compose import Catalogue, compose
from chipwire.send.render import Sender, letter
from chipwire.send.tokens import Links
from tests.browser.conftest import QUIET
from tests.send.conftest import NOW, reader, window
from tests.send.newsday import NAMES, stories, volumes

LOCALES = {"en": "America/New_York", "id": "Asia/Jakarta", "zh-Hans": "Asia/Shanghai", "ko": "Asia/Seoul",
           "ja": "Asia/Tokyo", "ar": "Asia/Dubai"}  # fmt: skip
HEALTH = FeedHealth(237, ("Night Shift", "Obleas Diario"))


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    known = Tagger.load(data_dir())
    links = Links("https://news.chipwire.test", ["gallery"])
    sender = Sender("chipwire <digest@chipwire.test>", "chipwire.test", links, words.load(data_dir() / "locales.toml"))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        for name, digest in digests(Catalogue(known.companies, known.topics)).items():
            made = letter(digest, sender)
            (folder / f"{name}.txt").write_text(f"Subject: {made.subject}\n\n{made.text}", encoding="utf-8")
            (folder / f"{name}.html").write_text(made.html or "", encoding="utf-8")
            for width in (360, 600):
                for scheme in ("light", "dark"):
                    page = chromium.new_page(viewport={"width": width, "height": 1400}, color_scheme=scheme)
                    page.set_content(made.html or "")
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                    page.close()
        chromium.close()


def digests(catalogue: Catalogue) -> dict[str, Digest]:
    """Name → letter: the big day in every locale, then a thin day, an update after three days, an alert, nothing."""
    everyone = list(NAMES)
    found = {
        f"big-{locale}": compose(
            reader(companies=[*everyone, "asml", "micron"], locale=locale, zone=zone), stories(), window(), NOW,
            catalogue=catalogue, health=HEALTH, volume=volumes(),
        )
        for locale, zone in LOCALES.items()
    }  # fmt: skip
    few, healthy = stories()[:3], FeedHealth(237)
    found["thin-en"] = compose(
        reader(companies=["bytedance", "samsung", "baidu"]), few, window(), NOW, catalogue=catalogue, health=healthy,
        volume=volumes(),
    )  # fmt: skip
    again = [replace(story, reports=story.reports) for story in few]
    told = {story.id: story.reports[0].item_id for story in again[:2]}
    long = replace(window(low=0), since=NOW - timedelta(hours=71))
    found["update-en"] = compose(
        reader(companies=["bytedance", "samsung"]), again, long, NOW, catalogue=catalogue, told=told, health=healthy,
        volume=volumes(),
    )  # fmt: skip
    search = Saved("alert.1", "HBM4 or inference chips", frozenset({1, 2, 3, few[2].id}), "search?q=HBM4")
    found["alert-en"] = compose(
        reader(), few, replace(window(), since=NOW - timedelta(hours=1)), NOW, catalogue=catalogue, health=healthy,
        saved=[search], kind="alert", key="x",
    )  # fmt: skip
    found["quiet-en"] = compose(
        reader(companies=["bytedance", "samsung"], all_quiet=True), [], window(), NOW, catalogue=catalogue,
        health=healthy,
    )  # fmt: skip
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "letters"))
