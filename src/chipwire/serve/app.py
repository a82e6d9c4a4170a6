"""The web side put together: routes, manners, problems; `create_app` is all that cli needs."""

from fastapi import FastAPI

from chipwire import __version__
from chipwire.keep.db import Store
from chipwire.serve import docs, health, problems
from chipwire.serve.api import companies, feeds, items, stories
from chipwire.serve.options import Options
from chipwire.serve.state import State

__all__ = ["Options", "create_app"]


def create_app(store: Store, options: Options) -> FastAPI:
    """The ASGI application over an open store; it reads, records wishes ("ask this feed now") and never fetches."""
    app = FastAPI(
        title="chipwire",
        version=__version__,
        description="News on the companies behind AI chips: exact filters over the whole history, in every format.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.house = State(store, options)
    for router in (items.router, stories.router, companies.router, feeds.router, health.router):
        app.include_router(router)
    docs.install(app)
    problems.install(app)
    return app
