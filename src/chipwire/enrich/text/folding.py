"""Makes spellings comparable before anything is matched, and remembers where every character came from.

Folded are: character references (`&amp;`), compatibility forms (full-width letters, half-width kana, ligatures),
invisible characters, typographic quotes and dashes, Arabic vowel signs and alef forms, Persian and Urdu yeh and kaf,
traditional to simplified Han.
"""

import html
import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

import numpy as np

from chipwire.enrich.text.chinese import simplifier

_SAME = {
    "\u2018": "'", "\u2019": "'", "\u201b": "'", "\u02bc": "'", "\u2032": "'", "`": "'", "\u00b4": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u2033": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ", "\u2122": " ", "\u00ae": " ", "\u2027": "·",
    "\u2219": "·", "\u0130": "I", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي",
    "\ufe50": ",", "\ufe52": ".", "ی": "ي", "ک": "ك", "ہ": "ه",
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}  # fmt: skip
"""Replacements of one character by one: they move no offsets."""

# What moves offsets: references, invisible characters, and clusters or characters whose NFKC form has another length.
_MOVES = re.compile(
    r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"
    r"|[\u00ad\u034f\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]+"
    r"|[\uff65-\uff9d][\uff9e\uff9f]?"
    r"|[\u1100-\u115f][\u1160-\u11ff]*"
    r"|\w[\u0300-\u036f\u3099\u309a]+"
    r"|[\u0958-\u095f\u2460-\u249b\u3131-\u318e\u3200-\u33ff\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc\uffa0-\uffdc"
    r"\U0001d400-\U0001d7ff]"
)
_MAY_MOVE = re.compile(
    r"[&\u00ad\u0300-\u036f\u0640\u064b-\u065f\u0670\u0958-\u095f\u1100-\u11ff\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    r"\u2460-\u249b\u3099\u309a\u3131-\u318e\u3200-\u33ff\ufb00-\ufb06\ufb50-\ufdff\ufe0e\ufe0f\ufe70-\ufefc\ufeff"
    r"\uff65-\uffdc\U0001d400-\U0001d7ff]"
)
"""One character that `_MOVES` may start with or need: a class is searched ten times faster than the alternatives."""
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]"
)
_NAMED = "昇"
"""Characters that names keep apart from their simplified twins: 昇腾 is a product, 升腾 a verb."""


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` in comparable form (case kept), `lower` the same in lower case; both of one length."""

    text: str
    lower: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original."""
        if self.starts is None or self.ends is None or end <= start:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where `[start:end]` of the original stands in `text`: the way back from `span`."""
        if self.starts is None or self.ends is None:
            return start, end
        return bisect_left(self.starts, start), bisect_left(self.starts, end)


class _Table:
    """What every code point below `SIZE` becomes, and whether it may move offsets."""

    SIZE = 0x20000
    """Past the emoji; what lies beyond is as rare in news as it is large."""

    def __init__(self) -> None:
        self.replaced = {ord(old): new for old, new in _SAME.items()}
        han = [chr(code) for start, end in ((0x3400, 0x4DC0), (0x4E00, 0xA000)) for code in range(start, end)]
        for char, simple in zip(han, simplifier().convert("\n".join(han)).split("\n"), strict=True):
            if len(simple) == 1 and simple != char and char not in _NAMED:
                self.replaced[ord(char)] = simple
        self._codes = np.arange(self.SIZE, dtype=np.uint32)
        for code, new in self.replaced.items():
            self._codes[code] = ord(new)
        self._moving = np.zeros(self.SIZE, dtype=bool)
        self._moving[[match.start() for match in _MAY_MOVE.finditer("".join(map(chr, range(self.SIZE))))]] = True

    def look(self, text: str) -> tuple[str, bool]:
        """The text with its characters replaced, and whether any of the original may move offsets."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        try:
            folded = self._codes.take(codes)
        except IndexError:  # further than the table goes
            return text.translate(self.replaced), _MAY_MOVE.search(text) is not None
        return folded.tobytes().decode("utf-32-le", "surrogatepass"), b"\1" in self._moving.take(codes).tobytes()


@cache
def _table() -> _Table:
    return _Table()


def fold(original: str) -> Folded:
    """The comparable form of a text with the way back to its original offsets."""
    if original.isascii() and "&" not in original and "`" not in original:
        return Folded(original, original.lower())
    text, moves = _table().look(original)
    if moves and _MOVES.search(original):
        moved, starts, ends = _moved(original)
        text, _ = _table().look(moved)
        return Folded(text, text.lower(), starts, ends)
    return Folded(text, text.lower())


def fold_word(word: str) -> str:
    """A lexicon entry in the form texts are matched in: folded and lower case."""
    return fold(word).lower


def _moved(original: str) -> tuple[str, list[int], list[int]]:
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    for match in _MOVES.finditer(original):
        out.append(original[place : match.start()])
        starts.extend(range(place, match.start()))
        ends.extend(range(place + 1, match.start() + 1))
        piece = _plain(match[0])
        out.append(piece)
        starts.extend([match.start()] * len(piece))
        ends.extend([match.end()] * len(piece))
        place = match.end()
    out.append(original[place:])
    starts.extend(range(place, len(original)))
    ends.extend(range(place + 1, len(original) + 1))
    return "".join(out), starts, ends


def _plain(piece: str) -> str:
    if piece.startswith("&"):
        decoded = html.unescape(piece)
        return piece if decoded == piece else _INVISIBLE.sub("", decoded)
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", piece))
