"""How a story travelled, for pages and for the API: the items' wire JSON in, `enrich.stories.lineage` over it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chipwire.enrich.stories.lineage import Told, believed, trace


def as_told(report: dict[str, Any]) -> Told:
    """One item of a story as `enrich.stories.lineage` reads it; `report` is the item's wire JSON with its `link`."""
    return Told(
        item_id=report["id"],
        lang=report["lang"],
        url=report["url"],
        feed_id=report["feed"]["id"],
        published=_moment(report["published"]),
        first_seen=datetime.fromisoformat(report["first_seen"]),
        copy_of=report["copy_of"],
        link=report["link"],
    )


def out(reports: Sequence[dict[str, Any]]) -> dict[int, datetime]:
    """When each item of a story was out, by its id; false dates count for nothing."""
    return {told.item_id: told.at for told in believed([as_told(report) for report in reports])}


def traced(reports: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The lineage of a story's items as the API shows it; `lag` and `lead` are seconds."""
    found = asdict(trace([as_told(report) for report in reports]))
    return {**found, "copies": [{"of": of, "items": items} for of, items in found["copies"].items()]}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
