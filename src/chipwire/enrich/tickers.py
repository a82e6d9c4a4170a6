"""Tickers count only where tickers are written: ($NVDA), (NASDAQ: NVDA), 005930.KS, 9988.HK, 股票代码 688256."""

import re

from chipwire.enrich.folding import Folded
from chipwire.enrich.spelling import is_spaced

_EXCHANGE = re.compile(
    r"(?:nasdaq|nasdaqgs|nyse|krx|kospi|kosdaq|hkex|sehk|hkg|hkse|hk|twse|tpe|tw|sse|sha|szse|she|shse|ams|aex|euronext(?: amsterdam)?"
    r"|lse|tse|tyo|us|纳斯达克|纽交所|港交所|上交所|科创板|港股|美股|股票代码|股票代号|股份代号|代码|代号|코스피|코스닥|나스닥|뉴욕증시|종목코드"
    r"|ナスダック|証券コード|证券コード|银柄コード|ticker|tickers|symbol|simbol|kode saham|kürzel|wkn|тикер|إدراج|رمز)\s*[:：]?\s*\$?$"
)
_SUFFIX = re.compile(
    r"(?:[.:\-](?:ks|kq|hk|tw|two|ss|sz|sh|t|o|oq|n|us|as|de|f|l|k)|\s(?:us|hk|tt|ks|na|ch) equity)(?![a-z0-9])"
)
_ADDRESS = re.compile(r"(?:https?:\s*//|www\.|\w@|\w\.)\S*$")


def in_ticker_place(folded: Folded, start: int, end: int, finance: bool, known: bool) -> str | None:
    """Why a code at this place is a ticker, or None; `known`: its company is named elsewhere in the item."""
    text, lower = folded.text, folded.lower
    code = text[start:end]
    if not code.isupper() and not code.isdigit():
        return None
    if text[start - 1 : start] == "$" and code.isalpha():
        return "$ sign"
    if _SUFFIX.match(lower, end):
        return "exchange suffix"
    if end < len(text) and text[end] in "./-" and is_spaced(text[end + 1 : end + 2] or " "):
        return None
    if _EXCHANGE.search(lower, max(0, start - 24), start):
        return "exchange named"
    bracketed = text[start - 1 : start] in ("(", "[") and text[end : end + 1] in (")", "]", ",", ";", "/")
    if bracketed and (known or (finance and code.isalpha())):
        return "in brackets"
    return "among prices" if finance and code.isalpha() and len(code) > 3 else None


def is_web_address(lower: str, start: int, end: int) -> bool:
    """Whether a name is part of a web or mail address; a bare 'amazon.com' is a name."""
    if start == 0 or lower[start - 1] not in "./@-_" or not lower[start].isascii():
        return False
    return _ADDRESS.search(lower, max(0, start - 60), start) is not None
