"""Stories as lists of them show them: with the beginning of the first report, its outlet, and what is said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chipwire.keep.db import Connection
from chipwire.keep.queries import gist, page_queries
from chipwire.serve import outputs
from chipwire.serve.pages import formatting, statements

SUBJECTS = frozenset(("semiconductor", "ai"))
"""What all news here is on; on a card these topics would say nothing."""
_ROOM, _FIGURES = 230, 3
_GREW = timedelta(hours=12)


def cards(c: Connection, stories: Sequence[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    """The stories with what their cards show; they must have been `dated`."""
    told, titles = gist.reports(c, stories), page_queries.titles(c, stories)
    return [_card(story, told.get(story["id"], []), titles.get(story["id"], []), names) for story in stories]


def _card(
    story: dict[str, Any], reports: list[dict[str, Any]], titles: list[dict[str, Any]], names: dict[str, str]
) -> dict[str, Any]:
    first: dict[str, Any] = (
        reports[0] if reports else {"text": "", "summary": "", "credit": None, "outlet": "", "feed_id": ""}
    )
    text = formatting.excerpt(first["text"] or outputs.plain(first["summary"]), _ROOM)
    return {
        **story,
        "topics": [topic for topic in story["topics"] if topic not in SUBJECTS],
        "outlet": first["outlet"] or first["feed_id"],
        "credit": first["credit"],
        "summary": text if text.rstrip("…") not in story["title"] else "",
        "began": _began(story["at"], reports),
        "figures": [row["meaning"] for row in statements.figures(reports)[:_FIGURES]],
        "stands": statements.stands(statements.claims(reports, names)),
        "tongues": [title for title in titles if title["lang"] != story["lang"]],
    }


def _began(at: datetime, reports: Sequence[dict[str, Any]]) -> datetime | None:
    """When a story that has grown for long was first told."""
    began = min(map(formatting.out, reports), default=at)
    return began if at - began > _GREW else None
