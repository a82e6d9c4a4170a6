"""The language of `q`: words mean AND; OR, -not, "a phrase", prefix*, title:word and parentheses do what they say.

A parsed expression is one FTS5 expression that holds nothing the asker wrote except quoted phrases, and a flag that
says whether its hits are meant or everything but them. Mistakes are BadQuery with the place, 0-based in what was asked.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from chipwire.errors import BadQuery
from chipwire.keep.news.search import is_alone, normal

LONGEST = 1000
DEEPEST = 20
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<not>-(?=[^\s)]))|(?P<title>title:(?=[^\s)]))"
    r'|"(?P<phrase>[^"]*)"(?P<more>\*?)|(?P<quote>")|(?P<word>[^\s()"]+)',
    re.IGNORECASE,
)
_ARABIC_WORD = re.compile("[\u0620-\u064a\u066e-\u06d3]{3,}")
_ATTACHED = ("", *"وفبلك", "ال", "وال", "فال", "بال", "كال", "لل", "ول", "وب")
"""What Arabic writes as one with the word behind it: and, so, in, to, like, the. A phrase in quotation marks is asked
for as it stands."""
_FIELD = re.compile(r"([a-z]+):\S", re.IGNORECASE)


@dataclass(frozen=True)
class Expression:
    """`match` is FTS5 syntax; `negated`: everything that does not match it."""

    match: str
    negated: bool = False


class _Token(NamedTuple):
    kind: str
    value: str
    place: int
    prefix: bool = False
    quoted: bool = False


@lru_cache(500)
def parse(asked: str) -> Expression:
    """What was asked, as one expression; BadQuery when it cannot be understood or asks for nothing."""
    if len(asked) > LONGEST:
        raise _bad(f"the query is longer than {LONGEST} characters", LONGEST)
    reader = _Reader(_tokens(asked.replace("\0", " ")), len(asked))
    found = reader.either(0, False)
    if reader.peek():
        raise _bad("this parenthesis closes nothing", reader.tokens[reader.at].place)
    if found is None:
        raise _bad("the query holds no letter or digit to search for", 0)
    return found


def _tokens(asked: str) -> list[_Token]:
    tokens = []
    for found in _TOKEN.finditer(asked):
        kind = found.lastgroup or ""
        if kind == "quote":
            raise _bad("this quotation mark is never closed", found.start())
        if kind in ("phrase", "more"):
            tokens.append(_Token("phrase", found["phrase"], found.start(), bool(found["more"]), True))
        elif kind == "word":
            tokens.append(_word(found["word"], found.start()))
        elif kind != "space":
            tokens.append(_Token(kind, found[0], found.start()))
    return tokens


def _word(word: str, place: int) -> _Token:
    if word in ("OR", "AND", "NOT"):
        return _Token(word, word, place)
    field = _FIELD.match(word)
    if field and field[1].lower() in ("company", "companies", "lang", "feed", "topic", "body", "text", "url", "kind"):
        raise _bad(f"{field[1]}: is not a field of the search, only title: is; other filters are parameters", place)
    return _Token("phrase", word.rstrip("*"), place, word.endswith("*"))


class _Reader:
    """Recursive descent over the tokens; every step gives an expression, or None for words without a letter."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self.tokens = tokens
        self.at = 0
        self.end = end

    def peek(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def place(self) -> int:
        return self.tokens[self.at].place if self.at < len(self.tokens) else self.end

    def either(self, depth: int, title: bool) -> Expression | None:
        """a OR b OR c"""
        parts = [self.all_of(depth, title)]
        while self.peek() == "OR":
            self.take()
            parts.append(self.all_of(depth, title))
        return _or([part for part in parts if part])

    def all_of(self, depth: int, title: bool) -> Expression | None:
        """a b -c, with or without AND between them"""
        if self.peek() in ("", "close", "OR", "AND"):
            raise _bad("something to search for is missing here", self.place())
        parts = [self.one(depth, title)]
        while self.peek() not in ("", "close", "OR"):
            if self.peek() == "AND":
                self.take()
            parts.append(self.one(depth, title))
        return _and([part for part in parts if part])

    def one(self, depth: int, title: bool) -> Expression | None:
        if self.peek() in ("", "close", "OR", "AND"):
            raise _bad("something to search for is missing here", self.place())
        token = self.take()
        if depth > DEEPEST:
            raise _bad(f"the query is nested deeper than {DEEPEST}", token.place)
        if token.kind in ("not", "NOT"):
            inner = self.one(depth + 1, title)
            return inner and Expression(inner.match, not inner.negated)
        if token.kind == "title":
            return self.one(depth + 1, True)
        if token.kind == "open":
            return self.group(token, depth + 1, title)
        return _phrase(token, title)

    def group(self, opened: _Token, depth: int, title: bool) -> Expression | None:
        inner = self.either(depth, title)
        if self.peek() != "close":
            raise _bad("this parenthesis is never closed", opened.place)
        self.take()
        return inner


def _phrase(token: _Token, title: bool) -> Expression | None:
    words = " ".join(normal(token.value).replace('"', " ").split())
    if not any(unicodedata.category(letter)[0] in "LN" for letter in words):
        return None
    if token.prefix and len(words) == 1 and not is_alone(words):
        raise _bad("a prefix needs two letters or more before its *", token.place)
    field, star = "title : " if title else "", " *" if token.prefix else ""
    attached = _ATTACHED if _ARABIC_WORD.fullmatch(words) and not token.quoted else ("",)
    return Expression(_join([f'{field}"{before}{words}"{star}' for before in attached], "OR"))


def _and(parts: list[Expression]) -> Expression | None:
    """Hits of all; with De Morgan where everything is negated."""
    wanted = [part.match for part in parts if not part.negated]
    unwanted = [part.match for part in parts if part.negated]
    if not wanted:
        return Expression(_join(unwanted, "OR"), negated=True) if unwanted else None
    return Expression(_but(_join(wanted, "AND"), unwanted))


def _or(parts: list[Expression]) -> Expression | None:
    wanted = [part.match for part in parts if not part.negated]
    unwanted = [part.match for part in parts if part.negated]
    if not unwanted:
        return Expression(_join(wanted, "OR")) if wanted else None
    return Expression(_but(_join(unwanted, "AND"), wanted), negated=True)


def _join(parts: list[str], word: str) -> str:
    return parts[0] if len(parts) == 1 else "(" + f" {word} ".join(parts) + ")"


def _but(match: str, less: list[str]) -> str:
    return f"({match} NOT {_join(less, 'OR')})" if less else match


def _bad(message: str, place: int) -> BadQuery:
    return BadQuery(message, parameter="q", place=place)
