"""`chipwire readers` and `chipwire digest`: who gets the letter, how it looks, and sending it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from chipwire.cli import letters as mail
from chipwire.cli import wiring
from chipwire.cli.output import json_line, rows
from chipwire.cli.service import Json, Store_
from chipwire.errors import ChipwireError, NotFound

readers = typer.Typer(help="Who gets the digest.", no_args_is_help=True, rich_markup_mode=None)
app = typer.Typer(help="The daily letter.", no_args_is_help=True, rich_markup_mode=None)
Email = Annotated[str, typer.Argument(help="Address of the reader.")]
List_ = Annotated[str, typer.Option(help="Separated by commas.")]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@readers.command("add")
def add(
    email: Email,
    companies: List_ = "",
    topics: List_ = "",
    languages: List_ = "",
    min_role: Annotated[str, typer.Option(help="about or mention.")] = "mention",
    hour: Annotated[int, typer.Option(min=0, max=23, help="Hour of the day in --zone.")] = 7,
    zone: Annotated[str, typer.Option(help="IANA time zone, such as Asia/Jakarta.")] = "UTC",
    weekdays: Annotated[str, typer.Option(help="Such as mon,tue,wed,thu,fri.")] = ",".join(DAYS),
    format_: Annotated[str, typer.Option("--format", help="both or text.")] = "both",
    locale: Annotated[str, typer.Option(help="Language of the letter's own words.")] = "en",
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Add a reader; the first letter is due at once and covers the last 24 hours."""
    from pydantic import ValidationError

    from chipwire import clock
    from chipwire.domain import Reader
    from chipwire.keep import readers as keep

    loaded = wiring.settings(store)
    _known(loaded, "companies", _split(companies))
    _known(loaded, "topics", _split(topics))
    wish: dict[str, Any] = {
        "email": email, "companies": _split(companies), "topics": _split(topics), "languages": _split(languages),
        "min_role": min_role, "hour": hour, "zone": zone, "weekdays": _weekdays(weekdays), "format": format_,
        "locale": locale, "created": clock.now(), "confirmed": clock.now(),
    }  # fmt: skip
    try:
        reader = Reader.model_validate(wish)
    except ValidationError as error:
        first = error.errors()[0]
        raise ChipwireError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    with wiring.opened(loaded) as opened, opened.write() as c:
        added = keep.add(c, reader)
    json_line(added.model_dump(mode="json")) if as_json else print(f"{added.email} gets the digest (reader {added.id})")


@readers.command("list")
def list_(store: Store_ = None, as_json: Json = False) -> None:
    """Every reader with what was asked for."""
    from chipwire.keep import readers as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        found = [reader.model_dump(mode="json") for reader in keep.listing(c)]
    rows(["id", "email", "status", "companies", "hour", "zone"], found, as_json=as_json)


@readers.command("remove")
def remove(email: Email, store: Store_ = None) -> None:
    """Forget a reader and all letters to them."""
    from chipwire.keep import readers as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.write() as c:
        keep.remove(c, _reader(c, email).id)
    print(f"removed {email}")


@app.command("preview")
def preview(
    email: Annotated[str | None, typer.Argument(help="A reader; the first one when not given.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for digest.eml and digest.html.")] = Path(),
    store: Store_ = None,
) -> None:
    """Write the letter that would go out now; nothing is queued, sent or remembered."""
    from chipwire import clock
    from chipwire.keep import readers as keep
    from chipwire.pipeline import digests

    loaded = wiring.settings(store)
    with wiring.opened(loaded) as opened:
        with opened.read() as c:
            everyone = keep.active(c)
            if not (email or everyone):
                raise NotFound("no readers yet: chipwire readers add ADDRESS --companies bytedance,samsung")
            reader = _reader(c, email) if email else everyone[0]
        letter = digests.preview(opened, mail.desk(loaded, opened), reader, clock.now())
    out.mkdir(parents=True, exist_ok=True)
    (out / "digest.eml").write_bytes(letter.body)
    (out / "digest.html").write_text(letter.html or "", encoding="utf-8")
    print(f"{letter.subject}\n{out / 'digest.eml'}\n{out / 'digest.html'}")


@app.command("send")
def send(
    now: Annotated[bool, typer.Option("--now", help="Today's letter for everyone, whatever the hour.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent.")] = False,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Queue each letter whose hour has come, and the first one of new readers at once; send what is due.

    Exit 1 when a letter could not leave: the outbox keeps it, `chipwire digest list` shows the server's word.
    """
    from chipwire import clock
    from chipwire.keep import outbox
    from chipwire.keep import readers as keep
    from chipwire.pipeline import digests

    loaded = wiring.settings(store)
    with wiring.opened(loaded) as opened:
        if dry_run:
            _tell_due(opened, clock.now())
            return
        mailer = mail.mailer(loaded)
        desk = mail.desk(loaded, opened)
        with opened.read() as c:
            had = outbox.last_dates(c)
            at_once = [r.id for r in keep.active(c) if r.id is not None and (now or r.id not in had)]
        queued = digests.queue_digests(opened, desk, clock.now(), only=at_once, at_once=True)
        if queued.alarm:
            raise ChipwireError(queued.alarm)
        counts = digests.round(opened, mailer, desk)
        counts["letters_queued"] += queued.letters
        with opened.read() as c:
            waiting = outbox.due(c, clock.now())
    json_line(counts) if as_json else print(", ".join(f"{k.replace('_', ' ')}: {v}" for k, v in counts.items()))
    if mailer is None:
        raise ChipwireError(f"{waiting} letters wait: set CHIPWIRE_SMTP_HOST and CHIPWIRE_MAIL_FROM to send them")
    if waiting or counts["letters_failed"]:
        raise typer.Exit(1)


def _tell_due(opened: Any, at: Any) -> None:
    from chipwire.keep import outbox
    from chipwire.keep import readers as keep
    from chipwire.send import schedule

    with opened.read() as c:
        last = outbox.last_dates(c)
        for reader in keep.active(c):
            day = schedule.due(reader, last.get(reader.id or 0), at)
            first = reader.id not in last
            words = f"due for {day}" if day else "first letter at once" if first else "not due"
            print(f"{reader.email}: {words}; next hour {schedule.following(reader, at):%Y-%m-%d %H:%M} UTC")
        print(f"{outbox.due(c, at)} letters in the outbox are due")


@app.command("list")
def letters(
    email: Annotated[str | None, typer.Argument(help="Only this reader's.")] = None,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """The life of every letter: state, tries, the server's last word."""
    from chipwire.keep import outbox

    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        found = outbox.listing(c, _reader(c, email).id if email else None)
    shown = [letter.model_dump(mode="json", exclude={"body"}) for letter in found]
    rows(["id", "reader_id", "local_date", "state", "tries", "subject", "last_reply"], shown, as_json=as_json)


def _reader(c: Any, email: str) -> Any:
    from chipwire.keep import readers as keep

    reader = keep.find(c, email)
    if reader is None:
        raise NotFound(f"no reader {email}: `chipwire readers list` shows them")
    return reader


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _weekdays(text: str) -> list[int]:
    days = [day.lower()[:3] for day in _split(text)]
    if wrong := [day for day in days if day not in DAYS]:
        raise ChipwireError(f"weekday {wrong[0]}: use {', '.join(DAYS)}")
    return [DAYS.index(day) for day in days]


def _known(loaded: Any, kind: str, slugs: list[str]) -> None:
    """A misspelt company would give an empty letter every day: refuse it, naming the nearest."""
    import difflib

    from chipwire.enrich.tagger import Tagger

    known = getattr(Tagger.load(loaded.data), kind)
    for slug in slugs:
        if slug not in known:
            near = difflib.get_close_matches(slug, known, 1)
            raise ChipwireError(f"unknown in {kind}: {slug}" + (f"; did you mean {near[0]}?" if near else ""))
