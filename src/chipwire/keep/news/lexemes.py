"""Full text on PostgreSQL: the normal form split into words as FTS5 does it, and its expressions as tsquery.

Words are split here and not by a configuration of the server, whose parser knows hyphens, addresses and numbers and
depends on the locale: one store gives the same hits on both databases. A tsvector holds 16,383 positions and 256 of a
word: phrases further on in a text than that are not found, words are.
"""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 500
"""Characters of a word; PostgreSQL takes 2,046 bytes."""
_LAST = 16_383
_EACH = 256
_MOST = 900_000
"""Bytes of different words and their places; PostgreSQL takes 2**20."""
_MARKED = re.compile("([a-z])[\u0300-\u036f]+")
_PART = re.compile(r'title : |"(?P<phrase>[^"]*)"(?P<prefix> \*)?|AND|OR|NOT|[()]| ')
_SIGNS = {"AND": "&", "OR": "|", "NOT": "& !", " ": " ", "(": "(", ")": ")"}


class _Letters(dict[int, int | str]):
    """Letters, marks and digits stay, all else parts words: the categories that the FTS5 index is made with."""

    def __missing__(self, code: int) -> int | str:
        category = unicodedata.category(chr(code))
        self[code] = found = code if category[0] in "LNM" or category == "Co" else " "
        return found


_LETTERS = _Letters()


def words(normal: str) -> list[str]:
    """The words of a text in normal form, Latin letters without their accents."""
    if not normal.isascii():
        plain = _MARKED.sub(r"\1", unicodedata.normalize("NFD", normal))
        normal = unicodedata.normalize("NFC", plain)
    return [word[:LONGEST] for word in normal.translate(_LETTERS).split()]


def vector(title: str, body: str) -> str:
    """Both in normal form as the text of a tsvector; words of the title have weight A."""
    places: dict[str, list[str]] = {}
    room, at = _MOST, 0
    for text, weight in ((title, "A"), (body, "")):
        for word in words(text):
            at += 1
            known = places.get(word)
            if known is None:
                room -= len(word.encode()) + 8
                if room < 0:
                    break
                places[word] = [f"{min(at, _LAST)}{weight}"]
            elif len(known) < _EACH and at <= _LAST:
                room -= 2
                known.append(f"{at}{weight}")
        at += 1  # no phrase reaches from the title into the body
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())


def query(match: str) -> str:
    """An `Expression`'s match as the text of a tsquery."""
    return "".join(_parts(match))


def _parts(match: str) -> Iterator[str]:
    weight = ""
    for part in _PART.finditer(match):
        if part[0] == "title : ":
            weight = "A"
        elif part["phrase"] is None:
            yield _SIGNS[part[0]]
        else:
            found = words(part["phrase"])
            ends = [f":{weight}"] * (len(found) - 1) + [f":{'*' if part['prefix'] else ''}{weight}"]
            yield "(" + " <-> ".join(f"'{word}'{end.rstrip(':')}" for word, end in zip(found, ends, strict=True)) + ")"
            weight = ""
