"""Commands that make the service go: run, web, clock, tick, refresh."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chipwire.cli import catalogue, serving, takeover, wiring
from chipwire.cli import letters as mail
from chipwire.cli.output import json_line, progress
from chipwire.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from chipwire.config import Settings
    from chipwire.keep.db import Connection, Store

Store_ = Annotated[Path | None, typer.Option("--store", help="Path of the SQLite store.")]
Host = Annotated[str | None, typer.Option(help="Address to bind.")]
Port = Annotated[int | None, typer.Option(help="Port to bind.")]
DemoFlag = Annotated[bool, typer.Option("--demo", help="Bundled sample feeds over loopback, into a throw-away store.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one document a line.")]


def register(app: typer.Typer) -> None:
    for command in (run, web, clock, tick, refresh):
        app.command()(command)


def run(host: Host = None, port: Port = None, store: Store_ = None, demo: DemoFlag = False) -> None:
    """Serve the web and keep the clock, in one process."""
    with _world(wiring.settings(store, host=host, port=port), demo) as (settings, opened, special):
        serving.run(serving.serve(settings, opened, special, web=True, clock=True))


def web(host: Host = None, port: Port = None, store: Store_ = None) -> None:
    """Serve the web only; a clock elsewhere fills the store."""
    with _world(wiring.settings(store, host=host, port=port), False) as (settings, opened, special):
        serving.run(serving.serve(settings, opened, special, web=True, clock=False))


def clock(store: Store_ = None) -> None:
    """Keep the clock only: fetch, tag, write, send."""
    with _world(wiring.settings(store), False) as (settings, opened, special):
        serving.run(serving.serve(settings, opened, special, web=False, clock=True))


def tick(store: Store_ = None, demo: DemoFlag = False, as_json: Json = False) -> None:
    """One round: refresh, queue and send what is due, call webhooks.

    For cron, where no clock runs; once a day it also prunes, as CHIPWIRE_RETENTION_DAYS says.
    """
    with _world(wiring.settings(store), demo) as (settings, opened, special):
        counts = asyncio.run(_tick(settings, opened, special))
    if as_json:
        json_line(counts)
    else:
        print(", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in counts.items()))


def refresh(
    feed: Annotated[list[str] | None, typer.Argument(help="Ids of feeds; none means all.")] = None,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Fetch the named feeds, or all, at once, due or not."""
    from chipwire import clock as time
    from chipwire.keep.sources import feeds

    began = time.now()
    with _world(wiring.settings(store), False) as (settings, opened, special):
        with opened.write() as c:
            known = {f.id for f, _ in feeds.listing(c)}
            if unknown := set(feed or ()) - known:
                raise NotFound(f"no feed {', '.join(sorted(unknown))}: `chipwire feeds list` shows their ids")
            feeds.refresh_now(c, feed or None, time.now())
        counts = asyncio.run(_tick(settings, opened, special, only=set(feed) if feed else None, tell=False))
        with opened.read() as c:
            for one in dict.fromkeys(feed or ()):
                if why := _unasked(c, one, began):
                    serving.say(f"feeds: {one}: not asked, {why}")
    json_line(counts) if as_json else print(f"new items: {counts['new_items']}")


def _unasked(c: "Connection", feed_id: str, since: "datetime") -> str | None:
    """Why a feed that a person named was not asked since then; None when it was."""
    from chipwire.keep.sources import feeds, holds

    feed, state = feeds.get(c, feed_id)
    if state.last_checked and state.last_checked >= since:
        return None
    if not feed.enabled:
        return f"it is off: `chipwire feeds change {feed_id} --on` switches it on"
    if until := holds.until(c, feed.url, since):
        return f"its site answered that it is asked too often (429) and is left alone until {until:%Y-%m-%d %H:%M} UTC"
    return "another process has its turn: `chipwire feeds list` shows when it was asked"


@contextmanager
def _world(settings: "Settings", demo: bool) -> Iterator[tuple["Settings", "Store", wiring.Demo | None]]:
    """The store with its feeds in place: the catalogue's, or the demo's own in a folder that goes away."""
    from chipwire import clock as time

    with ExitStack() as stack:
        special: wiring.Demo | None = None
        if demo:
            from chipwire.demo import world
            from chipwire.keep.news import wire
            from chipwire.keep.sources import following

            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chipwire-demo-")))
            settings = settings.model_copy(update={"store": folder / "chipwire.db", "database_url": None})
            place, sample = stack.enter_context(world(settings.data, time.now()))
            special = wiring.Demo(allowed=frozenset({place}))
            store = stack.enter_context(wiring.opened(settings, new=True))
            with store.write() as c:
                following.sync(c, sample, time.now())
                wire.sync_names(c, catalogue.names(settings.data))
        else:
            store = stack.enter_context(wiring.opened(settings, new=True))
            takeover.settled(store)
            catalogue.sync(store, settings)
        yield settings, store, special


async def _tick(
    settings: "Settings",
    store: "Store",
    special: wiring.Demo | None,
    *,
    only: set[str] | None = None,
    tell: bool = True,
) -> dict[str, int]:
    from chipwire import clock as time
    from chipwire.clock import keeper
    from chipwire.pipeline import digests, retention, webhooks

    fetcher = wiring.fetcher(settings, special.allowed if special else ())
    async with fetcher:
        machine = wiring.refresher(store, fetcher, settings, demo=special, progress=lambda _f, _e: None)
        try:
            async with keeper.once(machine):
                due = machine.due(100_000, only)
                with progress("feeds", len(due)) as meter:
                    machine.progress = lambda feed, event: meter(serving.line(feed, event))
                    new = await machine.round(due)
        finally:
            await machine.workers.close()
        counts = {"feeds": len(due), "new_items": new}
        if tell:
            counts["calls_made"] = await webhooks.round(store, fetcher, time.now)
    if tell:
        counts |= digests.round(store, mail.mailer(settings), mail.desk(settings, store))
        if retention.is_due(store, time.now()):
            counts["pruned"] = await retention.round(store, settings.retention_days, time.now)
    return counts
