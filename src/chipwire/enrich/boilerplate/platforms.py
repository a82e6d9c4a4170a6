"""Rows of share buttons, known by the names of the platforms they lead to."""

import re

from chipwire.enrich.boilerplate.notices import end_of_line, start_of_line

_BETWEEN = re.compile(
    r"[\s:|/,·•>\-&+]*(?:(?:on|via|to|di|ke|lewat|en|auf|sur|by|and|dan|et|y|und|or|o|oder|ou|atau|или)\s+)?"
)

_BULLETS = "▶▷►▸☞■●◆※•"
_BUTTON = re.compile(
    rf"\s*(?:(?:'[^'\n]{{2,30}}'|\"[^\"\n]{{2,30}}\"|「[^」\n]{{2,30}}」)(?=\s|$)|\S{{1,6}}(?=\s*(?:[{_BULLETS}\n]|$)))"
    rf"|(?=\s*(?:[{_BULLETS}\n]|$))"
)
"""What a button says behind its platform: the channel's name in quotes, or one short word; or nothing."""
_GOES_ON = re.compile(r"['가-힣]")
_WORD_GOES_ON = re.compile(r"[가-힣\u3041-\u30ff\u3400-\u9fff]")
"""Behind a platform's name a particle or the rest of a word, which no button has: 유튜브는, 抖音电商."""
_BAR_BEFORE = re.compile(r"([|｜/／·•])\s?$")
_BEHIND = re.compile(r"\s*(?:\w+ \(?(?:\w+ )?)?")
"""What stands on a button before its platform: "iPhone (Apple App Store)"."""
_AND = re.compile(r"\s*\w+$")
_SO_ON = re.compile(r"\s?(?:등(?!록)|等)")
"""Behind names that a sentence counts up."""


def row_end(text: str, place: int, platforms: dict[int, int]) -> int:
    """The end of a run of platform names after a share marker."""
    end, bar = place, ""
    if not platforms:
        return end
    previous = place
    while match := _BETWEEN.match(text, end):
        start = match.end()
        joint = match[0].strip(" :\n")
        bars = _AND.sub("", joint)
        if start not in platforms or (bar and bars != bar and joint == bars and end > place):
            return end
        if previous > place and not joint and text[platforms[start] :][:1] == " " and goes_on(text, platforms[start]):
            return end
        if not joint and _WORD_GOES_ON.match(text, platforms[start]):
            return end
        if end > place:
            bar = bars
        previous = end = platforms[start]
    return end


def behind_bar(text: str, end: int, platforms: dict[int, int]) -> int:
    """The end of a row of platforms that goes on behind the bar that ends a call: "App: App Store | Google Play"."""
    while end > 1 and (bar := _BAR_BEFORE.search(text, max(0, end - 3), end)):
        button = _BEHIND.match(text, end)
        start = next((p for p in range(button.start(), button.end() + 1) if p in platforms), -1) if button else -1
        if start < 0 or goes_on(text, platforms[start]):
            return end
        stop = platforms[start] + (text[platforms[start] : platforms[start] + 1] == ")")
        following = re.compile(rf"\s*{re.escape(bar[1])}\s?").match(text, stop)
        end = following.end() if following else stop
    return end


def goes_on(text: str, row: int) -> bool:
    """Whether a sentence goes on behind platforms that end at `row`."""
    if _GOES_ON.match(text, row):
        return True
    while text[row : row + 1] == " ":
        row += 1
    return text[row : row + 1].islower()


def rows(text: str, platforms: dict[int, int]) -> list[tuple[int, int]]:
    """Runs of three or more platform names with nothing between them but spaces and bars."""
    spans: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    bar = ""
    for start, end in sorted(platforms.items()):
        if run and start < run[-1][1]:
            continue
        between = text[run[-1][1] : start].strip() if run else ""
        if not between and _WORD_GOES_ON.match(text, end):
            continue
        if run and (between.strip("|/·•\n>-") or (len(run) > 1 and between != bar)):
            spans.extend(_row(text, run, bar))
            run = []
        bar = between
        run.append((start, end))
    return spans + _row(text, run, bar)


def _row(text: str, run: list[tuple[int, int]], bar: str) -> list[tuple[int, int]]:
    """A run as one row, if it is long enough without a last name, no `bar` before it, that begins a sentence."""
    if _SO_ON.match(text, run[-1][1] if run else 0):
        return []
    if len(run) > 3 and not bar and goes_on(text, run[-1][1]):
        run = run[:-1]
    return [(run[0][0], run[-1][1])] if len(run) > 2 else []


def buttons(text: str, platforms: dict[int, int], calls: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Platforms behind a bullet, with what is called there in quotes, in a line that bullets part and that calls."""
    spans: list[tuple[int, int]] = []
    for start, end in platforms.items():
        bullet = text[:start].rstrip()[-1:]
        button = _BUTTON.match(text, end) if bullet and bullet in _BULLETS else None
        if button is None:
            continue
        line = range(start_of_line(text, start), end_of_line(text, end))
        others = (place for place in line if text[place] == bullet and place + 2 < len(text))
        if any(first <= place + 2 < past for place in others for first, past in calls if not first <= start < past):
            spans.append((start, button.end()))
    return spans
