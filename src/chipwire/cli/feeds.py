"""`chipwire feeds`: list, add, change, remove, check, import, export."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chipwire.cli import catalogue, wiring
from chipwire.cli.output import rows
from chipwire.cli.service import Json, Store_
from chipwire.errors import ChipwireError, NotFound

if TYPE_CHECKING:
    from chipwire.config import Settings
    from chipwire.domain import Feed, FeedState
    from chipwire.pipeline.intake import Found, Wish

app = typer.Typer(help="The feeds that are polled.", no_args_is_help=True, rich_markup_mode=None)

FULL, PRIVATE = "Fetch the linked pages and keep their text.", "The feed is in a private network."
Title = Annotated[str | None, typer.Option(help="Title, in place of the feed's own.")]
Lang = Annotated[str | None, typer.Option(help="Language, in place of the feed's own.")]
Topic = Annotated[list[str] | None, typer.Option(help="Topic, may be repeated.")]
Interval = Annotated[int | None, typer.Option(min=1, max=10080, help="Fixed interval in minutes.")]
Retention = Annotated[int | None, typer.Option(help="Days after which its items are pruned.")]
UserAgent = Annotated[str | None, typer.Option(help="Own User-Agent for this feed.")]
UNSET = {
    "lang": "lang", "interval": "interval_minutes", "retention-days": "retention_days", "user-agent": "user_agent",
    "note": "note",
}  # fmt: skip
"""What may have no value, by the name of its option."""


@app.command("list")
def list_(store: Store_ = None, as_json: Json = False) -> None:
    """Every feed with its state.

    With its last outcome, when it is looked at next and why then.
    """
    from chipwire.keep.sources import feeds

    loaded = wiring.settings(store)
    with wiring.opened(loaded, new=True) as opened:
        catalogue.sync(opened, loaded)
        with opened.read() as c:
            listing = feeds.listing(c)
    rows(
        ["id", "title", "lang", "state", "last_ok", "next_check", "reason"],
        [_row(feed, state) for feed, state in listing],
        as_json=as_json,
    )


def _row(feed: "Feed", state: "FeedState") -> dict[str, Any]:
    from chipwire.domain.feed import condition

    word = condition(feed, state)
    return {
        "id": feed.id, "title": feed.title, "lang": feed.lang, "url": feed.url, "state": word,
        "last_ok": state.last_ok, "next_check": state.next_check,
        "reason": feed.note if word == "off" else state.last_error or state.next_reason,
    }  # fmt: skip


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Address of a feed, or of a page that links to one.")],
    feed_id: Annotated[str | None, typer.Option("--id", help="Short name; made from the title when not given.")] = None,
    title: Title = None,
    lang: Lang = None,
    topic: Topic = None,
    interval: Interval = None,
    retention_days: Retention = None,
    user_agent: UserAgent = None,
    full_text: Annotated[bool, typer.Option(help=FULL)] = False,
    allow_private: Annotated[bool, typer.Option(help=PRIVATE)] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Add without asking.")] = False,
    store: Store_ = None,
) -> None:
    """Look at URL now, show what was found, and add it."""
    from chipwire.keep.sources import feeds
    from chipwire.pipeline import intake

    loaded = wiring.settings(store)
    wish = intake.Wish(
        url, feed_id, title, lang, topic or [], interval, retention_days, user_agent, full_text, allow_private
    )
    found = asyncio.run(_look(loaded, wish))
    print(f"{found.feed.title} ({found.feed.url})\n{found.verdict}")
    if not yes and sys.stdin.isatty() and not typer.confirm("Add it?", default=True):
        raise typer.Exit(1)
    with wiring.opened(loaded, new=True) as opened, opened.write() as c:
        made = found.feed if feed_id else feeds.unused(c, found.feed)
        feeds.add(c, made)
    print(f"added as {made.id}; its first look is due at once")


async def _look(loaded: "Settings", wish: "Wish") -> "Found":
    from chipwire import clock
    from chipwire.pipeline import intake

    async with wiring.fetcher(loaded) as fetcher:
        return await intake.look(fetcher, wish, clock.now())


@app.command()
def change(
    feed: Annotated[str, typer.Argument(help="Id of the feed.")],
    url: Annotated[str | None, typer.Option(help="Its new address; it is read afresh.")] = None,
    title: Title = None,
    lang: Lang = None,
    topic: Topic = None,
    interval: Interval = None,
    retention_days: Retention = None,
    user_agent: UserAgent = None,
    note: Annotated[str | None, typer.Option(help="Why it is as it is.")] = None,
    full_text: Annotated[bool | None, typer.Option("--full-text/--no-full-text", help=FULL)] = None,
    allow_private: Annotated[bool | None, typer.Option("--allow-private/--no-allow-private", help=PRIVATE)] = None,
    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Ask it again, or ask it no more.")] = None,
    unset: Annotated[list[str] | None, typer.Option(help=f"Take back {', '.join(UNSET)}; may be repeated.")] = None,
    store: Store_ = None,
) -> None:
    """Change a feed, or switch it off and on; what is not given stays.

    Its items stay. A feed of the catalogue is yours from then on: no new catalogue changes it.
    """
    from chipwire import clock
    from chipwire.keep.sources import following

    if wrong := [name for name in unset or [] if name not in UNSET]:
        raise ChipwireError(f"--unset {wrong[0]}: it takes back {', '.join(UNSET)}")
    given = {
        "url": url, "title": title, "lang": lang, "topics": topic, "interval_minutes": interval,
        "retention_days": retention_days, "user_agent": user_agent, "note": note, "full_text": full_text,
        "allow_private": allow_private, "enabled": enabled,
    }  # fmt: skip
    wish = {name: value for name, value in given.items() if value is not None} | {
        UNSET[name]: None for name in unset or []
    }
    if not wish:
        raise ChipwireError("nothing to change was given: see `chipwire feeds change --help`")
    loaded = wiring.settings(store)
    with wiring.opened(loaded) as opened:
        catalogue.sync(opened, loaded)
        with _named(), opened.write() as c:
            changed = following.change(c, feed, clock.now(), **wish)
    print(f"{feed} is changed; " + ("it is asked at the next round" if changed.enabled else "it is off"))


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except NotFound as error:
        raise NotFound(f"{error}: `chipwire feeds list` shows their ids") from error


@app.command()
def remove(feed: Annotated[str, typer.Argument(help="Id of the feed.")], store: Store_ = None) -> None:
    """Stop polling a feed; its items stay."""
    from chipwire.keep.sources import feeds

    with _named(), wiring.opened(wiring.settings(store)) as opened, opened.write() as c:
        feeds.remove(c, feed)
    print(f"removed {feed}")


@app.command()
def check(
    feed: Annotated[list[str] | None, typer.Argument(help="Ids or addresses; none means every enabled feed.")] = None,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Fetch now and say in words how each feed is doing; stores nothing."""
    from chipwire import clock
    from chipwire.keep.sources import feeds
    from chipwire.pipeline import intake

    loaded = wiring.settings(store)
    with wiring.opened(loaded, new=True) as opened:
        catalogue.sync(opened, loaded)
        with opened.read() as c:
            known = {f.id: f for f, _ in feeds.listing(c)}
    wanted = [known.get(name) or intake.unnamed(name) for name in feed] if feed else list(known.values())
    if missing := [name for name, one in zip(feed or [], wanted, strict=False) if one is None]:
        raise NotFound(f"no feed {missing[0]}: give an id from `chipwire feeds list` or an address")

    async def looks() -> list[dict[str, Any]]:
        async with wiring.fetcher(loaded) as fetcher:
            return await intake.check(fetcher, [one for one in wanted if one], loaded.host_pause, clock.now())

    verdicts = asyncio.run(looks())
    rows(["id", "ok", "items", "newest", "verdict"], verdicts, as_json=as_json)
    if not all(verdict["ok"] for verdict in verdicts):
        raise typer.Exit(1)


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="OPML file.")], store: Store_ = None) -> None:
    """Add every feed of an OPML file, folders as topics.

    Nothing is fetched now.
    """
    from chipwire.collect.lists import opml
    from chipwire.domain import normal_url
    from chipwire.keep.sources import feeds

    try:
        body = file.read_bytes()
    except OSError as error:
        raise ChipwireError(f"cannot read {file}: {error.strerror}") from error
    with wiring.opened(wiring.settings(store), new=True) as opened:
        with opened.read() as c:
            there = {row.id: row.url for row in feeds.columns(c, ("id", "url"))}
        found = opml.read(body, taken=there)
        known = {normal_url(url) for url in there.values()}
        fresh = [feed for feed in found if feed.url not in known]
        with opened.write() as c:
            feeds.add_all(c, fresh)
    left = opml.left_out(body, found)
    if not (found or left):
        raise ChipwireError(f"{file} names no feed: it is empty, or no OPML")
    for address in left:
        print(f"left out: {address} (only http and https addresses can be followed)", file=sys.stderr)
    print(f"{len(fresh)} added, {len(found) - len(fresh)} known already, {len(left)} left out")


@app.command()
def export(store: Store_ = None) -> None:
    """Print all feeds as OPML, topics as folders."""
    from chipwire.collect.lists import opml_export
    from chipwire.keep.sources import feeds

    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        listing = [feed for feed, _ in feeds.listing(c)]
    sys.stdout.buffer.write(opml_export.document(listing))
