"""A document as its entries stand in it, not yet read: what was read before need not be read again.

Cut are only documents whose entries can be taken for themselves: well-formed, one after the other, with nothing between
or behind them and nothing inside that would be read otherwise in other company. All else is in doubt, and read whole.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from xml.parsers import expat

from chipwire.collect.document.namespaces import is_usual
from chipwire.collect.document.repair import MAX_ENTRIES

_ENTRIES = {"item", "entry"}
_FRAMES = {"rss", "feed", "rdf", "channel"}
_BLANKS = b" \t\r\n"
_CLOSING = re.compile(rb"(?:\s*</[A-Za-z_][\w:.-]*\s*>)+\s*")
_UNREAD = {
    f"{space} {name}".lower()
    for space, names in {
        "http://purl.org/rss/1.0/modules/slash/": "comments section department hit_parade",
        "http://purl.org/syndication/thread/1.0": "total",
        "http://wellformedweb.org/CommentAPI/": "commentRss comment",
    }.items()
    for name in names.split()
}
"""Elements that nothing reads, and that change while the news does not: how often an entry was commented upon."""
_VOLATILE = re.compile(
    rb"<((?:\w{1,20}:)?(?:lastBuildDate|pubDate|updated|modified|date|totalResults))>[^<]*</\1>"
    rb"|<rdf:li (?:rdf:)?resource=(?:\"[^\"<>]*\"|'[^'<>]*')\s*/>"
    rb"|<!--[^<>]*-->"
)
"""What a frame says of the moment and of which entries it holds; no entry depends on it."""
_WITHIN = re.compile(rb"skip(?:Hours|Days)>")
"""Looked for in the text of a whole document, and so found in its entries too."""
_CONTROLS = re.compile(rb"\x7f|\xc2[\x80-\x9f]")
"""Characters that are taken out or read as others before anything is parsed."""
_SUMMARIES = {"summary", "description", "abstract"}
_CONTENTS = {"encoded", "fullitem", "content"}
_TITLES = {"title", "subtitle", "tagline", "rights", "copyright", "info", "body", "browserfriendly"}
_TEXTS = _TITLES | _SUMMARIES | _CONTENTS
"""Elements that hold prose; feedparser loses count of them where one is within another."""
_MEDIA = "http://search.yahoo.com/mrss"


@dataclass(frozen=True, slots=True)
class Cut:
    """`head` and `tail` around the `items`, each as it stands in the document but for what nobody reads."""

    head: bytes
    items: list[bytes]
    tail: bytes
    between: bytes = b""

    def of(self, places: Iterable[int]) -> "Cut":
        """The document as if it held these entries only."""
        return replace(self, items=[self.items[n] for n in places])

    @property
    def whole(self) -> bytes:
        """The document in one piece, in UTF-8 whatever it says itself."""
        return self.head + self.between.join(self.items) + self.tail

    @property
    def frame(self) -> bytes:
        """All around the entries that may bear upon them: the same as long as they would be read in the same way."""
        return b" ".join(_VOLATILE.sub(b"", self.head).split()) + self.tail.strip()


def cut(text: str) -> Cut | None:
    """The document cut up; None when it is not one that can be. In linear time, and never raises."""
    try:
        return _json(text) if text[:1] == "{" else _xml(text.encode())
    except (expat.ExpatError, _Doubt, ValueError, RecursionError):  # encoding a lone surrogate is a ValueError too
        return None


class _Doubt(Exception):
    """This document is better read whole."""


def _json(text: str) -> Cut | None:
    found = json.loads(text, strict=False)
    items = found.pop("items", None)
    if not isinstance(items, list) or not 0 < len(items) <= MAX_ENTRIES:
        return None
    if not all(isinstance(item, dict) for item in items):
        return None
    head = json.dumps(found, separators=(",", ":"))[:-1] + (', "items":[' if found else '"items":[')
    return Cut(head.encode(), [json.dumps(item, separators=(",", ":")).encode() for item in items], b"]}", b",")


def _xml(data: bytes) -> Cut | None:
    if _CONTROLS.search(data):
        return None
    scan = _Scan()
    scan.run(data)
    if not 0 < len(scan.spans) <= MAX_ENTRIES:
        return None
    first, last = scan.spans[0][0], scan.spans[-1][1]
    gaps = zip(scan.spans, scan.spans[1:], strict=False)
    if any(data[one[1] : other[0]].strip(_BLANKS) for one, other in gaps):
        return None
    end = data.index(b">", scan.end) + 1
    head, tail, root = data[:first], data[last:end], data[scan.end : end].rstrip(b"> \t\r\n")
    items = [_without(data, start, stop, drops) for start, stop, drops in scan.spans]
    if not _CLOSING.fullmatch(tail) or root in data[end:]:
        return None
    if any(_WITHIN.search(item) for item in items):
        return None
    return Cut(head, items, tail)


def _without(data: bytes, start: int, stop: int, drops: list[tuple[int, int]]) -> bytes:
    pieces = []
    for begin, end in drops:
        pieces.append(data[start:begin])
        start = end
    return b"".join([*pieces, data[start:stop]])


class _Kind(NamedTuple):
    """What an element is by its name, which is in lower case without its namespace."""

    local: str
    is_entry: bool
    is_frame: bool
    is_text: bool
    is_read: bool

    @classmethod
    def of(cls, name: str) -> "_Kind":
        local = name.rpartition(" ")[2].lower()
        text = local in _TEXTS and not name.startswith(_MEDIA)
        return cls(local, local in _ENTRIES, local in _FRAMES, text, name.lower() not in _UNREAD)


Span = tuple[int, int, list[tuple[int, int]]]


class _Scan:
    """Where entries begin and end, found by a streaming parser that knows namespaces.

    In doubt are names and attributes by which one entry would change how feedparser reads the next: a base or a prefix
    of its own, a language together with markup that claims to be text, a frame inside of an entry, a text within a
    text, a text of the frame.
    """

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.end = 0
        """Where the root's end tag begins."""
        self._depth = 0
        self._inside = 0
        """Depth of the entry that is open; 0 between entries."""
        self._start = self._drop = -1
        self._drops: list[tuple[int, int]] = []
        self._text = 0
        """Depth of the text that is open; 0 between texts."""
        self._speaks = self._divides = self._summed = False
        self._kinds: dict[str, _Kind] = {}
        self._bindings: list[tuple[str | None, str | None]] = []
        """Prefixes that the next element declares."""
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.StartNamespaceDeclHandler = self._bound
        self._parser.StartDoctypeDeclHandler = self._doubtful

    def run(self, data: bytes) -> None:
        self._data = data
        self._parser.Parse(data, True)

    def _open(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        kind = self._kinds.get(name) or self._kinds.setdefault(name, _Kind.of(name))
        if self._bindings:
            if (self._inside or kind.is_entry) and not all(is_usual(*one) for one in self._bindings):
                raise _Doubt
            self._bindings.clear()
        if kind.is_text:
            if self._text:
                raise _Doubt
            self._text = self._depth
        if self._inside:
            if kind.is_entry or kind.is_frame or self._drop >= 0:
                raise _Doubt
            if kind.local == "div":
                self._divides = True
            elif not kind.is_read and self._depth == self._inside + 1:
                self._drop = self._parser.CurrentByteIndex
        elif kind.is_entry and self._depth > 1:
            self._inside, self._start, self._drops = self._depth, self._parser.CurrentByteIndex, []
        elif self.spans or (self._depth == 1 and not kind.is_frame) or self._has_text(kind):
            raise _Doubt
        if self._inside and attributes:
            self._look(attributes)
        if self._speaks and self._divides:
            raise _Doubt

    def _has_text(self, kind: _Kind) -> bool:
        """Whether the frame has a text of its own, after which the first summary counts as another."""
        summed = self._summed
        if kind.local in _SUMMARIES:
            self._summed = summed or kind.local == "summary"
            return summed
        return kind.is_text and kind.local in _CONTENTS

    def _look(self, attributes: list[str]) -> None:
        for name in attributes[::2]:
            local = name.rpartition(" ")[2].lower()
            if local == "base":
                raise _Doubt
            if local == "lang":
                self._speaks = True

    def _close(self, name: str) -> None:
        if self._depth == self._text:
            self._text = 0
        if self._depth == 1:
            self.end = self._parser.CurrentByteIndex
        elif self._drop >= 0 and self._depth == self._inside + 1:
            self._drops.append((self._drop, self._after()))
            self._drop = -1
        elif self._depth == self._inside:
            self.spans.append((self._start, self._after(), self._drops))
            self._inside = 0
        self._depth -= 1

    def _after(self) -> int:
        """Where the end tag that is being read ends; an element that has none is not worth being sure about."""
        place = self._parser.CurrentByteIndex
        if self._data[place : place + 2] != b"</":
            raise _Doubt
        return self._data.index(b">", place) + 1

    def _bound(self, prefix: str | None, uri: str | None) -> None:
        self._bindings.append((prefix, uri))

    def _doubtful(self, *_: Any) -> None:
        raise _Doubt
