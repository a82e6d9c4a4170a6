"""The routes, their layers and problems: FastAPI put together behind the fast path."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from chipwire import __version__
from chipwire.serve import docs, health, metrics, openapi, pages, prefix, problems, subscribe, websub
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
    volume,
    webhooks,
)
from chipwire.serve.boundary import Boundary
from chipwire.serve.conditional import Conditional
from chipwire.serve.fast_path import FastPath
from chipwire.serve.metrics import Named, Timed

_PARTS = (
    *(formats, stream, volume, items, feedback, stories, companies, feeds, quality, webhooks, readers, alerts),
    *(subscribe, websub, health, metrics, pages),
)
"""Where paths overlap the earlier one wins: /v1/items/volume before /v1/items/{id}."""


def behind(fast: FastPath) -> FastAPI:
    """All that the fast path does not answer, with the same gate and cache."""
    here = fast.here
    app = FastAPI(
        title="chipwire",
        version=__version__,
        description="News on the companies behind AI chips: exact filters over the whole history, in every format.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.chipwire = here
    for part in _PARTS:
        app.router.routes += part.router.routes  # include_router would make each anew when it is first asked for
    docs.install(app)
    problems.install(app)
    app.state.error_pages = pages.errors
    openapi.install(app, closed=here.options.read_token, folder=prefix.path_of(here.options.base_url))
    _layers(app, fast)
    return app


def _layers(app: FastAPI, fast: FastPath) -> None:
    """The last one added is the outermost."""
    here = fast.here
    app.add_middleware(Named)
    app.add_middleware(Conditional, here=here, cache=fast.cache)
    app.add_middleware(Boundary, gate=fast.gate)
    if here.options.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(here.options.cors_origins),
            allow_methods=["GET", "HEAD", "POST", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match", "Last-Event-ID", "X-Request-ID"],
            expose_headers=["ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"],
        )
    app.add_middleware(Timed, here=here)
