"""Lists of items and single items without FastAPI: the same questions, checks and answers, sooner.

What cannot be answered here (a wrong parameter, an item that is not there, a store in trouble) is left to the routes,
which say what is wrong.
"""

import asyncio
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from chipwire.errors import ChipwireError
from chipwire.keep.glance import Glance, TooLong
from chipwire.keep.newest import Newest
from chipwire.serve import answers
from chipwire.serve.api import items
from chipwire.serve.questions import PagedQuestion
from chipwire.serve.shelf import Pair
from chipwire.serve.state import State

LIST = "/v1/items"
_ITEM = LIST + "/"
_ITEM_ROUTE = LIST + "/{item_id}"
_LISTS = frozenset(name for name, field in PagedQuestion.model_fields.items() if field.annotation == list[str])
_JSON = (b"content-type", b"application/json")


class Made(NamedTuple):
    route: str
    headers: list[Pair]
    body: bytes
    moves: bool
    """The answer changes with the clock alone."""


class Quick:
    def __init__(self, here: State) -> None:
        self.here = here
        self.glance = Glance(here.store)
        self.newest = None if here.store.shared else Newest(here.store)
        self._renewing = False

    async def __call__(self, path: str, query: bytes, news: int) -> Made | None:
        """The answer to a GET as the news counter stands; None where the routes are to give it."""
        if path == LIST:
            return await self._list(query.decode("latin-1"), news)
        if path.startswith(_ITEM) and not query:
            return self._item(path[len(_ITEM) :])
        return None

    async def _list(self, query: str, news: int) -> Made | None:
        try:
            question = PagedQuestion.model_validate(_values(pairs(query)))
            rows, onward = await self._rows(question, news)
        except (ValidationError, ChipwireError):
            return None
        headers = [_JSON]
        headers += [(b"link", link.encode("latin-1")) for link in items.links(self.here, LIST, query, onward).values()]
        return Made(LIST, headers, items.page(rows, onward), question.moves() and not question.cursor)

    async def _rows(self, question: PagedQuestion, news: int) -> tuple[list[tuple[int, bytes]], str | None]:
        """Words are looked up elsewhere from the start: a look into the full-text index cannot be broken off."""
        if not question.q:
            try:
                return answers.items(self.here, question, self.glance, self._recall(news))
            except TooLong:
                pass
        return await run_in_threadpool(answers.items, self.here, question)

    def _recall(self, news: int) -> answers.Recall | None:
        """The memory of the newest items; while it is of other news it is renewed beside, and the store is asked."""
        if self.newest is None:
            return None
        if self.newest.stands != news and not self._renewing:
            self._renewing = True
            asyncio.get_running_loop().run_in_executor(None, self._renew, self.newest)
        return partial(self.newest.page, news)

    def _renew(self, newest: Newest) -> None:
        try:
            newest.renew()
        except ChipwireError as error:
            self.here.log.debug("the newest items could not be read", why=str(error))
        finally:
            self._renewing = False

    def _item(self, written: str) -> Made | None:
        if not (written.isascii() and written.isdigit() and len(written) < 19):
            return None
        try:
            body = items.detailed(self.glance, int(written))
        except (ChipwireError, TooLong):
            return None
        return None if body is None else Made(_ITEM_ROUTE, [_JSON], body, False)


def pairs(query: str) -> list[tuple[str, str]]:
    """What a query string says, as `urllib.parse.parse_qsl` with blank values does, in a third of its time."""
    found = []
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            found.append((_plain(name), _plain(value)))
    return found


def _plain(written: str) -> str:
    return unquote_plus(written) if "%" in written or "+" in written else written


def _values(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """As FastAPI hands them over: all values of a list, the last of anything else."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in _LISTS:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found
