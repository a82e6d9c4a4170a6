"""/v1/items: a page of any filter, and one item with all that is known of it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from chipwire.errors import NotFound
from chipwire.keep.sql.packed import Rows
from chipwire.serve import answers, shapes
from chipwire.serve.openapi import refusals
from chipwire.serve.paging import detailed, links, page
from chipwire.serve.problems import Bare
from chipwire.serve.questions import PagedQuestion
from chipwire.serve.state import state

router = APIRouter(prefix="/v1", tags=["items"])
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


def item_page(request: Request, question: PagedQuestion) -> tuple[Rows, str | None]:
    """The rows of a page, as (id, wire JSON), and the cursor of the next one."""
    request.scope["chipwire.moves"] = question.moves() and not question.cursor
    return answers.items(state(request), question)


def next_link(request: Request, onward: str | None) -> dict[str, str]:
    """The Link header (RFC 8288) that leads to the next page."""
    return links(state(request), request.url.path, request.scope["query_string"].decode("latin-1"), onward)
