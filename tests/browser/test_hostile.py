"""What feeds bring never runs, even when it reaches the store unclean and the browser is told to ignore our policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from chipwire.domain import Claim, Company, Entry, Evidence, Feed, Figure, Placement, Read, Tags, Topic, utc
from chipwire.keep.db import Store, open_store
from chipwire.keep.news import items, stories
from chipwire.keep.sources import feeds
from chipwire.serve.options import Options
from tests.browser.conftest import Watched, served, window
from tests.browser.payloads import RUN, SMUGGLED, addresses, texts

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOW = utc(2026, 11, 20, 12)
EVIL = texts()
TOGETHER = 20
"""Reports of one story."""
_OWN = "main script, main iframe, main object, main embed, main base, main meta, main style, main link, main form form"

_ARMED = """[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on') ||
    ['href', 'src', 'action', 'formaction'].includes(a.name) && !/^(https?:|[/#]|$)/.test(a.value)))
    .map(e => e.outerHTML)"""


def read(number: int, evil: str, url: str) -> Read:
    """One entry whose every word is hostile, as if no part before the page had cleaned anything."""
    tags = Tags(
        lang="en",
        companies={"nvidia": "about"},
        topics=["ai"],
        evidence=[Evidence(slug="nvidia", alias=evil, start=0, end=5, zone=z, rule=evil) for z in ("title", "body")],
        figures=[Figure(text=evil, value_low=1, value_high=2, unit=evil[:20], start=len(evil) + 1, end=len(evil) + 9)],
        claims=[Claim(kind="denial", text=evil, speaker=evil)],
        credit=evil,
    )  # fmt: skip
    entry = Entry(
        uid=str(number), url=url, title=evil, summary=evil, text=f"{evil}\n{evil}", author=evil, published=NOW
    )
    return Read(entry=entry, url=url, content_hash=str(number), tags=tags)


def fill(store: Store) -> list[int]:
    with store.write() as c:
        feeds.add(
            c, Feed(id="evil", url="https://evil.example/rss", title=EVIL[0], home="javascript:alert(1)", note=EVIL[1])
        )
        odd = addresses()
        urls = odd + [f"https://evil.example/{number}" for number in range(len(EVIL) - len(odd))]
        reads = [read(n, evil, url) for n, (evil, url) in enumerate(zip(EVIL, urls, strict=True))]
        ids = [ident for ident, _ in items.add(c, "evil", reads, NOW).new]
        pairs = [
            Placement(item_id=i, story_id=ids[n - n % TOGETHER], link="rewrite" if n % TOGETHER else "origin")
            for n, i in enumerate(ids)
        ]
        stories.apply(c, pairs, NOW)
    return ids


@pytest.fixture(scope="module")
def served_evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[int]]]:
    store = open_store(Path(tmp_path_factory.mktemp("evil")) / "store.db")
    ids = fill(store)
    options = Options(
        base_url="http://127.0.0.1",
        clock=lambda: NOW,
        secret="a secret of the tests",
        companies={"nvidia": Company(slug="nvidia", name=EVIL[2], names={"zh": EVIL[3]})},
        topics={"ai": Topic(slug="ai", name=EVIL[4])},
        rate_limit=0,
    )
    with served(store, options) as base:
        yield base, ids
    store.close()


def inspect(seen: Watched, path: str) -> None:
    seen.go(path)
    assert seen.page.evaluate("window.owned === undefined"), path
    assert seen.page.locator(_OWN).count() == 0, path
    assert seen.page.evaluate(_ARMED) == [], path


def test_the_trap_shuts(browser: Browser) -> None:
    """Without it the tests below would prove nothing."""
    assert len(set(EVIL)) >= 200
    with window(browser, "about:") as seen:
        caught = 0
        for evil in EVIL[:: len(EVIL) // 25]:
            seen.page.goto("about:blank")
            seen.page.set_content(evil, wait_until="commit")
            seen.page.wait_for_timeout(30)
            caught += bool(seen.page.evaluate("window.owned !== undefined")) or any(
                "dialog" in c for c in seen.complaints
            )
        assert caught >= 10


@pytest.mark.parametrize("bypass", [True, False], ids=["without policy", "with policy"])
def test_lists_never_run_what_they_list(browser: Browser, served_evil: tuple[str, list[int]], bypass: bool) -> None:
    with window(browser, served_evil[0], bypass_csp=bypass) as seen:
        for start in ("/search", "/", "/companies/nvidia", "/feeds/evil", "/feeds", "/companies"):
            path: str | None = start
            while path:
                inspect(seen, path)
                onward = seen.page.locator("a[rel=next]")
                path = onward.get_attribute("href") if onward.count() else None
        assert seen.complaints == []


def test_every_story_and_every_kind_of_report_is_only_text(
    browser: Browser, served_evil: tuple[str, list[int]]
) -> None:
    base, ids = served_evil
    with window(browser, base, bypass_csp=True) as seen:
        for ident in ids[::TOGETHER]:
            inspect(seen, f"/stories/{ident}")
        for way in range(len(SMUGGLED)):
            inspect(seen, f"/items/{ids[way * len(RUN) + way % len(RUN)]}")
        assert seen.complaints == []


def test_what_is_asked_is_only_text(browser: Browser, served_evil: tuple[str, list[int]]) -> None:
    from urllib.parse import quote

    with window(browser, served_evil[0], bypass_csp=True) as seen:
        for number, evil in enumerate(EVIL[::9]):
            name = ("q", "company", "since", "feed", "cursor")[number % 5]
            inspect(seen, f"/search?{name}={quote(evil)}")
            inspect(seen, f"/?{name}={quote(evil)}&state={quote(evil)}")
        assert not [c for c in seen.complaints if "status of 422" not in c]
