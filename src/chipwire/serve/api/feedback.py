"""/v1/items/{id}/feedback: a reader's word that a tag or a story is wrong, kept as a case to review."""

from typing import Literal, Self

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from chipwire.errors import BadQuery
from chipwire.keep.people import feedback as keep
from chipwire.serve.api.items import ItemId
from chipwire.serve.auth import Write
from chipwire.serve.openapi import refusals
from chipwire.serve.problems import Bare
from chipwire.serve.questions import not_known
from chipwire.serve.state import state

router = APIRouter(prefix="/v1", tags=["items"], dependencies=[Write, Bare])
_ABOUT_COMPANY = ("not-about", "missing-company", "wrong-role")


class Feedback(BaseModel, extra="forbid"):
    """`slug` names the company (or topic) that it is about."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "not-about", "slug": "arm", "note": "a body part"}]}
    )

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


@router.post(
    "/items/{item_id}/feedback", status_code=201, responses={201: {"model": Case}, **refusals(400, 401, 403, 404, 422)}
)
def feedback(request: Request, item_id: ItemId, said: Feedback) -> Response:
    """Say what is wrong with an item; people review it, nothing changes by itself."""
    here = state(request)
    known = here.known.companies
    if said.kind in _ABOUT_COMPANY and known and said.slug not in known:
        raise BadQuery(not_known("company", str(said.slug), known), parameter="slug", place=0)
    with here.store.write() as c:
        case = keep.add(c, item_id, said.kind, said.slug, said.note, here.now())
    return Response(orjson.dumps({"id": case}), 201, media_type="application/json")
