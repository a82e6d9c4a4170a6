"""Anchors: what survives translation (companies, figures, names, places, concepts), each with its rarity."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache, partial
from itertools import chain, islice
from typing import NamedTuple

import xxhash

from chipwire.domain import Tags
from chipwire.enrich.amounts.numbers import has_digits
from chipwire.enrich.stories.lexicon import Concept, Lexicon
from chipwire.enrich.text.memo import Memo
from chipwire.enrich.text.terms import sentences


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

    kind: int
    """A Kind."""
    key: int
    weight: float
    zone: int


_anchor = partial(tuple.__new__, Anchor)
"""Makes an anchor of a tuple of its parts, in a third of the time."""
_COMPANY, _FIGURE, _NAMED, _NUMBER = (int(kind) for kind in (Kind.COMPANY, Kind.FIGURE, Kind.NAME, Kind.NUMBER))
_TITLE, _LEAD, _BODY = int(Zone.TITLE), int(Zone.LEAD), int(Zone.BODY)
"""As plain numbers: an Enum's member takes longer to hash and to sort than what is done with it."""
_L = "A-Za-zÀ-ɏ"
_WORD = re.compile(
    rf"[{_L}\d](?:(?<=[{_L}])(?<![^\W_].)[{_L}]*(?:-?\d+[A-Za-z0-9]*)?(?![{_L}0-9])|(?<=\d)\d*[A-Z][A-Za-z]*)",
    re.DOTALL,
)
"""A word in Latin letters; what stands before it is looked at second, as the engine is quick to seek a first letter."""
_AMOUNT = re.compile(r"\d(?<![\d.,].)\d*(?:[.,]\d+)*(?!\d)")
_LATIN = frozenset({"en", "de", "fr", "es", "pt", "it", "nl", "id", "ms", "vi", "pl", "tr", "sv", "cs", "tl"})


def anchor_key(kind: int, identity: str) -> int:
    return xxhash.xxh32_intdigest(f"{int(kind)}:{identity}".encode())


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


class Text(NamedTuple):
    """The text of an item: `body` with newlines between blocks, and each part's sentences in NFKC."""

    title: str
    body: str
    titles: list[str]
    lead: list[str]
    rest: list[str]

    @classmethod
    def of(cls, title: str, body: str) -> "Text":
        """The lead is the body's first block."""
        lead, _, rest = body.partition("\n")
        parts = [sentences(title), sentences(lead), sentences(rest)]
        if not (title.isascii() and body.isascii()):  # one call for all: no sentence has a newline
            plainly = unicodedata.normalize("NFKC", "\n".join(chain.from_iterable(parts))).split("\n")
            parts = [[*islice(of, len(part))] for of in [iter(plainly)] for part in parts]
        return cls(title, body, *parts)


def find(text: Text, lang: str, tags: Tags, lexicon: Lexicon) -> list[Anchor]:
    """All anchors of an item, each once, in its most prominent zone; title and lead before body."""
    found: dict[int, tuple[int, float]] = {}
    for slug, role in tags.companies.items():
        found[_bits(_COMPANY, slug)] = (_TITLE if role == "about" else _BODY), 1.0
    for figure in tags.figures:
        for value in {figure.value_low, figure.value_high}:
            bits, weight = _figure(value, figure.unit)
            found.setdefault(bits, (_BODY, weight))
    aliases = {_PLAIN[word] for alias in {seen.alias for seen in tags.evidence} for word in alias.split()}
    concepts = lexicon.apart(text.title, text.body, lang)
    for zone, lines in enumerate((text.titles, text.lead, text.rest)):
        for bits, weight in _written(concepts[zone], lines, lang, aliases):
            if bits not in found:
                found[bits] = zone, weight
    for bits, zone, weight in _denials(text, tags, lexicon):
        found[bits] = min(found.get(bits, (zone, weight)), (zone, weight))
    ordered = sorted([(zone, bits, weight) for bits, (zone, weight) in found.items()])
    return [_anchor((bits >> 32, bits & 0xFFFFFFFF, weight, zone)) for zone, bits, weight in ordered]


def _denials(text: Text, tags: Tags, lexicon: Lexicon) -> Iterator[tuple[int, int, float]]:
    """A denial however it is worded, as the claims know it: its kinds with the zone of its sentence, and its weight."""
    if denial := lexicon.concepts.get("denial"):
        lead = text.body.partition("\n")[0]
        for claim in tags.claims:
            if claim.kind == "denial":
                zone = _LEAD if claim.text in lead else _BODY
                yield from ((bits, zone, weight) for bits, weight in _concept(denial.kind, denial.id, denial.weight))


def _written(
    concepts: Sequence[Concept], lines: Sequence[str], lang: str, aliases: set[str]
) -> list[tuple[int, float]]:
    """What the words and numbers of one zone say, and how rare that is."""
    found: list[tuple[int, float]] = []
    for concept in concepts:
        found += _concept(concept.kind, concept.id, concept.weight)
    if lines:
        found += map(_NAME.__getitem__, _names(lines, lang) - aliases)
        found += [(_bits(_NUMBER, number), 1.0) for number in _numbers("\n".join(lines))]
    return found


def _bits(kind: int, identity: str) -> int:
    """The kind of an anchor above the 32 bits of its key."""
    return kind << 32 | anchor_key(kind, identity)


@lru_cache(1 << 12)
def _concept(kind: str, name: str, weight: float) -> list[tuple[int, float]]:
    """An act is also a concept."""
    kinds = [Kind.ACT, Kind.CONCEPT] if kind == "act" else [Kind[kind.upper()]]
    return [(_bits(int(one), name), weight) for one in kinds]


def _name(plainly: str) -> tuple[int, float]:
    """A name with a digit is rarer."""
    return _bits(_NAMED, plainly), 1.0 + _digit(plainly)


@lru_cache(1 << 12)
def _figure(value: float, unit: str) -> tuple[int, float]:
    return _bits(_FIGURE, f"{value:.6g} {unit}"), figure_weight(value, unit)


def _digit(word: str) -> bool:
    return not word.isalpha() and any(c.isdigit() for c in word)


def _names(lines: Sequence[str], lang: str) -> set[str]:
    """Latin names: in a Latin text what is capitalised inside a sentence, elsewhere every Latin word."""
    if lang.split("-")[0] not in _LATIN:
        words = set(_WORD.findall("\n".join(lines)))
        return {name for word in words if (name := _AMID[word])}
    first, inside = set[str](), set[str]()
    for line in lines:
        begins, *more = line.split()
        first.add(begins)
        inside.update(more)
    names = [_INSIDE[spaced] for spaced in inside if not (spaced.islower() and spaced.isalpha())]
    return set().union(*names, *[_FIRST[spaced] for spaced in first])


def _amid(word: str) -> str:
    """The name that a Latin word is in a text of another script; "" when it is none."""
    return plain(word) if _is_name(word, latin=False, inside=True) else ""


def _spelt(spaced: str, *, begins: bool) -> tuple[str, ...]:
    """The names in what stands between two spaces of a Latin text, or begins a line of it."""
    return tuple([
        plain(word[0])
        for word in _WORD.finditer(spaced)
        if _is_name(word[0], latin=True, inside=not begins or word.start() > 0)
    ])  # fmt: skip


def _is_name(word: str, *, latin: bool, inside: bool) -> bool:
    if latin and word.islower() and word.isalpha():
        return False
    marked = _digit(word) or (len(word) > 1 and word[1:] != word[1:].lower())
    return marked or (len(word) > 2 and (not latin or (word[0].isupper() and inside)))


def _numbers(text: str) -> set[str]:
    """Bare numbers of three digits and more, years left out, separators dropped."""
    found = set[str]()
    if text.isascii() and not has_digits(text):
        return found
    for number in set(_AMOUNT.findall(text)):
        digits = number.replace(",", "").replace(".", "").lstrip("0").rstrip("0")
        year = number.isdigit() and 1900 <= int(number) <= 2100
        if len(digits) >= 2 and not year:
            found.add(digits)
    return found


_PLAIN, _NAME, _AMID = Memo(plain), Memo(_name), Memo(_amid)
_FIRST, _INSIDE = (Memo(partial(_spelt, begins=begins)) for begins in (True, False))
