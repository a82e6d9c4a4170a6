"""What is asked of the store and what it says, as plain values: the same for REST, pages and assistants."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from chipwire.errors import NotFound
from chipwire.keep import detail, overview, query
from chipwire.keep.db import Connection
from chipwire.serve.cursor import Place
from chipwire.serve.lineage import traced
from chipwire.serve.questions import PagedQuestion, Span, filter_of
from chipwire.serve.state import State

Reading = Callable[[], AbstractContextManager[Connection]]


class Recall(Protocol):
    def __call__(self, asked: query.Filter, *, limit: int, before: int | None) -> list[tuple[int, bytes]] | None: ...


def items(
    here: State, question: PagedQuestion, reading: Reading | None = None, recall: Recall | None = None
) -> tuple[list[tuple[int, bytes]], str | None]:
    """The rows of a page, as (id, wire JSON), newest first, and the cursor of the next one.

    They come from `recall` if it knows them, else are read with `reading`, or as the store usually is.
    """
    place = here.cursors.read(question.cursor, question.name()) if question.cursor else None
    meant = filter_of(question, here.now(), here.known, place)
    before, limit = place.before if place else None, question.limit + 1
    rows = recall(meant, limit=limit, before=before) if recall else None
    if rows is None:
        with (reading or here.store.read)() as c:
            rows = query.page(c, meant, limit=limit, before=before)
    if len(rows) <= question.limit:
        return rows, None
    last = rows[question.limit - 1][0]
    return rows[: question.limit], here.cursors.write(Place(last, meant.since, meant.until), question.name())


def story(here: State, story_id: int) -> dict[str, Any]:
    """A StoryDetail; NotFound when no story ever had that id."""
    with here.store.read() as c:
        found = detail.story(c, story_id, here.names)
    if found is None:
        raise NotFound(f"there is no story {story_id}")
    found["lineage"] = traced(found["items"]) if found["items"] else None
    return found


def company(here: State, slug: str, span: Span) -> dict[str, Any]:
    """A CompanyOverview; NotFound when the company is not tracked."""
    known = here.options.companies.get(slug)
    if known is None:
        raise NotFound(f"there is no company {slug!r}; /v1/companies lists them")
    since, until = span.closed(here.now())
    with here.store.read() as c:
        found = overview.company(c, slug, since, until)
    for other in found["related"]:
        other["name"] = here.names.get(other["slug"], other["slug"])
    facts = known.model_dump(include={"slug", "name", "country", "tickers", "names"})
    return {**facts, "since": since, "until": until, **found}
