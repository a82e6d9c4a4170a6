"""The web side put together: routes, manners, problems; `create_app` is all that cli needs."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from chipwire import __version__
from chipwire.keep.db import Store
from chipwire.serve import docs, health, metrics, pages, problems, subscribe, websub, wording
from chipwire.serve.api import (
    alerts,
    companies,
    feedback,
    feeds,
    formats,
    items,
    quality,
    readers,
    stories,
    stream,
    webhooks,
)
from chipwire.serve.conditional import Conditional
from chipwire.serve.front import Front, Service
from chipwire.serve.manners import Gate, Manners
from chipwire.serve.metrics import Named, Timed
from chipwire.serve.options import Options
from chipwire.serve.shelf import Shelf
from chipwire.serve.state import State

_PARTS = (
    *(formats, stream, items, feedback, stories, companies, feeds, quality, webhooks, readers, alerts),
    *(subscribe, websub, health, metrics, pages),
)
"""Where paths overlap the earlier one wins: /v1/items.csv before /v1/items/{id}."""
__all__ = ["Options", "create_app"]


def create_app(store: Store, options: Options) -> FastAPI:
    """The ASGI application over an open store; it reads, records wishes ("ask this feed now") and never fetches."""
    here = State(store, options)
    gate, shelf = Gate(here), Shelf()
    app = Service(
        title="chipwire",
        version=__version__,
        description="News on the companies behind AI chips: exact filters over the whole history, in every format.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.house = here
    app.front = Front(here, gate, shelf)
    for part in _PARTS:
        app.include_router(part.router)
    docs.install(app)
    problems.install(app)
    app.state.broken = pages.broken
    wording.install(app, closed=options.read_token)
    _layers(app, here, gate, shelf)
    return app


def _layers(app: FastAPI, here: State, gate: Gate, shelf: Shelf) -> None:
    """The last one added is the outermost."""
    app.add_middleware(Named)
    app.add_middleware(Conditional, here=here, shelf=shelf)
    app.add_middleware(Manners, gate=gate)
    if here.options.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(here.options.cors_origins),
            allow_methods=["GET", "HEAD", "POST", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match", "Last-Event-ID", "X-Request-ID"],
            expose_headers=["ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"],
        )
    app.add_middleware(Timed, here=here)
