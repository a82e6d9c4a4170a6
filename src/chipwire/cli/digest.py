"""`chipwire digest`: how the letter looks, sending it, and the life of every letter."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chipwire.cli import letters as mail
from chipwire.cli import takeover, wiring
from chipwire.cli.output import counted, json_line, rows
from chipwire.cli.readers import reader_of
from chipwire.cli.service import Json, Store_
from chipwire.errors import ChipwireError, NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from chipwire.keep.db import Store
    from chipwire.pipeline.desk import Desk

app = typer.Typer(help="The daily letter.", no_args_is_help=True, rich_markup_mode=None)


@app.command("preview")
def preview(
    email: Annotated[str | None, typer.Argument(help="A reader; the first one when not given.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for digest.eml and digest.html.")] = Path(),
    as_new: Annotated[bool, typer.Option("--as-new", help="As if no letter had told anything yet.")] = False,
    store: Store_ = None,
) -> None:
    """Write the letter that would go out now.

    Nothing is queued, sent or remembered.
    """
    from chipwire import clock
    from chipwire.keep.people import letters
    from chipwire.keep.people import readers as keep
    from chipwire.pipeline import digests

    loaded = wiring.settings(store)
    with wiring.opened(loaded) as opened:
        with opened.read() as c:
            everyone = keep.active(c)
            if not (email or everyone):
                raise NotFound("no readers yet: chipwire readers add ADDRESS --companies bytedance,samsung")
            reader = reader_of(c, email) if email else everyone[0]
            had = letters.listing(c, reader.id, limit=1)
        letter = digests.preview(opened, mail.desk(loaded, opened), reader, clock.now(), as_new=as_new)
    out.mkdir(parents=True, exist_ok=True)
    (out / "digest.eml").write_bytes(letter.body)
    (out / "digest.html").write_text(letter.html or "", encoding="utf-8")
    print(f"{letter.subject}\n{out / 'digest.eml'}\n{out / 'digest.html'}")
    if letter.digest.empty and had and not as_new:
        last = f"the last letter, of {had[0].local_date} ({had[0].state})"
        print(f"nothing is new to {reader.email} since {last}: --as-new shows what it told too", file=sys.stderr)


@app.command("send")
def send(
    now: Annotated[bool, typer.Option("--now", help="Today's letter for everyone, whatever the hour.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent.")] = False,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Queue each letter whose hour has come, send what is due.

    A new reader's first letter is due at once, whatever the hour; letters are skipped that have nothing to tell.
    Exit 1 when a letter could not leave: the outbox keeps it, `chipwire digest list` shows the server's word.
    """
    from chipwire import clock
    from chipwire.keep.people import letters
    from chipwire.keep.people import readers as keep
    from chipwire.keep.sql import meta
    from chipwire.pipeline import digests
    from chipwire.pipeline.sending import STOPPED

    loaded = wiring.settings(store)
    with wiring.opened(loaded) as opened:
        if not dry_run:
            takeover.settled(opened)
        mailer = mail.mailer(loaded)
        desk = mail.desk(loaded, opened)
        with opened.read() as c:
            had = letters.last_dates(c, clock.now())
            at_once = [r.id for r in keep.active(c) if r.id is not None and (now or r.id not in had)]
        if dry_run:
            _rehearse(opened, desk, at_once, clock.now(), as_json=as_json)
            return
        queued = digests.queue_digests(opened, desk, clock.now(), only=at_once, at_once=True)
        if queued.alarm:
            raise ChipwireError(queued.alarm)
        counts = digests.round(opened, mailer, desk, patient=False)
        counts["letters_queued"] += queued.letters
        counts["letters_skipped"] += queued.empty
        with opened.read() as c:
            states, stop = letters.states(c), meta.get(c, STOPPED)
    waiting = sum(states.get(state, 0) for state in letters.WAITING)
    json_line(counts) if as_json else print(", ".join(f"{k.replace('_', ' ')}: {v}" for k, v in counts.items()))
    if mailer is None:
        raise ChipwireError(
            f"{counted(waiting, 'letter')} waiting: set CHIPWIRE_SMTP_HOST and CHIPWIRE_MAIL_FROM to send them"
        )
    if why := _undone(waiting, counts["letters_failed"], stop):
        raise ChipwireError(why)


def _undone(waiting: int, failed: int, stop: str | None) -> str:
    """What a run with a mail server left undone, in a line for the operator; empty when all is well."""
    if stop:
        return f"sending stopped: {stop.partition(' ')[2]}; `chipwire doctor` looks at the mail server"
    left = [f"{counted(waiting, 'letter')} waiting for another try"] if waiting else []
    left += [f"{counted(failed, 'letter')} failed"] if failed else []
    return f"{', '.join(left)}: `chipwire digest list` shows the server's word" if left else ""


def _rehearse(opened: "Store", desk: "Desk", only: list[int], at: "datetime", *, as_json: bool) -> None:
    """What a run would do now: the letters it would queue, and what waits."""
    from chipwire.keep.people import letters
    from chipwire.pipeline import digests

    made = digests.rehearse(opened, desk, at, only=only)
    shown = [
        {"email": done.digest.reader.email, "local_date": done.digest.local_date, "stories": done.digest.stories,
         "bytes": len(done.body), "subject": done.subject, "sent": not done.digest.silent}
        for done in made
    ]  # fmt: skip
    rows(["email", "local_date", "stories", "bytes", "subject"], shown, as_json=as_json)
    if not as_json:
        with opened.read() as c:
            empty = sum(done.digest.silent for done in made)
            waiting = letters.due(c, at)
        print(f"{counted(len(made) - empty, 'letter')} would be queued, {empty} empty; due in the outbox: {waiting}")


@app.command("list")
def letters(
    email: Annotated[str | None, typer.Argument(help="Only this reader's.")] = None,
    state: Annotated[str | None, typer.Option(help="Only in this state, such as unknown or retry.")] = None,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """The life of every letter: state, tries, the server's last word."""
    from chipwire.keep.people import letters

    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        found = letters.listing(c, reader_of(c, email).id if email else None, state)
    shown = [letter.model_dump(mode="json", exclude={"body"}) for letter in found]
    rows(["id", "reader_id", "kind", "local_date", "state", "tries", "subject", "last_reply"], shown, as_json=as_json)


@app.command("release")
def release(
    number: Annotated[list[int] | None, typer.Argument(help="Ids of letters whose fate is unknown.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    store: Store_ = None,
) -> None:
    """Send letters again that may have arrived.

    Of letters whose fate nobody knows; they may arrive twice.
    """
    from chipwire import clock
    from chipwire.keep.people import letters, outbox

    if bool(number) == everything:
        raise typer.BadParameter("name letters by their ids, or say --all: `chipwire digest list --state unknown`")
    with wiring.opened(wiring.settings(store)) as opened, opened.write() as c:
        chosen = [letter.id or 0 for letter in letters.unknown(c)] if everything else number or []
        released = [outbox.release(c, one, clock.now()) for one in chosen]
    for letter in released:
        print(f"letter {letter.id} is {letter.state}: {letter.subject}")
