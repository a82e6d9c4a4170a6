"""Stories by company, as the front page and the page of a day show them: the five first, then all others."""

from itertools import chain
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
    listed = [ident for ident, _ in rows]
    with here.store.read() as c:
        mine = _newest(c, here, asked) if by_company else {}
        of = detail.stories_of(c, [*listed, *chain(*mine.values())], here.names)
        of = dict(zip(of, page_queries.dated(c, list(of.values())), strict=True))
        best = {slug: ranked(of[ident] for ident in ids if ident in of) for slug, ids in mine.items()}
        made, told = sections(best, here.names, EACH)
        others = [of[ident] for ident in listed if ident in of and of[ident]["id"] not in told]
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


def _newest(c: Connection, here: State, asked: PagedQuestion) -> dict[str, list[int]]:
    """Ids of the newest items about each of the five."""
    found = {}
    for slug in (slug for slug in CORE if slug in here.names):
        about = asked.model_copy(update={"company": [slug], "role": ["about"]})
        found[slug] = query.ids(c, filter_of(about, here.now(), here.known), limit=LOOKED_AT)
    return found
