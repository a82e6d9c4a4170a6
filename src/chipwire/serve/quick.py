"""The list of items, answered before FastAPI takes the request apart: the same question, checks and answer, sooner.

The innermost layer. What it cannot answer (a wrong parameter, a store in trouble) goes on to the route, which says so.
"""

from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from chipwire.errors import ChipwireError
from chipwire.keep.glance import Glance, TooLong
from chipwire.serve import answers
from chipwire.serve.api import items
from chipwire.serve.questions import PagedQuestion
from chipwire.serve.state import State

PATH = "/v1/items"
_ROUTE = next(route for route in items.router.routes if getattr(route, "path", "") == PATH)
_LISTS = frozenset(name for name, field in PagedQuestion.model_fields.items() if field.annotation == list[str])


class Quick:
    def __init__(self, app: ASGIApp, here: State) -> None:
        self.app = app
        self.here = here
        self.glance = Glance(here.store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "GET":
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            try:
                question = PagedQuestion.model_validate(_values(pairs))
                rows, onward = await self._rows(question)
            except (ValidationError, ChipwireError):
                pass
            else:
                scope["route"] = _ROUTE
                scope["chipwire.moves"] = question.moves() and not question.cursor
                await self._answer(rows, onward, pairs, send)
                return
        await self.app(scope, receive, send)

    async def _rows(self, question: PagedQuestion) -> tuple[list[tuple[int, bytes]], str | None]:
        """Words are looked up elsewhere from the start: a look into the full-text index cannot be broken off."""
        if not question.q:
            try:
                return answers.items(self.here, question, self.glance)
            except TooLong:
                pass
        return await run_in_threadpool(answers.items, self.here, question)

    async def _answer(
        self, rows: list[tuple[int, bytes]], onward: str | None, pairs: list[tuple[str, str]], send: Send
    ) -> None:
        body = items.page(rows, onward)
        headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
        headers += [(b"link", link.encode("latin-1")) for link in items.links(self.here, PATH, pairs, onward).values()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _values(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """As FastAPI hands them over: all values of a list, the last of anything else."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in _LISTS:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found
