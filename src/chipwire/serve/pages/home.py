"""/: what is told of whom, the five first, newest and largest on top; the filter bar's state is the address."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from chipwire.errors import BadQuery
from chipwire.keep.queries import page_queries, query
from chipwire.serve.pages import filter_bar
from chipwire.serve.pages.by_company import front
from chipwire.serve.pages.frame import FRESH, page
from chipwire.serve.state import State, state

router = APIRouter()
DAY = timedelta(days=1)
MORE = 24
"""Stories on a list."""


@router.get("/")
def today(request: Request) -> Response:
    """Stories by company; with words, a company or a source asked for, one list."""
    if tidy := filter_bar.untidy(request):
        return Response(status_code=302, headers={"location": tidy})
    here, problem = state(request), ""
    try:
        found = _found(request, here)
    except BadQuery as error:
        problem, found = error.told, {"sections": [], "quiet": [], "stories": [], "onward": ""}
    with here.store.read() as c:
        langs = page_queries.languages(c)
        standing = page_queries.standing(c, here.now() - DAY)
        waiting = query.newest(c) == 0
    bar = filter_bar.shown(request, here, langs)
    title = " · ".join((*bar["narrowed"], *filter(None, [bar["chosen"]["q"]]))) or "Today"
    return page(
        request,
        "home.html",
        status=422 if problem else 200,
        lasts=None if waiting else FRESH,
        headers={"refresh": "10"} if waiting else None,
        title=title,
        description="News on the companies behind AI chips in many languages, each event told once.",
        problem=problem,
        waiting=waiting,
        standing=standing,
        feeds=[(bar["links"]["Atom"], f"chipwire: {title} (Atom)")],
        **bar,
        **found,
    )


def _found(request: Request, here: State) -> dict[str, Any]:
    asked = filter_bar.question(request, MORE)
    plain = not (asked.company or asked.q or asked.cursor or asked.feed or asked.story or asked.kind or asked.role)
    found = front(here, asked, by_company=plain)
    onward = found["onward"]
    return {
        **found,
        "onward": request.url.path + filter_bar.tail(filter_bar.given(request), cursor=onward) if onward else "",
    }
