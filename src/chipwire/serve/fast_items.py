"""Lists of items and single items without FastAPI: the same questions, checks and answers, sooner.

What cannot be answered here (a wrong parameter, an item that is not there, a store in trouble) is left to the routes,
which say what is wrong.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from anyio import CapacityLimiter, to_thread
from pydantic import ValidationError

from chipwire.errors import ChipwireError
from chipwire.keep.db import Connection
from chipwire.keep.inline_reads import BUDGET, InlineReads, TooLong
from chipwire.keep.queries.filters import Filter
from chipwire.keep.queries.newest import Newest
from chipwire.keep.sql.packed import Rows
from chipwire.serve.answers import Page
from chipwire.serve.paging import detailed, links
from chipwire.serve.paging import page as page_of
from chipwire.serve.questions import PagedQuestion
from chipwire.serve.response_cache import Header
from chipwire.serve.state import State

LIST = "/v1/items"
_ITEM = LIST + "/"
_ITEM_ROUTE = LIST + "/{item_id}"
_MOST_SOON = 2000
_BESIDE = 4
"""Pages read on threads at a time; more of them only fight for the interpreter, and halve what they do together."""
_LISTS = frozenset(name for name, field in PagedQuestion.model_fields.items() if field.annotation == list[str])
_JSON = (b"content-type", b"application/json")


class Made(NamedTuple):
    route: str
    headers: list[Header]
    body: bytes
    moves: bool
    """The answer changes with the clock alone."""


class FastItems:
    def __init__(self, here: State) -> None:
        self.here = here
        self.inline = InlineReads(here.store)
        self.newest = None if here.store.shared else Newest(here.store)
        self._renewing = False
        self._beside = CapacityLimiter(_BESIDE)
        self._soon: dict[Filter, bool] = {}
        """Of questions with words, whether they were answered well within a moment the last time."""
        self._first: dict[Filter, asyncio.Event] = {}
        """Those that are asked for the first time now."""

    def at_once(self, path: str, query: bytes, news: int) -> Made | Page | None:
        """The answer to a GET as the news counter stands, or the page that `beside` is to read for it; None where the
        routes are to answer."""
        if path == LIST:
            return self._list(query.decode("latin-1"), news)
        if path.startswith(_ITEM) and not query:
            return self._item(path[len(_ITEM) :])
        return None

    async def beside(self, page: Page, query: bytes, news: int) -> Made | None:
        """The answer with what other threads read; None where the routes are to say why it could not be read."""
        try:
            return self._made(page, query.decode("latin-1"), await self._rows(page, news))
        except ChipwireError:
            return None

    def _list(self, query: str, news: int) -> Made | Page | None:
        try:
            page = Page.of(self.here, PagedQuestion.model_validate(_values(pairs(query))))
            rows = None if page.meant.words and _asked(page) in self._first else self._at_once(page, news)
        except (ValidationError, ChipwireError):
            return None
        return page if rows is None else self._made(page, query, rows)

    def _made(self, page: Page, query: str, rows: Rows) -> Made:
        rows, onward = page.shown(self.here, rows)
        headers = [_JSON]
        headers += [(b"link", link.encode("latin-1")) for link in links(self.here, LIST, query, onward).values()]
        return Made(LIST, headers, page_of(rows, onward), page.question.moves() and not page.question.cursor)

    async def _rows(self, page: Page, news: int) -> Rows:
        """Many who ask the same at once wait for the first of them: it shows how soon the answer is found."""
        asked = _asked(page)
        if (first := self._first.get(asked)) is not None:
            await first.wait()
            if (rows := self._at_once(page, news)) is not None:
                return rows
        if not page.meant.words or asked in self._soon:
            return await self._read_beside(page)
        found = self._first[asked] = asyncio.Event()
        try:
            return await self._read_beside(page)
        finally:
            self._first.pop(asked, None)
            found.set()

    async def _read_beside(self, page: Page) -> Rows:
        return await to_thread.run_sync(self._timed, page, self.here.store.read, limiter=self._beside)

    def _at_once(self, page: Page, news: int) -> Rows | None:
        """What this thread can read in a moment: all but words that have not shown yet that they are found so soon.

        A look into the full-text index cannot be broken off before its next hit, so that it must not be tried here.
        """
        known = self._recalled(page, news)
        if known is not None:
            return known
        if page.meant.words and not self._soon.get(_asked(page)):
            return None
        try:
            return self._timed(page, self.inline)
        except TooLong:
            return None

    def _timed(self, page: Page, reading: Callable[[], AbstractContextManager[Connection]]) -> Rows:
        """Read it; of words remember whether they were found well within a moment."""
        if not page.meant.words:
            with reading() as c:
                return page.read(c)
        began, soon = time.thread_time(), False
        try:
            with reading() as c:
                rows = page.read(c)
            soon = time.thread_time() - began < 0.75 * BUDGET
        finally:
            self._soon.pop(_asked(page), None)
            self._soon[_asked(page)] = soon
            while len(self._soon) > _MOST_SOON:
                self._soon.pop(next(iter(self._soon)), None)
        return rows

    def _recalled(self, page: Page, news: int) -> Rows | None:
        """From the memory of the newest items, which follows the news; what takes longer is done beside."""
        if self.newest is None or page.meant.words:
            return None
        if self.newest.stands != news and not self._renewing and not self._followed(self.newest):
            self.remember()
        return self.newest.page(news, page.meant, limit=page.limit, before=page.before)

    def remember(self) -> None:
        """Read the newest items into memory, on another thread."""
        if self.newest is not None and not self._renewing:
            self._renewing = True
            asyncio.get_running_loop().run_in_executor(None, self._renew, self.newest)

    def _followed(self, newest: Newest) -> bool:
        try:
            with self.inline() as c:
                return newest.follow(c)
        except TooLong:
            return False

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
            body = detailed(self.inline, int(written))
        except (ChipwireError, TooLong):
            return None
        return None if body is None else Made(_ITEM_ROUTE, [_JSON], body, False)


def _asked(page: Page) -> Filter:
    """What decides how long a question takes, without times, which move."""
    meant = page.meant
    return replace(meant, since=None, until=None) if meant.since or meant.until else meant


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
