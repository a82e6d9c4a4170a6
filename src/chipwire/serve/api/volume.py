"""/v1/items/volume: how many items any filter means on each day, as JSON or CSV."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from chipwire.serve import answers, shapes
from chipwire.serve.api.companies import STEADY
from chipwire.serve.openapi import document, refusals
from chipwire.serve.paging import FORMAT
from chipwire.serve.questions import VolumeQuestion
from chipwire.serve.state import state

router = APIRouter(prefix="/v1", tags=["items"])
Asked = Annotated[VolumeQuestion, Query()]


@router.get("/items/volume", responses={200: {"model": shapes.ItemVolume}, **refusals(422)})
def volume(request: Request, question: Asked) -> Response:
    """How many items meet every filter, by UTC day of their arrival; of the last 30 days unless `since` says otherwise.

    At most ten years at once; what takes more than two seconds of work is given up (`too-costly`).
    """
    return Response(orjson.dumps(_counted(request, question), option=FORMAT), media_type="application/json")


@router.get(
    "/items/volume.csv",
    response_class=Response,
    responses=document("text/csv", "day,items\r\n2026-11-19,14\r\n2026-11-20,23\r\n"),
)
def as_csv(request: Request, question: Asked) -> Response:
    """The same as CSV, a line for each day, earliest first."""
    lines = [f"{row['day']},{row['items']}\r\n" for row in _counted(request, question)["volume"]]
    return Response("".join(["day,items\r\n", *lines]), media_type="text/csv; charset=utf-8")


def _counted(request: Request, question: VolumeQuestion) -> dict[str, Any]:
    request.scope["chipwire.lasts"] = STEADY if question.moves() or not question.until else None
    return answers.volume(state(request), question)
