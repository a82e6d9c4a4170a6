"""The fourteen things a letter must do each have a test of that name somewhere."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
NAMED = re.compile(r"^def test_must_(\d+)_", re.MULTILINE)


@pytest.fixture(scope="module")
def named() -> set[int]:
    return {int(n) for path in TESTS.rglob("test_*.py") for n in NAMED.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("must", range(1, 15))
def test_each_must_has_a_named_test(named: set[int], must: int) -> None:
    assert must in named
