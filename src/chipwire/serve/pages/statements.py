"""What the reports of a story say in common: each amount once, and who claims, denies or will not comment; pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from chipwire.serve.pages.highlights import meaning, speaker

_ORDER = ("claim", "denial", "no-comment")
_UNNAMED = "anonymous"


def figures(reports: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each amount once, with the words of the first report and how many reports have it; most reported first.

    `reports` have id, figures and claims, earliest first.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for report in reports:
        for figure in report["figures"]:
            key = (figure["unit"], figure["value_low"], figure["value_high"])
            row = found.setdefault(key, {"meaning": meaning(figure), "figure": figure, "reports": [], "report": report})
            if report["id"] not in row["reports"]:
                row["reports"].append(report["id"])
    return sorted(found.values(), key=lambda row: -len(row["reports"]))


def claims(reports: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The earliest wording of each claim, denial and refusal to comment, with the other wordings beside it."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    seen = set[str]()
    for report in reports:
        for claim in report["claims"]:
            words = " ".join(claim["text"].split()).casefold()
            if words not in seen:
                seen.add(words)
                row = found.setdefault((claim["kind"], claim["speaker"] or ""), {**claim, "quotes": []})
                row["who"] = speaker(claim, names)
                row["quotes"].append({"text": claim["text"], "report": report})
    return sorted(found.values(), key=lambda row: _ORDER.index(row["kind"]))


def stands(told: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """In a few words how far a story can be trusted, from its `claims`: (kind, 'denied by ByteDance')."""
    found = []
    for claim in told:
        if claim["kind"] == "denial":
            found.append(("denial", f"denied by {claim['who']}" if claim["who"] else "denied"))
        elif claim["kind"] == "claim" and (claim["speaker"] or "").startswith(_UNNAMED):
            found.append(("claim", f"from {claim['who']}"))
    return list(dict.fromkeys(found))
