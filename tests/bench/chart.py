"""A bar chart as SVG, readable on light and dark pages, without a plotting library."""

import os
import platform
from collections.abc import Sequence
from html import escape
from typing import Any

WIDTH, BAR, GAP, LABEL = 720, 18, 6, 190
TITLES = {"first": "First pass", "unchanged": "Nothing changed", "tenth": "A tenth of the feeds gained three items"}
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#444}.h{font-weight:600}.b{fill:#9aa5b1}.o{fill:#2f6fde}"
    "@media(prefers-color-scheme:dark){text{fill:#ccc}.b{fill:#667}.o{fill:#6ea0ff}}"
)


def passes_chart(report: dict[str, Any]) -> str:
    """Seconds of every program in every pass, one group of bars a pass, each to its own scale."""
    groups = [
        (TITLES[which], [(name, rows[which]["seconds"]) for name, rows in report["medians"].items()])
        for which in TITLES
    ]
    sizes = f"{report['feeds']} feeds of {report['items']} items, seconds, less is better"
    note = f"{sizes}; {report['machine']}; {report['date']}"
    return bars(groups, note)


def api_chart(report: dict[str, Any]) -> str:
    """Milliseconds of processor time that an answer takes of every server, for the questions that all were asked."""
    names = ("chipwire", "datasette", "objects")
    groups = [
        (row["case"], [(name, row[name]["cpu"]) for name in names if name in row])
        for row in report["rows"]
        if "datasette" in row
    ]
    what = f"{report['items']:,} items, ms of processor time an answer, less is better"
    return bars(groups, f"{what}; {report['machine']}; {report['date']}")


def machine() -> str:
    """The kind of machine, as far as a reader of the figures needs it."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"


def bars(groups: Sequence[tuple[str, Sequence[tuple[str, float]]]], note: str) -> str:
    """The chart; the first name of each group is ours."""
    lines: list[str] = []
    y = 8
    for title, rows in groups:
        lines.append(f'<text class="h" x="0" y="{y + 14}">{escape(title)}</text>')
        y += 22
        most = max(value for _, value in rows) or 1.0
        for place, (name, value) in enumerate(rows):
            wide = max(2.0, (WIDTH - LABEL - 70) * value / most)
            lines.append(f'<text x="12" y="{y + 13}">{escape(name)}</text>')
            lines.append(
                f'<rect class="{"b" if place else "o"}" x="{LABEL}" y="{y}" width="{wide:.1f}" height="{BAR}" rx="2"/>'
            )
            lines.append(f'<text x="{LABEL + wide + 6:.1f}" y="{y + 13}">{value:.2f}</text>')
            y += BAR + GAP
        y += 8
    lines.append(f'<text x="0" y="{y + 12}">{escape(note)}</text>')
    inside = "\n".join(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 20}" role="img" '
        f'aria-label="{escape(note)}">\n<style>{STYLE}</style>\n{inside}\n</svg>\n'
    )
