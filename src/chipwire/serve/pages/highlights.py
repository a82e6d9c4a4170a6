"""Which stretches of a text to mark: evidence and figures cut the text into pieces that a template can print."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple


class Piece(NamedTuple):
    """A stretch of text; `kind` is '' for plain text, else company, figure or advert, `label` says what it shows."""

    text: str
    kind: str = ""
    label: str = ""


class Span(NamedTuple):
    """Code points `start` to before `end` of a text."""

    start: int
    end: int
    kind: str
    label: str


def marked(text: str, spans: Iterable[Span]) -> list[Piece]:
    """The text in pieces, nothing lost: of spans that overlap the first (longest at one place) counts."""
    pieces: list[Piece] = []
    at = 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if span.start < at or span.end > len(text) or span.end <= span.start:
            continue
        if span.start > at:
            pieces.append(Piece(text[at : span.start]))
        pieces.append(Piece(text[span.start : span.end], span.kind, span.label))
        at = span.end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces


def in_title(told: dict[str, Any], names: dict[str, str]) -> list[Span]:
    """The evidence that stands in the title."""
    return [_company(e, names) for e in told["evidence"] if e["zone"] == "title"]


def in_text(told: dict[str, Any], title: str, names: dict[str, str]) -> list[Span]:
    """Evidence and figures that stand in the text; figures count from the beginning of title and newline."""
    before = len(title) + 1
    found = [_company(e, names) for e in told["evidence"] if e["zone"] != "title"]
    for figure in told["figures"]:
        start, end = figure.get("start", 0) - before, figure.get("end", 0) - before
        if start >= 0:
            found.append(Span(start, end, "figure", meaning(figure)))
    return found


def adverts(told: dict[str, Any]) -> list[Span]:
    """What stands in the text without being part of the report."""
    return [Span(start, end, "advert", "not part of the report") for start, end in told["boilerplate"]]


def meaning(figure: dict[str, Any]) -> str:
    """A figure in one way of writing: 'up to 350,000 units'."""
    low, high = figure["value_low"], figure["value_high"]
    qualifier = {"about": "about ", "at_least": "at least ", "up_to": "up to "}.get(figure.get("qualifier") or "", "")
    numbers = _short(high if qualifier == "up to " else low)
    if low != high and qualifier != "up to ":
        numbers += f"–{_short(high)}"
    space = "" if figure["unit"] == "%" else " "
    return f"{qualifier}{numbers}{space}{figure['unit']}"


def paragraphs(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces by line of the text; empty lines are left out."""
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *others = piece.text.split("\n")
        found[-1].append(piece._replace(text=first))
        found += [[piece._replace(text=line)] for line in others]
    return [line for line in ([p for p in line if p.text] for line in found) if line]


def speaker(claim: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Who said it, in words: a company's name, 'anonymous sources', or as written; '' when nobody knows."""
    said = claim["speaker"] or ""
    return names.get(said) or said.replace("_", " ")


def _company(evidence: dict[str, Any], names: dict[str, str]) -> Span:
    return Span(evidence["start"], evidence["end"], "company", names.get(evidence["slug"], evidence["slug"]))


def _short(number: float) -> str:
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(number) >= size:
            return f"{number / size:,.2f}".rstrip("0").rstrip(".") + f" {word}"
    return f"{number:,.3f}".rstrip("0").rstrip(".")
