"""Commands that look into the store: items, search, stories, companies."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from chipwire.cli import wiring
from chipwire.cli.output import rows
from chipwire.cli.service import Json, Store_
from chipwire.errors import BadQuery

Many = Annotated[list[str] | None, typer.Option(help="Repeat for AND, separate by commas for OR.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")]
Since = Annotated[str | None, typer.Option(help="A time, a date, or 24h, 7d.")]
Everything = Annotated[bool, typer.Option("--all", help="Also what is neither semiconductor nor AI news.")]


def register(app: typer.Typer) -> None:
    for command in (items, search, stories, companies):
        app.command()(command)


def items(
    company: Many = None, topic: Many = None, lang: Many = None, feed: Many = None,
    role: Annotated[str | None, typer.Option(help="about or mention.")] = None,
    q: Annotated[str | None, typer.Option(help="Words, \"phrases\", OR, -not, prefix*, title:word.")] = None,
    since: Since = None, until: Since = None, limit: Limit = 50, everything: Everything = False,
    store: Store_ = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Items, newest first, filtered as over REST."""
    _items(
        q, limit, store, as_json,
        companies=_groups(company), topics=_groups(topic), langs=_groups(lang), feeds=_groups(feed),
        roles=(role,) if role else (), since=_at(since), until=_at(until, "until"), relevant_only=not everything,
    )  # fmt: skip


def search(
    q: Annotated[str, typer.Argument(help="Words, \"phrases\", OR, -not, prefix*, title:word.")],
    limit: Limit = 20, everything: Everything = True, store: Store_ = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Full-text search in every script, newest first."""
    _items(q, limit, store, as_json, relevant_only=not everything)


def stories(
    company: Annotated[str | None, typer.Option(help="Only stories on this company.")] = None,
    limit: Limit = 20, everything: Everything = False, store: Store_ = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Stories, the one with the newest item first."""
    from chipwire.keep import stories as keep

    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        found = keep.page(c, limit=limit, company=company, relevant=None if everything else True)
    rows(
        ["id", "last_seen", "n_outlets", "languages", "companies", "title"],
        [_flat(story.model_dump(mode="json"), as_json) for _, story in found],
        as_json=as_json,
    )


def companies(store: Store_ = None, as_json: Json = False) -> None:
    """The companies that are tracked and how many items are about or mention each."""
    from chipwire.enrich.tagger import Tagger
    from chipwire.keep import overview

    loaded = wiring.settings(store)
    known = Tagger.load(loaded.data).companies
    with wiring.opened(loaded) as opened, opened.read() as c:
        counts = overview.counts(c)
    rows(
        ["slug", "name", "about", "mention"],
        [
            {"slug": slug, "name": one.name, **counts.get(slug, {"about": 0, "mention": 0})}
            for slug, one in known.items()
        ],
        as_json=as_json,
    )


def _items(q: str | None, limit: int, store: Any, as_json: bool, **filters: Any) -> None:
    import orjson

    from chipwire.keep import query
    from chipwire.keep.expression import parse

    words = parse(q) if q else None
    with wiring.opened(wiring.settings(store)) as opened, opened.read() as c:
        found = query.page(c, query.Filter(words=words, **filters), limit=limit)
    shown = [orjson.loads(wire) for _, wire in found]
    rows(
        ["id", "published", "lang", "companies", "title", "url"],
        [_flat(item, as_json) for item in shown],
        as_json=as_json,
    )


def _flat(value: dict[str, Any], as_json: bool) -> dict[str, Any]:
    """For people: companies as slugs, those it is about first."""
    if as_json:
        return value
    tags = value["companies"]
    pairs = tags.items() if isinstance(tags, dict) else ((tag["slug"], tag["role"]) for tag in tags)
    return {**value, "companies": [slug for slug, _ in sorted(pairs, key=lambda pair: pair[1] != "about")]}


def _groups(values: Iterable[str] | None) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.strip() for part in value.split(",") if part.strip()) for value in values or ())


def _at(text: str | None, parameter: str = "since") -> datetime | None:
    return None if text is None else moment(text, parameter)


def moment(text: str, parameter: str = "since") -> datetime:
    """`24h`, `7d`, a date or a time (UTC unless it says otherwise)."""
    from chipwire import clock

    units = {"h": timedelta(hours=1), "d": timedelta(days=1)}
    try:
        if text[:-1].isdigit() and text[-1] in units:
            return clock.now() - int(text[:-1]) * units[text[-1]]
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise BadQuery(f"{text} is neither a time, a date, nor like 24h or 7d", parameter=parameter) from error
    return found if found.tzinfo else found.replace(tzinfo=clock.now().tzinfo)
