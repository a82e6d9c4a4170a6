"""The automaton against a search by hand, in ASCII and in other texts; what is known of words is asked once."""

import random

import pytest

from chipwire.enrich.text.automaton import SMALL_ASCII, Automaton
from chipwire.enrich.text.memo import Memo

WORDS = ["chip", "hip", "chips", "三星", "三星电子", "é", "café", " we", "-", "0"]


def by_hand(words: list[str], text: str) -> list[tuple[int, int, int]]:
    return sorted(
        (number, at, at + len(word))
        for number, word in enumerate(words)
        for at in range(len(text))
        if text.startswith(word, at)
    )


@pytest.mark.parametrize("spare", [0, SMALL_ASCII])
def test_all_matches_in_any_script(spare: int) -> None:
    words = WORDS + [f"zyx{number}" for number in range(spare // 4)]  # so many letters that no table is made of them
    automaton = Automaton(words)
    rnd = random.Random(7)
    for signs in ("chipswe -0é三星电子", "chips we-0"):
        for _ in range(40):
            text = "".join(rnd.choice(signs) for _ in range(60))
            assert sorted(automaton.find(text)) == by_hand(WORDS, text)
    assert automaton.find("plain words and 12 more") == []


def test_longest_hides_what_is_inside_it() -> None:
    automaton = Automaton(["chip", "chips", "hips", "三星"], longest=True)
    assert automaton.find("chips") == [(1, 0, 5)]
    assert automaton.find("三星chips") == [(3, 0, 2), (1, 2, 7)]


def test_a_memo_asks_once_and_forgets_all_when_there_are_too_many() -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    memo = Memo(length, 2)
    assert [memo[word] for word in ("one", "three", "one", "three")] == [3, 5, 3, 5]
    assert asked == ["one", "three"]
    assert memo["four"] == 4
    assert len(memo) == 1
    assert memo["one"] == 3
    assert asked == ["one", "three", "four", "one"]
