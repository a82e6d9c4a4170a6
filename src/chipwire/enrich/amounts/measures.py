"""How each language writes amounts: data/figures.toml, validated once and made ready for looking up."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field

from chipwire.enrich import data_file
from chipwire.enrich.text.memo import Memo

V = TypeVar("V")
_LETTERS = (
    r"(?:[A-Za-z]++(?![^\x00-\x7f])"
    r"|(?:[^\W\d_]+|[\u0300-\u036f\u0900-\u0963\u0970-\u097f\u064b-\u0652]+)+)"
)
"""A run of ASCII, which is found faster, or of any letters and vowel signs."""
_WORD = rf"{_LETTERS}(?:['’/.]{_LETTERS})*"
WORD = re.compile(rf"[ \-]?({_WORD})")
WORDS = re.compile(rf"[ \-]?({_WORD})(?:[ \-]({_WORD}))?(?:[ \-]({_WORD}))?(?:[ \-]({_WORD}))?")
"""One word, and up to four, from here on; a space or a hyphen may stand before each."""


class Language(BaseModel, extra="forbid"):
    """One [languages.X] of figures.toml; the comments there say what each list means."""

    like: str | None = None
    cjk: bool = False
    decimal: str = "."
    groups: list[str] = Field(default_factory=lambda: [","])
    capitals: bool = False
    connect: list[str] = Field(default_factory=list)
    multipliers: dict[str, float] = Field(default_factory=dict)
    glued: dict[str, float] = Field(default_factory=dict)
    halves: list[str] = Field(default_factory=list)
    nouns: list[str] = Field(default_factory=list)
    singular: list[str] = Field(default_factory=list)
    wafers: list[str] = Field(default_factory=list)
    modifiers: list[str] = Field(default_factory=list)
    adjectives: list[str] = Field(default_factory=list)
    classifiers: dict[str, str] = Field(default_factory=dict)
    weak: list[str] = Field(default_factory=list)
    guards: dict[str, str] = Field(default_factory=dict)
    indices: list[str] = Field(default_factory=list)
    at_least: list[str] = Field(default_factory=list)
    up_to: list[str] = Field(default_factory=list)
    about: list[str] = Field(default_factory=list)
    at_least_after: list[str] = Field(default_factory=list)
    up_to_after: list[str] = Field(default_factory=list)
    about_after: list[str] = Field(default_factory=list)
    to: list[str] = Field(default_factory=list)
    and_: list[str] = Field(default_factory=list, alias="and")
    between: list[str] = Field(default_factory=list)
    from_: list[str] = Field(default_factory=list, alias="from")
    of: list[str] = Field(default_factory=list)
    into: list[str] = Field(default_factory=list)
    becomes: list[str] = Field(default_factory=list)
    moves: list[str] = Field(default_factory=list)
    rate_month: list[str] = Field(default_factory=list)
    month_before: list[str] = Field(default_factory=list)
    rate_second: list[str] = Field(default_factory=list)
    second_before: list[str] = Field(default_factory=list)
    percent_before: list[str] = Field(default_factory=list)
    ellipsis: list[str] = Field(default_factory=list)
    prefixes: dict[str, str] = Field(default_factory=dict)
    units: dict[str, list[str]] = Field(default_factory=dict)
    words: dict[str, float] = Field(default_factory=dict)


class Book(BaseModel, extra="forbid"):
    """The whole of figures.toml."""

    scales: dict[str, tuple[str, float]]
    prefixes: dict[str, str]
    symbols: dict[str, str]
    series: list[str] = Field(default_factory=list)
    languages: dict[str, Language]


class Phrases(Generic[V]):
    """Words and phrases in lower case → a value; a trailing * is any ending, a trailing dot may be left out."""

    def __init__(self, entries: dict[str, V]) -> None:
        self.exact = {
            phrase.rstrip(".").replace("-", " "): value for phrase, value in entries.items() if phrase[-1] != "*"
        }
        self.dotted = frozenset(phrase[:-1] for phrase in entries if phrase[-1] == ".")
        self.stems = {phrase[:-1].replace("-", " "): value for phrase, value in entries.items() if phrase[-1] == "*"}
        self._reaches: dict[str, int] = {}
        for phrase in [*self.exact, *self.stems]:
            first, count = phrase.split(" ")[0], phrase.count(" ") + 1
            self._reaches[first] = max(count, self._reaches.get(first, 0))
        self._whole_stems = tuple(stem for stem in self.stems if " " not in stem)
        self._reach = Memo(self._longest)
        self._alone: Memo[str, tuple[V, bool] | None] = Memo(self._single)

    def at(self, text: str, words: re.Match[str] | None) -> tuple[V, int] | None:
        """The longest phrase at a word found by WORD, and where it ends."""
        reach = self._reach[words[1]] if words else 0
        if words is None or not reach:
            return None
        if reach == 1:
            found, end = self._alone[words[1]], words.end(1)
            return (found[0], end + (found[1] and text[end : end + 1] == ".")) if found else None
        words = WORDS.match(text, words.start())
        if words is None:
            return None
        number = min(words.lastindex or 0, reach)
        start = words.start(1)
        whole = text[start : words.end(number)].lower().replace("-", " ").replace("’", "'")
        for count in range(number, 0, -1):
            end = words.end(count)
            key = whole[: end - start]
            value = self._value(key)
            if value is not None:
                return value, end + (key in self.dotted and text[end : end + 1] == ".")
        return None

    def _value(self, key: str) -> V | None:
        value = self.exact.get(key)
        return self._stem(key) if value is None and self.stems else value

    def _single(self, word: str) -> tuple[V, bool] | None:
        """What a word alone stands for, and whether it may have a full stop."""
        key = word.lower().replace("’", "'")
        value = self._value(key)
        return None if value is None else (value, key in self.dotted)

    def begins(self, word: str) -> bool:
        """Whether any phrase begins with a word."""
        return self._reach[word] > 0

    def _longest(self, word: str) -> int:
        """How many words the phrases have that begin with this one, 0 when none does."""
        first = word.lower().replace("’", "'")
        return max(self._reaches.get(first, 0), first.startswith(self._whole_stems))

    def _stem(self, key: str) -> V | None:
        for length in range(len(key), 1, -1):
            value = self.stems.get(key[:length])
            if value is not None and " " not in key[length:]:
                return value
        return None


class Runs(Generic[V]):
    """Unspaced strings (CJK) → a value, longest first."""

    def __init__(self, entries: dict[str, V]) -> None:
        self.entries = entries
        self._from = _lengths((key[0], key) for key in entries)
        self._to = _lengths((key[-1], key) for key in entries)

    def at(self, text: str, start: int) -> tuple[V, int] | None:
        for length in self._from.get(text[start : start + 1], ()):
            key = text[start : start + length]
            value = self.entries.get(key)
            if value is not None:
                return value, start + len(key)
        return None

    def before(self, text: str, end: int) -> tuple[V, int] | None:
        """The longest entry that ends at `end`, and where it starts."""
        for length in self._to.get(text[end - 1 : end], ()):
            if length <= end:
                value = self.entries.get(text[end - length : end])
                if value is not None:
                    return value, end - length
        return None


def _lengths(keys: Iterable[tuple[str, str]]) -> dict[str, list[int]]:
    """The lengths of keys by one of their signs, longest first."""
    found: dict[str, set[int]] = {}
    for sign, key in keys:
        found.setdefault(sign, set()).add(len(key))
    return {sign: sorted(lengths, reverse=True) for sign, lengths in found.items()}


def read(path: Path) -> Book:
    """Read and validate figures.toml; ConfigError names the file, the place and the mend."""
    raw = data_file.table(path)
    languages = _inherited(raw.get("languages", {}))
    for language in languages.values():
        language["prefixes"] = {**raw.get("prefixes", {}), **language.get("prefixes", {})}
    return data_file.valid(path, Book, {**raw, "languages": languages})


def _inherited(languages: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """`like = "id"`: lists are joined, tables are laid over the other language's."""
    for language in languages.values():
        parent = languages.get(language.get("like", ""), {})
        for key, value in parent.items():
            if isinstance(value, list) and key != "groups":
                language[key] = [*language.get(key, []), *value]
            elif isinstance(value, dict):
                language[key] = value | language.get(key, {})
            else:
                language.setdefault(key, value)
    return languages
