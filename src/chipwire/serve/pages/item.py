"""/items/{id}: one report as the feed gave it, with everything that was read out of it marked in its text."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from chipwire.errors import NotFound
from chipwire.keep.queries import detail, page_queries
from chipwire.serve import outputs
from chipwire.serve.api.items import ItemId
from chipwire.serve.pages.frame import page
from chipwire.serve.pages.highlights import adverts, in_text, in_title, marked, meaning, paragraphs, speaker
from chipwire.serve.state import state

router = APIRouter()


@router.get("/items/{item_id}")
def item(request: Request, item_id: ItemId) -> Response:
    """One report."""
    here = state(request)
    with here.store.read() as c:
        found = detail.item(c, item_id)
        if found is None:
            raise NotFound(f"There is no report {item_id}.")
        told = page_queries.told(c, [item_id])[item_id]
        story = page_queries.names_of_stories(c, [found["story"]] if found["story"] else [])
    spans = [*in_text(told, found["title"], here.names), *adverts(told)]
    text = found["text"] or outputs.plain(found["summary"])
    return page(
        request,
        "item.html",
        title=found["title"] or found["url"],
        description=outputs.plain(found["summary"])[:200],
        item=found,
        story=story[0] if story else None,
        reasons=_reasons(found["evidence"]),
        title_marks=in_title(told, here.names),
        text=paragraphs(marked(text, spans)),
        figures=[{**figure, "meaning": meaning(figure)} for figure in told["figures"]],
        claims=[{**claim, "who": speaker(claim, here.names)} for claim in told["claims"]],
        robots="noindex",
    )


def _reasons(evidence: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each word that speaks for a company once, with where it stands and how often; company by company."""
    found: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    for one in evidence:
        of_company = found.setdefault(one["slug"], {})
        row = of_company.setdefault((one["alias"], one["rule"]), {**one, "zones": [], "times": 0})
        row["times"] += 1
        row["zones"] += [] if one["zone"] in row["zones"] else [one["zone"]]
    return [row for of_company in found.values() for row in of_company.values()]
