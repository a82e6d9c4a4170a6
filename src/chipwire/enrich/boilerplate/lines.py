"""A text as lines and closing sentences that can be recognised in another text of the same feed."""

import re
import unicodedata
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import xxhash

from chipwire.enrich.text.memo import Memo

LEAST = 20
"""Letters that a line has at least to be recognised by; Han, Kana and Hangul count twice."""
TAIL = 6
"""Sentences at the end of a last line that may be boxes run into it."""
_LOWER = bytes(range(256)).lower()
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_RUN = re.compile(r"[^\W\d_]+")
"""Letters, and numbers that are no digits."""
_WIDE = bytes((*range(0xE3, 0xEE), 0xEF))
"""What Han, Kana and Hangul begin with in UTF-8."""
_STOP = re.compile(r"[.!?؟۔।…]+[\"'”’»)\]]*\s+|[。！？]+[」』”’）]*\s*")
_SIGNS = r"\u0300-\u036f\u0900-\u0963\u0970-\u109f\u1780-\u17d3"
"""Vowel signs and the like, which are no letters to Python, with the letters they stand among."""
_TITLE = re.compile(
    r"(?P<han>[\u3400-\u9fff]{2,})|(?P<kana>[\u30a0-\u30ff]{2,})|(?P<hangul>[\uac00-\ud7a3]{2,})"
    rf"|(?:[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[{_SIGNS}]){{2,}}"
)
_ASCII = re.compile("[A-Za-z]{2,}")
"""The same in a title that is ASCII."""
_STEM = {"hangul": 2, "kana": 4}
"""How much of a word stays when endings may follow; of others 5 letters."""


class Line(NamedTuple):
    """`body[start:end]`; `key` is 64 bits of what it says without digits, signs and case, `weight` its letters."""

    key: int
    start: int
    end: int
    weight: int


_made = partial(tuple.__new__, Line)
"""Makes a line of a tuple of its parts, in a third of the time."""


class Divided(NamedTuple):
    """The lines of a body in order, empty ones left out, and sentences where line breaks may have been lost.

    `opening` is the first sentence of a text that has one line, `closing` the last ones of any text's last line.
    """

    lines: list[Line]
    opening: list[Line]
    closing: list[Line]

    def known_by(self) -> set[int]:
        """What another text may share with this one."""
        return {line.key for part in self for line in part if line.weight >= LEAST}


def divided(body: str) -> Divided:
    """The body by line."""
    lines = [line for span in _spans(body) if (line := _line(body, *span)).weight]
    last = list(_sentences(body, lines[-1])) if lines else []
    if len(last) < 2:
        return Divided(lines, [], [])
    opening = [_line(body, *last[0])] if len(lines) == 1 else []
    return Divided(lines, opening, [_line(body, *span) for span in last[1:][-TAIL:]])


def words(title: str) -> frozenset[int]:
    """What a title speaks of, 32 bits a word: no short words but acronyms, no numbers, little of endings."""
    shouted = title.isupper()
    if title.isascii():
        long = [word for word in _ASCII.findall(title) if len(word) > 3 or (word.isupper() and not shouted)]
        return frozenset([_KEY[word[:5].lower()] for word in long])
    found = set[str]()
    for match in _TITLE.finditer(unicodedata.normalize("NFKC", title)):
        word, kind = match[0], match.lastgroup
        if kind == "han":
            found.update(word[n : n + 2] for n in range(len(word) - 1))
        elif kind or len(word) > 3 or (word.isupper() and not shouted):
            found.add(word[: _STEM.get(kind or "", 5)].casefold())
    return frozenset(map(_KEY.__getitem__, found))


_KEY: Memo[str, int] = Memo(lambda word: xxhash.xxh32_intdigest(word.encode()))


def _line(body: str, start: int, end: int) -> Line:
    text = body[start:end]
    if text.isascii():
        letters = text.encode().translate(_LOWER, _NO_LETTERS)
        return _made((xxhash.xxh3_64_intdigest(letters), start, end, len(letters)))
    said = "".join(_RUN.findall(text.casefold()))
    if not said.isalpha():
        said = "".join(filter(str.isalpha, said))
    letters = said.encode("utf-8", "replace")
    wide = len(letters) - len(letters.translate(None, _WIDE))
    return _made((xxhash.xxh3_64_intdigest(letters), start, end, len(said) + wide))


def _spans(body: str) -> Iterator[tuple[int, int]]:
    start = 0
    for piece in body.split("\n"):
        if piece and not piece.isspace():
            yield start, start + len(piece)
        start += len(piece) + 1


def _sentences(body: str, line: Line) -> Iterator[tuple[int, int]]:
    start = line.start
    for stop in _STOP.finditer(body, line.start, line.end):
        yield start, stop.end()
        start = stop.end()
    if start < line.end:
        yield start, line.end
