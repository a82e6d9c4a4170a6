"""`chipwire alerts`: saved searches of readers, sent at once or with the daily letter."""

from typing import Annotated

import typer

from chipwire.cli import wiring
from chipwire.cli.output import json_line, rows
from chipwire.cli.readers import Email, id_of, known, split
from chipwire.cli.service import Json, Store_

app = typer.Typer(help="Saved searches of readers.", no_args_is_help=True, rich_markup_mode=None)
Pace = Annotated[bool, typer.Option("--at-once/--daily", help="At most one letter an hour, or with the digest.")]
_PACES = {True: "at once", False: "with the daily letter"}
Number = Annotated[int, typer.Argument(help="Id of the saved search.")]


@app.command("add")
def add(
    email: Email,
    name: Annotated[str, typer.Argument(help="What the letters call it.")],
    q: Annotated[str | None, typer.Option("--q", "-q", help='Words, "phrases", OR, -not, prefix*.')] = None,
    companies: Annotated[str, typer.Option(help="Slugs; a comma means OR.")] = "",
    topics: Annotated[str, typer.Option(help="Slugs; a comma means OR.")] = "",
    languages: Annotated[str, typer.Option(help="Languages of the news; a comma means OR.")] = "",
    role: Annotated[str | None, typer.Option(help="about or mention: the role that the companies must have.")] = None,
    at_once: Pace = True,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Save a search of a reader.

    What arrives from now on and meets it comes by mail.
    """
    from chipwire import clock
    from chipwire.errors import ChipwireError
    from chipwire.keep.people import alerts as keep
    from chipwire.keep.queries.expression import parse
    from chipwire.keep.queries.query import Filter
    from chipwire.keep.queries.saved import plain

    loaded = wiring.settings(store)
    groups = {"companies": split(companies), "topics": split(topics)}
    for kind, slugs in groups.items():
        known(loaded.data, kind, slugs)
    if role not in (None, "about", "mention"):
        raise ChipwireError(f"role {role}: use about or mention")
    langs = tuple(tag.lower() for tag in split(languages))
    meant = Filter(
        **{kind: (tuple(slugs),) if slugs else () for kind, slugs in groups.items()},  # type: ignore[arg-type]
        langs=(langs,) if langs else (), roles=(role,) if role else (), words=parse(q) if q else None,
    )  # fmt: skip
    with wiring.opened(loaded) as opened, opened.write() as c:
        made = keep.add(c, id_of(c, email), name[:80], plain(meant, q), at_once, clock.now())
    json_line(made.model_dump(mode="json")) if as_json else print(
        f"{email} gets {made.name!r} {_PACES[at_once]} (alert {made.id})"
    )


@app.command("list")
def list_(
    email: Annotated[str | None, typer.Argument(help="Only this reader's.")] = None,
    store: Store_ = None,
    as_json: Json = False,
) -> None:
    """Saved searches by reader, with what each asks, as REST takes it."""
    from chipwire.keep.people import alerts as keep
    from chipwire.keep.people import readers
    from chipwire.keep.queries.saved import parameters

    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        found = keep.listing(c, id_of(c, email) if email else None)
        who = {reader.id: reader.email for reader in readers.listing(c)}
    shown = [
        alert.model_dump()
        | {"email": who[alert.reader_id], "pace": _PACES[alert.at_once]}
        | {"asks": " ".join(f"{name}={value}" for name, value in parameters(alert.asked))}
        for alert in found
    ]
    rows(["id", "email", "name", "pace", "asks", "created"], shown, as_json=as_json)


@app.command("pace")
def pace(email: Email, number: Number, at_once: Pace = True, store: Store_ = None) -> None:
    """Send it at once, or with the daily letter."""
    from chipwire.keep.people import alerts as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.write() as c:
        changed = keep.change(c, id_of(c, email), number, at_once)
    print(f"{changed.name!r}: {_PACES[changed.at_once]}")


@app.command("remove")
def remove(email: Email, number: Number, store: Store_ = None) -> None:
    """Look for it no more."""
    from chipwire.keep.people import alerts as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.write() as c:
        keep.remove(c, id_of(c, email), number)
    print(f"removed {number}")
