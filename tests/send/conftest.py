"""A small newsroom: invented stories, a sender, readers, a store with items in it, and real mail."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chipwire.domain import (
    Alert,
    Amount,
    Company,
    Digest,
    DigestStory,
    Entry,
    Feed,
    LinkKind,
    Placement,
    Read,
    Reader,
    Report,
    Role,
    Tags,
    Topic,
    Why,
    Window,
    utc,
)
from chipwire.keep.db import Store
from chipwire.keep.news import items, stories
from chipwire.keep.people import alerts, letters, outbox, readers
from chipwire.keep.sources import feeds
from chipwire.pipeline.digests import Desk, queue_digests
from chipwire.send import words
from chipwire.send.compose import Catalogue, compose
from chipwire.send.envelope import Dkim
from chipwire.send.render import Sender
from chipwire.send.tokens import Links
from tests.loopback import signing_key
from tests.send.mailbed import mail, mailbed  # noqa: F401

DATA = Path(__file__).parents[2] / "data"
NOW = utc(2026, 11, 23, 7)
Publish = Callable[..., int]
Subscribe = Callable[..., Reader]
Search = Callable[..., Alert]
SLUGS = ["bytedance", "samsung", "alibaba", "baidu", "nvidia"]


@pytest.fixture(scope="session")
def sender() -> Sender:
    links = Links("https://news.chipwire.test", ["a secret of the tests"])
    return Sender("chipwire <digest@chipwire.test>", "chipwire.test", links, words.load(DATA / "locales.toml"))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue(
        {slug: Company(slug=slug, name=slug.capitalize()) for slug in SLUGS},
        {"export-controls": Topic(slug="export-controls", name="Export controls")},
    )


@pytest.fixture(scope="session")
def signer() -> Dkim:
    """A DKIM key made for this run."""
    return Dkim("chipwire.test", "s1", signing_key())


@pytest.fixture
def desk(sender: Sender, catalogue: Catalogue) -> Desk:
    return Desk(sender, catalogue, lambda: NOW)


def units(number: float, text: str = "", qualifier: Any = None, high: float | None = None) -> Amount:
    """An amount of units, by default written as the English letter writes it."""
    return Amount(text or f"{number:,.0f} units", number, high or number, "units", qualifier)


def reader(**given: Any) -> Reader:
    return Reader.model_validate(
        {
            "id": 1,
            "email": "alice@chipwire.test",
            "companies": SLUGS,
            "zone": "Asia/Jakarta",
            "created": utc(2026, 11, 1),
        }
        | given
    )


def report(number: int, title: str = "", **given: Any) -> Report:
    outlet = given.get("outlet", f"Outlet {number}")
    fields: dict[str, Any] = {
        "outlet": outlet,
        "url": f"https://{outlet.lower().replace(' ', '')}.example/news/{number}",
        "title": title or f"Chip maker announces step number {number}",
        "text": f"The firm said on Monday that step {number} is done. Analysts had waited for it. Nobody else spoke.",
        "lang": "en",
        "first_seen": NOW - timedelta(hours=20) + timedelta(minutes=number),
    }
    return Report(item_id=number, **(fields | given))


def story(
    *reports: Report, about: str = "bytedance", roles: dict[str, Role] | None = None, **given: Any
) -> DigestStory:
    return DigestStory(reports[0].item_id, reports, roles or {about: "about"}, **given)


def window(low: int = 0, high: int = 10_000, hours: float = 24) -> Window:
    return Window(low, high, NOW - timedelta(hours=hours), NOW)


def why(slug: str = "bytedance", alias: str = "ByteDance", zone: str = "title") -> tuple[Why, ...]:
    return (Why(slug, alias, zone),)


def full(number: int = 1, **more: Any) -> DigestStory:
    """A story of two reports with all that a line can show."""
    return story(
        report(number, "ByteDance plans its own inference chip", why=why(), figures=(units(1e5),)),
        report(number + 1, link="rewrite", lang="id"),
        **more,
    )


@pytest.fixture
def composed(catalogue: Catalogue) -> Any:
    """`composed(story(…), …)`: the digest of now for Alice or `who`, of the last day or `within`."""

    def make(*stories: DigestStory, who: Reader | None = None, within: Window | None = None, **more: Any) -> Digest:
        return compose(who or reader(), stories, within or window(), NOW, catalogue=catalogue, **more)

    return make


@pytest.fixture
def store(store: Store) -> Store:
    with store.write() as c:
        for number in range(6):
            feeds.add(c, Feed(id=f"f{number}", url=f"https://f{number}.example/feed", title=f"Outlet {number}"))
    return store


@pytest.fixture
def publish(store: Store) -> Publish:
    """Puts one report into the store, by default as a story of its own; returns its item id."""
    numbers = iter(range(1, 10**6))

    def put(
        title: str,
        *,
        about: tuple[str, ...] = ("bytedance",),
        at: datetime = NOW - timedelta(hours=2),
        feed: str = "f0",
        joins: int | None = None,
        link: LinkKind = "origin",
        **tags: Any,
    ) -> int:
        number = next(numbers)
        entry = Entry(
            uid=str(number), url=f"https://{feed}.example/{number}", title=title, published=at,
            text=f"{title}, the company said. More is expected this week. Shares rose.",
        )  # fmt: skip
        said = Tags(lang="en", companies=dict.fromkeys(about, "about"), relevant=True, **tags)
        with store.write() as c:
            added = items.add(c, feed, [Read(entry=entry, url=str(entry.url), content_hash=str(number), tags=said)], at)
            item = added.new[0][0]
            stories.apply(c, [Placement(item_id=item, story_id=joins or item, link=link)], at)
        return item

    return put


@pytest.fixture
def subscribe(store: Store) -> Subscribe:
    def add(name: str, **given: Any) -> Reader:
        fields = reader(id=None, email=f"{name}@chipwire.test").model_copy(update=given)
        with store.write() as c:
            return readers.add(c, fields)

    return add


@pytest.fixture
def search(store: Store) -> Search:
    """`search(reader, "HBM4")` saves one that is told at once."""

    def add(reader: Reader, q: str = "HBM4", at_once: bool = True, **more: object) -> Alert:
        with store.write() as c:
            return alerts.add(c, reader.id or 0, f"News of {q}", {"q": q, **more}, at_once, NOW)

    return add


@pytest.fixture
def settled(store: Store, desk: Desk, publish: Publish, subscribe: Subscribe) -> Reader:
    """A reader of one company who has had today's digest."""
    reader = subscribe("alice", companies=["bytedance"])
    publish("ByteDance plans its own inference chip")
    queue_digests(store, desk, NOW)
    with store.write() as c:
        for letter in letters.listing(c, state="pending"):
            outbox.settle(c, letter.id or 0, "sent", NOW)
    return reader
