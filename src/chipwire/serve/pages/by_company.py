"""Stories by company, as the front page and the page of a day show them: the five first, then all others."""

from typing import Any

from chipwire.keep.db import Connection
from chipwire.keep.queries import detail, page_queries, query
from chipwire.serve import answers
from chipwire.serve.pages.cards import cards
from chipwire.serve.pages.frame import CORE
from chipwire.serve.pages.ranking import Section, ranked, sections
from chipwire.serve.questions import PagedQuestion, filter_of
from chipwire.serve.state import State

EACH, LOOKED_AT = 4, 60
"""Stories of each of the five, and how many items back they are looked for."""


def front(here: State, asked: PagedQuestion, *, by_company: bool = True) -> dict[str, Any]:
    """sections, quiet companies, the other stories, and the cursor of what is older, as templates take them."""
    rows, onward = answers.items(here, asked.model_copy(update={"collapse": "story"}))
    with here.store.read() as c:
        made, told = _core(c, here, asked) if by_company else ([], set[int]())
        others = detail.story_rows(c, [ident for ident, _ in rows], here.names)
        others = page_queries.dated(c, [story for story in others if story["id"] not in told])
        whole = [story for part in made for story in part.stories] + others
        shown = {story["id"]: story for story in cards(c, whole, here.names)}
    return {
        "sections": [
            Section(part.slug, part.name, tuple(shown[story["id"]] for story in part.stories), part.above)
            for part in made
            if part.stories or part.above
        ],
        "quiet": [(part.slug, part.name) for part in made if not (part.stories or part.above)],
        "stories": [shown[story["id"]] for story in others],
        "onward": onward,
    }


def _core(c: Connection, here: State, asked: PagedQuestion) -> tuple[list[Section], set[int]]:
    """The sections of the five, and the ids of the stories they tell."""
    found = {}
    for slug in (slug for slug in CORE if slug in here.names):
        meant = filter_of(
            asked.model_copy(update={"company": [slug], "role": ["about"]}), here.now(), here.known
        )  # fmt: skip
        rows = detail.story_rows(c, query.ids(c, meant, limit=LOOKED_AT), here.names)
        found[slug] = ranked(page_queries.dated(c, rows))
    return sections(found, here.names, EACH)
