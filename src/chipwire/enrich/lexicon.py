"""The shipped glossary of the field: surface forms in every language → one concept."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ahocorasick_rs import AhoCorasick, MatchKind
from pydantic import BaseModel, ValidationError

from chipwire.enrich.terms import family, fold
from chipwire.errors import ConfigError

FILES = ("glossary.toml", "events.toml", "places.toml")
_SPACED = re.compile(r"[^\W\d_\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Concept(BaseModel):
    """One concept; `forms` by language tag ('any' for all), a trailing * lets every ending through."""

    id: str
    kind: Literal["concept", "place", "product", "act"] = "concept"
    weight: float = 1.0
    forms: dict[str, list[str]]


@dataclass(frozen=True)
class _Matcher:
    automaton: AhoCorasick
    patterns: tuple[tuple[str, bool, Concept], ...]
    """Folded form, whether any ending goes, concept."""

    def find(self, text: str) -> set[str]:
        hits: set[str] = set()
        for index, start, end in self.automaton.find_matches_as_indexes(text, overlapping=True):
            form, open_end, concept = self.patterns[index]
            if _bounded(text, start, end, form, open_end):
                hits.add(concept.id)
        return hits


def _bounded(text: str, start: int, end: int, form: str, open_end: bool) -> bool:
    """Words of spaced scripts start where a word starts and end where it ends, two letters of inflection allowed."""
    if _SPACED.match(form[0]) and start > 0 and _SPACED.match(text[start - 1]):
        return False
    if open_end or not _SPACED.match(form[-1]):
        return True
    tail = 0
    while end + tail < len(text) and _SPACED.match(text[end + tail]):
        tail += 1
        if tail > 2:
            return False
    return tail == 0 or len(form) >= 4


@dataclass(frozen=True)
class Lexicon:
    """Every concept by id; find() is exact to word limits and knows the language's own forms."""

    concepts: dict[str, Concept]
    common: frozenset[str]
    """Latin words that look like names and are not."""

    @classmethod
    def load(cls, data: Path) -> "Lexicon":
        """Reads the glossary files that exist in `data`; ConfigError names the file and the entry."""
        concepts: dict[str, Concept] = {}
        for name in FILES:
            if (data / name).is_file():
                for concept in _read(data / name):
                    known = concepts.get(concept.id)
                    concepts[concept.id] = _joined(known, concept) if known else concept
        return cls(concepts, frozenset())

    def __hash__(self) -> int:
        return id(self)

    def find(self, text: str, lang: str) -> list[Concept]:
        """Concepts said in `text`, each once, sorted by id."""
        hits = _matcher(self, family(lang)).find(fold(text, lang))
        return [self.concepts[name] for name in sorted(hits)]


def _joined(one: Concept, two: Concept) -> Concept:
    langs = {**one.forms, **{lang: one.forms.get(lang, []) + forms for lang, forms in two.forms.items()}}
    return one.model_copy(update={"forms": langs})


def _read(path: Path) -> list[Concept]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("concept", [])
        return [_concept(entry) for entry in entries]
    except (tomllib.TOMLDecodeError, ValidationError, KeyError) as error:
        raise ConfigError(f"{path.name}: {error}. Mend the entry and start again.") from error


def _concept(entry: dict[str, object]) -> Concept:
    fields = {name: entry[name] for name in ("id", "kind", "weight") if name in entry}
    forms = {name: value for name, value in entry.items() if isinstance(value, list)}
    return Concept.model_validate({**fields, "forms": forms})


@lru_cache(maxsize=64)
def _matcher(lexicon: Lexicon, base: str) -> _Matcher:
    patterns: dict[tuple[str, str], tuple[str, bool, Concept]] = {}
    for concept in lexicon.concepts.values():
        for lang, forms in concept.forms.items():
            if lang != "any" and family(lang) not in (base, "en"):
                continue
            for form in forms:
                folded = fold(form.rstrip("*"), base)
                if folded and (lang in ("any",) or family(lang) == base or len(folded) >= 4):
                    patterns[concept.id, folded] = (folded, form.endswith("*"), concept)
    rows = tuple(patterns.values())
    return _Matcher(AhoCorasick([row[0] for row in rows], matchkind=MatchKind.Standard), rows)
