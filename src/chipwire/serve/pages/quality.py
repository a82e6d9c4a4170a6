"""/quality: how good the tags are, measured here on the labelled set that is shipped."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from chipwire.serve.pages import formatting
from chipwire.serve.pages.frame import FRESH, page
from chipwire.serve.state import State, state

router = APIRouter()


@router.get("/quality")
def quality(request: Request) -> Response:
    """Precision, recall and F1 as tables, each with what it is measured on."""
    here = state(request)
    measuring = here.measuring()
    measured = None if measuring else here.quality()
    return page(
        request,
        "quality.html",
        lasts=None if measuring else FRESH,
        headers={"refresh": "3"} if measuring else None,
        measuring=measuring,
        title="Quality",
        description="How often chipwire's tags are right: precision, recall and F1 by company and language.",
        measured=measured,
        groups=_groups(here, measured) if measured else [],
        feeds=[],
    )


def _groups(here: State, measured: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, Mapping[str, Any]]]]]:
    """Tables of (name, score), a score being a mapping with n, precision, recall, f1, low and high."""
    whole = [("All companies", measured.get("all")), ("The five", measured.get("core"))]
    companies = [(here.names.get(slug, slug), score) for slug, score in (measured.get("companies") or {}).items()]
    langs = [(formatting.language(tag), score) for tag, score in (measured.get("languages") or {}).items()]
    groups = (("Altogether", whole), ("By company", companies), ("By language", langs))
    kept = [(name, [(row, score) for row, score in rows if score]) for name, rows in groups]
    return [(name, rows) for name, rows in kept if rows]
