"""/v1/stream: new items as server-sent events; Last-Event-ID resumes where a client left off, nothing lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from chipwire.errors import BadQuery
from chipwire.keep import unplaced
from chipwire.keep.queries import corrected, query
from chipwire.serve import shapes
from chipwire.serve.openapi import document
from chipwire.serve.problem_types import Refused
from chipwire.serve.questions import Question, filter_of
from chipwire.serve.state import State, state

router = APIRouter(prefix="/v1", tags=["items"])
STEP = 200
LOOK_EVERY = 0.5
ALIVE_EVERY = 15.0
_LATER = {"Retry-After": "60"}


def event(number: int, wire: bytes, kind: str = "item") -> bytes:
    """One server-sent event: an item under its id, or a `correction` of one under a number of the same row."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, kind.encode(), wire)


_EXAMPLE = event(48211, orjson.dumps(shapes.ITEM))


class StreamQuestion(Question):
    last_event_id: str | None = Field(None, max_length=30, description="As the header, for clients that cannot set it.")


@router.get("/stream", response_class=Response, responses=document("text/event-stream", _EXAMPLE.decode()))
async def stream(
    request: Request,
    question: Annotated[StreamQuestion, Query()],
    last_event_id: Annotated[str | None, Header(description="Id of the last event received.")] = None,
) -> Response:
    """Items that meet the filters, as they arrive, oldest first; without Last-Event-ID from now on.

    An item that its outlet corrects comes once more, as event `correction`, with `corrected` in it.
    """
    here = state(request)
    if here.followers.is_full:
        raise Refused("too-many-followers", f"{here.followers.places} follow the stream already", _LATER)
    meant = filter_of(question, here.now(), here.known)
    start = _number(last_event_id or question.last_event_id)
    if start is None:
        start = await run_in_threadpool(_newest, here)
    events = _nothing() if request.scope.get("chipwire.head") else _events(here, meant, start)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def _events(here: State, meant: query.Filter, last: int) -> AsyncIterator[bytes]:
    with here.followers.place():
        yield b"retry: 3000\n\n"
        async for said in _told(here, meant, last):
            yield said


async def _told(here: State, meant: query.Filter, last: int) -> AsyncIterator[bytes]:
    mark, quiet = None, 0.0
    while not here.ending.is_set():
        now = here.versions.news()
        if now != mark:
            said, last, whole = await run_in_threadpool(_after, here, replace(meant, above=last))
            if said:
                quiet = 0.0
                yield said
            if whole:
                mark = now
            continue
        await asyncio.sleep(LOOK_EVERY)
        quiet += LOOK_EVERY
        if quiet >= ALIVE_EVERY:
            quiet = 0.0
            yield b": still here\n\n"


def _after(here: State, meant: query.Filter) -> tuple[bytes, int, bool]:
    """The events that follow, up to which number, and whether there are no more."""
    with here.store.read() as c:
        top = unplaced.settled(c)
        rows = [row for row in query.after(c, meant, limit=STEP) if row[0] <= top]
        whole = len(rows) < STEP
        upto = max(top, meant.above) if whole else rows[-1][0]
        again = corrected.corrected(c, meant, meant.above, upto)
        wires = query.wire(c, [one.item_id for one in again])
    events = {item_id: event(item_id, wire) for item_id, wire in rows}
    events |= {one.number: event(one.number, wires[one.item_id], "correction") for one in again}
    return b"".join(events[number] for number in sorted(events)), upto, whole


def _newest(here: State) -> int:
    with here.store.read() as c:
        return unplaced.settled(c)


def _number(last_event_id: str | None) -> int | None:
    if not last_event_id:
        return None
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19):
        raise BadQuery(f"{last_event_id!r} is not the id of an event", parameter="last_event_id", place=0)
    return int(last_event_id)


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
