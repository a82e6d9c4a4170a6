"""The shipped glossary of the field: surface forms in every language → one concept."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Literal, NamedTuple

import tomli
from pydantic import BaseModel, ValidationError

from chipwire.enrich.text.automaton import Automaton
from chipwire.enrich.text.memo import Memo
from chipwire.enrich.text.terms import family, fold
from chipwire.errors import ConfigError

FILES = ("glossary.toml", "events.toml", "places.toml", "themes.toml")
_WORD = r"[^\W\d_\u0e00-\u109f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""A letter of a script that puts spaces between words."""
_LETTER = re.compile(_WORD)
_IS_LETTER: Memo[str, bool] = Memo(lambda character: _LETTER.match(character) is not None)
"""Whether a character is one."""
_TAIL = re.compile(_WORD + "+")
_ANY = re.compile(r"\w")
_LONG = 4
"""Letters from which on an English form counts in any text."""


class Concept(BaseModel):
    """One concept; `forms` by language tag ('any' for all), * and $ as in _Form."""

    id: str
    kind: Literal["concept", "place", "product", "act", "name"] = "concept"
    weight: float = 1.0
    forms: dict[str, list[str]]


class _Form:
    """A surface form: `stem` is looked for literally, the whole must match from where it stands.

    A trailing or inner * lets every ending through, a trailing $ none; else two letters of inflection may follow.
    """

    __slots__ = ("bare", "concept", "exact", "inner", "open", "spaced", "stem", "worded")

    def __init__(self, concept: Concept, written: str) -> None:
        self.concept = concept
        self.exact, self.open = written.endswith("$"), written.endswith("*")
        self.bare = written.rstrip("$*")
        self.inner = "*" in self.bare
        self.stem = self.bare.split("*")[0]
        self.worded, self.spaced = _IS_LETTER[self.stem[0]], _IS_LETTER[self.bare[-1]]

    def end(self, text: str, start: int) -> int | None:
        """Where the form that starts at `start` ends, None when it starts inside a word or ends wrongly."""
        if self.worded and start > 0 and _IS_LETTER[text[start - 1]]:
            return None
        stop = start + len(self.stem)
        if self.inner:
            match = _whole(self.bare).match(text, start)
            if match is None:
                return None
            stop = match.end()
        if self.open:
            return stop
        if self.exact:
            return None if _ANY.match(text, stop) else stop
        if not self.spaced or stop == len(text) or not _IS_LETTER[text[stop]]:
            return stop
        tail = _TAIL.match(text, stop)
        return stop if tail is None or (tail.end() - stop <= 2 and stop - start >= 4) else None


@cache
def _whole(bare: str) -> re.Pattern[str]:
    return re.compile(f"{_WORD}*".join(re.escape(part) for part in bare.split("*")))


_SPAN = itemgetter(0, 1)
Forms = dict[tuple[str, str], _Form]
"""By concept and how it is written, folded."""


class _Finder:
    """Forms looked for all at once."""

    def __init__(self, forms: Forms) -> None:
        self.written = forms.keys()
        self._forms = tuple(forms.values())
        self._automaton = Automaton([form.stem for form in self._forms])

    def find(self, text: str, said: list[tuple[int, str]], places: list[tuple[int, int, str]]) -> None:
        """Adds where concepts are said, with their ids, and where places are, with their ends below 0."""
        for index, start, _ in self._automaton.find(text):
            form = self._forms[index]
            end = form.end(text, start)
            if end is None:
                continue
            if form.concept.kind == "place":
                places.append((start, -end, form.concept.id))
            else:
                said.append((start, form.concept.id))


class _Matcher(NamedTuple):
    """What a text of one language may say: in its own words, and in those that any text may use."""

    own: _Finder
    any: _Finder

    def find(self, text: str) -> list[tuple[int, str]]:
        """Where concepts are said, with their ids, in no order.

        Places inside the name of a longer place (India in Chinese Indonesia) are not said.
        """
        found: list[tuple[int, str]] = []
        places: list[tuple[int, int, str]] = []
        self.any.find(text, found, places)
        self.own.find(text, found, places)
        reach = -1
        for start, end, place in sorted(places, key=_SPAN):
            if -end > reach or start >= reach:
                reach = -end
                found.append((start, place))
        return found


@dataclass(frozen=True)
class Lexicon:
    """Every concept by id; find() is exact to word limits and knows the language's own forms."""

    concepts: dict[str, Concept]

    @classmethod
    def load(cls, data: Path) -> "Lexicon":
        """Reads the glossary files that exist in `data`; ConfigError names the file and the entry."""
        concepts: dict[str, Concept] = {}
        for name in FILES:
            if (data / name).is_file():
                for concept in _read(data / name):
                    known = concepts.get(concept.id)
                    concepts[concept.id] = _joined(known, concept) if known else concept
        return cls(concepts)

    def __hash__(self) -> int:
        return id(self)

    def find(self, text: str, lang: str) -> list[Concept]:
        """Concepts said in `text`, each once, sorted by id."""
        return self._named({name for _, name in _matcher(self, family(lang)).find(fold(text, lang))})

    def apart(self, title: str, body: str, lang: str) -> tuple[list[Concept], list[Concept], list[Concept]]:
        """Those in a title, the first line of its body and what follows, each once, sorted by id: none spans two."""
        head, text = fold(title, lang), fold(body, lang)
        lead = len(head) + 1
        rest = lead + (text.find("\n") if "\n" in text else len(text))
        zones: tuple[set[str], set[str], set[str]] = set(), set(), set()
        for start, name in _matcher(self, family(lang)).find(f"{head}\n{text}"):
            zones[(start >= lead) + (start >= rest)].add(name)
        return self._named(zones[0]), self._named(zones[1]), self._named(zones[2])

    def _named(self, ids: set[str]) -> list[Concept]:
        return [self.concepts[name] for name in sorted(ids)]


def _joined(one: Concept, two: Concept) -> Concept:
    """One concept with the forms of both; kind and weight are those of the file read last."""
    langs = {**one.forms, **{lang: one.forms.get(lang, []) + forms for lang, forms in two.forms.items()}}
    return two.model_copy(update={"forms": langs})


def _read(path: Path) -> list[Concept]:
    try:
        entries = tomli.loads(path.read_text(encoding="utf-8")).get("concept", [])
        return [Concept.model_validate(entry) for entry in entries]
    except (tomli.TOMLDecodeError, ValidationError, KeyError) as error:
        raise ConfigError(f"{path.name}: {error}. Mend the entry and start again.") from error


@lru_cache(maxsize=64)
def _matcher(lexicon: Lexicon, base: str) -> _Matcher:
    """The forms a text of this language may use: its own, those for any language, longer English ones."""
    common, own = _for_any(lexicon), Forms()
    for lang, concept, folded in _folded(lexicon, base, ("any", "en", base)):
        if (lang in ("any", base) or len(folded) >= _LONG) and (concept.id, folded) not in common.written:
            own.setdefault((concept.id, folded), _Form(concept, folded))
    return _Matcher(_Finder(own), common)


@lru_cache(maxsize=4)
def _for_any(lexicon: Lexicon) -> _Finder:
    """What all languages share and fold alike: a thousand forms that need not be kept for each."""
    forms = Forms()
    for lang, concept, folded in _folded(lexicon, "en", ("any", "en")):
        if folded.isascii() and (lang == "any" or len(folded) >= _LONG):
            forms.setdefault((concept.id, folded), _Form(concept, folded))
    return _Finder(forms)


def _folded(lexicon: Lexicon, base: str, langs: Sequence[str]) -> Iterator[tuple[str, Concept, str]]:
    """(language, concept, form) of the forms in these languages, folded as in a text of language `base`."""
    for concept in lexicon.concepts.values():
        for lang, written in concept.forms.items():
            if (of := family(lang)) in langs:
                for form in written:
                    yield of, concept, fold(form, base)
