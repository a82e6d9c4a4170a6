"""`chipwire readers`: who gets the letter, with which choices; addresses that are never written to."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from chipwire.cli import catalogue, takeover, wiring
from chipwire.cli.output import json_line, rows
from chipwire.cli.service import Json, Store_
from chipwire.errors import ChipwireError, NotFound

if TYPE_CHECKING:
    from chipwire.config import Settings
    from chipwire.domain import Reader
    from chipwire.keep.db import Connection

Made = TypeVar("Made")

app = typer.Typer(help="Who gets the digest.", no_args_is_help=True, rich_markup_mode=None)
Email = Annotated[str, typer.Argument(help="Address of the reader.")]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ONE_OF = {"companies": "company", "topics": "topic"}
SHOWN = ["id", "email", "status", "companies", "hour", "zone"]

Companies = Annotated[str | None, typer.Option(help="Slugs separated by commas; empty means all.")]
Topics = Annotated[str | None, typer.Option(help="Slugs separated by commas.")]
Languages = Annotated[str | None, typer.Option(help="Languages of the news, such as en,id; empty means all.")]
Role_ = Annotated[str | None, typer.Option(help="about or mention.")]
Hour = Annotated[int | None, typer.Option(min=0, max=23, help="Hour of the day in --zone.")]
Minute = Annotated[int | None, typer.Option(min=0, max=59, help="Minute of that hour.")]
Zone = Annotated[str | None, typer.Option(help="IANA time zone, such as Asia/Jakarta.")]
Weekdays = Annotated[str | None, typer.Option(help="Such as mon,tue,wed,thu,fri.")]
Format = Annotated[str | None, typer.Option("--format", help="both or text.")]
Locale = Annotated[str | None, typer.Option(help="Language of the letter's own words.")]
Muted = Annotated[
    str | None, typer.Option(help="Left out: hosts of outlets, words in headlines, story:ID, separated by commas.")
]
Quiet = Annotated[bool | None, typer.Option("--all-quiet/--no-all-quiet", help="A letter on quiet days, too.")]


@app.command("add")
def add(
    email: Email,
    companies: Companies = None,
    topics: Topics = None,
    languages: Languages = None,
    min_role: Role_ = None,
    hour: Hour = None,
    minute: Minute = None,
    zone: Zone = None,
    weekdays: Weekdays = None,
    format_: Format = None,
    locale: Locale = None,
    all_quiet: Quiet = None,
    muted: Muted = None,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Add a reader.

    Of every company, at 7:00 UTC, each day, in English, unless you say otherwise. The first letter is due at once and
    covers the last 24 hours.
    """
    from chipwire import clock
    from chipwire.domain import Reader
    from chipwire.keep.people import readers as keep

    loaded, now = wiring.settings(store), clock.now()
    wish = _wish(
        loaded, companies, topics, languages, min_role, hour, minute, zone, weekdays, format_, locale, all_quiet, muted
    )
    reader = _valid(lambda: Reader.model_validate({"email": email, "created": now, "confirmed": now, **wish}))
    with wiring.opened(loaded, new=True) as opened:
        takeover.settled(opened)  # who comes after that has had no letter from the store that was lost
        since = dict.fromkeys(("created", "confirmed"), clock.now())
        with opened.write() as c:
            added = keep.add(c, reader.model_copy(update=since))
    json_line(added.model_dump(mode="json")) if as_json else print(f"{added.email} gets the digest (reader {added.id})")


@app.command("change")
def change(
    email: Email,
    companies: Companies = None,
    topics: Topics = None,
    languages: Languages = None,
    min_role: Role_ = None,
    hour: Hour = None,
    minute: Minute = None,
    zone: Zone = None,
    weekdays: Weekdays = None,
    format_: Format = None,
    locale: Locale = None,
    all_quiet: Quiet = None,
    muted: Muted = None,
    status: Annotated[str | None, typer.Option(help="active, paused or unsubscribed.")] = None,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Change choices, pause or resume; what is not given stays. Letters not yet sent are cancelled unless active."""
    from chipwire.keep.people import readers as keep

    loaded = wiring.settings(store)
    wish = _wish(
        loaded, companies, topics, languages, min_role, hour, minute, zone, weekdays, format_, locale, all_quiet, muted
    )
    if status is not None:
        wish["status"] = status
    with wiring.opened(loaded) as opened, opened.write() as c:
        changed = _valid(lambda: keep.change(c, id_of(c, email), **wish))
    shown = changed.model_dump(mode="json")
    json_line(shown) if as_json else rows(SHOWN, [shown], as_json=False)


@app.command("list")
def list_(store: Store_ = None, as_json: Json = False) -> None:
    """Every reader with what was asked for."""
    from chipwire.keep.people import readers as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        found = [reader.model_dump(mode="json") for reader in keep.listing(c)]
    rows(SHOWN, found, as_json=as_json)


@app.command("export")
def export(email: Email, store: Store_ = None) -> None:
    """Everything that is kept about a reader, as JSON."""
    from chipwire.keep.people import readers as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        json_line(keep.export(c, id_of(c, email)))


@app.command("remove")
def remove(email: Email, store: Store_ = None) -> None:
    """Forget a reader and all letters to them.

    An entry on the suppression list stays.
    """
    from chipwire.keep.people import readers as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.write() as c:
        keep.remove(c, id_of(c, email))
    print(f"removed {email}")


@app.command("suppressed")
def suppressed(
    release: Annotated[str | None, typer.Option(help="Take this address off the list.")] = None,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Addresses that are never written to, since when and why."""
    from chipwire.keep.people import readers as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.write() as c:
        if release is not None:
            if keep.suppressed(c, release) is None:
                raise NotFound(f"{release} is not on the suppression list")
            keep.unsuppress(c, release)
            if (reader := keep.find(c, release)) and reader.status == "suppressed":
                do = f"`chipwire readers change {release} --status active` sends again"
                print(f"{release} is off the list, its digest still stopped: {do}", file=sys.stderr)
        found = keep.suppressions(c)
    rows(["email", "at", "reason"], found, as_json=as_json)


def reader_of(c: "Connection", email: str) -> "Reader":
    """NotFound says how to see who there is."""
    from chipwire.keep.people import readers as keep

    reader = keep.find(c, email)
    if reader is None:
        raise NotFound(f"no reader {email}: `chipwire readers list` shows them")
    return reader


def id_of(c: "Connection", email: str) -> int:
    """As `reader_of`; a reader that is kept has an id."""
    number = reader_of(c, email).id
    assert number is not None
    return number


def split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def known(data: Path, kind: str, slugs: list[str]) -> None:
    """A misspelt company would give an empty letter every day: ChipwireError names the nearest. `kind`: of ONE_OF."""
    if not slugs:
        return
    from chipwire.serve.questions import not_known

    offered = getattr(catalogue.load(data), kind)
    if unknown := [slug for slug in slugs if slug not in offered]:
        raise ChipwireError(not_known(ONE_OF[kind], unknown[0], offered))


def _wish(
    loaded: "Settings", companies: str | None, topics: str | None, languages: str | None, min_role: str | None,
    hour: int | None, minute: int | None, zone: str | None, weekdays: str | None, format_: str | None,
    locale: str | None, all_quiet: bool | None, muted: str | None,
) -> dict[str, Any]:  # fmt: skip
    """What was given, by the names of a reader's fields."""
    lists = {"companies": companies, "topics": topics, "languages": languages, "muted": muted}
    wish: dict[str, Any] = {name: split(text) for name, text in lists.items() if text is not None}
    for kind in ("companies", "topics"):
        known(loaded.data, kind, wish.get(kind, []))
    if weekdays is not None:
        wish["weekdays"] = _weekdays(weekdays)
    if locale is not None:
        wish["locale"] = _locale(loaded, locale)
    rest = {"min_role": min_role, "hour": hour, "minute": minute, "zone": zone, "format": format_,
            "all_quiet": all_quiet}  # fmt: skip
    return wish | {name: value for name, value in rest.items() if value is not None}


def _weekdays(text: str) -> list[int]:
    """Numbers from 0 of days that are written out or by their first three letters or more."""
    known = {name[:size]: n for n, name in enumerate(DAYS) for size in range(3, len(name) + 1)}
    days = split(text)
    if wrong := [day for day in days if day.lower() not in known]:
        raise ChipwireError(f"weekday {wrong[0]}: use {', '.join(day[:3] for day in DAYS)}")
    return [known[day.lower()] for day in days]


def _locale(loaded: "Settings", tag: str) -> str:
    from chipwire.send import words

    known = words.load(loaded.data / "locales.toml")
    found = words.offered(known, tag)
    if found is None:
        raise ChipwireError(f"no letters in {tag}: use one of {', '.join(known)}")
    return found


def _valid(make: Callable[[], Made]) -> Made:
    """What `make` gives; a wrong value is told in one line."""
    from pydantic import ValidationError

    try:
        return make()
    except ValidationError as error:
        first = error.errors()[0]
        raise ChipwireError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
