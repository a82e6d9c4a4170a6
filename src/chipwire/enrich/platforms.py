"""Rows of share buttons, known by the names of the platforms they lead to."""

import re

_BETWEEN = re.compile(
    r"[\s:|/,·•>\-&+]*(?:(?:on|via|to|di|ke|lewat|en|auf|sur|by|and|dan|et|y|und|or|o|oder|ou|atau|или)\s+)?"
)

_AND = re.compile(r"\s*\w+$")


def row_end(text: str, place: int, platforms: dict[int, int]) -> int:
    """The end of a run of platform names after a share marker."""
    end, bar = place, ""
    while match := _BETWEEN.match(text, end):
        start = match.end()
        joint = match[0].strip(" :\n")
        bars = _AND.sub("", joint)
        if start not in platforms or (bar and bars != bar and joint == bars and end > place):
            return end
        if end > place:
            bar = bars
        end = platforms[start]
    return end


def rows(text: str, platforms: dict[int, int]) -> list[tuple[int, int]]:
    """Runs of three or more platform names with nothing between them but spaces and bars."""
    spans: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    bar = ""
    for start, end in sorted(platforms.items()):
        if run and start < run[-1][1]:
            continue
        between = text[run[-1][1] : start].strip() if run else ""
        if run and (between.strip("|/·•\n>-") or (len(run) > 1 and between != bar)):
            spans.extend([(run[0][0], run[-1][1])] if len(run) > 2 else [])
            run = []
        bar = between
        run.append((start, end))
    if len(run) > 2:
        spans.append((run[0][0], run[-1][1]))
    return spans
