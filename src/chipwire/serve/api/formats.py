"""/v1/items in other formats: all of it as NDJSON or CSV, a page as Atom or JSON Feed; the feeds as OPML."""

import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from hashlib import blake2b
from typing import Annotated
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from chipwire.collect.lists import opml_export
from chipwire.domain import Feed, told_url
from chipwire.keep.db import Connection
from chipwire.keep.queries import detail, query
from chipwire.keep.sources import feeds as keep_feeds
from chipwire.serve import outputs, shapes
from chipwire.serve.api.items import item_page
from chipwire.serve.conditional import is_known, takes_gzip
from chipwire.serve.openapi import document
from chipwire.serve.problems import Bare
from chipwire.serve.questions import PagedQuestion, Question, TableQuestion, WholeQuestion, filter_of
from chipwire.serve.response_cache import validators
from chipwire.serve.state import State, state

router = APIRouter(prefix="/v1", tags=["formats"])
STEP = 500
_WIRE = [orjson.dumps(shapes.ITEM)]
_HERE = "http://127.0.0.1:8000"
_CHANNEL = outputs.Channel(
    title="chipwire: Samsung",
    home=f"{_HERE}/search?company=samsung",
    here=f"{_HERE}/v1/items.atom?company=samsung",
    first=f"{_HERE}/v1/items.atom?company=samsung",
    onward=None,
    base=_HERE,
    updated=str(shapes.ITEM["first_seen"]),
)
_FEED = Feed(id="chips-daily", url="https://chips-daily.example/feed.xml", title="Chips Daily", lang="en")
_OPML_TITLE = "chipwire: feeds"
Rows = Sequence[tuple[int, bytes]]
Asked = Annotated[WholeQuestion, Query()]
AskedPage = Annotated[PagedQuestion, Query()]


@router.get(
    "/items.ndjson",
    response_class=Response,
    responses=document("application/x-ndjson", _WIRE[0].decode() + "\n"),
)
def ndjson(request: Request, question: Asked) -> Response:
    """Everything the filters mean, newest first, one Item of JSON a line."""
    return _whole(request, question, "application/x-ndjson", lambda _, rows, __: b"".join(w + b"\n" for _, w in rows))


@router.get("/items.csv", response_class=Response, responses=document("text/csv", outputs.csv_rows(_WIRE, header=True)))
def as_csv(request: Request, question: Annotated[TableQuestion, Query()]) -> Response:
    """Everything the filters mean, newest first, as CSV; a cell that would be a formula starts with an apostrophe."""
    return _table(request, question, lambda _, rows, first: outputs.csv_rows([w for _, w in rows], header=first))


@router.get(
    "/items/figures.csv",
    response_class=Response,
    responses=document("text/csv", outputs.figure_rows([(_WIRE[0], [shapes.FIGURE])], header=True)),
)
def figures(request: Request, question: Annotated[TableQuestion, Query()]) -> Response:
    """Every figure in what the filters mean, a line each, in one way of writing for all languages: 35万颗 is 350000.

    `value_low` and `value_high` differ in a range; `qualifier` says `about`, `at_least` or `up_to`. `limit` counts
    items; with `collapse=story` only one item of each story is read.
    """

    def told(c: Connection, rows: Rows, first: bool) -> str:
        of = detail.figures(c, [number for number, _ in rows])
        return outputs.figure_rows([(wire, of[number]) for number, wire in rows], header=first)

    return _table(request, question, told)


@router.get(
    "/items.atom",
    response_class=Response,
    responses=document("application/atom+xml", outputs.atom(_CHANNEL, _WIRE).decode()),
)
def as_atom(request: Request, question: AskedPage) -> Response:
    """A page as an Atom feed to subscribe to, with self, first and next links."""
    channel, wires = _channel(request, question)
    return Response(outputs.atom(channel, wires), media_type="application/atom+xml; charset=utf-8")


@router.get(
    "/items.jsonfeed",
    response_class=Response,
    responses=document("application/feed+json", orjson.loads(outputs.json_feed(_CHANNEL, _WIRE))),
)
def as_json_feed(request: Request, question: AskedPage) -> Response:
    """A page as a JSON Feed to subscribe to, with feed_url and next_url."""
    channel, wires = _channel(request, question)
    return Response(outputs.json_feed(channel, wires), media_type="application/feed+json")


@router.get(
    "/feeds.opml",
    dependencies=[Bare],
    response_class=Response,
    tags=["feeds"],
    responses=document("text/x-opml", opml_export.document([_FEED], _OPML_TITLE).decode()),
)
def as_opml(request: Request) -> Response:
    """The feeds that are followed, to import elsewhere."""
    with state(request).store.read() as c:
        feeds = [_told(feed) for feed, _ in keep_feeds.listing(c) if feed.enabled]
    return Response(opml_export.document(feeds, _OPML_TITLE), media_type="text/x-opml; charset=utf-8")


def _told(feed: Feed) -> Feed:
    """Without what a publisher may let in by: a User-Agent, a password in the address."""
    return feed.model_copy(update={"user_agent": None, "url": told_url(feed.url)})


def _channel(request: Request, question: PagedQuestion) -> tuple[outputs.Channel, list[bytes]]:
    here = state(request)
    rows, onward = item_page(request, question)
    seen = [outputs.renewed(orjson.loads(wire)) for _, wire in rows]
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    first = here.link(request.url.path) + (f"?{urlencode(given)}" if given else "")
    cursor = [("cursor", question.cursor)] if question.cursor else []
    channel = outputs.Channel(
        title=_title(here, question),
        home=here.link(_page(given)),
        here=here.link(request.url.path) + (f"?{urlencode([*given, *cursor])}" if given or cursor else ""),
        first=first,
        onward=here.link(request.url.path) + f"?{urlencode([*given, ('cursor', onward)])}" if onward else None,
        base=here.link(""),
        updated=max(seen, default="1970-01-01T00:00:00Z"),
    )
    return channel, [wire for _, wire in rows]


def _page(given: list[tuple[str, str]]) -> str:
    """Where people read what these parameters mean."""
    asked = [(name, value) for name, value in given if name not in ("limit", "collapse")]
    return f"/search?{urlencode(asked)}" if asked else "/"


def _title(here: State, question: Question) -> str:
    """What the filters say, by the names of companies and topics: 'chipwire: ByteDance, Nvidia; HBM4'."""
    names = here.names | {slug: topic.name for slug, topic in here.options.topics.items()}
    asked = question.model_dump(exclude_defaults=True, exclude={"limit", "cursor", "collapse", "relevance"})
    parts = []
    for field, value in asked.items():
        said = [part for each in value for part in each.split(",")] if isinstance(value, list) else [str(value)]
        parts.append(", ".join(names.get(part, part) if field in ("company", "topic") else part for part in said))
    return "chipwire" + (": " + "; ".join(parts) if parts else "")


def _table(request: Request, question: TableQuestion, lines: Callable[[Connection, Rows, bool], str]) -> Response:
    first_coding = "utf-8-sig" if question.bom else "utf-8"

    def dress(c: Connection, rows: Rows, first: bool) -> bytes:
        return lines(c, rows, first).encode(first_coding if first else "utf-8")

    return _whole(request, question, "text/csv; charset=utf-8", dress)


def _whole(
    request: Request, question: WholeQuestion, media: str, dress: Callable[[Connection, Rows, bool], bytes]
) -> Response:
    """Stream everything, a page and a read transaction at a time: memory and the store's log stay flat."""
    here = state(request)
    place = here.cursors.read(question.cursor, question.name()) if question.cursor else None
    meant = filter_of(question, here.now(), here.known, place)
    mark, changed = here.versions.of(request.url.path, here.now())
    if question.moves():
        changed = here.now()
    name = f"{request.url} {meant.since} {meant.until} {mark.number}"
    packed = takes_gzip(request.headers)
    etag = f'W/"{blake2b(name.encode(), digest_size=12).hexdigest()}{"-gz" if packed else ""}"'
    known = validators(etag, changed, here.now(), here.options.read_token)
    headers = {key.decode(): value.decode() for key, value in known}
    if is_known(request.headers, etag, changed):
        return Response(status_code=304, headers=headers)
    if packed:
        headers["content-encoding"] = "gzip"
    pages = _pages(here, meant, question.limit, place.before if place else None, dress)
    if request.scope.get("chipwire.head"):
        pages = _nothing()
    return StreamingResponse(_gzipped(pages) if packed else pages, media_type=media, headers=headers)


async def _pages(
    here: State,
    meant: query.Filter,
    limit: int | None,
    before: int | None,
    dress: Callable[[Connection, Rows, bool], bytes],
) -> AsyncIterator[bytes]:
    def step(many: int) -> tuple[int, int | None, bytes]:
        """Rows, the id of the last one, and their text: all work beside the loop that serves others."""
        with here.store.read() as c:
            rows = query.page(c, meant, limit=many, before=before)
            return len(rows), rows[-1][0] if rows else None, dress(c, rows, first)

    left, first = 2**62 if limit is None else limit, True
    while left > 0:
        number, before, text = await run_in_threadpool(step, min(STEP, left))
        if number or first:
            yield text
        if number < min(STEP, left):
            return
        first, left = False, left - number


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def _gzipped(pages: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    packer = zlib.compressobj(5, zlib.DEFLATED, 31)
    async for text in pages:
        if packed := packer.compress(text):
            yield packed
    yield packer.flush()
