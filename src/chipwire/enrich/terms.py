"""Text → hashed terms in reading order: stems for spaced scripts, character pairs for Han, kana and hangul."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

import xxhash
from opencc import OpenCC

_SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?…])[\"'”’»）)]?\s+|\n+")
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<cjk>[\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af々〆]+)"
    r"|(?P<word>[^\W\d_][^\W_\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]*)"
)
_ACCENTED = frozenset({"de", "fr", "es", "pt", "it", "nl", "pl", "cs", "tr", "sv", "da", "fi"})
STEM = 7
"""Words are cut to this many letters: a stemmer for every inflected language at once."""


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
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
        return str(_simplifier().convert(text))
    if base in _ACCENTED:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return text.replace("ё", "е") if base == "ru" else text


def sentences(text: str) -> list[str]:
    """Sentences and headings of a plain text, in order, without empty ones."""
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


def _pairs(run: str) -> list[str]:
    """Character pairs of a run; two hiragana side by side are grammar, not content."""
    if len(run) == 1:
        return [run]
    return [a + b for a, b in pairwise(run) if not ("\u3041" <= a <= "\u309f" and "\u3041" <= b <= "\u309f")]


def terms(text: str, lang: str) -> list[str]:
    """Terms of one sentence in reading order; numbers keep their digits only."""
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text, lang)):
        token = match.group()
        if match.lastgroup == "cjk":
            found.extend(_pairs(token))
        elif match.lastgroup == "number":
            found.append(token.replace(",", "."))
        else:
            found.append(token[:STEM])
    return found


@lru_cache(1 << 14)
def key(term: str) -> int:
    """32 stable bits of a term; never 0, which separates sentences."""
    return xxhash.xxh32_intdigest(term.encode()) or 1
