"""How routes describe their refusals in the OpenAPI document."""

from typing import Any

from chipwire.serve.kinds import KINDS
from chipwire.serve.problems import MEDIA, Problem


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented problem responses of a route."""
    schema = {"$ref": "#/components/schemas/Problem"}
    found: dict[int | str, dict[str, Any]] = {}
    for status in statuses:
        name, kind = next((name, kind) for name, kind in KINDS.items() if kind.status == status)
        example = {"type": f"/problems/{name}", "title": kind.title, "status": status, "detail": kind.help}
        found[status] = {
            "description": kind.title,
            "model": Problem,
            "content": {MEDIA: {"schema": schema, "example": example}},
        }
    return found


def document(media: str, example: str) -> dict[int | str, dict[str, Any]]:
    """The documented responses of a route that answers with a document which is not our JSON."""
    return {200: {"content": {media: {"schema": {"type": "string"}, "example": example}}}, **refusals(422)}
