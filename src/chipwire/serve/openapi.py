"""What the OpenAPI document says beyond the routes themselves: refusals, limits, examples everywhere."""

import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from chipwire.serve.problem_types import KINDS
from chipwire.serve.problems import MEDIA, Problem

_CLAUSE_END = re.compile(r"[.;:](?:\s|$)")
Responses = dict[int | str, dict[str, Any]]


def refusals(*statuses: int) -> Responses:
    """The documented problem responses of a route."""
    found: Responses = {}
    for status in statuses:
        name, kind = next((name, kind) for name, kind in KINDS.items() if kind.status == status)
        example = {
            "type": f"http://127.0.0.1:8000/problems/{name}",
            "title": kind.title,
            "status": status,
            "detail": kind.help,
            "request_id": "5f0e4c1b2a9d4e77",
        }
        schema = {"$ref": "#/components/schemas/Problem"}
        found[status] = {"description": kind.title, "content": {MEDIA: {"schema": schema, "example": example}}}
    return found


def plain(example: str) -> dict[str, Any]:
    """The documented answer of a route that gives plain text."""
    return {"content": {"text/plain": {"schema": {"type": "string"}, "example": example}}}


def document(media: str, example: str | dict[str, Any]) -> Responses:
    """The documented responses of a route that answers with a document which is not our JSON."""
    schema = {"type": "string" if isinstance(example, str) else "object"}
    return {200: {"content": {media: {"schema": schema, "example": example}}}, **refusals(422)}


_made: dict[tuple[bool, str], dict[str, Any]] = {}
"""It depends on nothing but the code, `closed` and the folder, and takes half a second to make."""


def install(app: FastAPI, *, closed: bool, folder: str) -> None:
    """Make the app's OpenAPI document whole; `closed`: reads need a token too, `folder`: see `serve.prefix`."""

    def openapi() -> dict[str, Any]:
        if (closed, folder) not in _made:
            _made[closed, folder] = _whole(app, closed) | ({"servers": [{"url": folder}]} if folder else {})
        return _made[closed, folder]

    app.openapi = openapi  # type: ignore[method-assign]


def _whole(app: FastAPI, closed: bool) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for schema in schemas.values():
        for example in schema.get("examples", ()):
            _give_nulls(example, schema, schemas)
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation, schemas, closed)
    return made


def _complete(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any], closed: bool) -> None:
    responses = operation["responses"]
    operation["summary"] = _CLAUSE_END.split(operation["description"], maxsplit=1)[0]
    for parameter in operation.get("parameters", []):
        examples = parameter.get("schema", {}).get("examples")
        if examples and "example" not in parameter:
            parameter["example"] = examples[0]
    if "HTTPValidationError" in str(responses.get("422")):
        responses["422"] = refusals(422)[422]
    if path.startswith("/v1/"):
        everywhere = refusals(
            422, 429, 503, *((401, 403) if closed else ()), *((413,) if "requestBody" in operation else ())
        )
        responses.update({str(status): said for status, said in everywhere.items() if str(status) not in responses})
        if method == "get":
            responses["304"] = {"description": "Not changed since the ETag or time that was sent."}
    for response in responses.values():
        for content in response.get("content", {}).values():
            name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            examples = schemas.get(name, {}).get("examples")
            if examples and "example" not in content:
                content["example"] = examples[0]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["example"] = schemas[content["schema"]["$ref"].rpartition("/")[2]]["examples"][0]


def _give_nulls(example: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """FastAPI drops nulls from examples: required properties that an example lacks are null again."""
    schema = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    schema = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    if isinstance(example, list):
        for one in example:
            _give_nulls(one, schema.get("items", {}), schemas)
    elif isinstance(example, dict):
        for name in schema.get("required", ()):
            example.setdefault(name, None)
        for name, of in schema.get("properties", {}).items():
            _give_nulls(example.get(name), of, schemas)
