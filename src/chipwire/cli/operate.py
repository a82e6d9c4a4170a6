"""Commands for the person who runs it: settings, doctor, backup, prune, retag, tokens."""

from pathlib import Path
from typing import Annotated

import typer

from chipwire.cli import wiring
from chipwire.cli.output import counted, json_line, progress, rows
from chipwire.cli.service import Json, Store_

tokens = typer.Typer(help="Who may write, or read when reads are closed.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    for command in (settings, doctor, backup, migrate_store, prune, retag):
        app.command()(command)


def settings(as_json: Json = False) -> None:
    """The effective settings, secrets hidden."""
    values = wiring.settings().model_dump(mode="json")
    rows(["setting", "value"], [{"setting": k, "value": v} for k, v in values.items()], as_json=as_json)


def doctor(store: Store_ = None, as_json: Json = False) -> None:
    """Look at all that can go wrong and say what to do about it.

    Exit 1 when something is broken.
    """
    from chipwire.cli import doctor as checks

    findings = checks.examine(wiring.settings(store))
    rows(["what", "state", "says", "do"], [finding.row() for finding in findings], as_json=as_json)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


def backup(file: Annotated[Path, typer.Argument(help="Where to write the copy.")], store: Store_ = None) -> None:
    """Copy the store while it is in use, and verify the copy."""
    from chipwire.keep import backup as keep

    with wiring.opened(wiring.settings(store)) as opened:
        size = keep.backup(opened, file)
    print(f"{file}: {size / 2**20:.1f} MiB, checked")


def migrate_store(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Path of a SQLite store, or a database URL.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty database: postgresql+psycopg://host/name.")],
    as_json: Json = False,
) -> None:
    """Copy a whole store to another database, every row compared.

    The database must be empty and chipwire must not run.
    """
    from chipwire import clock
    from chipwire.errors import NotFound
    from chipwire.keep import transfer
    from chipwire.keep.db import open_store

    if "://" not in source and not Path(source).exists():
        raise NotFound(f"there is no store {source}")
    old = open_store(source)
    try:
        new = open_store(target)
        try:
            with progress("table", len(transfer.MOVED)) as meter:
                moved = transfer.move(old, new, clock.now(), meter)
        finally:
            new.close()
    finally:
        old.close()
    rows(["table", "rows", "digest"], [one._asdict() for one in moved], as_json=as_json)
    if not as_json:
        print(
            f"{sum(one.rows for one in moved)} rows are the same in both; set CHIPWIRE_DATABASE_URL and start chipwire"
        )


def prune(
    older_than: Annotated[str, typer.Option(help="365d, or a date: what was first seen before it goes.")],
    feed: Annotated[str | None, typer.Option(help="Only items that this feed had first.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Remove old items for good.

    In batches; a tombstone for each keeps it from coming back.
    """
    from chipwire import clock
    from chipwire.keep.news import prune as keep
    from chipwire.pipeline import retention
    from chipwire.serve import parameters

    before = keep.checked(parameters.moment(older_than, clock.now(), "older-than"), clock.now())
    with wiring.opened(wiring.settings(store)) as opened:
        with opened.read() as c:
            total = keep.count(c, before, feed_id=feed)
        if not dry_run:
            with progress("items", total) as meter:
                total = retention.prune(opened, before, feed_id=feed, done=meter)
    if as_json:
        json_line({"items": total, "before": before, "dry_run": dry_run})
    else:
        print(f"{counted(total, 'item')} first seen before {before:%Y-%m-%d} {'would go' if dry_run else 'gone'}")


def retag(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Tag the whole history anew with today's data/.

    In batches; prints what changes by company.
    """
    from chipwire.pipeline import retag as again

    loaded = wiring.settings(store)
    with wiring.opened(loaded) as opened:
        total = again.total(opened)
        with progress("items", total) as meter:
            report = again.retag(opened, loaded.data, dry_run=dry_run, done=meter)
    if as_json:
        json_line(report.as_json())
    else:
        rows(["company", "added", "removed", "role", "aliases"], report.table(), as_json=False)
        print(f"{counted(report.items, 'item')}, {report.changed} {'would change' if dry_run else 'changed'}")


@tokens.command("add")
def add_token(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[list[str] | None, typer.Option(help="read, write; default both.")] = None,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Make a token and print it, this once."""
    from chipwire import clock
    from chipwire.keep import tokens as keep

    scopes = [part.strip() for one in scope or ["read,write"] for part in one.split(",")]
    with wiring.opened(wiring.settings(store), new=True) as opened, opened.write() as c:
        made = keep.add(c, name, scopes, clock.now())
    json_line({"name": name, "scopes": sorted(scopes), "token": made}) if as_json else print(made)


@tokens.command("list")
def list_tokens(store: Store_ = None, as_json: Json = False) -> None:
    """Names, scopes and dates; the tokens themselves are not kept."""
    from chipwire.keep import tokens as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        listing = keep.listing(c)
    rows(["name", "scopes", "created"], listing, as_json=as_json)


@tokens.command("revoke")
def revoke_token(name: Annotated[str, typer.Argument()], store: Store_ = None) -> None:
    """From now on the token is worth nothing."""
    from chipwire.keep import tokens as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.write() as c:
        keep.revoke(c, name)
    print(f"revoked {name}")


@tokens.command("rotate-key")
def rotate_key(store: Store_ = None) -> None:
    """Make a new key that signs links and cursors.

    Links signed by former keys stay valid, cursors do not.
    """
    from chipwire.errors import ConfigError
    from chipwire.keep import keys

    loaded = wiring.settings(store)
    if loaded.secret:
        raise ConfigError("CHIPWIRE_SECRET is set: move its value into CHIPWIRE_FORMER_SECRETS and set a new one")
    with wiring.opened(loaded) as opened, opened.write() as c:
        number = len(keys.rotate(c))
    print(f"a new key signs from now on, {number - 1} former are believed; restart chipwire where it runs")
