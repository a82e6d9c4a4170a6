"""A body's markup as plain text, and which of its lines the markup sets beside the report.

Nothing is left out: who reads the text is told where such lines are. They are known by the element that holds them
(landmarks of HTML and WAI-ARIA), by the names that content systems give to boxes, and as lines that are one link.
"""

import html
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import nh3

from chipwire.collect.content import clean
from chipwire.collect.content.asides import Line, is_box, mark
from chipwire.collect.content.vocabulary import APART, BLOCKS, DROPPED, FINE, HEADINGS

_SEEN = BLOCKS | FINE | {"a"}
_FLATTENER = nh3.Cleaner(
    tags=set(_SEEN),
    attributes={"*": {"class", "id", "role"}, "a": {"href", "rel"}},
    clean_content_tags=set(DROPPED),
    link_rel=None,
)
_ELEMENT = re.compile(r"<(/?)([a-z0-9]+)([^<>]*)>")
_LABEL = re.compile(r"\W*(?:[^.。!?！？\n]{1,40}[:：\]】›»>]\W*)?")
_SOURCE = re.compile(r"\W*|[^.。!?！？\n]{0,16}")


class Prose(NamedTuple):
    """Plain text, one line per block, and where lines beside the report begin and end, in code points."""

    text: str
    beside: tuple[tuple[int, int], ...] = ()


def read(raw: str, *pages: str | None) -> Prose:
    """Markup as plain text in reading order; `pages` are the address of its entry, then others of its site."""
    mended = clean.prepared(raw)
    if "<" not in mended:
        return Prose(clean.plain(clean.unescape(mended)))
    lines = _lines(_FLATTENER.clean(mended).replace("\n", " "))
    mark(lines, *pages)
    spans, at = list[tuple[int, int]](), 0
    for one in lines:
        if one.beside:
            spans.append((at, at + len(one.text)))
        at += len(one.text) + 1
    return Prose("\n".join([one.text for one in lines]), tuple(spans))


_Piece = tuple[str, str | None, bool]
"""Text within a line, the attributes of the link that it is in, and whether it is small or slanted."""


class _Walk:
    """Goes through sanitised markup once, in which each element that is no void one is closed."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._open: list[tuple[str, int | None]] = []
        """Open blocks, and at which line one began that is a box."""
        self._boxes: list[tuple[int, int]] = []
        self._pieces: list[_Piece] = []
        self._link: str | None = None
        self._fine, self._ruled = 0, False

    def text(self, text: str) -> None:
        if text:
            self._pieces.append((text, self._link, self._fine > 0))

    def element(self, name: str, attributes: str, *, closes: bool) -> None:
        if name == "a":
            self._link = None if closes else html.unescape(attributes)
        elif name in FINE:
            self._fine += -1 if closes else 1
        elif name in ("td", "th"):
            self.text(" ")
        else:
            self._block(name, attributes, closes=closes)

    def _block(self, name: str, attributes: str, *, closes: bool) -> None:
        if self._pieces:
            self._end_line(heading=closes and name in HEADINGS)
        if closes:
            _, began = self._open.pop()
            if began is not None:
                self._boxes.append((began, len(self.lines)))
        elif name == "hr":
            self._ruled = True
        elif name != "br":
            quoted = name == "footer" and any(holder == "blockquote" for holder, _ in self._open)
            boxed = name in APART or (name == "footer" and not quoted) or is_box(attributes)
            self._open.append((name, len(self.lines) if boxed else None))

    def _end_line(self, *, heading: bool = False) -> None:
        pieces, self._pieces = self._pieces, []
        whole = _shown(pieces)
        if whole:
            fine = all([fine or not text.strip() for text, _, fine in pieces])
            self.lines.append(Line(whole, *_links(pieces), heading, self._ruled, fine))
            self._ruled = False

    def done(self) -> list[Line]:
        self._end_line()
        whole = sum(len(one.text) for one in self.lines)
        for first, past in self._boxes:
            if 2 * sum(len(one.text) for one in self.lines[first:past]) <= whole:
                for one in self.lines[first:past]:
                    one.beside = True
        return self.lines


def _lines(marked: str) -> list[Line]:
    walk = _Walk()
    first, *rest = _ELEMENT.split(marked)
    walk.text(first)
    for closes, name, attributes, text in zip(*[iter(rest)] * 4, strict=True):
        walk.element(name, attributes, closes=bool(closes))
        walk.text(text)
    return walk.done()


def _shown(pieces: Iterable[_Piece]) -> str:
    return clean.opened(clean.line(html.unescape("".join([text for text, _, _ in pieces]))))


def _links(pieces: Sequence[_Piece]) -> tuple[list[str], str]:
    """The links of a line that is nothing else, and what links say in any line."""
    held = [n for n, (text, link, _) in enumerate(pieces) if link is not None and text.strip()]
    if not held:
        return [], ""
    before, linked, behind = pieces[: held[0]], pieces[held[0] : held[-1] + 1], pieces[held[-1] + 1 :]
    between = any(any(map(str.isalnum, text)) for text, link, _ in linked if link is None)
    said = _shown([pieces[n] for n in held])
    if between or not (_LABEL.fullmatch(_shown(before)) and _SOURCE.fullmatch(_shown(behind))):
        return [], said
    return [link for _, link, _ in linked if link is not None], said
