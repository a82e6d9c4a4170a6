"""Small pictures as inline SVG: numbers go in, markup comes out; every word is escaped, colours are classes.

Places along the x-axis are percentages, so that a picture fits any width and its letters keep their size.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup

HUES = 8
"""Colours that the stylesheet has for languages: .hue0 … .hue7; the last is for all others."""
_LANE, _HEAD, _FOOT = 42, 8, 26
_RAIL = 0.62
"""How far down its lane the line of a language runs; its name stands above, at the left."""
_LEFT, _RIGHT = 4.0, 96.0
_APART, _CROWD = 1.8, 30.0
"""Percent of the width that dots of one lane keep between them (a dot's breadth in a wide window), and all of them in
all: of many each shows an edge, so that the axis goes on telling the time."""
_TIGHT, _NEAR = 16.0, 34.0
"""Percent of the width between two dots of a lane: below one no second name, below the other none in narrow windows."""
_BESIDE, _BELOW = Markup(' dx="13" dy="14"'), Markup(' dx="-6" dy="27"')
"""Where a name stands whose dot is at the left end, under the name of its lane."""
_STEPS = (
    timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(hours=6),
    timedelta(hours=12), timedelta(days=1), timedelta(days=2), timedelta(days=7), timedelta(days=30),
    timedelta(days=180), timedelta(days=365),
)  # fmt: skip
_SHAPES = {
    "origin": Markup('<circle r="7"/>'),
    "rewrite": Markup('<circle r="5"/>'),
    "copy": Markup('<rect x="-5" y="-5" width="10" height="10"/>'),
    "translation": Markup('<path d="M0-7 7 0 0 7-7 0Z"/>'),
}


@dataclass(frozen=True)
class Dot:
    """One report in the picture of a story: a lane is a language, `of` the report that it copies."""

    key: int
    lane: str
    lane_name: str
    at: datetime
    kind: str
    label: str
    of: int | None = None


def lineage(dots: Sequence[Dot], title: str) -> Markup:
    """Reports on a time axis, a lane for each language, lines from what was copied to its copies."""
    ordered = sorted(dots, key=lambda dot: (dot.at, dot.key))
    lanes = list(dict.fromkeys(dot.lane for dot in ordered))
    height = _HEAD + _LANE * len(lanes) + _FOOT
    start, end = ordered[0].at, ordered[-1].at
    places = dict[int, tuple[float, float]]()
    for n, lane in enumerate(lanes):
        own = [dot for dot in ordered if dot.lane == lane]
        along = _side_by_side([_along(dot.at, start, end) for dot in own])
        places |= {dot.key: (x, _HEAD + _LANE * (n + _RAIL)) for dot, x in zip(own, along, strict=True)}
    named = {dot.lane: dot.lane_name for dot in ordered}
    first = ordered[0]
    parts = [_ticks(start, end, height)]
    parts += [
        Markup('<text class="lane" x="0" y="{:g}">{}</text><line class="rail" x1="0" x2="100%" y1="{:g}" y2="{:g}"/>')
        .format(_HEAD + _LANE * n + 10, named[lane], y := _HEAD + _LANE * (n + _RAIL), y)
        for n, lane in enumerate(lanes)
    ]  # fmt: skip
    for dot in ordered:
        source = dot.of if dot.of in places else first.key
        if source != dot.key and dot.kind != "origin":
            parts.append(_thread(places[source], places[dot.key], dot.kind))
    parts += [_mark(dot, *places[dot.key]) for dot in ordered]
    parts += _names(ordered, places)
    return _svg("lineage", height, title, parts, role="")


def key() -> list[tuple[str, Markup]]:
    """What each shape of a lineage means: (kind, its picture)."""
    frame = Markup('<svg width="16" height="16" aria-hidden="true"><svg class="dot {}" x="8" y="8">{}</svg></svg>')
    return [(kind, frame.format(kind, shape)) for kind, shape in _SHAPES.items()]


def _along(at: datetime, start: datetime, end: datetime) -> float:
    span = (end - start).total_seconds()
    return _LEFT + (_RIGHT - _LEFT) * ((at - start).total_seconds() / span if span else 0.0)


def _side_by_side(rising: Sequence[float]) -> list[float]:
    """Places along the axis moved so little that each can be seen; at the right end the crowd gives way to the left."""
    gap = min(_APART, _CROWD / max(1, len(rising) - 1))
    moved, least, most = list[float](), _LEFT, _RIGHT
    for x in rising:
        moved.append(max(x, least))
        least = moved[-1] + gap
    for n in range(len(moved) - 1, -1, -1):
        moved[n] = min(moved[n], most)
        most = moved[n] - gap
    return moved


def _thread(here: tuple[float, float], there: tuple[float, float], kind: str) -> Markup:
    return Markup('<line class="thread {}" x1="{:.2f}%" y1="{:g}" x2="{:.2f}%" y2="{:g}"/>').format(
        kind, here[0], here[1], there[0], there[1]
    )


def _mark(dot: Dot, x: float, y: float) -> Markup:
    """A large circle is the origin, a small one a rewrite, a square a copy, a diamond a translation."""
    told = f"{dot.label}: {dot.kind}, {dot.at:%d %b %Y %H:%M} UTC"
    inner = _SHAPES[dot.kind]
    return Markup(
        '<a href="#report-{}" aria-label="{}"><title>{}</title><svg class="dot {}" x="{:.2f}%" y="{:g}">{}</svg></a>'
    ).format(dot.key, told, told, dot.kind, x, y, inner)


def _names(ordered: Sequence[Dot], places: Mapping[int, tuple[float, float]]) -> list[Markup]:
    """Each outlet's name above its dot where there is room; near another one it gives way on narrow windows."""
    made, ends = [], dict[float, float]()
    for dot in ordered:
        x, y = places[dot.key]
        left = x - ends.get(y, -100.0)
        right = min((there - x for there, lane in places.values() if lane == y and there > x), default=100.0)
        if left < _TIGHT:
            continue
        ends[y] = x
        anchor = "start" if x < _NEAR / 2 else "end" if x > 100 - _NEAR / 2 else "middle"
        beside = "" if anchor != "start" else _BELOW if right < _TIGHT else _BESIDE
        near = " near" if min(left, right) < _NEAR else ""
        drawn = Markup(
            '<text class="name{}" x="{:.2f}%" y="{:g}"{} text-anchor="{}" paint-order="stroke" aria-hidden="true">'
            "{}</text>"
        )
        made.append(drawn.format(near, x, y - 10, beside, anchor, dot.label[:24]))
    return made


def _ticks(start: datetime, end: datetime, height: int) -> Markup:
    """Round times below the axis, at most six."""
    step = next((step for step in _STEPS if (end - start) / step <= 5), _STEPS[-1])
    since = start.replace(hour=0, minute=0, second=0, microsecond=0)
    at = since + step * -(-(start - since) // step)
    made = Markup('<text class="when" x="0" y="{}">{}</text>').format(
        height - 4, f"{start:%-d %b, %H:%M}" if start.year == end.year else f"{start:%-d %b %Y}"
    )
    form = "%H:%M" if step < timedelta(days=1) else "%-d %b" if step < timedelta(days=180) else "%b %Y"
    while at <= end:
        x = _along(at, start, end)
        if x < _LEFT + 18:
            at += step
            continue
        shown = at.strftime(form if at.hour or at.minute or form != "%H:%M" else "%-d %b")
        made += Markup(
            '<line class="tick" x1="{:.2f}%" x2="{:.2f}%" y1="0" y2="{}"/>'
            '<text class="when" x="{:.2f}%" y="{}" text-anchor="{}">{}</text>'
        ).format(x, x, height - 18, x, height - 4, "end" if x > 88 else "middle", shown)
        at += step
    return made


def bars(counted: Sequence[tuple[date, Mapping[str, int]]], lanes: Sequence[str], title: str) -> Markup:
    """One column a day, cut by language in the order of `lanes`; a language not in it counts as other."""
    height, most = 120, max((sum(day.values()) for _, day in counted), default=0) or 1
    wide = 100 / max(1, len(counted))
    parts = [Markup('<text class="when" x="0" y="10">{:,}</text>').format(most)]
    parts.append(Markup('<line class="rail" x1="0" x2="100%" y1="14" y2="14"/>'))
    room = height - 14 - 18
    for n, (day, by_lang) in enumerate(counted):
        parts.append(_column(n * wide, wide, day, by_lang, lanes, room / most, height - 18))
    for n in dict.fromkeys((0, len(counted) // 2, len(counted) - 1)):
        anchor, x = ("start", 0.0) if n == 0 else ("end", 100.0) if n == len(counted) - 1 else ("middle", n * wide)
        day = counted[n][0]
        parts.append(
            Markup('<text class="when" x="{:.2f}%" y="{}" text-anchor="{}">{}</text>').format(
                x, height - 3, anchor, f"{day:%-d %b}"
            )
        )
    return _svg("bars", height, title, parts)


def _column(
    x: float, wide: float, day: date, by_lang: Mapping[str, int], lanes: Sequence[str], scale: float, floor: float
) -> Markup:
    told = f"{day:%-d %b %Y}: {sum(by_lang.values()):,}" + "".join(
        f"\n{lang} {n:,}" for lang, n in sorted(by_lang.items())
    )
    made, y = Markup(), floor
    order = sorted(by_lang, key=lambda lang: lanes.index(lang) if lang in lanes else len(lanes))
    for lang in order:
        tall = by_lang[lang] * scale
        y -= tall
        made += Markup('<rect class="{}" x="{:.2f}%" y="{:.2f}" width="{:.2f}%" height="{:.2f}"/>').format(
            hue(lang, lanes), x + wide * 0.1, y, wide * 0.8, tall
        )
    whole = Markup('<rect class="whole" x="{:.2f}%" y="0" width="{:.2f}%" height="{:g}"/>').format(x, wide, floor)
    return Markup('<g class="day"><title>{}</title>{}{}</g>').format(told, whole, made)


def hue(lang: str, lanes: Sequence[str]) -> str:
    """The class of a language's colour."""
    return f"hue{min(lanes.index(lang), HUES - 1)}" if lang in lanes else f"hue{HUES - 1}"


def sparkline(numbers: Sequence[int], title: str, failed: Iterable[int] = (), room: int = 1) -> Markup:
    """A row of small columns, the last one at the right end; places in `failed` are marked as failures.

    `room` is how many columns there is space for; fewer leave the left side free.
    """
    height, most, wide = 24, max(numbers, default=0) or 1, 100 / max(room, len(numbers))
    left = 100 - wide * len(numbers)
    bad = set(failed)
    parts = []
    for n, number in enumerate(numbers):
        tall = 4.0 if n in bad else max(1.0, number / most * (height - 2))
        kind = "bad" if n in bad else "none" if not number else "some"
        parts.append(
            Markup('<rect class="{}" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}"/>').format(
                kind, left + n * wide, height - tall, wide * 0.8, tall
            )
        )
    return _svg("spark", height, title, parts)


def share(part: int, whole: int) -> Markup:
    """A bar as long as the part of the whole; beside a number, so it says nothing of its own."""
    frame = '<svg class="share" width="100%" height="5" aria-hidden="true"><rect width="{:.1f}%" height="5"/></svg>'
    return Markup(frame).format(100 * part / max(whole, 1))  # noqa: S704


def _svg(kind: str, height: int, title: str, parts: Iterable[Markup], role: str = "img") -> Markup:
    named = Markup('role="{}" ').format(role) if role else ""
    frame = '<svg class="{}" width="100%" height="{}" {}aria-label="{}">{}</svg>'
    return Markup(frame).format(kind, height, named, title, Markup().join(parts))  # noqa: S704
