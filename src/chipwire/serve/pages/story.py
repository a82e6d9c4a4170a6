"""/stories/{id}: how one event was told: a picture of its lineage, its figures, who claims and who denies."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from chipwire.enrich.lineage import trace
from chipwire.errors import NotFound
from chipwire.keep import detail, reading_room
from chipwire.serve import charts
from chipwire.serve.api.stories import StoryId
from chipwire.serve.lineage import as_told
from chipwire.serve.pages import telling
from chipwire.serve.pages.frame import page
from chipwire.serve.pages.marks import in_title, meaning, speaker
from chipwire.serve.state import State, state

router = APIRouter()
SHOWN = 120
"""Reports on one page; the API has them all."""


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
        reports = sorted(found["items"][:SHOWN], key=lambda report: as_told(report).at)
        told = reading_room.told(c, [report["id"] for report in reports])
        near = [*reading_room.sequels(c, found), *([found["follows"]] if found["follows"] else [])]
        beside = reading_room.names_of_stories(c, near)
    lineage = trace([as_told(report) for report in reports]) if reports else None
    return page(
        request,
        "story.html",
        title=found["title"] or f"Story {story_id}",
        description=_description(found),
        story={**found, "at": _latest(reports, found)},
        reports=[{**r, "marks": in_title(told[r["id"]], here.names)} for r in reports if r["id"] in told],
        left_out=len(found["items"]) - len(reports),
        lineage=lineage,
        picture=charts.lineage([_dot(here, r) for r in reports]) if len(reports) > 1 else "",
        key=charts.key(),
        figures=_figures(reports, told),
        claims=_claims(reports, told, here.names),
        follows=[one for one in beside if one["id"] == found["follows"]],
        sequels=[one for one in beside if one["id"] != found["follows"]],
        feeds=[(f"/v1/items.atom?story={found['id']}", "chipwire: this story (Atom)")],
    )


def _dot(here: State, report: dict[str, Any]) -> charts.Dot:
    told = as_told(report)
    return charts.Dot(
        key=report["id"],
        lane=report["lang"],
        lane_name=telling.language(report["lang"]),
        at=told.at,
        kind="copy" if report["copy_of"] else report["link"],
        label=report["feed"]["title"] or told.outlet,
        of=report["copy_of"],
    )


def _description(found: dict[str, Any]) -> str:
    names = ", ".join(company["name"] for company in found["companies"][:5])
    return f"{telling.plural(found['n_items'], 'report')} in {telling.plural(len(found['languages']), 'language')}" + (
        f" on {names}." if names else "."
    )


def _figures(reports: list[dict[str, Any]], told: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Each amount once, with the words of the first report and how many reports have it; most reported first."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for report in reports:
        for figure in told.get(report["id"], {}).get("figures", []):
            key = (figure["unit"], figure["value_low"], figure["value_high"])
            row = found.setdefault(key, {"meaning": meaning(figure), "figure": figure, "reports": [], "report": report})
            if report["id"] not in row["reports"]:
                row["reports"].append(report["id"])
    return sorted(found.values(), key=lambda row: -len(row["reports"]))


def _claims(
    reports: list[dict[str, Any]], told: dict[int, dict[str, Any]], names: dict[str, str]
) -> list[dict[str, Any]]:
    """Who claims, denies or will not comment: the earliest wording of each, with the others beside it."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    seen = set[str]()
    for report in reports:
        for claim in told.get(report["id"], {}).get("claims", []):
            words = " ".join(claim["text"].split()).casefold()
            if words not in seen:
                seen.add(words)
                quote = {"text": claim["text"], "report": report}
                row = found.setdefault((claim["kind"], claim["speaker"] or ""), {**claim, "quotes": []})
                row["who"] = speaker(claim, names)
                row["quotes"].append(quote)
    order = ("claim", "denial", "no-comment")
    return sorted(found.values(), key=lambda row: order.index(row["kind"]))


def _latest(reports: list[dict[str, Any]], found: dict[str, Any]) -> datetime:
    last: datetime = found["last_seen"]
    return max((as_told(report).at for report in reports), default=last)
