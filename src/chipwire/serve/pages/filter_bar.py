"""The filter bar: what its address means, the same state as links to the API, and what it offers to choose."""

import re
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from pydantic import ValidationError

from chipwire.errors import BadQuery
from chipwire.serve.pages import formatting
from chipwire.serve.pages.frame import CORE
from chipwire.serve.questions import PagedQuestion
from chipwire.serve.state import State

PERIODS = {"24h": "last 24 hours", "7d": "last 7 days", "30d": "last 30 days", "365d": "last year"}
BAR = ("company", "topic", "lang", "since", "q")
_LISTS = frozenset(("company", "role", "topic", "lang", "feed", "kind", "story"))
_FIELDS = frozenset(PagedQuestion.model_fields) - {"limit", "collapse"}
_LONGEST = 2000
_WORD = re.compile(r'(?P<not>-|NOT\s+)?(?:title:)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+))')
_SHORTEST, _NEAR = 2, 0.75
"""Letters of a name's beginning that are taken for the name; how like a name a slip of the keys is (difflib)."""


def given(request: Request) -> list[tuple[str, str]]:
    """The parameters that mean something here, as they came, without empty ones."""
    return [(name, value) for name, value in request.query_params.multi_items() if name in _FIELDS and value.strip()]


def untidy(request: Request) -> str | None:
    """Where a form that was sent with empty fields leads: the same address without them; None when it is tidy."""
    if all(value.strip() for value in request.query_params.values()):
        return None
    return request.url.path + tail(given(request))


def question(request: Request, limit: int) -> PagedQuestion:
    """What the address asks for; BadQuery when a value is of the wrong form."""
    values: dict[str, Any] = {"limit": limit}
    for name, value in given(request):
        if name in _LISTS:
            values.setdefault(name, []).append(value)
        else:
            values[name] = value[:_LONGEST]
    try:
        return PagedQuestion.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise BadQuery(f"{name}: {first['msg']}", parameter=name, place=0) from error


def tail(pairs: list[tuple[str, str]], **more: str) -> str:
    """'?company=…' for these parameters, or nothing."""
    every = [(name, value) for name, value in pairs if name not in more] + [(n, v) for n, v in more.items() if v]
    return "?" + urlencode(every, safe=",:") if every else ""


def links(request: Request) -> dict[str, str]:
    """The same question, asked of the API in each format."""
    return addresses(tail([(name, value) for name, value in given(request) if name != "cursor"]))


def addresses(same: str) -> dict[str, str]:
    """Where the API answers a question, given as its '?…', in each format; CSV for a spreadsheet."""
    table = f"{same}{'&' if same else '?'}bom=true"
    return {
        "stories (JSON)": f"/v1/stories{same}",
        "reports (JSON)": f"/v1/items{same}",
        "Atom": f"/v1/items.atom{same}",
        "JSON Feed": f"/v1/items.jsonfeed{same}",
        "CSV": f"/v1/items.csv{table}",
        "figures": f"/v1/items/figures.csv{table}",
    }


def shown(request: Request, here: State, langs: list[str]) -> dict[str, Any]:
    """What the bar's template takes; `langs` are the languages that the store holds."""
    bar = chosen(request)
    return {
        "choices": choices(here, langs),
        "chosen": bar,
        "narrowed": narrowed(here, bar),
        "beyond": beyond(request),
        "links": links(request),
        **followed(here, bar["q"]),
    }


def terms(q: str) -> list[str]:
    """The words and phrases that are wanted, as plain text, longest first."""
    found = [m["phrase"] or m["word"] or "" for m in _WORD.finditer(q) if not m["not"]]
    wanted = {word.rstrip("*").casefold() for word in found if word not in ("OR", "AND", "NOT")}
    return sorted((word for word in wanted if word), key=len, reverse=True)


def followed(here: State, q: str) -> dict[str, list[str]]:
    """Slugs of the companies that words name, in whatever language: `named`, or `near` where a letter is wrong.

    Words find what is written in one language; a company's page has the reports of all.
    """
    spelt = {
        spelling.casefold(): slug
        for slug, company in here.options.companies.items()
        for spelling in (slug, company.name, *company.names.values())
    }
    wanted = [word for word in terms(q) if len(word) >= _SHORTEST]
    named = {slug for word in wanted for spelling, slug in spelt.items() if spelling.startswith(word)}
    like = {spelt[one] for word in wanted for one in get_close_matches(word, spelt, 1, _NEAR)}
    order = list(here.options.companies)
    return {"named": sorted(named, key=order.index), "near": sorted(like - named, key=order.index)}


def narrowed(here: State, bar: dict[str, str]) -> list[str]:
    """What is chosen beside words, by its name: a narrow window shows it where the choices are folded away."""
    topic = here.options.topics.get(bar["topic"])
    named = (
        here.names.get(bar["company"], bar["company"]),
        topic.name if topic else bar["topic"],
        formatting.language(bar["lang"]) if bar["lang"] else "",
        PERIODS.get(bar["since"], bar["since"]),
    )
    return [name for name in named if name]


def choices(here: State, langs: list[str]) -> dict[str, Any]:
    """What the bar offers: the five first, all companies by name, topics, the languages that the store holds."""
    companies = sorted(here.names.items(), key=lambda pair: pair[1].casefold())
    return {
        "five": [(slug, here.names[slug]) for slug in CORE if slug in here.names],
        "companies": [(slug, name) for slug, name in companies if slug not in CORE],
        "topics": sorted(((t.slug, t.name) for t in here.options.topics.values()), key=lambda pair: pair[1]),
        "langs": langs,
        "periods": PERIODS,
    }


def chosen(request: Request) -> dict[str, str]:
    """What the bar shows as chosen, whether it makes sense or not."""
    return dict.fromkeys(BAR, "") | dict(reversed([(n, v) for n, v in given(request) if n in BAR]))


def beyond(request: Request) -> list[tuple[str, str, str]]:
    """What is asked beyond the bar, as (name, value, address without it)."""
    pairs, seen, found = [pair for pair in given(request) if pair[0] != "cursor"], set[str](), []
    for number, (name, value) in enumerate(pairs):
        if name not in BAR or name in seen:
            found.append((name, value, request.url.path + tail(pairs[:number] + pairs[number + 1 :])))
        seen.add(name)
    return found
