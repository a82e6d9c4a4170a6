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
import threading
import time
from pathlib import Path

import structlog
import uvicorn
from playwright.sync_api import sync_playwright

from chipwire.domain import Company, Topic
from chipwire.keep.db import open_store
from chipwire.serve.app import create_app
from chipwire.serve.options import Options
from tests.bench.make_store import COMPANIES, NOW, TOPICS
from tests.browser.conftest import CHROMIUM, QUIET

PATHS = ("/", "/?lang=zh", "/?topic=memory&since=7d", "/?company=baidu", "/?company=nvidia&company=samsung",
         "/companies", "/companies/nvidia", "/companies/baidu", "/search", "/feeds", "/stories/{id}", "/items/{id}",
         "/digests/2026-11-22", "/sitemap.xml")  # fmt: skip


def ask(port: int, path: str) -> tuple[float, int]:
    """Milliseconds and bytes of one answer, gzipped as for a browser."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
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
    options = Options(
        base_url="http://127.0.0.1",
        clock=lambda: NOW,
        secret="of the bench",
        companies={slug: Company(slug=slug, name=slug.title()) for slug, _ in COMPANIES},
        topics={slug: Topic(slug=slug, name=slug.title()) for slug, _ in TOPICS},
        rate_limit=0,
    )
    server = uvicorn.Server(uvicorn.Config(create_app(store, options), port=0, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with store.read() as c:
        newest = int(c.exec_driver_sql("SELECT max(id) FROM story WHERE n_items > 5").scalar() or 1)
    print(f"{'page':40} {'cold ms':>9} {'worst':>7} {'kept ms':>9} {'bytes':>8}")
    for path in (path.format(id=newest) for path in PATHS):
        mark = "&" if "?" in path else "?"
        cold = [ask(port, f"{path}{mark}nothing={n}") for n in range(given.cold)]
        kept = [ask(port, path) for _ in range(given.cold)][1:]
        times = [took for took, _ in cold]
        warm = statistics.median(took for took, _ in kept)
        print(f"{path:40} {statistics.median(times):9.1f} {max(times):7.1f} {warm:9.1f} {cold[0][1]:8,}", flush=True)
    for name, is_kept in (("anew", False), ("kept", True)):
        first, painted, sent = zip(*paint(f"http://127.0.0.1:{port}", given.cold, is_kept), strict=True)
        print(
            f"/ in Chromium, {name}: first byte {statistics.median(first):.0f} ms (worst {max(first):.0f}), first "
            f"paint {statistics.median(painted):.0f} ms (worst {max(painted):.0f}), {max(sent):,} bytes transferred"
        )
    server.should_exit = True
    store.close()


if __name__ == "__main__":
    main()
