"""From the parameters of a request to a filter: what is unknown or impossible is refused by name, never ignored."""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field

from chipwire.domain import FeedKind
from chipwire.domain.language import NO_LANGUAGE, ranged
from chipwire.errors import BadQuery
from chipwire.keep.queries.expression import LONGEST, parse
from chipwire.keep.queries.query import Filter
from chipwire.serve import parameters
from chipwire.serve.cursor import Place

_MANY = "Repeat for AND, separate by commas for OR."
FEW = 16
"""Known words that a message names all of."""
USUAL = timedelta(days=30)
_FIRST = datetime.min.replace(tzinfo=UTC)
KINDS = {kind.replace(" ", "-"): kind for kind in get_args(FeedKind)}


def _many(what: str, *examples: str) -> list[str]:
    shown = [[*examples]] if examples else None
    found: list[str] = Field(default_factory=list, max_length=20, description=f"{what} {_MANY}", examples=shown)
    return found


class Question(BaseModel, extra="forbid"):
    """Which items are meant; shared by every list, format and feed of them."""

    company: list[str] = _many("Slug of a company (/v1/companies).", "bytedance,alibaba", "samsung")
    role: Annotated[
        list[str], Field(max_length=2, description="`about` or `mention`: the role that the companies must have.")
    ] = Field(default_factory=list, examples=[["about"]])
    topic: list[str] = _many("Slug of a topic (/v1/topics).", "ai,foundry")
    lang: list[str] = _many("Language of the item, BCP 47; zh means zh-Hans and zh-Hant.", "id,en")
    feed: list[str] = _many("Id of the feed that had it first (/v1/feeds).", "kabar-silikon,chip-courier")
    kind: list[str] = _many(f"Kind of that feed: {', '.join(KINDS)}.", "trade-press,general-press")
    story: list[str] = _many("Id of a story, or one it had before.")
    q: str | None = Field(
        None,
        description='Words in title and text: AND by default, `OR`, `-not`, `"a phrase"`, `prefix*`, `title:word`, '
        f"parentheses; at most {LONGEST} characters. Simplified and traditional Chinese find each other, as do "
        "spellings of an Arabic word.",
        examples=['seedchip OR "cip inferensi" -recipe'],
    )
    since: str | None = Field(
        None,
        description="First seen then or later: a time or a date (UTC without an offset), or an age (24h, 7d).",
        examples=["7d"],
    )
    until: str | None = Field(None, description="First seen before that, as `since`; a date means to its end.")
    relevance: Literal["default", "all"] = Field(
        "default", description="`all` shows news of other subjects too.", examples=["default"]
    )
    collapse: Literal["none", "story"] = Field(
        "none",
        description="`story` shows one item of each story: the earliest that meets the filters.",
        examples=["none"],
    )

    def moves(self) -> bool:
        """Does the answer change with the clock alone?"""
        return parameters.is_relative(self.since) or parameters.is_relative(self.until)

    def name(self) -> str:
        """The same text for the same question; what a cursor is bound to."""
        return self.model_dump_json(exclude={"limit", "cursor", "bom"}, exclude_defaults=True)


class PagedQuestion(Question):
    limit: int = Field(50, ge=1, le=500, description="Rows on a page.", examples=[10])
    cursor: str | None = Field(None, max_length=400, description="`next` of the page before.")


class WholeQuestion(Question):
    """Everything that is meant, unless a limit is given."""

    limit: int | None = Field(None, ge=1, le=2**31, description="Rows at most; without it all.", examples=[10])
    cursor: str | None = Field(None, max_length=400, description="`next` of a page: go on below it.")


class TableQuestion(WholeQuestion):
    bom: bool = Field(
        False, description="Begin with a byte order mark, by which Excel knows that it is UTF-8.", examples=[True]
    )


class VolumeQuestion(Question):
    """The same items, to be counted; the last 30 days where no `since` is given."""


class Span(BaseModel, extra="forbid"):
    """A span of time, by when items were first seen."""

    since: str | None = Field(None, description="From then on: a time, a date, or an age (24h, 7d).", examples=["7d"])
    until: str | None = Field(None, description="Up to then, as `since`; a date means to its end.")

    def moves(self) -> bool:
        """Does the answer change with the clock alone?"""
        return parameters.is_relative(self.since) or parameters.is_relative(self.until)

    def times(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """As aware UTC, None for no bound; BadQuery when there is nothing between them."""
        since, until = times(self, now)
        _begun(since, until or now)
        return since, until

    def closed(self, now: datetime) -> tuple[datetime, datetime]:
        """The same with both bounds: up to now, and the last 30 days of that."""
        return closed(self, now)


@dataclass(frozen=True)
class Known:
    """What companies, topics and feeds there are; where there are none, any name will do."""

    companies: Collection[str]
    topics: Collection[str]
    feeds: Collection[str] = ()


def times(question: Question | Span, now: datetime) -> tuple[datetime | None, datetime | None]:
    """since and until as times; BadQuery when nothing can lie between them."""
    since = parameters.moment(question.since, now, "since") if question.since else None
    until = parameters.moment(question.until, now, "until") if question.until else None
    if since and until and since > until:
        raise BadQuery("since is later than until", parameter="since", place=0)
    return since, until


def closed(question: Question | Span, now: datetime) -> tuple[datetime, datetime]:
    """since and until as times: up to now, and the last 30 days of that, where the question says nothing else."""
    since, until = times(question, now)
    until = until or now
    _begun(since, until)
    return since or max(until, _FIRST + USUAL) - USUAL, until


def _begun(since: datetime | None, until: datetime) -> None:
    if since and since > until:
        raise BadQuery("since is later than now", parameter="since", place=0)


def filter_of(question: Question, now: datetime, known: Known, place: Place | None = None) -> Filter:
    """The filter that is meant, as of `now` or as of the page that `place` comes from; BadQuery says what is wrong."""
    since, until = (place.since, place.until) if place else times(question, now)
    return Filter(
        companies=_checked("company", question.company, known.companies),
        roles=_one_group("role", question.role, ("about", "mention")),
        topics=_checked("topic", question.topic, known.topics),
        langs=parameters.groups(question.lang, _language),
        feeds=_checked("feed", question.feed, known.feeds),
        kinds=tuple(
            tuple(KINDS[k] for k in group)
            for group in _checked("kind", [k.replace(" ", "-") for k in question.kind], KINDS)
        ),
        words=parse(question.q) if question.q and question.q.strip() else None,
        since=since,
        until=until,
        stories=parameters.groups(question.story, _story),
        relevant_only=question.relevance == "default",
        collapse=question.collapse == "story",
    )


def _checked(parameter: str, written: list[str], known: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """The groups of a parameter whose values are known words; an empty `known` lets all through."""

    def read(part: str, place: int) -> str:
        if known and part not in known:
            raise BadQuery(not_known(parameter, part, known), parameter=parameter, place=place)
        return part

    return parameters.groups(written, read)


def not_known(what: str, word: str, known: Iterable[str]) -> str:
    """The message about a word that is none of the known companies, topics or the like (`what`)."""
    return f"{what} {word[:60]!r} is not known{did_you_mean(word, known)}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown word."""
    words = sorted(known)
    near = difflib.get_close_matches(word.lower(), words, 1, cutoff=0.65)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; known are {', '.join(words)}" if 0 < len(words) <= FEW else ""


def _one_group(parameter: str, values: list[str], known: Collection[str]) -> tuple[str, ...]:
    """A parameter that an item has one of: AND of two different values finds nothing, so their common part counts."""
    groups = _checked(parameter, values, known)
    common = set.intersection(*(set(group) for group in groups)) if groups else set()
    if groups and not common:
        raise BadQuery(f"no tag has two values of {parameter} at once", parameter=parameter, place=0)
    return tuple(sorted(common))


def _story(part: str, place: int) -> int:
    if not (part.isascii() and part.isdigit() and len(part) < 19):
        raise BadQuery(f"{part[:40]!r} is not an id", parameter="story", place=place)
    return int(part)


def _language(part: str, place: int) -> str:
    if (found := ranged(part)) is None:
        raise BadQuery(f"lang {part[:60]!r} {NO_LANGUAGE}", parameter="lang", place=place)
    return found
