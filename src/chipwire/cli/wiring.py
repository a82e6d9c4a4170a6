"""Puts the rooms together from settings: the store, the brain, the wire."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from chipwire import __version__

if TYPE_CHECKING:
    from chipwire.collect.fetch import Fetcher
    from chipwire.config import Settings
    from chipwire.domain import Company, Topic
    from chipwire.enrich.glossary import Glossary
    from chipwire.enrich.tagger import Tagger
    from chipwire.keep.db import Store
    from chipwire.pipeline.refresh import Refresher


def settings(store: Path | None = None, **given: Any) -> "Settings":
    """The effective settings; `given` are values from the command line, None means not given."""
    from chipwire import config

    loaded = config.load(store=store, **given)
    if store is not None:  # the command line is stronger than the environment
        loaded = loaded.model_copy(update={"database_url": None})
    _logs(loaded)
    return loaded


def _logs(loaded: "Settings") -> None:
    import logging

    import structlog

    level = getattr(logging, loaded.log_level.upper())
    last: Any = structlog.processors.JSONRenderer()
    if not loaded.log_json:  # quoted, as values come from feeds and must not move the cursor or make lines
        last = structlog.dev.ConsoleRenderer(colors=False, repr_native_str=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@contextmanager
def opened(loaded: "Settings") -> Iterator["Store"]:
    """The store, its schema current, closed at the end."""
    from chipwire.keep.db import open_store

    store = open_store(place(loaded))
    try:
        yield store
    finally:
        store.close()


def place(loaded: "Settings") -> Path | str:
    """Where the store is: a URL, which may hold a password, or a path."""
    return loaded.database_url.get_secret_value() if loaded.database_url else loaded.store


def shown(place: Path | str) -> str:
    """The same without its password, for people and logs."""
    return re.sub(r"://[^@/]*@", "://***@", str(place))


def sync_catalogue(store: "Store", loaded: "Settings") -> None:
    """Bring the feeds and the companies' display names in line with data/, unless this was done with these files."""
    from chipwire import clock
    from chipwire.keep import feeds, meta, wire

    mark = _mark(loaded.data / "feeds.toml", loaded.data / "companies.toml")
    with store.read() as c:
        if mark is not None and meta.get(c, "catalogue") == mark:
            return
    from chipwire.collect.sources import load_feeds

    catalogue = load_feeds(loaded.data / "feeds.toml")
    names = {slug: entry.name for slug, entry in _glossary(loaded.data).companies.items()}
    with store.write() as c:
        feeds.sync(c, catalogue, clock.now())
        wire.sync_names(c, names)
        if mark is not None:
            meta.put(c, "catalogue", mark)


def _mark(*files: Path) -> str | None:
    """What stands for the content of these files as this version reads them; None when one cannot be read."""
    from hashlib import blake2b

    try:
        return blake2b(b"\0".join([__version__.encode(), *(file.read_bytes() for file in files)])).hexdigest()
    except OSError:
        return None


def fetcher(loaded: "Settings", allowed: Iterable[str] = ()) -> "Fetcher":
    from chipwire.collect.fetch import Fetcher
    from chipwire.collect.guard import Guard

    return Fetcher(
        guard=Guard(allow_private=loaded.allow_private, allowed=frozenset(allowed)),
        user_agent=f"chipwire/{__version__} (+{loaded.contact})",
        timeout=loaded.fetch_timeout,
        connect_timeout=loaded.connect_timeout,
        max_body=loaded.max_body_mib * 2**20,
    )


@dataclass(frozen=True)
class Demo:
    """What --demo changes: a loopback exception for its own server, and no pause before its one host."""

    allowed: frozenset[str]


def refresher(
    store: "Store", wire: "Fetcher", loaded: "Settings", *, demo: Demo | None = None, progress: Callable[..., None]
) -> "Refresher":
    from chipwire import clock
    from chipwire.collect import pace
    from chipwire.collect.workers import Workers
    from chipwire.enrich.cluster import Window
    from chipwire.pipeline import reading
    from chipwire.pipeline.placing import Placing
    from chipwire.pipeline.refresh import Refresher

    return Refresher(
        store=store,
        fetcher=wire,
        workers=Workers(loaded.workers, prepare=(reading.prepare, loaded.data)),
        placing=Placing(store, Window.load(loaded.data), clock.now),
        lanes=pace.Lanes(0.0 if demo else loaded.host_pause, loaded.concurrency),
        limits=pace.Limits(
            timedelta(minutes=loaded.interval_minutes),
            timedelta(minutes=loaded.min_interval_minutes),
            timedelta(minutes=loaded.max_interval_minutes),
        ),
        data=loaded.data,
        now=clock.now,
        progress=progress,
    )


class Catalogue(NamedTuple):
    """What is tracked, as data/ says."""

    companies: dict[str, "Company"]
    topics: dict[str, "Topic"]


@cache
def catalogue(data: Path) -> Catalogue:
    """Read apart from the tagger, which takes seconds: who only shows or names things needs no more."""
    from chipwire.enrich.topics import Topics

    companies = {slug: entry.noun(slug) for slug, entry in _glossary(data).companies.items()}
    return Catalogue(companies, Topics.load(data).all)


@cache
def _glossary(data: Path) -> "Glossary":
    from chipwire.enrich.glossary import Glossary

    return Glossary.load(data)


@cache
def tagger(data: Path) -> "Tagger":
    """Loaded once a process: it takes seconds."""
    from chipwire.enrich.tagger import Tagger

    return Tagger.load(data)


def secrets(loaded: "Settings", store: "Store") -> list[str]:
    """The keys that sign links and cursors, the newest last: it signs, the others are still believed.

    Former keys of the settings, keys kept in the store (the first one made here, at first start), then the setting.
    """
    from chipwire.keep import keys

    with store.read() as c:
        known = keys.known(c)
    if not (known or loaded.secret):
        with store.write() as c:
            known = keys.known(c) or keys.rotate(c)  # another process may have been quicker
    former = [key.get_secret_value() for key in loaded.former_secrets]
    return [*former, *known, *([loaded.secret.get_secret_value()] if loaded.secret else [])]


def first_token(loaded: "Settings", store: "Store") -> Path | None:
    """At first start make the write token and put it into a file beside the store, readable by its owner only.

    Returns that file when it was made just now, None when there are tokens already.
    """
    import os

    from chipwire import clock
    from chipwire.keep import tokens

    file = loaded.store.with_suffix(".token")
    with store.read() as c:
        if loaded.token or tokens.listing(c):
            return None
    with store.write() as c:
        if tokens.listing(c):
            return None
        plain = tokens.add(c, "owner", ["read", "write"], clock.now())
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(plain + "\n")
    return file


def web_app(store: "Store", loaded: "Settings") -> Any:
    """The web side, made of values."""
    from chipwire import clock
    from chipwire.cli import letters
    from chipwire.keep import tokens
    from chipwire.serve.app import create_app
    from chipwire.serve.options import Options

    known = catalogue(loaded.data)
    return create_app(
        store,
        Options(
            base_url=loaded.base_url.rstrip("/"),
            clock=clock.now,
            secret=secrets(loaded, store)[-1],
            companies=known.companies,
            topics=known.topics,
            token_hash=tokens.digest(loaded.token.get_secret_value()) if loaded.token else None,
            read_token=loaded.read_token,
            cors_origins=tuple(loaded.cors_origins),
            rate_limit=loaded.rate_limit,
            allow_private=loaded.allow_private,
            sender=letters.sender(loaded, store),
            quality=partial(_measured, loaded.data),
        ),
    )


def _measured(data: Path) -> dict[str, Any]:
    from chipwire.enrich import quality

    return quality.report(data)
