"""/: what is told of whom, the five first, newest and largest on top; the filter bar's state is the address."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from chipwire.errors import BadQuery
from chipwire.keep import detail, query, reading_room
from chipwire.serve.api.items import item_page
from chipwire.serve.pages import asking
from chipwire.serve.pages.frame import CORE, FRESH, page
from chipwire.serve.pages.ranking import Section, ranked, sections
from chipwire.serve.questions import PagedQuestion, filter_of
from chipwire.serve.state import State, state

router = APIRouter()
DAY = timedelta(days=1)
EACH, MORE, LOOKED_AT = 4, 24, 60
"""Stories of each of the five, stories on a list, and how many items back the five's stories are looked for."""


@router.get("/")
def today(request: Request) -> Response:
    """Stories by company; with words, a company or a source asked for, one list."""
    if tidy := asking.untidy(request):
        return Response(status_code=302, headers={"location": tidy})
    here, problem = state(request), ""
    try:
        found = _found(request, here)
    except BadQuery as error:
        problem, found = str(error), {"sections": [], "quiet": [], "stories": [], "titles": {}, "onward": ""}
    with here.store.read() as c:
        langs = reading_room.languages(c)
        standing = reading_room.standing(c, here.now() - DAY)
        waiting = query.newest(c) == 0
    bar = asking.chosen(request)
    return page(
        request,
        "today.html",
        status=422 if problem else 200,
        lasts=None if waiting else FRESH,
        headers={"refresh": "10"} if waiting else None,
        title=_title(here, bar),
        description="News on the companies behind AI chips in many languages, each event told once.",
        problem=problem,
        waiting=waiting,
        standing=standing,
        choices=asking.choices(here, langs),
        chosen=bar,
        beyond=asking.beyond(request),
        links=asking.links(request),
        feeds=[(asking.links(request)["Atom"], f"chipwire: {_title(here, bar)} (Atom)")],
        **found,
    )


def _found(request: Request, here: State) -> dict[str, Any]:
    asked = asking.question(request, MORE)
    plain = not (asked.company or asked.q or asked.cursor or asked.feed or asked.story or asked.kind or asked.role)
    made, told = _core(here, asked) if plain else ([], set[int]())
    rows, onward = item_page(request, asked.model_copy(update={"collapse": "story"}))
    with here.store.read() as c:
        others = detail.story_rows(c, [ident for ident, _ in rows], here.names)
        others = reading_room.dated(c, [story for story in others if story["id"] not in told])
        titles = reading_room.titles(c, [story for part in made for story in part.stories] + others)
    return {
        "sections": [part for part in made if part.stories or part.above],
        "quiet": [(part.slug, part.name) for part in made if not (part.stories or part.above)],
        "stories": others,
        "titles": titles,
        "onward": request.url.path + asking.tail(asking.given(request), cursor=onward) if onward else "",
    }


def _core(here: State, asked: PagedQuestion) -> tuple[list[Section], set[int]]:
    """The sections of the five, and the ids of the stories they tell."""
    found = {}
    with here.store.read() as c:
        for slug in (slug for slug in CORE if slug in here.names):
            meant = filter_of(
                asked.model_copy(update={"company": [slug], "role": ["about"]}), here.now(), here.known
            )  # fmt: skip
            rows = detail.story_rows(c, query.ids(c, meant, limit=LOOKED_AT), here.names)
            found[slug] = ranked(reading_room.dated(c, rows))
    return sections(found, here.names, EACH)


def _title(here: State, bar: dict[str, str]) -> str:
    names = here.names
    topics = {slug: topic.name for slug, topic in here.options.topics.items()}
    said = [names.get(bar["company"], bar["company"]), topics.get(bar["topic"], bar["topic"]), bar["q"]]
    return " · ".join(part for part in said if part) or "Today"
