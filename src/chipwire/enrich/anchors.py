"""Anchors: what survives translation (companies, figures, names, places, concepts), each with its rarity."""

import re
import unicodedata
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import xxhash

from chipwire.domain import Tags
from chipwire.enrich.lexicon import Lexicon
from chipwire.enrich.terms import sentences


class Kind(IntEnum):
    """What an anchor is; the number is part of the fingerprint's format."""

    COMPANY = 1
    FIGURE = 2
    NAME = 3
    PLACE = 4
    CONCEPT = 5
    NUMBER = 6
    ACT = 7
    PRODUCT = 8
    __hash__ = int.__hash__  # an Enum hashes its name, in Python; anchors are looked up by the thousand


class Zone(IntEnum):
    TITLE = 0
    LEAD = 1
    BODY = 2


class Anchor(NamedTuple):
    """One thing said: `key` is 32 stable bits of its identity, `weight` its rarity (1 is ordinary, 4 at most)."""

    kind: Kind
    key: int
    weight: float
    zone: int


_KIND = {kind.name.lower(): kind for kind in Kind}
_NAME = re.compile(
    r"(\n?)((?<![^\W_])[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ]*(?:-?\d+[A-Za-z0-9]*)?(?![A-Za-zÀ-ɏ0-9])|\d+[A-Z][A-Za-z]*)"
)
"""A word in Latin letters, and whether it begins a line."""
_NUMBER = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)*(?![\d])")
_DIGITS = re.compile(r"[\d.,]+")
_LATIN = frozenset({"en", "de", "fr", "es", "pt", "it", "nl", "id", "ms", "vi", "pl", "tr", "sv", "cs", "tl"})


@lru_cache(1 << 14)
def anchor_key(kind: Kind, identity: str) -> int:
    return xxhash.xxh32_intdigest(f"{int(kind)}:{identity}".encode())


@lru_cache(1 << 14)
def plain(word: str) -> str:
    """A Latin name without case, accents and hyphens: 'Tiếp' → 'tiep'."""
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word)).casefold()
    return "".join(c for c in bare if c.isalnum())


def figure_weight(value: float, unit: str) -> float:
    """Rarity of an amount from its form: 1,000 is round, 36,000 less so, 13.98 can hardly be chance."""
    digits = len(f"{value:.6e}".split("e")[0].replace(".", "").rstrip("0"))
    if unit == "nm":
        return 0.3
    small = unit in ("%", "percent") and digits < 3
    return min(2.0, 0.5 * digits) * (0.7 if small else 1.0)


def find(title: str, body: str, lang: str, tags: Tags, lexicon: Lexicon) -> list[Anchor]:
    """All anchors of an item, each once, in its most prominent zone; title and lead before body."""
    found: dict[tuple[Kind, int], Anchor] = {}
    for kind, key, weight, zone in _everything(title, body, lang, tags, lexicon):
        if (kind, key) not in found:
            found[kind, key] = Anchor(kind, key, weight, zone)
    return sorted(found.values(), key=lambda a: (a.zone, a.kind, a.key))


def _everything(
    title: str, body: str, lang: str, tags: Tags, lexicon: Lexicon
) -> Iterator[tuple[Kind, int, float, Zone]]:
    """Parts of anchors; what one says in several zones comes from the most prominent first."""
    for slug, role in tags.companies.items():
        yield Kind.COMPANY, anchor_key(Kind.COMPANY, slug), 1.0, Zone.TITLE if role == "about" else Zone.BODY
    for figure in tags.figures:
        for value in {figure.value_low, figure.value_high}:
            identity = f"{value:.6g} {figure.unit}"
            yield Kind.FIGURE, anchor_key(Kind.FIGURE, identity), figure_weight(value, figure.unit), Zone.BODY
    lead, _, rest = body.partition("\n")
    aliases = {plain(word) for alias in {seen.alias for seen in tags.evidence} for word in alias.split()}
    whole = body if rest else ""  # concepts may begin in one paragraph and end in the next, names and numbers do not
    for zone, text, own in ((Zone.TITLE, title, title), (Zone.LEAD, lead, lead), (Zone.BODY, whole, rest)):
        for concept in lexicon.find(text, lang) if text else ():
            kind = _KIND[concept.kind]
            yield kind, anchor_key(kind, concept.id), concept.weight, zone
            if kind == Kind.ACT:
                yield Kind.CONCEPT, anchor_key(Kind.CONCEPT, concept.id), concept.weight, zone
        for name in _names(own, lang):
            if name not in aliases:
                yield Kind.NAME, anchor_key(Kind.NAME, name), 1.0 + _digit(name), zone
        for number in _numbers(own):
            yield Kind.NUMBER, anchor_key(Kind.NUMBER, number), 1.0, zone


def _digit(word: str) -> bool:
    return not word.isalpha() and any(c.isdigit() for c in word)


def _names(text: str, lang: str) -> Iterator[str]:
    """Latin names: in a Latin text what is capitalised inside a sentence, elsewhere every Latin word."""
    latin = lang.split("-")[0] in _LATIN
    lines = unicodedata.normalize("NFKC", "\n".join(["", *sentences(text)]))
    for begins, word in set(_NAME.findall(lines)):
        if _is_name(word, latin=latin, inside=not begins):
            yield plain(word)


@lru_cache(1 << 14)
def _is_name(word: str, *, latin: bool, inside: bool) -> bool:
    if latin and word.islower() and word.isalpha():
        return False
    marked = _digit(word) or (len(word) > 1 and word[1:] != word[1:].lower())
    return marked or (len(word) > 2 and (not latin or (word[0].isupper() and inside)))


def _numbers(text: str) -> Iterator[str]:
    """Bare numbers of three digits and more, years left out, separators dropped."""
    runs = {run for run in _DIGITS.findall(unicodedata.normalize("NFKC", text)) if len(run) > 1}
    for number in {number for run in runs for number in _NUMBER.findall(run)}:
        digits = number.replace(",", "").replace(".", "").lstrip("0").rstrip("0")
        year = number.isdigit() and 1900 <= int(number) <= 2100
        if len(digits) >= 2 and not year:
            yield digits
