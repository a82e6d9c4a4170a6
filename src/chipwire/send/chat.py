"""One call of a webhook as a message that a chat can show: Slack's `text`, or a card of Microsoft Teams.

Slack's form is read by Mattermost, Rocket.Chat, Google Chat and, below `/slack`, by Discord too.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from chipwire.domain import CallFormat

_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u200b"})
"""Slack's three, and a break behind "@", lest a headline calls everybody ("@channel", "@everyone")."""
_IN_LINK = str.maketrans({"<": "%3C", ">": "%3E", "|": "%7C", "&": "&amp;"})
_CHANGED = {"Before": "before", "Now": "now"}
_TEST = "A test of chipwire: news will come here."


def body(form: CallFormat, payload: bytes) -> bytes:
    """What is posted for an event as the outbox holds it (`{"type", "timestamp", "data": Item}`), always the same."""
    if form == "event":
        return payload
    event = orjson.loads(payload)
    item = event["data"] if event["type"] in ("item.new", "item.corrected") else {}
    return orjson.dumps(_slack(item) if form == "slack" else _teams(item))


def _slack(item: Mapping[str, Any]) -> dict[str, Any]:
    if not item:
        return {"text": _TEST}
    title = _title(item).translate(_SLACK)
    below = "\n".join(line.translate(_SLACK) for line in _below(item))
    return {"text": f"<{item['url'].translate(_IN_LINK)}|{title}>\n{below}"}


def _teams(item: Mapping[str, Any]) -> dict[str, Any]:
    """An adaptive card whose texts are runs, in which no sign is markup."""
    told: list[dict[str, Any]] = [{"type": "TextRun", "text": _TEST}]
    if item:
        leads = {"selectAction": {"type": "Action.OpenUrl", "url": item["url"]}}
        told = [{"type": "TextRun", "text": _title(item), "weight": "Bolder", **leads}]
    lines = [told, *([{"type": "TextRun", "text": line, "isSubtle": True}] for line in (_below(item) if item else ()))]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
        "body": [{"type": "RichTextBlock", "inlines": line} for line in lines],
    }  # fmt: skip
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attached]}


def _title(item: Mapping[str, Any]) -> str:
    title = " ".join(item["title"].split()) or str(item["url"])
    return f"Corrected: {title}" if "corrected" in item else title


def _below(item: Mapping[str, Any]) -> list[str]:
    """What stands below the headline; of a correction first how it was and how it is."""
    changed = item.get("corrected", {})
    said = [f"{label}: {' '.join(changed[name].split())}" for label, name in _CHANGED.items() if changed.get(name)]
    return [*said, _about(item)]


def _about(item: Mapping[str, Any]) -> str:
    """Outlet, whom it credits, and the companies, those that it is about first."""
    outlet = item["feed"]["title"] + (f", crediting {item['credit']}" if item["credit"] else "")
    parts = [outlet]
    for role, words in (("about", ""), ("mention", "mentions ")):
        if names := [company["name"] for company in item["companies"] if company["role"] == role]:
            parts.append(words + ", ".join(names))
    return " · ".join(parts)
