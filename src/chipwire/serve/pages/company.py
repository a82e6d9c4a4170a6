"""/companies and /companies/{slug}: how much is told of each company, and everything around one of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request, Response

from chipwire.errors import NotFound
from chipwire.keep.news import stories
from chipwire.keep.queries import detail, page_queries
from chipwire.serve import charts
from chipwire.serve.api.companies import CompanySlug
from chipwire.serve.pages import formatting
from chipwire.serve.pages.cards import cards
from chipwire.serve.pages.frame import CORE, page
from chipwire.serve.state import State, state

router = APIRouter()
LISTED_DAYS, DAYS, MORE = 14, 30, 30
STEADY = timedelta(minutes=10)
"""What surrounds a company is counted anew this often at most."""


@router.get("/companies")
def companies(request: Request) -> Response:
    """Every company with a small picture of the last fortnight; the five first, then those most told of."""
    here = state(request)
    with here.store.read() as c:
        volumes = {slug: page_queries.volume(c, slug, here.now(), LISTED_DAYS) for slug in here.names}
    rows = [_row(here, slug, [by_lang.total() for _, by_lang in volume]) for slug, volume in volumes.items()]
    rows.sort(key=lambda row: (CORE.index(row["slug"]) if row["slug"] in CORE else len(CORE), -row["items"]))
    return page(
        request,
        "companies.html",
        lasts=STEADY,
        title="Companies",
        description=f"The {len(rows)} companies that chipwire follows, and how much was reported of each.",
        rows=rows,
        days=LISTED_DAYS,
    )


def _row(here: State, slug: str, numbers: Sequence[int]) -> dict[str, Any]:
    company = here.options.companies[slug]
    told = f"{company.name}: {formatting.plural(sum(numbers), 'report')} in {len(numbers)} days"
    return {
        "slug": slug,
        "name": company.name,
        "country": company.country,
        "names": _foreign(company.name, company.names),
        "items": sum(numbers),
        "picture": charts.sparkline(numbers, told),
    }


def _foreign(name: str, names: dict[str, str]) -> list[tuple[str, str]]:
    """(language, name) where it differs from the usual one, each spelling once."""
    once = {other: lang for lang, other in reversed(names.items()) if other != name}
    return [(lang, other) for other, lang in reversed(once.items())]


@router.get("/companies/{slug}")
def company(request: Request, slug: CompanySlug, before: int | None = None) -> Response:
    """One company: volume per day and language, stories by day, who is named with it, who reports most."""
    here = state(request)
    known = here.options.companies.get(slug)
    if known is None:
        if slug.lower() in here.options.companies:
            return Response(status_code=301, headers={"location": f"/companies/{slug.lower()}"})
        raise NotFound(f"No company {slug!r} is followed here.")
    with here.store.read() as c:
        rows = stories.page(c, limit=MORE + 1, before=before, company=slug)
        shown = [detail.story_wire(story.model_dump(), here.names) for _, story in rows[:MORE]]
        shown = cards(c, page_queries.dated(c, shown), here.names)
        around = page_queries.around(c, slug)
        volume = page_queries.volume(c, slug, here.now(), DAYS)
    return page(
        request,
        "company.html",
        title=known.name,
        description=f"News on {known.name}: stories by day, volume by language, related companies, sources.",
        company=known,
        foreign=_foreign(known.name, known.names),
        by_day=_by_day(shown, slug),
        around=around,
        **_picture(known.name, volume),
        older=f"/companies/{slug}?before={rows[MORE - 1][0]}" if len(rows) > MORE else "",
        first_page=before is None,
        feeds=[(f"/v1/items.atom?company={slug}", f"chipwire: {known.name} (Atom)")],
    )


def _by_day(shown: Sequence[dict[str, Any]], slug: str) -> list[tuple[datetime, list[dict[str, Any]]]]:
    """Stories under the day of their newest report, newest day first, those about the company before mentions."""

    def weight(story: dict[str, Any]) -> tuple[Any, ...]:
        about = any(company["slug"] == slug and company["role"] == "about" for company in story["companies"])
        return story["at"].date(), about, story["n_outlets"], story["at"]

    ordered = sorted(shown, key=weight, reverse=True)
    days = [list(each) for _, each in groupby(ordered, lambda story: story["at"].date())]
    return [(stories[0]["at"], stories) for stories in days]


def _picture(name: str, volume: Sequence[tuple[date, Counter[str]]]) -> dict[str, Any]:
    """The volume chart, its key, and the same numbers for those who do not see it."""
    sums = Counter[str]()
    for _, by_lang in volume:
        sums.update(by_lang)
    lanes = sorted(sums, key=lambda lang: (-sums[lang], lang))
    every = sums.total()
    told = f"Reports on {name} a day over {len(volume)} days: {every:,} in all"
    key = [(lang, charts.hue(lang, lanes), sums[lang]) for lang in lanes[: charts.HUES - 1]]
    rest = sum(sums[lang] for lang in lanes[charts.HUES - 1 :])
    numbers = [(day, by_lang) for day, by_lang in reversed(volume) if by_lang]
    return {
        "picture": charts.bars(volume, lanes, told) if every else "",
        **{"key": key, "rest": rest, "every": every, "lanes": lanes, "numbers": numbers},
    }
