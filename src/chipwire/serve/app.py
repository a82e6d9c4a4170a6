"""The web side as one ASGI application; `create_app` is all that cli needs."""

import asyncio
from threading import Lock
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from chipwire.keep.db import Store
from chipwire.serve import prefix
from chipwire.serve.fast_path import Answer, FastPath
from chipwire.serve.options import Options
from chipwire.serve.state import State

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["Options", "Service", "create_app"]


class Service:
    """The fast path at once, and the routes behind it as soon as FastAPI stands.

    Importing FastAPI and describing the routes to it is a third of a cold start; lists and items need neither.
    """

    def __init__(self, store: Store, options: Options) -> None:
        self.here = State(store, options)
        self.fast_path = FastPath(self.here)
        self.prefix = prefix.path_of(options.base_url)
        self._behind: FastAPI | None = None
        self._building = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.prefix and scope["type"] == "http":
            scope, send = prefix.without(self.prefix, scope), prefix.leading_below(self.prefix, scope, send)
        if scope["type"] == "http" and scope["method"] == "GET" and await self.fast_path.answered(scope, send):
            return
        if self._behind is None:
            await asyncio.to_thread(self.behind)
        await self.behind()(scope, receive, send)

    def at_once(self, scope: Scope) -> Answer | None:
        """The answer to a request that needs no waiting and no routes; its sender calls `fast_path.note`."""
        return None if self.prefix or scope["method"] != "GET" else self.fast_path.at_once(scope)

    def behind(self) -> "FastAPI":
        """The routes, put together at the first call (about a second); any thread may call it."""
        if self._behind is None:
            with self._building:
                if self._behind is None:
                    from chipwire.serve import routes

                    _ = self.here.sender  # what is wrong with its settings is said now, not to the first who subscribes
                    self._behind = routes.behind(self.fast_path)
        return self._behind


def create_app(store: Store, options: Options) -> Service:
    """The application over an open store; it reads, records wishes ("ask this feed now") and never fetches."""
    return Service(store, options)
