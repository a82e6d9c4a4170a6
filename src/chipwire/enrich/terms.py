"""Text → hashed terms in reading order: stems for spaced scripts, character pairs for Han, kana and hangul."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

import xxhash
from opencc import OpenCC

_SENTENCE = re.compile(r"[。！？]|[.!?…](?=[\"'”’»）)]?\s)|\n")
"""The last character of a sentence; looked for by what it is, not by what follows: the engine skips the rest."""
_GAP = re.compile(r"[\"'”’»）)]?\s+")
_CJK = r"\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af々〆"
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|[{_CJK}]+|[^\W\d_][^\W_\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]*|\n")
"""A number, a run without spaces, a word, or the end of a line."""
_END = "\n"
_RUN = re.compile(f"[{_CJK}]")
_ACCENTED = frozenset({"de", "fr", "es", "pt", "it", "nl", "pl", "cs", "tr", "sv", "da", "fi"})
_AT_ONCE = 40
"""Sentences folded in one go; a text is not read much further than it is kept."""
STEM = 7
"""Words are cut to this many letters: a stemmer for every inflected language at once."""


@lru_cache(maxsize=1)
def simplifier() -> OpenCC:
    """Traditional to simplified characters; its dictionaries take 25 MB, so that a process has them once."""
    return OpenCC("t2s")


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
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return text.replace("ё", "е") if base == "ru" else text


def sentences(text: str) -> list[str]:
    """Sentences and headings of a plain text, in order, without empty ones."""
    found, start = [], 0
    for end in _SENTENCE.finditer(text):
        if end.start() >= start:
            found.append(text[start : end.end()].strip())
            gap = _GAP.match(text, end.end()) if end[0] in ".!?…" else None
            start = gap.end() if gap else end.end()
    found.append(text[start:].strip())
    return [part for part in found if part]


def _pairs(run: str) -> list[str]:
    """Character pairs of a run; two hiragana side by side are grammar, not content."""
    if len(run) == 1:
        return [run]
    return [a + b for a, b in pairwise(run) if not ("\u3041" <= a <= "\u309f" and "\u3041" <= b <= "\u309f")]


def _word_terms(word: str) -> list[str]:
    if _RUN.match(word):
        return _pairs(word)
    return [word.replace(",", ".") if word[0].isdigit() else word[:STEM]]


def terms(text: str, lang: str) -> list[str]:
    """Terms of one sentence in reading order; numbers keep their digits only."""
    return [term for word in _TOKEN.findall(fold(text, lang)) if word != _END for term in _word_terms(word)]


def sequence(text: str, lang: str, limit: int) -> list[int]:
    """The keys of a text's first `limit` terms, with 0 after each sentence that has any."""
    found: list[int] = []
    spoken = sentences(text)
    for start in range(0, len(spoken), _AT_ONCE):
        lines = "\n".join(spoken[start : start + _AT_ONCE])
        for word in _TOKEN.findall(fold(lines, lang) + _END):
            if word != _END:
                found += _keys(word) if word < "\u2e80" else map(key, _word_terms(word))
            elif found and found[-1]:
                found.append(0)
        if len(found) >= limit:
            break
    return found[:limit]


@lru_cache(1 << 14)
def key(term: str) -> int:
    """32 stable bits of a term; never 0, which separates sentences."""
    return xxhash.xxh32_intdigest(term.encode()) or 1


@lru_cache(1 << 14)
def _keys(word: str) -> tuple[int, ...]:
    return tuple(key(term) for term in _word_terms(word))
