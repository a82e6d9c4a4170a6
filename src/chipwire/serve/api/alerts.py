"""/v1/readers/{id}/alerts: saved queries of a reader, sent at once or with the daily digest; all with the token."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chipwire.errors import BadQuery
from chipwire.keep.people import alerts as keep
from chipwire.keep.people import readers
from chipwire.keep.queries import saved
from chipwire.serve.auth import Write
from chipwire.serve.openapi import refusals
from chipwire.serve.paging import FORMAT
from chipwire.serve.problems import Bare
from chipwire.serve.questions import Question, filter_of
from chipwire.serve.shapes import people
from chipwire.serve.state import State, state

router = APIRouter(prefix="/v1/readers/{number}/alerts", tags=["readers"], dependencies=[Write, Bare])
Number = Annotated[int, Path(ge=1, le=2**53, description="Id of the reader.", examples=[1])]
AlertId = Annotated[int, Path(ge=1, le=2**53, description="Id of the saved search.", examples=[1])]
_NEW: dict[str, Any] = {"name": "HBM4 at Samsung", "question": {"company": ["samsung"], "q": "HBM4"}}


class Pace(BaseModel, extra="forbid"):
    model_config = ConfigDict(json_schema_extra={"examples": [{"at_once": False}]})

    at_once: bool = Field(description="A letter of its own, at most one an hour; else a section of the daily digest.")


class NewAlert(Pace):
    """What to look for: the parameters of /v1/items as lists, but for times and stories."""

    model_config = ConfigDict(json_schema_extra={"examples": [_NEW]})

    name: str = Field(min_length=1, max_length=80)
    question: Question = Field(default_factory=lambda: Question.model_validate({}))
    at_once: bool = Field(True, description="A letter of its own, at most one an hour; else in the daily digest.")


@router.get("", responses={200: {"model": people.AlertList}, **refusals(401, 403, 404)})
def alerts(request: Request, number: Number) -> Response:
    """The reader's saved searches."""
    with state(request).store.read() as c:
        readers.get(c, number)
        return _json({"alerts": [alert.model_dump() for alert in keep.listing(c, number)]})


@router.post("", status_code=201, responses={201: {"model": people.AlertOut}, **refusals(400, 401, 403, 404, 422)})
def add(request: Request, number: Number, wanted: NewAlert) -> Response:
    """Save a search: what arrives from now on and meets it comes to the reader."""
    here = state(request)
    asked = meant(here, wanted.question)
    with here.store.write() as c:
        readers.get(c, number)
        made = keep.add(c, number, wanted.name, asked, wanted.at_once, here.now())
    return _json(made.model_dump(), 201)


@router.patch("/{alert_id}", responses={200: {"model": people.AlertOut}, **refusals(400, 401, 403, 404, 422)})
def change(request: Request, number: Number, alert_id: AlertId, wanted: Pace) -> Response:
    """Send at once, or with the digest."""
    with state(request).store.write() as c:
        return _json(keep.change(c, number, alert_id, wanted.at_once).model_dump())


@router.delete("/{alert_id}", status_code=204, response_class=Response, responses=refusals(401, 403, 404))
def remove(request: Request, number: Number, alert_id: AlertId) -> Response:
    """Look for it no more."""
    with state(request).store.write() as c:
        keep.remove(c, number, alert_id)
    return Response(status_code=204)


def meant(here: State, question: Question) -> dict[str, Any]:
    """The question as it is kept; BadQuery when it looks back or a word in it is not known."""
    if question.since or question.until or question.story:
        raise BadQuery("a saved search looks forward: since, until and story have no place in it", parameter="question")
    return saved.plain(filter_of(question, here.now(), here.known), question.q)


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value, option=FORMAT), status, media_type="application/json")
