"""/v1/quality: how good the tags are, measured on the labelled set that is shipped."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from chipwire.errors import NotFound
from chipwire.serve.openapi import refusals
from chipwire.serve.problems import Bare
from chipwire.serve.state import state

router = APIRouter(prefix="/v1", tags=["quality"])
_SCORE = {"n": 259, "tp": 250, "fp": 4, "fn": 9, "precision": 0.984, "recall": 0.965, "f1": 0.975, "low": 0.958,
          "high": 0.988}  # fmt: skip
_SHOWN: dict[str, Any] = {
    "items": 250, "all": _SCORE, "core": _SCORE, "companies": {"bytedance": _SCORE}, "languages": {"en": _SCORE},
    "roles": {"n": 250, "accuracy": 0.96}, "untagged": {"n": 60, "kept": 59},
}  # fmt: skip
_WELL: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}, "example": _SHOWN}}},
}


@router.get("/quality", dependencies=[Bare], responses={**_WELL, **refusals(404, 422)})
def quality(request: Request) -> Response:
    """Precision, recall and F1 with intervals, by company and language."""
    measured = state(request).quality()
    if measured is None:
        raise NotFound("the quality of this installation was not measured")
    return Response(orjson.dumps(measured, default=str), media_type="application/json")
