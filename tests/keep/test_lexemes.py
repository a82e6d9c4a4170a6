"""Full text for PostgreSQL: words as FTS5 splits them, and its expressions as tsquery."""

import pytest

from chipwire.keep.news import lexemes
from chipwire.keep.news.search import normal
from chipwire.keep.queries.expression import parse
from tests.cases import every


@every(
    ("text", "words"),
    [
        ("x86-64, AT&T: 2.5bn C++", ["x86", "64", "at", "t", "2", "5bn", "c"]),
        ("Größere Nhà máy Đà Nẵng", ["grossere", "nha", "may", "da", "nang"]),
        ("三星電子", ["三", "星", "电", "子"]),
        ("कंपनी ने", ["कंपनी", "ने"]),
        ("ёмкость й", ["емкость", "й"]),
        ("snake_case don't", ["snake", "case", "don", "t"]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert lexemes.words(normal(text)) == words


def test_a_word_without_end_is_cut() -> None:
    assert [len(word) for word in lexemes.words("ก" * 3000)] == [lexemes.LONGEST]


def test_a_vector_has_places_and_the_weight_of_the_title() -> None:
    assert lexemes.vector("chip fab", "fab it's") == "'chip':1A 'fab':2A,4 'it':5 's':6"
    assert lexemes.vector("", "") == ""


@pytest.mark.slow
def test_a_vector_stays_within_what_the_server_takes() -> None:
    often = lexemes.vector("", "a " * 20_000)
    assert often.count(",") == 255
    many = lexemes.vector("", " ".join(f"w{n}" for n in range(300_000)))
    assert len(many) < 2**21
    assert max(int(word.rpartition(":")[2]) for word in many.split()) == 16_383


@every(
    ("asked", "query"),
    [
        ("chip", "('chip')"),
        ("seed*", "('seed':*)"),
        ('"in talks with"', "('in' <-> 'talks' <-> 'with')"),
        ("x86-64", "('x86' <-> '64')"),
        ("title:seed*", "('seed':*A)"),
        ("title:三星", "('三':A <-> '星':A)"),
        ("a1 b1 -c1", "((('a1') & ('b1')) & ! ('c1'))"),
        ("(a1 OR b1) c1", "((('a1') | ('b1')) & ('c1'))"),
        ("it's", "('it' <-> 's')"),
    ],
)
def test_an_expression_as_tsquery(asked: str, query: str) -> None:
    assert lexemes.query(parse(asked).match) == query
