"""Puts the rooms together from settings: the store, the machine that refreshes it, the web side."""

import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chipwire import __version__
from chipwire.cli import catalogue, keys, letters, takeover
from chipwire.errors import ChipwireError

if TYPE_CHECKING:
    from chipwire.collect.fetch import Fetcher
    from chipwire.config import Settings
    from chipwire.keep.db import Store
    from chipwire.pipeline.refresh import Refresher
    from chipwire.serve.app import Service


def settings(store: Path | None = None, **given: Any) -> "Settings":
    """The effective settings; `given` are values from the command line, None means not given."""
    from chipwire import config
    from chipwire.cli import logs

    loaded = config.load(store=store, **given)
    if store is not None:  # the command line is stronger than the environment
        loaded = loaded.model_copy(update={"database_url": None})
    logs.configure(loaded)
    return loaded


@contextmanager
def opened(loaded: "Settings", *, new: bool = False) -> Iterator["Store"]:
    """The store, its schema current, closed at the end. Only with `new` one is made where there is none.

    A mistyped path must not look like a store without news, nor be backed up as one: NotFound.
    """
    from chipwire.errors import NotFound
    from chipwire.keep.db import open_store

    if not (new or loaded.database_url or loaded.store.exists()):
        mend = "`chipwire run` makes one; CHIPWIRE_STORE or --store names another"
        raise NotFound(f"there is no store {loaded.store} yet: {mend}")
    if not (loaded.database_url or loaded.store.exists()):
        _make(loaded.store)
    store = open_store(place(loaded), takeover.progress, takeover.idle)
    try:
        yield store
    finally:
        store.close()


def _make(store: Path) -> None:
    """By a child of its own: the steps of the schema take Alembic with all it needs, 12 MiB that a service would keep.

    Whatever goes wrong there is met again by whoever opens the store, and told.
    """
    from chipwire.keep.db import open_store

    if not hasattr(os, "fork") or threading.active_count() > 1:
        return
    if child := os.fork():
        os.waitpid(child, 0)
        return
    try:
        open_store(store).close()
    finally:
        os._exit(0)


def place(loaded: "Settings") -> Path | str:
    """Where the store is: a URL, which may hold a password, or a path."""
    return loaded.database_url.get_secret_value() if loaded.database_url else loaded.store


def shown(place: Path | str) -> str:
    """The same without its password, for people and logs."""
    return re.sub(r"://[^@/]*@", "://***@", str(place))


def fetcher(loaded: "Settings", allowed: Iterable[str] = ()) -> "Fetcher":
    from chipwire.collect.fetch import Fetcher
    from chipwire.collect.guard import Guard

    return Fetcher(
        guard=Guard(allow_private=loaded.allow_private, allowed=frozenset(allowed)),
        user_agent=f"chipwire/{__version__} (+{loaded.contact})",
        timeout=loaded.fetch_timeout,
        connect_timeout=loaded.connect_timeout,
        max_body=loaded.max_body_mib * 2**20,
        proxy=loaded.proxy.get_secret_value() if loaded.proxy else None,
    )


@dataclass(frozen=True)
class Demo:
    """What --demo changes: a loopback exception for its own server, and no pause before its one host."""

    allowed: frozenset[str]


def refresher(
    store: "Store", fetcher: "Fetcher", loaded: "Settings", *, demo: Demo | None = None, progress: Callable[..., None]
) -> "Refresher":
    from chipwire import clock
    from chipwire.collect.pacing import pace
    from chipwire.collect.workers.pool import REST, Workers
    from chipwire.enrich.stories.cluster import Window
    from chipwire.keep.shelf import FileShelf
    from chipwire.pipeline import calls
    from chipwire.pipeline.placing import Placing
    from chipwire.pipeline.refresh import Refresher

    shelf = partial(FileShelf, None if loaded.database_url else loaded.store.parent)
    return Refresher(
        store=store,
        fetcher=fetcher,
        workers=Workers(loaded.workers, prepare=(calls.prepare, loaded.data), rest=REST),
        placing=Placing(store, Window.load(loaded.data, shelf), clock.now),
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


def web_app(store: "Store", loaded: "Settings") -> "Service":
    """The web side, made of values."""
    from chipwire import clock
    from chipwire.keep import tokens
    from chipwire.serve.app import create_app
    from chipwire.serve.options import Options

    known = catalogue.load(loaded.data)
    return create_app(
        store,
        Options(
            base_url=loaded.public,
            clock=clock.now,
            secret=keys.secrets(loaded, store)[-1],
            companies=known.companies,
            topics=known.topics,
            token_hash=tokens.digest(loaded.token.get_secret_value()) if loaded.token else None,
            read_token=loaded.read_token,
            cors_origins=tuple(loaded.cors_origins),
            rate_limit=loaded.rate_limit,
            allow_private=loaded.allow_private,
            posts=loaded.smtp_host is not None,
            sender=partial(letters.sender, loaded, store),
            quality=partial(_measured, loaded.data),
        ),
    )


def _measured(data: Path) -> dict[str, Any]:
    """By a process of its own: the tagger goes with it (116 MiB), and the interpreter stays with the answers."""
    import subprocess

    import orjson

    command = [sys.executable, "-m", "chipwire", "quality", "--json"]
    done = subprocess.run(command, env=os.environ | {"CHIPWIRE_DATA": str(data)}, capture_output=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip()
        raise ChipwireError(f"the quality of the tags could not be measured: {why}. Try `chipwire quality`")
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found
