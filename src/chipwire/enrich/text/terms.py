"""Text → hashed terms in reading order: stems for spaced scripts, character pairs for Han, kana and hangul."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise
from operator import add

import xxhash

from chipwire.enrich.text.chinese import simplifier
from chipwire.enrich.text.memo import MOST, Memo

_SENTENCE = re.compile(r"([。！？.!?…\n])(?:(?<=[.!?…])[\"'”’»）)]?\s+|(?<=[。！？\n]))")
"""The last character of a sentence, and what parts it from the next; looked for by a class, which is searched fast."""
_CJK = r"\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af々〆"
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|[{_CJK}]+|[^\W\d_][^\W_\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]*")
"""A number, a run without spaces, or a word."""
_RUN = re.compile(f"[{_CJK}]")
_FIRST = "々"
"""No character of such a run comes before it in Unicode."""
_GRAMMAR = re.compile("[\u3041-\u309f]{2}")
_ACCENTED = frozenset({"de", "fr", "es", "pt", "it", "nl", "pl", "cs", "tr", "sv", "da", "fi"})
_ACCENT = re.compile("[\u0300-\u036f]+")
_FURTHER = re.compile("[\u0483-\u1fff\u20d0-\u20ff\u2c00-\U0010ffff]")
"""Where combining characters are beside the accents of Latin."""
_SHORT = 8
"""Characters of a run without spaces that may come again as it is, as Korean words do."""
_AT_ONCE = 40
"""Sentences folded in one go; a text is not read much further than it is kept."""
STEM = 7
"""Words are cut to this many letters: a stemmer for every inflected language at once."""


@lru_cache(1 << 10)
def family(lang: str) -> str:
    """Languages that share a vocabulary share their terms: zh-Hans with zh-Hant, id with ms."""
    base = lang.split("-")[0].lower()
    return {"ms": "id", "yue": "zh"}.get(base, base)


def fold(text: str, lang: str = "") -> str:
    """NFKC, lower case, traditional characters to simplified; accents dropped where they only decorate."""
    if text.isascii():
        return text.casefold()
    text = unicodedata.normalize("NFKC", text).casefold()
    base = family(lang)
    if base == "zh":
        return str(simplifier().convert(text))
    if base in _ACCENTED:
        text = _unaccented(unicodedata.normalize("NFD", text))
    return text.replace("ё", "е") if base == "ru" else text


def _unaccented(text: str) -> str:
    """A text in NFD without combining characters."""
    text = _ACCENT.sub("", text)
    return "".join(c for c in text if not unicodedata.combining(c)) if _FURTHER.search(text) else text


def sentences(text: str) -> list[str]:
    """Sentences and headings of a plain text, in order, without empty ones."""
    pieces = _SENTENCE.split(text)  # in turns what a sentence says and how it ends
    return list(filter(None, map(str.strip, map(add, pieces[::2], [*pieces[1::2], ""]))))


def _pairs(run: str) -> list[str]:
    """Character pairs of a run; two hiragana side by side are grammar, not content."""
    if len(run) == 1:
        return [run]
    if not _GRAMMAR.search(run):
        return list(map(add, run, run[1:]))
    return [a + b for a, b in pairwise(run) if not ("\u3041" <= a <= "\u309f" and "\u3041" <= b <= "\u309f")]


def _word_terms(word: str) -> list[str]:
    if word[0] >= _FIRST and _RUN.match(word):
        return _pairs(word)
    return [word.replace(",", ".") if word[0].isdigit() else word[:STEM]]


def terms(text: str, lang: str) -> list[str]:
    """Terms of one sentence in reading order; numbers keep their digits only."""
    return [term for word in _TOKEN.findall(fold(text, lang)) for term in _word_terms(word)]


def sequence(spoken: Sequence[str], lang: str, limit: int) -> list[int]:
    """The keys of the first `limit` terms of these sentences, with 0 after each that has any."""
    found: list[int] = []
    for start in range(0, len(spoken), _AT_ONCE):
        for line in fold("\n".join(spoken[start : start + _AT_ONCE]), lang).split("\n"):
            found.extend(chain.from_iterable(map(_keys, line.split())))
            if found and found[-1]:
                found.append(0)
        if len(found) >= limit:
            break
    return found[:limit]


def key(term: str) -> int:
    """32 stable bits of a term; never 0, which separates sentences."""
    return xxhash.xxh32_intdigest(term.encode()) or 1


class _Keys(dict[str, list[int]]):
    """The keys of what stands between two spaces of a folded text; long runs without spaces are not remembered."""

    def __missing__(self, spaced: str) -> list[int]:
        if not spaced.isascii() and _RUN.search(spaced):
            found = list(map(_key, chain.from_iterable(map(_word_terms, _TOKEN.findall(spaced)))))
            if len(spaced) > _SHORT:
                return found
        elif spaced.isalpha():
            found = [key(spaced[:STEM])]
        else:
            found = [key(term) for word in _TOKEN.findall(spaced) for term in _word_terms(word)]
        if len(self) >= MOST:
            self.clear()
        self[spaced] = found
        return found


_key = Memo(key).__getitem__
"""Keys of the pairs of characters in runs without spaces."""
_keys = _Keys().__getitem__
