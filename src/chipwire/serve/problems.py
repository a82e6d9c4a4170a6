"""Errors as RFC 9457 problem+json; the address in `type` is a page that says what it means and what to do."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from chipwire.errors import BadQuery, ChipwireError, Conflict, NotFound, StoreError, TooCostly
from chipwire.serve.problem_types import KINDS, Refused
from chipwire.serve.questions import did_you_mean

MEDIA = "application/problem+json"
log = structlog.get_logger()


_BY_STATUS = {kind.status: name for name, kind in reversed(KINDS.items()) if name != "bad-query"}
_BY_ERROR: tuple[tuple[type[ChipwireError], str], ...] = (
    (BadQuery, "bad-query"),
    (NotFound, "not-found"),
    (Conflict, "conflict"),
    (TooCostly, "too-costly"),
    (StoreError, "store-unavailable"),
)


class Problem(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "http://127.0.0.1:8000/problems/bad-query",
                    "title": "The question cannot be understood",
                    "status": 422,
                    "detail": "this quotation mark is never closed",
                    "parameter": "q",
                    "place": 5,
                    "request_id": "5f0e4c1b2a9d4e77",
                }
            ]
        }
    )

    type: str = Field(description="Address of a page that explains the kind of problem.")
    title: str
    status: int
    detail: str = Field(description="What is wrong this time and what to do.")
    parameter: str | None = Field(None, description="The parameter that is wrong, when one is.")
    place: int | None = Field(None, description="Where in it, in characters from 0.")
    errors: list[dict[str, Any]] = Field([], description="Each wrong part of the request: place, message.")
    request_id: str | None = None


def problem(request: Request, name: str, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """The response for one of KINDS."""
    kind = KINDS[name]
    if request.app.state.error_pages.wanted(request):
        page: Response = request.app.state.error_pages.error_page(request, kind, detail, headers)
        return page
    base: str = request.app.state.chipwire.options.base_url
    body = {
        "type": f"{base}/problems/{name}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        **{key: value for key, value in more.items() if value is not None},
        "request_id": request.scope.get("chipwire.request_id"),
    }
    return Response(orjson.dumps(body, default=str), kind.status, headers, media_type=MEDIA)


def install(app: FastAPI) -> None:
    app.add_exception_handler(ChipwireError, _ours)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.include_router(pages)


def _ours(request: Request, error: Exception) -> Response:
    for kind, name in _BY_ERROR:
        if isinstance(error, kind):
            place: dict[str, Any] = (
                {"parameter": error.parameter, "place": error.place} if isinstance(error, BadQuery) else {}
            )
            return problem(request, name, str(error), **place)
    return defect(request, error)


def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return problem(request, error.name, str(error), error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = [
        {
            "in": str(one["loc"][0]),
            "place": "" if one["type"] == "json_invalid" else ".".join(str(part) for part in one["loc"][1:]),
            "message": _said(request, one),
        }
        for one in error.errors()
    ]
    name = "bad-request" if any(one["type"] == "json_invalid" for one in error.errors()) else "invalid-request"
    return problem(
        request, name, "; ".join(f"{one['place'] or one['in']}: {one['message']}" for one in wrong), errors=wrong
    )


def _said(request: Request, wrong: Any) -> str:
    """What is wrong in our words where pydantic's do not help."""
    if tuple(wrong["loc"]) == ("body",) and wrong["type"] == "model_attributes_type":
        return "a JSON object is needed, with the header Content-Type: application/json"
    if wrong["type"] == "json_invalid":
        return f"not JSON from character {wrong['loc'][1]} on: {wrong['ctx']['error']}"
    if wrong["type"] != "extra_forbidden":
        return str(wrong["msg"]).removeprefix("Value error, ")
    what, known = _known(request, wrong["loc"])
    return f"there is no such {what}{did_you_mean(str(wrong['loc'][-1]), known)}"


def _known(request: Request, place: Sequence[str | int]) -> tuple[str, list[str]]:
    """What the OpenAPI document knows there: parameters of a query, fields of a body (none of what is inside them)."""
    path = getattr(request.scope.get("route"), "path", "")
    described = request.app.openapi()
    operation = described["paths"].get(path, {}).get(request.method.lower(), {})
    if place[0] == "query":
        return "parameter", [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    model = described["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], {})
    return "field", list(model.get("properties", ())) if len(place) == 2 else []


def bare(request: Request) -> None:
    """Dependency of routes without parameters: any that come are refused by name."""
    extra = [
        {"type": "extra_forbidden", "loc": ("query", name), "msg": "", "input": ""} for name in request.query_params
    ]
    if extra:
        raise RequestValidationError(extra)


Bare = Depends(bare)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    name = _BY_STATUS.get(error.status_code, "bad-request" if error.status_code < 500 else "internal")
    detail = error.detail if error.detail != HTTPStatus(error.status_code).phrase else KINDS[name].help
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request))
    return problem(request, name, detail, headers)


def _methods(request: Request) -> list[str]:
    """Those of all routes at this address (RFC 9110, 15.5.6), where Starlette names the first route's alone."""

    def works(method: str) -> bool:
        asked = {**request.scope, "method": "GET" if method == "HEAD" else method}
        return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)

    return [method for method in ("DELETE", "GET", "HEAD", "PATCH", "POST") if works(method)]


def defect(request: Request, error: Exception) -> Response:
    seen = request.scope.get("chipwire.seen")  # the route, as paths of readers' pages are secrets
    number = request.scope.get("chipwire.request_id")
    log.error("defect", route=getattr(seen, "route", None), request_id=number, exc_info=error)
    return problem(request, "internal", KINDS["internal"].help)


pages = APIRouter(include_in_schema=False)


@pages.get("/problems/{name}")
def explain(name: str) -> Response:
    kind = KINDS.get(name)
    if kind is None:
        raise NotFound(f"there is no kind of problem called {name!r}")
    text = f"{kind.title} ({kind.status})\n\n{kind.help}\n"
    return Response(text, media_type="text/plain; charset=utf-8")
