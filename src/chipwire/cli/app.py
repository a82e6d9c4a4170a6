"""The composition root: every command, and the only place where settings are read.

Commands import what they need when they run, so that `--help` and shell completion answer at once.
Exit codes: 0 done, 1 failed (the message says why and what to do), 2 wrong usage.
"""

import sys
from typing import Annotated

import typer

from chipwire import __version__
from chipwire.cli import alerts, assistant, digest, feeds, language, operate, readers, service, show
from chipwire.errors import BadQuery, ChipwireError

app = typer.Typer(
    name="chipwire",
    help="News of the companies behind AI chips: feeds in, tagged stories out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (service, show, language, operate, assistant):
    room.register(app)
app.add_typer(feeds.app, name="feeds")
app.add_typer(readers.app, name="readers")
app.add_typer(alerts.app, name="alerts")
app.add_typer(digest.app, name="digest")
app.add_typer(operate.tokens, name="tokens")


def _version(asked: bool) -> None:
    if asked:
        print(f"chipwire {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which this is.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; an error that a person can meet is one line on stderr, not a traceback."""
    try:
        app()
    except ChipwireError as error:
        print(f"chipwire: {error.told if isinstance(error, BadQuery) else error}", file=sys.stderr)
        sys.exit(1)
