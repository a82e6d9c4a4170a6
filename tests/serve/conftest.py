"""A small newsroom behind the real application: seven feeds' worth of invented news in six languages."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog

from chipwire.domain import Company, Entry, Evidence, Feed, Figure, Placement, Read, Role, Tags, Topic, utc
from chipwire.domain.feed import FeedKind
from chipwire.keep import tokens
from chipwire.keep.db import Store
from chipwire.keep.news import items, stories
from chipwire.keep.sources import feeds
from chipwire.serve.app import create_app
from chipwire.serve.options import Options
from tests.client import Client
from tests.stores import copy, open_store

NOW = utc(2026, 11, 20, 12)
TOKEN = "a-write-token"
COMPANIES = {
    slug: Company(slug=slug, name=name, country=country)
    for slug, name, country in [
        ("bytedance", "ByteDance", "CN"), ("samsung", "Samsung", "KR"), ("nvidia", "Nvidia", "US"),
        ("tsmc", "TSMC", "TW"),
    ]
}  # fmt: skip
TOPICS = {"foundry": Topic(slug="foundry", name="Foundry"), "ai-chips": Topic(slug="ai-chips", name="AI chips")}
NEWS: list[tuple[str, str, str, dict[str, Role], list[str]]] = [
    (
        "harian",
        "id",
        "ByteDance rancang SeedChip bersama Samsung",
        {"bytedance": "about", "samsung": "about"},
        ["ai-chips"],
    ),
    (
        "daily",
        "en",
        "ByteDance in talks with Samsung over SeedChip",
        {"bytedance": "about", "samsung": "about"},
        ["ai-chips"],
    ),
    ("bao", "zh-Hans", "字节跳动自研芯片,三星代工", {"bytedance": "about", "samsung": "mention"}, ["foundry"]),
    ("ilbo", "ko", "삼성전자, 바이트댄스 칩 수주 협의", {"samsung": "about", "bytedance": "mention"}, ["foundry"]),
    ("daily", "en", "Nvidia ships <more> boards & racks", {"nvidia": "about"}, []),
    ("daily", "en", "=SUM(A1) is how the TSMC memo began", {"tsmc": "about", "nvidia": "mention"}, ["foundry"]),
    ("shimbun", "ja", "台積電の熊本工場、量産を前倒し", {"tsmc": "about"}, ["foundry"]),
    ("daily", "en", "A bakery opens next to the fab", {}, []),
]


@dataclass
class Newsroom:
    """The store and its applications; `time` is what these believe it to be."""

    store: Store
    options: Options = field(init=False)
    time: datetime = NOW
    _running: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.options = Options(
            base_url="http://chipwire.test",
            clock=lambda: self.time,
            secret="a secret of the tests",
            companies=COMPANIES,
            topics=TOPICS,
            token_hash=tokens.digest(TOKEN),
            rate_limit=0,
        )

    def client(self, **other: object) -> Client:
        """Of one more application over the store, until the newsroom closes."""
        app = create_app(self.store, replace(self.options, **other))  # type: ignore[arg-type]
        return self._running.enter_context(Client(app, failing=False, base_url="http://chipwire.test"))

    def close(self) -> None:
        self._running.close()
        self.store.close()

    def report(
        self, number: int, feed: str, lang: str, title: str, companies: dict[str, Role], topics: list[str]
    ) -> int:
        """One more item, seen at the time of the clock; its id."""
        url = f"https://{feed}.example/{number}"
        summary = f"<p>Report {number} &amp; more</p>" if number % 2 else f"Report {number}"
        entry = Entry(
            uid=str(number),
            url=url,
            title=title,
            summary=summary,
            text=f"Report {number}: {title}.",
            published=self.time,
        )
        evidence = [Evidence(slug=s, alias=s, start=0, end=len(s), zone="title", rule="name") for s in companies]
        figure = Figure(text="100,000", value_low=1e5, value_high=1e5, unit="units")
        tags = Tags(
            lang=lang, companies=companies, topics=topics, relevant=bool(companies), evidence=evidence, figures=[figure]
        )
        with self.store.write() as c:
            added = items.add(c, feed, [Read(entry=entry, url=url, content_hash=title, tags=tags)], self.time)
        return added.new[0][0]


@pytest.fixture(autouse=True, scope="session")
def plain_logs() -> None:
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight items, one story of four; ids rise with age from 24 to 3 hours."""
    path = tmp_path_factory.mktemp("archive") / "store.db"
    room = Newsroom(open_store(path))
    with room.store.write() as c:
        for feed, lang in {feed: lang for feed, lang, *_ in NEWS}.items():
            kind: FeedKind = "general press" if feed == "harian" else "trade press"
            feeds.add(c, Feed(id=feed, url=f"https://{feed}.example/feed", title=feed.title(), lang=lang, kind=kind))
    ids = []
    for number, news in enumerate(NEWS):
        room.time = NOW - timedelta(hours=24 - 3 * number)
        ids.append(room.report(number, *news))
    with room.store.write() as c:
        placed = [
            Placement(item_id=i, story_id=ids[0], link="translation" if i > ids[0] else "origin") for i in ids[:4]
        ]
        stories.apply(c, [*placed, *(Placement(item_id=i, story_id=i) for i in ids[4:])], NOW)
    room.store.close()
    return path


@pytest.fixture
def newsroom(archive: Path, tmp_path: Path) -> Iterator[Newsroom]:
    """A copy of the archive that a test may change."""
    copy(archive, tmp_path / archive.name)
    room = Newsroom(open_store(tmp_path / archive.name))
    yield room
    room.close()


@pytest.fixture(scope="session")
def client(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One application, and one event loop, over the archive for all tests that only read or are refused."""
    shared = tmp_path_factory.mktemp("shared") / archive.name
    copy(archive, shared)
    room = Newsroom(open_store(shared))
    yield room.client()
    room.close()


@pytest.fixture
def bearer() -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}"}
