"""What is asked of the store and what it says, as plain values: the same for REST, pages and assistants."""

from typing import Any, NamedTuple

from chipwire.errors import BadQuery, NotFound
from chipwire.keep.db import Connection
from chipwire.keep.deadline import deadline
from chipwire.keep.news.days import date_of, day_of, days_of
from chipwire.keep.queries import detail, histogram, overview, query
from chipwire.keep.queries.query import Filter
from chipwire.keep.sql.packed import Rows
from chipwire.serve.cursor import Place
from chipwire.serve.lineage import traced
from chipwire.serve.questions import PagedQuestion, Span, VolumeQuestion, closed, did_you_mean, filter_of
from chipwire.serve.state import State

MOST_DAYS = 3_660
"""Ten years."""
MOST_WORK = 2.0
"""Seconds of processor time that counting may take."""


class Page(NamedTuple):
    """A page of items that is asked for."""

    question: PagedQuestion
    meant: Filter
    before: int | None
    name: str
    """Of the question: what cursors are bound to."""

    @classmethod
    def of(cls, here: State, question: PagedQuestion) -> "Page":
        """BadQuery says what is wrong with the question."""
        name = question.name()
        place = here.cursors.read(question.cursor, name) if question.cursor else None
        meant = filter_of(question, here.now(), here.known, place)
        return cls(question, meant, place.before if place else None, name)

    @property
    def limit(self) -> int:
        """One more than is shown: it tells whether there is another page."""
        return self.question.limit + 1

    def read(self, c: Connection) -> Rows:
        return query.rows(c, self.meant, limit=self.limit, before=self.before)

    def shown(self, here: State, rows: Rows) -> tuple[Rows, str | None]:
        """Of the rows that were read those to show, and the cursor of the next page."""
        if len(rows) < self.limit:
            return rows, None
        rows = rows.without_last()
        return rows, here.cursors.write(Place(rows.last(), self.meant.since, self.meant.until), self.name)


def items(here: State, question: PagedQuestion) -> tuple[Rows, str | None]:
    """The rows of a page and the cursor of the next one."""
    page = Page.of(here, question)
    with here.store.read() as c:
        rows = page.read(c)
    return page.shown(here, rows)


def volume(here: State, question: VolumeQuestion) -> dict[str, Any]:
    """An ItemVolume; BadQuery says what is wrong with the question, TooCostly that it asks for too much."""
    now = here.now()
    since, until = closed(question, now)
    if (number := days_of(since, until)) > MOST_DAYS:
        message = f"at most {MOST_DAYS:,} days are counted at once, and from since on these are {number:,}"
        raise BadQuery(message, parameter="since", place=0)
    meant = filter_of(question, now, here.known)
    with here.store.read() as c, deadline(c, MOST_WORK):
        found = histogram.by_day(c, meant, since, until)
    first = day_of(since)
    days = [{"day": date_of(day), "items": found[day]} for day in range(first, first + number)]
    return {"since": since, "until": until, "items": found.total(), "volume": days}


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
        guess = did_you_mean(slug, here.options.companies)
        raise NotFound(f"there is no company {slug!r}{guess or '; /v1/companies lists them'}")
    since, until = span.closed(here.now())
    with here.overviews, here.store.read() as c:
        found = overview.company(c, slug, since, until)
    related = [{**other, "name": here.names.get(other["slug"], other["slug"])} for other in found["related"]]
    facts = known.model_dump(include={"slug", "name", "country", "tickers", "names"})
    return {**facts, "since": since, "until": until, **found, "related": related}
