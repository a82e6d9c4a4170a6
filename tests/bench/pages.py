"""How soon pages come over a large store: `python -m tests.bench.pages STORE`, a store that make_store.py made.

Each page is asked over loopback HTTP, `cold` times with a parameter that means nothing, so that no kept body answers,
and as often again as it is kept. Prints milliseconds to the last byte (median, worst) and the bytes that are sent.
Then Chromium opens `/` as often, without a cache, in a tab that is there already, and its own clock tells the first
paint; what starting a browser takes says nothing about a page.
"""

import argparse
import http.client
import logging
import math
import statistics
import time
from pathlib import Path

import structlog
from playwright.sync_api import sync_playwright

from chipwire.keep.db import Store, open_store
from tests.browser.conftest import CHROMIUM, LARGE, QUIET, served

PATHS = ("/", "/?lang=zh", "/?topic=memory&since=7d", "/?company=baidu", "/?company=nvidia&company=samsung",
         "/companies", "/companies/nvidia", "/companies/baidu", "/search", "/feeds", "/stories/{id}", "/items/{id}",
         "/digests/2026-11-22", "/sitemap.xml")  # fmt: skip


def ask(base: str, path: str) -> tuple[float, int]:
    """Milliseconds and bytes of one answer, gzipped as for a browser."""
    link = http.client.HTTPConnection(base.removeprefix("http://"), timeout=120)
    began = time.perf_counter()
    link.request("GET", path, headers={"accept": "text/html", "accept-encoding": "gzip"})
    answer = link.getresponse()
    size = len(answer.read())
    took = (time.perf_counter() - began) * 1000
    assert answer.status == 200, f"{path}: {answer.status}"
    link.close()
    return took, size


TOLD = """() => {
  const [page] = performance.getEntriesByType("navigation"), files = performance.getEntriesByType("resource");
  const paint = performance.getEntriesByName("first-paint")[0] ?? performance.getEntriesByType("paint")[0];
  return [page.responseStart, paint?.startTime ?? NaN, [page, ...files].reduce((sum, e) => sum + e.transferSize, 0)];
}"""


def paint(base: str, times: int, kept: bool) -> list[tuple[float, float, int]]:
    """(ms to the first byte, ms to the first paint, bytes transferred) of `/` opened so often in one tab, no cache."""
    found = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        for number in range(times + 2):
            page.goto(base + ("/" if kept else f"/?nothing={number}x"), wait_until="load")
            while math.isnan((told := page.evaluate(TOLD))[1]):
                page.wait_for_timeout(20)
            found.append(tuple(told))
        chromium.close()
    return found[2:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--cold", type=int, default=10)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    store = open_store(given.store)
    with served(store, LARGE) as base:
        measure(store, base, given.cold)
    store.close()


def measure(store: Store, base: str, times: int) -> None:
    """Each page `times` times as new and as kept, then the first one in Chromium; prints a line for each."""
    with store.read() as c:
        newest = int(c.exec_driver_sql("SELECT max(id) FROM story WHERE n_items > 5").scalar() or 1)
    print(f"{'page':40} {'cold ms':>9} {'worst':>7} {'kept ms':>9} {'bytes':>8}")
    for path in (path.format(id=newest) for path in PATHS):
        mark = "&" if "?" in path else "?"
        cold = [ask(base, f"{path}{mark}nothing={n}") for n in range(times)]
        kept = [ask(base, path) for _ in range(times)][1:]
        took = [one for one, _ in cold]
        warm = statistics.median(one for one, _ in kept)
        print(f"{path:40} {statistics.median(took):9.1f} {max(took):7.1f} {warm:9.1f} {cold[0][1]:8,}", flush=True)
    for name, is_kept in (("anew", False), ("kept", True)):
        first, painted, sent = zip(*paint(base, times, is_kept), strict=True)
        print(
            f"/ in Chromium, {name}: first byte {statistics.median(first):.0f} ms (worst {max(first):.0f}), first "
            f"paint {statistics.median(painted):.0f} ms (worst {max(painted):.0f}), {max(sent):,} bytes transferred"
        )


if __name__ == "__main__":
    main()
