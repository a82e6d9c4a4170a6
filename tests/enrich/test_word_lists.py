"""The lists of words in data/ say each word once."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chipwire.enrich import data_file
from chipwire.enrich.lookup.glossary import Boilerplate
from chipwire.enrich.text.folding import fold_word

DATA = Path(__file__).parents[2] / "data"


def lists(value: Any, path: str) -> Iterator[tuple[str, list[str]]]:
    """Every list of strings below a value, with its path."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from lists(below, f"{path}.{key}")
    elif isinstance(value, list) and all(isinstance(each, str) for each in value):
        yield path, value
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from lists(below, f"{path}.{number}")


def twice(words: list[Any]) -> list[Any]:
    return [word for word, count in Counter(words).items() if count > 1]


@pytest.mark.parametrize("file", sorted(DATA.glob("*.toml")), ids=lambda file: file.stem)
def test_no_list_says_a_word_twice(file: Path) -> None:
    found = lists(tomllib.loads(file.read_text(encoding="utf-8")), file.stem)
    assert {path: again for path, words in found if (again := twice(words))} == {}


def test_no_marker_stands_twice_where_it_means_the_same() -> None:
    markers = data_file.read(DATA / "boilerplate.toml", Boilerplate).markers()
    assert twice([(scope, form, fold_word(phrase)) for scope, form, phrase in markers]) == []
