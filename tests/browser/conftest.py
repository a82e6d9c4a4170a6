"""A real Chromium before the real application on loopback; nothing outside is ever asked."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

from chipwire.domain import Company, Topic
from chipwire.keep.db import Store, open_store
from chipwire.serve.app import create_app
from chipwire.serve.options import Options
from tests.bench.make_store import COMPANIES, NOW, TOPICS, make
from tests.listening import listening

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip

LARGE = Options(
    base_url="http://127.0.0.1",
    clock=lambda: NOW,
    secret="a secret of the tests",
    companies={slug: Company(slug=slug, name=slug.title()) for slug, _ in COMPANIES},
    topics={slug: Topic(slug=slug, name=slug.title()) for slug, _ in TOPICS},
    rate_limit=0,
)
"""For stores that tests/bench/make_store.py made."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For a module only: while it is open, no event loop can be started in this thread."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed; `apt-get install chromium` brings it")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@contextmanager
def served(store: Store, options: Options) -> Iterator[str]:
    """The application at an address of its own, without its trailing slash."""
    with listening(create_app(store, options), server_header=False) as place:
        yield f"http://{place}"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 100,000 items, made once; nobody writes to it."""
    path = tmp_path_factory.mktemp("archive") / "store.db"
    make(path, 100_000).close()
    return path


@pytest.fixture(scope="session")
def large(archive: Path) -> Iterator[str]:
    """The application over 100,000 items, at the address of its own."""
    store = open_store(archive)
    with served(store, LARGE) as address:
        yield address
    store.close()


@dataclass
class Watched:
    """A window on the pages that writes down what must not happen."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> "Watched":
        def outside(request: Request) -> None:
            if not request.url.startswith((self.base, "data:", "about:")):
                self.complaints.append(f"asked {request.url}")

        def refused(box: Dialog) -> None:
            self.complaints.append(f"dialog: {box.message}")
            box.dismiss()

        self.page.on("request", outside)
        self.page.on("console", lambda said: self.complaints.append(f"console: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", refused)
        return self

    def go(self, path: str) -> None:
        self.page.goto(self.base + path, wait_until="load")

    def violations(self, path: str) -> list[str]:
        """What axe has to say against a page."""
        self.go(path)
        wrong = Axe().run(self.page).response["violations"]
        return [f"{path}: {one['id']}: {node['html'][:120]}" for one in wrong for node in one["nodes"]]

    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wider


@contextmanager
def window(browser: Browser, base: str, width: int = 1280, scheme: Any = "light", **more: Any) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
    try:
        context.set_default_timeout(120_000)
        yield Watched(context.new_page(), base).watch()
    finally:
        context.close()
