"""/v1/companies and /v1/topics: what is tracked, how much there is of it, and what surrounds one company."""

from datetime import timedelta
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from chipwire.keep.queries import counts
from chipwire.serve import answers, shapes
from chipwire.serve.openapi import refusals
from chipwire.serve.paging import FORMAT
from chipwire.serve.questions import Span
from chipwire.serve.state import state

router = APIRouter(prefix="/v1", tags=["companies"])
STEADY = timedelta(minutes=1)
"""An overview up to now is made anew this often."""
CompanySlug = Annotated[str, Path(max_length=80, description="Slug of the company.", examples=["bytedance"])]


@router.get("/companies", responses={200: {"model": shapes.CompanyList}, **refusals(422)})
def companies(request: Request, span: Annotated[Span, Query()]) -> Response:
    """The companies that are tracked, with counts of their items: all of them, or those of a span of time."""
    here = state(request)
    since, until = span.times(here.now())
    request.scope["chipwire.lasts"] = STEADY if span.moves() else None
    with here.store.read() as c:
        counted = counts.companies(c, since, until)
    none = {"about": 0, "mention": 0}
    rows: list[dict[str, Any]] = [
        {**_facts(company.model_dump()), **counted.get(slug, none)} for slug, company in here.options.companies.items()
    ]
    return Response(orjson.dumps({"companies": rows}), media_type="application/json")


@router.get("/companies/{slug}", responses={200: {"model": shapes.CompanyOverview}, **refusals(404, 422)})
def company(request: Request, slug: CompanySlug, span: Annotated[Span, Query()]) -> Response:
    """Counts, volume per day and language, related companies with example stories, and the feeds that had most.

    Of the last 30 days unless `since` says otherwise.
    """
    request.scope["chipwire.lasts"] = STEADY if span.moves() or not span.until else None
    whole = answers.company(state(request), slug, span)
    return Response(orjson.dumps(whole, option=FORMAT), media_type="application/json")


@router.get("/topics", responses={200: {"model": shapes.TopicList}, **refusals(422)})
def topics(request: Request, span: Annotated[Span, Query()]) -> Response:
    """The topics that items are sorted into, with counts: of all items, or those of a span of time."""
    here = state(request)
    since, until = span.times(here.now())
    request.scope["chipwire.lasts"] = STEADY if span.moves() else None
    with here.store.read() as c:
        counted = counts.topics(c, since, until)
    rows = [{"slug": t.slug, "name": t.name, "items": counted.get(t.slug, 0)} for t in here.options.topics.values()]
    return Response(orjson.dumps({"topics": rows}), media_type="application/json")


def _facts(company: dict[str, Any]) -> dict[str, Any]:
    return {key: company[key] for key in ("slug", "name", "country", "tickers")}
