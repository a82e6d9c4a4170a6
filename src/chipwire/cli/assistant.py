"""`chipwire mcp`: an assistant's tools over standard input and output."""

from typing import TYPE_CHECKING

import typer

from chipwire.cli import catalogue, keys, wiring
from chipwire.cli.service import Store_
from chipwire.errors import ChipwireError

if TYPE_CHECKING:
    from chipwire.config import Settings
    from chipwire.keep.db import Store
    from chipwire.serve.options import Options


def register(app: typer.Typer) -> None:
    app.command()(mcp)


def mcp(store: Store_ = None) -> None:
    """Serve an assistant by the Model Context Protocol (stdio).

    Its tools are search_items, get_story and company_overview.
    """
    try:
        from chipwire.serve.assistant import server
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "mcp":
            raise
        raise ChipwireError("this needs the Model Context Protocol SDK: pip install 'mcp>=2.1'") from error
    from chipwire.serve.state import State

    loaded = wiring.settings(store)
    with wiring.opened(loaded) as opened:
        server(State(opened, _options(loaded, opened))).run("stdio")


def _options(loaded: "Settings", store: "Store") -> "Options":
    from chipwire import clock
    from chipwire.serve.options import Options

    known = catalogue.load(loaded.data)
    return Options(
        base_url=loaded.public,
        clock=clock.now,
        secret=keys.secrets(loaded, store)[-1],
        companies=known.companies,
        topics=known.topics,
    )
