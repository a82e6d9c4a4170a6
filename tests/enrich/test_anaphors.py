"""Words for a company without its name: by their last word the same are found as by reading on from the first."""

import random

import pytest

from chipwire.enrich.roles.anaphors import Anaphors
from tests.cases import every

FORMS = ["the … company", "the … giant", "the … chipmaker", "the … maker", "this company", "the search engine"]
WORDS = [
    "the",
    "this",
    "company",
    "giant",
    "chipmaker",
    "maker",
    "search",
    "engine",
    "firma",
    "korean",
    "other",
    "x-ray",
]


@every("seed", range(20))
def test_ascii_is_read_as_any_other_text(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(50):
        text = "".join(draw.choice(WORDS) + draw.choice([" ", " ", " ", ", ", "\n", ""]) for _ in range(40))
        anaphors, start = Anaphors(FORMS), draw.randint(0, 20)
        assert list(anaphors.starts(text, start)) == list(anaphors.starts(f"{text}é", start))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("the company said the big korean company left the big old korean company", [0, 17]),
        ("bathe company; the companys own giant", [15]),
        ("(the chipmaker) and a giant", [1]),
        ("the maker the giant", [0, 10]),
    ],
)
def test_up_to_two_words_stand_between(text: str, places: list[int]) -> None:
    assert list(Anaphors(FORMS).starts(text, 0)) == places
