"""/v1/items: a page of any filter, and one item with all that is known of it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from chipwire.errors import NotFound
from chipwire.keep import detail
from chipwire.keep.db import Connection
from chipwire.serve import answers, shapes
from chipwire.serve.problems import Bare
from chipwire.serve.questions import PagedQuestion
from chipwire.serve.state import State, state
from chipwire.serve.wording import refusals

router = APIRouter(prefix="/v1", tags=["items"])
FORMAT = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
_SPELT = re.compile(r"[\w.~!$&'()*+,;=:@/?%-]*", re.ASCII)
"""Letters of a query (RFC 3986)."""
ItemId = Annotated[int, Path(ge=1, le=2**62, description="Id of the item.", examples=[1])]


@router.get("/items", responses={200: {"model": shapes.ItemPage}, **refusals(422)})
def items(request: Request, question: Annotated[PagedQuestion, Query()]) -> Response:
    """Items that meet every filter, newest first."""
    rows, onward = item_page(request, question)
    return Response(page(rows, onward), headers=next_link(request, onward), media_type="application/json")


@router.get(
    "/items/{item_id}", dependencies=[Bare], responses={200: {"model": shapes.ItemDetail}, **refusals(404, 422)}
)
def item(request: Request, item_id: ItemId) -> Response:
    """One item with its text, evidence, figures and every feed that showed it."""
    body = detailed(state(request).store.read, item_id)
    if body is None:
        raise NotFound(f"there is no item {item_id}")
    return Response(body, media_type="application/json")


def detailed(reading: Callable[[], AbstractContextManager[Connection]], item_id: int) -> bytes | None:
    """An ItemDetail as JSON; None when there is no such item."""
    with reading() as c:
        found = detail.item(c, item_id)
    return None if found is None else orjson.dumps(found, option=FORMAT)


def item_page(request: Request, question: PagedQuestion) -> tuple[list[tuple[int, bytes]], str | None]:
    """The rows of a page, as (id, wire JSON), and the cursor of the next one."""
    request.scope["chipwire.moves"] = question.moves() and not question.cursor
    return answers.items(state(request), question)


def page(rows: list[tuple[int, bytes]], onward: str | None) -> bytes:
    """An ItemPage of wire JSON that is ready."""
    return b'{"items":[' + b",".join([wire for _, wire in rows]) + b'],"next":' + orjson.dumps(onward) + b"}"


def next_link(request: Request, onward: str | None) -> dict[str, str]:
    """The Link header (RFC 8288) that leads to the next page."""
    return links(state(request), request.url.path, request.scope["query_string"].decode("latin-1"), onward)


def links(here: State, path: str, query: str, onward: str | None) -> dict[str, str]:
    """The same for a query string that was asked at a path; it is kept as it is where it is spelt as it should be."""
    if onward is None:
        return {}
    if _SPELT.fullmatch(query):
        kept = "".join(f"{part}&" for part in query.split("&") if part and not part.startswith("cursor="))
    else:
        asked = parse_qsl(query, keep_blank_values=True)
        kept = urlencode([(name, value) for name, value in asked if name != "cursor"]) + "&"
    return {"link": f'<{here.link(path)}?{kept}cursor={onward}>; rel="next"'}
