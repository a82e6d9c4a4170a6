"""/v1/items/{id}/feedback: a reader's word that a tag or a story is wrong, kept as a case to review in /v1/feedback."""

from typing import Annotated, Any, Literal, Self

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from chipwire.domain import Utc
from chipwire.errors import BadQuery
from chipwire.keep.people import feedback as keep
from chipwire.serve.api.items import ItemId
from chipwire.serve.auth import Write
from chipwire.serve.openapi import refusals
from chipwire.serve.paging import FORMAT
from chipwire.serve.problems import Bare
from chipwire.serve.questions import not_known
from chipwire.serve.state import state

router = APIRouter(prefix="/v1", tags=["items"], dependencies=[Write])
_ABOUT_COMPANY = ("not-about", "missing-company", "wrong-role")
_SAID: dict[str, Any] = {"kind": "not-about", "slug": "arm", "note": "a body part"}
_CASE: dict[str, Any] = {"id": 17, "at": "2026-11-20T09:12:00Z", "item_id": 48213, "title": "Robot arm lifts wafers",
         "url": "https://chips-daily.example/robot-arm", **_SAID}  # fmt: skip


class Feedback(BaseModel, extra="forbid"):
    """`slug` names the company (or topic) that it is about."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SAID]})

    kind: Literal["not-about", "missing-company", "wrong-role", "wrong-topic", "wrong-story", "wrong-language", "other"]
    slug: str | None = Field(None, max_length=80)
    note: str = Field("", max_length=2000)

    @model_validator(mode="after")
    def _names_a_company(self) -> Self:
        if self.kind in _ABOUT_COMPANY and not self.slug:
            raise ValueError(f"{self.kind} needs the slug of the company")
        return self


class Case(BaseModel):
    """A case that was opened."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": 17}]})

    id: int


class CaseOut(Feedback):
    model_config = ConfigDict(json_schema_extra={"examples": [_CASE]})

    id: int
    at: Utc
    item_id: int
    title: str = Field(description="Of the item.")
    url: str


class Cases(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"feedback": [_CASE]}]})

    feedback: list[CaseOut]


class WhichCases(BaseModel, extra="forbid"):
    limit: int = Field(100, ge=1, le=1000, description="The newest so many.", examples=[10])


@router.get("/feedback", responses={200: {"model": Cases}, **refusals(401, 403, 422)})
def cases(request: Request, asked: Annotated[WhichCases, Query()]) -> Response:
    """What was said to be wrong, newest first, to be reviewed."""
    with state(request).store.read() as c:
        found = keep.listing(c, asked.limit)
    return Response(orjson.dumps({"feedback": found}, option=FORMAT), media_type="application/json")


@router.post(
    "/items/{item_id}/feedback",
    dependencies=[Bare],
    status_code=201,
    responses={201: {"model": Case}, **refusals(400, 401, 403, 404, 422)},
)
def feedback(request: Request, item_id: ItemId, said: Feedback) -> Response:
    """Say what is wrong with an item; people review it (/v1/feedback), nothing changes by itself."""
    here = state(request)
    known = here.known.companies
    if said.kind in _ABOUT_COMPANY and known and said.slug not in known:
        raise BadQuery(not_known("company", str(said.slug), known), parameter="slug", place=0)
    with here.store.write() as c:
        case = keep.add(c, item_id, said.kind, said.slug, said.note, here.now())
    return Response(orjson.dumps({"id": case}), 201, media_type="application/json")
