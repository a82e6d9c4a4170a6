"""/stories/{id}: how one event was told: a picture of its lineage, its figures, who claims and who denies."""

from typing import Any

from fastapi import APIRouter, Request, Response

from chipwire.domain import as_it_stands
from chipwire.domain.boilerplate import shifted, without
from chipwire.enrich.stories.lineage import Lineage, trace
from chipwire.errors import NotFound
from chipwire.keep.queries import detail, gist, page_queries
from chipwire.serve import charts, outputs
from chipwire.serve.api.stories import StoryId
from chipwire.serve.lineage import as_told, out
from chipwire.serve.pages import formatting, statements
from chipwire.serve.pages.frame import page
from chipwire.serve.pages.highlights import in_text, in_title, marked
from chipwire.serve.state import state

router = APIRouter()
SHOWN = 120
"""Reports on one page; the API has them all."""
OPENING, BEGINNING = 520, 280
"""How wide the beginning of the leading report's text is, and that of the others, in Latin letters."""


@router.get("/stories/{story_id}")
def story(request: Request, story_id: StoryId) -> Response:
    """One story; an id that was merged leads to the story that took it in."""
    here = state(request)
    with here.store.read() as c:
        found = detail.story(c, story_id, here.names)
        if found is None:
            raise NotFound(f"There is no story {story_id}.")
        if found["id"] != story_id:
            return Response(status_code=301, headers={"location": f"/stories/{found['id']}"})
        out_at = out(found["items"][:SHOWN])
        reports = sorted(found["items"][:SHOWN], key=lambda report: out_at[report["id"]])
        told = page_queries.told(c, [report["id"] for report in reports])
        near = [*page_queries.sequels(c, found), *([found["follows"]] if found["follows"] else [])]
        beside = page_queries.names_of_stories(c, near)
    lineage = trace([as_told(report) for report in reports]) if reports else None
    lead = as_it_stands(found["origin_item"], ((r["id"], r["copy_of"], as_told(r).outlet) for r in found["items"]))
    shown = [
        _shown({**r, **told[r["id"]], "at": out_at[r["id"]]}, here.names, lineage, lead)
        for r in reports
        if r["id"] in told
    ]
    claims = statements.claims(shown, here.names)
    return page(
        request,
        "story.html",
        title=found["title"] or f"Story {story_id}",
        description=_description(found),
        story={**found, "at": max((report["at"] for report in shown), default=found["last_seen"])},
        lead=next((report for report in shown if report["id"] == lead), None),
        first=next((report for report in shown if lineage and report["id"] == lineage.origin), None),
        reports=shown,
        left_out=len(found["items"]) - len(shown),
        lineage=lineage,
        picture=charts.lineage([_dot(report) for report in shown], _reach(found)) if len(shown) > 1 else "",
        key=charts.key(),
        figures=statements.figures(shown),
        claims=claims,
        stands=statements.stands(claims),
        follows=[one for one in beside if one["id"] == found["follows"]],
        sequels=[one for one in beside if one["id"] != found["follows"]],
        feeds=[(f"/v1/items.atom?story={found['id']}", "chipwire: this story (Atom)")],
    )


def _shown(report: dict[str, Any], names: dict[str, str], lineage: Lineage | None, lead: int) -> dict[str, Any]:
    """A report with its kind, how long after the first it was out, and the beginning of its text, marked.

    Of the one that leads the page more of the text.
    """
    opens = lineage is not None and lineage.origin == report["id"]
    adverts = report["boilerplate"]
    text = without(report["text"].replace("\n", " "), adverts)
    if not text.strip():
        text = outputs.plain(gist.beside(report["summary"], report["text"]))
    text = formatting.excerpt(text, OPENING if report["id"] == lead else BEGINNING)
    spans = [
        span._replace(start=shifted(span.start, adverts), end=shifted(span.end, adverts))
        for span in in_text(report, report["title"], names)
    ]
    return {
        **report,
        "kind": "origin" if opens else "copy" if report["copy_of"] else report["link"],
        "lag": (report["at"] - lineage.languages[0].at).total_seconds() if lineage else 0,
        "marks": in_title(report, names),
        "said": marked(text, spans) if text.strip() not in ("", report["title"]) else [],
    }


def _dot(report: dict[str, Any]) -> charts.Dot:
    return charts.Dot(
        key=report["id"],
        lane=report["lang"],
        lane_name=formatting.language(report["lang"]),
        at=report["at"],
        kind=report["kind"],
        label=report["feed"]["title"] or as_told(report).outlet,
        of=report["copy_of"],
    )


def _description(found: dict[str, Any]) -> str:
    names = ", ".join(company["name"] for company in found["companies"][:5])
    return _reach(found) + (f" on {names}." if names else ".")


def _reach(found: dict[str, Any]) -> str:
    """'7 reports in 6 languages'."""
    return (
        f"{formatting.plural(found['n_items'], 'report')} in {formatting.plural(len(found['languages']), 'language')}"
    )
