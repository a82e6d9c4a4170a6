"""Tickers count only where tickers are written: ($NVDA), (NASDAQ: NVDA), 005930.KS, 9988.HK, 股票代码 688256."""

import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from chipwire.enrich import data_file
from chipwire.enrich.lookup.matching import Hit
from chipwire.enrich.text.folding import Folded, fold_word
from chipwire.enrich.text.spelling import is_spaced

ROW = 40
"""So far before a code its row is looked at."""
IN_ADDRESS = frozenset("./@-_")
"""What stands before a name within a web or mail address."""
UNLIKE_WORDS = 4
"""Codes of so many letters are hardly anything else where a share's move in percent follows, or another such code."""
_ADDRESS = re.compile(r"(?:https?:\s*//|www\.|\w@|\w\.)\S*$")
_BEFORE = re.compile(r"(?:\b[A-Z]{2,5}(?:, and |, | and | & ))+$")
"""Codes in capitals before another one."""
_CODE = re.compile(r"\b[A-Z]{2,5}\b")


class TickerWords(BaseModel, extra="forbid"):
    """data/tickers.toml: words before a ticker, suffixes and moves after it, Bloomberg's markets before 'Equity'."""

    before: list[str]
    suffixes: list[str]
    moves: list[str]
    sheer: list[str]
    """Moves that are told without a figure."""
    equity: list[str]

    @classmethod
    def load(cls, data: Path) -> "TickerWords":
        return data_file.read(data / "tickers.toml", cls)


class Places:
    """Knows where tickers are written."""

    def __init__(self, words: TickerWords) -> None:
        exchanges = "|".join(re.escape(fold_word(word)) for word in words.before)
        self._exchange = re.compile(rf"(?<![a-z])(?:{exchanges})\s*:?\s*\$?$")
        suffixes, equity = "|".join(words.suffixes), "|".join(words.equity)
        moves = "|".join(re.escape(fold_word(word)) for word in sorted(words.moves, key=len, reverse=True))
        self._move = re.compile(
            rf"\s?(?:(?:shares?|stock|adrs?|ads)\s)?(?:{moves})?\s?[+\-−]?\d+(?:[.,]\d+)?\s?(?:%|per ?cent)"
        )
        self._after = re.compile(r"(?:(?:, and |, | and | & )[A-Z]{2,5}\b)*")
        self._moved = re.compile(rf"\s(?:{moves})\b")
        sheer = "|".join(re.escape(fold_word(word)) for word in words.sheer)
        self._sheer = re.compile(rf"\s(?:{sheer})(?!\w)")
        self._suffix = re.compile(rf"(?:[.:\-](?:{suffixes})|\s(?:{equity}) equity)(?![a-z0-9])")

    def ticker(self, folded: Folded, start: int, end: int, *, finance: bool, known: bool) -> str | None:
        """Why a code at this place is a ticker, or None; `known`: its company is named elsewhere in the item."""
        text, lower = folded.text, folded.lower
        code = text[start:end]
        if not code.isupper() and not code.isdigit():
            return None
        if text[start - 1 : start] == "$":
            return "$ sign" if code.isalpha() else None
        if self._suffix.match(lower, end):
            return "exchange suffix"
        if end < len(text) and text[end] in "./-" and is_spaced(text[end + 1 : end + 2] or " "):
            return None
        exchange = self._exchange.search(lower, max(0, start - 24), start)
        if exchange and not (code.isdigit() and exchange[0].startswith("us")):  # American codes are letters
            return "exchange named"
        bracketed = text[start - 1 : start] in ("(", "[") and text[end : end + 1] in (")", "]", ",", ";", "/")
        if bracketed and (known or (finance and code.isalpha())):
            return "in brackets"
        long = len(code) >= UNLIKE_WORDS
        if code.isalpha() and (
            ((finance or long) and self._move.match(lower, end)) or (long and self._sheer.match(lower, end))
        ):
            return "with its move"
        long_number = code.isdigit() and len(code) > 4
        return "among prices" if finance and (long_number or (code.isalpha() and len(code) > 3)) else None

    def row(self, folded: Folded, start: int, end: int) -> tuple[int, int] | None:
        """Where the codes in capitals stand that a code is joined to, if a move follows or all of them are long."""
        text = folded.text
        before, after = _BEFORE.search(text, max(0, start - ROW), start), self._after.match(text, end)
        first, last = before.start() if before else start, after.end() if after else end
        if last - first == end - start:
            return None
        long = all(len(code) >= UNLIKE_WORDS for code in _CODE.findall(text, first, last))
        return (first, last) if long or self._moved.match(folded.lower, last) else None


def quoted(hits: Iterable[Hit], row: tuple[int, int], slug: str) -> bool:
    """Whether a row of codes holds the ticker of a company other than this one."""
    inside = (alias for start, _, _, aliases in hits if row[0] <= start < row[1] for alias in aliases)
    return any(alias.kind == "ticker" and alias.slug != slug for alias in inside)


def is_web_address(lower: str, start: int) -> bool:
    """Whether a name behind one of IN_ADDRESS is part of a web or mail address; a bare 'amazon.com' is a name."""
    return lower[start].isascii() and _ADDRESS.search(lower, max(0, start - 60), start) is not None
