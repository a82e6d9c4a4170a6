"""/search: single reports by words and filters, with the words that were asked for marked."""

import re
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from chipwire.errors import BadQuery
from chipwire.keep.queries import page_queries
from chipwire.serve import outputs
from chipwire.serve.api.items import item_page
from chipwire.serve.pages import filter_bar, formatting
from chipwire.serve.pages.cards import SUBJECTS
from chipwire.serve.pages.frame import page
from chipwire.serve.pages.highlights import Span
from chipwire.serve.state import state

router = APIRouter()
MORE, ROOM, BEFORE = 30, 270, 60
"""Reports on a page; how wide a snippet is, in Latin letters; letters before the word that was asked for."""


@router.get("/search")
def search(request: Request) -> Response:
    """Reports that meet every filter, newest first."""
    if tidy := filter_bar.untidy(request):
        return Response(status_code=302, headers={"location": tidy})
    here, problem = state(request), ""
    rows: list[dict[str, Any]] = []
    onward = None
    try:
        wires, onward = item_page(request, filter_bar.question(request, MORE))
        rows = [report(wire, filter_bar.chosen(request)["q"]) for _, wire in wires]
    except BadQuery as error:
        problem = error.told
    with here.store.read() as c:
        langs = page_queries.languages(c)
    bar = filter_bar.shown(request, here, langs)
    q = bar["chosen"]["q"]
    return page(
        request,
        "search.html",
        status=422 if problem else 200,
        title=f"Search: {q}" if q else "Search",
        description="Search all reports by words, company, topic, language and time.",
        problem=problem,
        rows=rows,
        onward=request.url.path + filter_bar.tail(filter_bar.given(request), cursor=onward) if onward else "",
        robots="noindex",
        feeds=[(bar["links"]["Atom"], "chipwire: this search (Atom)")],
        **bar,
    )


def hits(text: str, wanted: list[str]) -> list[Span]:
    """Where the wanted words stand, whatever their case."""
    if not wanted:
        return []
    pattern = "|".join(re.escape(word) for word in wanted)
    return [Span(*m.span(), "hit", "") for m in re.finditer(pattern, text, re.IGNORECASE)]


def snippet(text: str, wanted: list[str]) -> str:
    """The beginning of a text, or what stands around the first wanted word further down; cut between words."""
    beginning = formatting.excerpt(text, ROOM)
    first = next(iter(hits(text, wanted)), None)
    if first is None or beginning == text or first.end < len(beginning):
        return beginning
    start = max(0, first.start - BEFORE)
    start = text.find(" ", start, first.start) + 1 or start
    return "…" + formatting.excerpt(text[start:], ROOM)


def report(wire: bytes, q: str) -> dict[str, Any]:
    """A wire item as lists of reports show it: with a snippet, and where the words of `q` stand."""
    item, wanted = orjson.loads(wire), filter_bar.terms(q)
    summary = snippet(outputs.plain(item["summary"]), wanted)
    return {
        **item,
        "topics": [topic for topic in item["topics"] if topic not in SUBJECTS],
        "marks": hits(item["title"], wanted),
        "said": summary,
        "said_marks": hits(summary, wanted),
    }
