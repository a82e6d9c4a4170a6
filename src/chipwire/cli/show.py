"""Commands that look into the store: items, search, stories, companies, feedback."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chipwire.cli import wiring
from chipwire.cli.output import rows
from chipwire.cli.service import Json, Store_

if TYPE_CHECKING:
    from chipwire.config import Settings
    from chipwire.serve.questions import Known, Question

Many = Annotated[list[str] | None, typer.Option(help="Repeat for AND, separate by commas for OR.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")]
Since = Annotated[str | None, typer.Option(help="A time, a date, or 24h, 7d.")]
Everything = Annotated[bool, typer.Option("--all", help="Also what is neither semiconductor nor AI news.")]


def register(app: typer.Typer) -> None:
    for command in (items, search, stories, companies, feedback):
        app.command()(command)


def items(
    company: Many = None, topic: Many = None, lang: Many = None, feed: Many = None, kind: Many = None,
    story: Many = None, role: Annotated[list[str] | None, typer.Option(help="about or mention.")] = None,
    q: Annotated[str | None, typer.Option(help="Words, \"phrases\", OR, -not, prefix*, title:word.")] = None,
    since: Since = None, until: Since = None,
    collapse: Annotated[bool, typer.Option("--collapse", help="One item of each story.")] = False,
    limit: Limit = 50, everything: Everything = False, store: Store_ = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Items, newest first, filtered as over REST."""
    given = {
        "company": company, "topic": topic, "lang": lang, "feed": feed, "kind": kind, "story": story, "role": role,
        "q": q, "since": since, "until": until, "collapse": "story" if collapse else None,
    }  # fmt: skip
    _items({name: value for name, value in given.items() if value is not None}, limit, store, as_json, everything)


def search(
    q: Annotated[str, typer.Argument(help="Words, \"phrases\", OR, -not, prefix*, title:word.")],
    limit: Limit = 20, store: Store_ = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Full-text search in every script, newest first.

    In all that was stored, also what is neither semiconductor nor AI news.
    """
    _items({"q": q}, limit, store, as_json, everything=True)


def stories(
    company: Annotated[str | None, typer.Option(help="Only stories on this company.")] = None,
    limit: Limit = 20, everything: Everything = False, store: Store_ = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Stories, the one with the newest item first."""
    from chipwire.enrich.lookup.glossary import Glossary
    from chipwire.errors import BadQuery
    from chipwire.keep.news import stories as keep
    from chipwire.keep.queries import detail
    from chipwire.serve.questions import not_known

    loaded = wiring.settings(store)
    known = Glossary.load(loaded.data).companies
    if company is not None and company not in known:
        raise BadQuery(not_known("company", company, known), parameter="company", place=0)
    with wiring.opened(loaded) as opened, opened.read() as c:
        found = keep.page(c, limit=limit, company=company, relevant=None if everything else True)
    rows(
        ["id", "last_seen", "n_outlets", "languages", "companies", "title"],
        [
            _flat(detail.story_wire(story.model_dump(), {k: one.name for k, one in known.items()}), as_json)
            for _, story in found
        ],
        as_json=as_json,
    )


def companies(store: Store_ = None, as_json: Json = False) -> None:
    """The companies that are tracked.

    With how many items are about or mention each.
    """
    from chipwire.enrich.lookup.glossary import Glossary
    from chipwire.keep.queries import counts

    loaded = wiring.settings(store)
    known = Glossary.load(loaded.data).companies
    with wiring.opened(loaded) as opened, opened.read() as c:
        counted = counts.companies(c)
    rows(
        ["slug", "name", "about", "mention"],
        [
            {"slug": slug, "name": one.name, **counted.get(slug, {"about": 0, "mention": 0})}
            for slug, one in known.items()
        ],
        as_json=as_json,
    )


def feedback(limit: Limit = 50, store: Store_ = None, as_json: Json = False) -> None:
    """What was said to be wrong with items, newest first.

    Over REST, to be reviewed: aliases and cues in data/ are what to mend.
    """
    from chipwire.keep.people import feedback as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        cases = keep.listing(c, limit)
    rows(["id", "at", "item_id", "kind", "slug", "note", "title", "url"], cases, as_json=as_json)


def _items(given: dict[str, Any], limit: int, store: Path | None, as_json: bool, everything: bool) -> None:
    import orjson
    from pydantic import ValidationError

    from chipwire import clock
    from chipwire.errors import BadQuery
    from chipwire.keep.queries import query
    from chipwire.keep.sources import feeds
    from chipwire.serve.questions import Question, filter_of

    loaded = wiring.settings(store)
    try:
        asked = Question.model_validate({**given, "relevance": "all" if everything else "default"})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadQuery(f"{first['loc'][0]}: {first['msg']}", parameter=str(first["loc"][0])) from error
    with wiring.opened(loaded) as opened, opened.read() as c:
        meant = filter_of(asked, clock.now(), _known(loaded, asked, feeds.ids(c)))
        found = query.page(c, meant, limit=limit)
    shown = [orjson.loads(wire) for _, wire in found]
    rows(
        ["id", "published", "lang", "companies", "title", "url"],
        [_flat(item, as_json) for item in shown],
        as_json=as_json,
    )


def _known(loaded: "Settings", asked: "Question", feeds: frozenset[str]) -> "Known":
    """What names there are; files in data/ are read only when a name was given."""
    from chipwire.enrich.lookup.glossary import Glossary
    from chipwire.enrich.topics import Topics
    from chipwire.serve.questions import Known

    companies = Glossary.load(loaded.data).companies if asked.company else ()
    topics = Topics.load(loaded.data).all if asked.topic else ()
    return Known(companies, topics, feeds)


def _flat(value: dict[str, Any], as_json: bool) -> dict[str, Any]:
    """For people: companies as slugs, those it is about first."""
    if as_json:
        return value
    tags = value["companies"]
    pairs = tags.items() if isinstance(tags, dict) else ((tag["slug"], tag["role"]) for tag in tags)
    return {**value, "companies": [slug for slug, _ in sorted(pairs, key=lambda pair: pair[1] != "about")]}
