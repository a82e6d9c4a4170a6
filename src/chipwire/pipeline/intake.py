"""Feeds from outside: look at an address before it is added, and say in words how a feed is doing."""

import asyncio
from collections.abc import Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from chipwire.collect.content.links import absolute, is_web
from chipwire.collect.document.raw import EMPTY
from chipwire.collect.fetch import Fetcher
from chipwire.collect.lists.discover import discover
from chipwire.collect.pacing import pace
from chipwire.collect.parse import parse
from chipwire.domain import Document, Failed, Feed, FeedState, Fetched, NotModified, slug
from chipwire.errors import ChipwireError


@dataclass(frozen=True)
class Wish:
    """What a person asks for when adding a feed; None means: as the feed says."""

    url: str
    id: str | None = None
    title: str | None = None
    lang: str | None = None
    topics: list[str] | None = None
    interval_minutes: int | None = None
    retention_days: int | None = None
    user_agent: str | None = None
    full_text: bool = False
    allow_private: bool = False


@dataclass(frozen=True)
class Found:
    """A feed ready to be added, and what was seen in it."""

    feed: Feed
    verdict: str


async def look(fetcher: Fetcher, wish: Wish, now: datetime) -> Found:
    """Fetch the address; when it is a page, follow to the first feed it offers that can be read.

    Raises ChipwireError when neither the address nor anything it offers is a feed.
    """
    url = absolute(wish.url) or (wish.url if "://" in wish.url else f"https://{wish.url}")
    first = await _document(fetcher, _asked(wish, url), now)
    if isinstance(first, Failed):
        raise ChipwireError(f"{url}: {first.message}")
    fetched, document = first
    if _is_feed(document) or not _is_page(fetched):
        if not _is_feed(document):
            raise ChipwireError(f"{url}: {document.problems[0] if document.problems else 'no items in it'}")
        moved = f"moved for good from {url}; " if fetched.moved_to else ""
        return Found(_named(wish, fetched.moved_to or url, document), moved + verdict(document))
    offered = discover(fetched.body, fetched.final_url)
    for candidate in offered:
        tried = await _document(fetcher, _asked(wish, candidate.url), now)
        if not isinstance(tried, Failed) and tried[1].entries:
            said = f"found on the page {url}; {verdict(tried[1])}"
            if others := [one.url for one in offered if one.url != candidate.url and one.found != "guess"]:
                said += f"; it offers {_some(others)} too"
            return Found(_named(wish, candidate.url, tried[1]), said)
    raise ChipwireError(f"{url} is a page and offers no feed that can be read; give the feed's own address")


def _some(addresses: list[str]) -> str:
    more = f" and {len(addresses) - 3} more" if len(addresses) > 3 else ""
    return ", ".join(addresses[:3]) + more


async def check(fetcher: Fetcher, feeds: list[Feed], pause: float, now: datetime) -> list[dict[str, Any]]:
    """One unconditional fetch of each feed, polite to hosts; rows in the order of `feeds`."""
    lanes = pace.Lanes(pause, 16)

    async def one(feed: Feed) -> dict[str, Any]:
        if not feed.enabled:
            return _row(feed, True, None, f"off: {feed.note or 'disabled'}")
        async with lanes.slot(feed.url):
            got = await _document(fetcher, feed, now)
        if isinstance(got, Failed):
            return _row(feed, False, None, got.message)
        document = got[1]
        return _row(feed, _is_feed(document), document, verdict(document))

    return list(await asyncio.gather(*(one(feed) for feed in feeds)))


def unnamed(url: str) -> Feed | None:
    """A feed that exists only for one look, or None when `url` is not an address."""
    return Feed(id="new", url=url, title=url) if is_web(url) else None


def verdict(document: Document) -> str:
    """The document in a sentence: how many items, how fresh, what is wrong with it."""
    if document.problems == [EMPTY]:
        return "a feed without entries so far"
    dates = [entry.published for entry in document.entries if entry.published]
    fresh = f", newest {max(dates):%Y-%m-%d %H:%M} UTC" if dates else ", none dated" if document.entries else ""
    wrong = f"; {_counted(document.problems, 'problem')}, first: {document.problems[0]}" if document.problems else ""
    return f"{_counted(document.entries, 'item')}{fresh}{wrong}"


def _counted(some: Sized, what: str) -> str:
    return f"{len(some)} {what}{'' if len(some) == 1 else 's'}"


async def _document(fetcher: Fetcher, feed: Feed, now: datetime) -> tuple[Fetched, Document] | Failed:
    outcome = await fetcher.fetch(feed, FeedState(feed_id=feed.id), now)
    if isinstance(outcome, NotModified):
        return Failed(kind="protocol", message="answered 304 to a request without validators")
    if isinstance(outcome, Failed):
        return outcome
    kind = outcome.headers.get("content-type")
    document = await asyncio.to_thread(
        parse, outcome.body, url=outcome.final_url, content_type=kind, lang=feed.lang
    )  # fmt: skip
    return outcome, document


def _asked(wish: Wish, url: str) -> Feed:
    return Feed(
        id="new", url=url, title=url, lang=wish.lang, user_agent=wish.user_agent, allow_private=wish.allow_private
    )


def _named(wish: Wish, url: str, document: Document) -> Feed:
    facts = document.feed
    title = wish.title or facts.title or urlsplit(url).hostname or url
    return Feed(
        id=wish.id or slug(title) or slug(urlsplit(url).hostname or "feed"),
        url=url,
        title=title,
        home=facts.home,
        lang=wish.lang or facts.lang,
        topics=wish.topics or [],
        interval_minutes=wish.interval_minutes,
        retention_days=wish.retention_days,
        user_agent=wish.user_agent,
        full_text=wish.full_text,
        allow_private=wish.allow_private,
    )


def _is_feed(document: Document) -> bool:
    """It can be followed, if only from its first entry on."""
    return bool(document.entries) or document.problems == [EMPTY]


def _is_page(fetched: Fetched) -> bool:
    start = fetched.body[:1024].lstrip().lower()
    return b"<html" in start or start.startswith(b"<!doctype html") or "html" in fetched.headers.get("content-type", "")


def _row(feed: Feed, ok: bool, document: Document | None, words: str) -> dict[str, Any]:
    dates = [entry.published for entry in document.entries if entry.published] if document else []
    return {
        "id": feed.id,
        "ok": ok,
        "items": len(document.entries) if document else 0,
        "newest": max(dates) if dates else None,
        "verdict": words,
    }
