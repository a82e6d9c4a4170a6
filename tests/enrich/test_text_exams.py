"""Exams of figures, topics, relevance, language and credit: labelled apart from the rules, scored once, kept since.

Their first figures, and what was mended, are in .github/decisions/figures-and-topics-exam.md.
"""

from collections import Counter
from collections.abc import Collection
from math import isclose
from pathlib import Path
from typing import Any

import orjson
import pytest

from chipwire.domain import Figure
from chipwire.enrich.amounts.figures import Figures
from chipwire.enrich.tagger import Tagger

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures.load(Path(__file__).parents[2] / "data")


def labelled(exam: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (DATA / f"{exam}.jsonl").read_bytes().splitlines()]


def precision(counts: Counter[str]) -> float:
    return counts["right"] / (counts["right"] + counts["wrong"])


def recall(counts: Counter[str]) -> float:
    return counts["right"] / (counts["right"] + counts["missed"])


def meant(gold: dict[str, Any], found: list[Figure]) -> Figure | None:
    """The figure with the value and one of the units of a label, taken out of those found."""
    ends = gold["value_low"], gold["value_high"]
    for figure in found:
        if figure.unit in gold["units"] and all(map(isclose, (figure.value_low, figure.value_high), ends)):
            found.remove(figure)
            return figure
    return None


def marked(figures: Figures, exam: str) -> Counter[str]:
    """Figures that are right, wrong, missed; of the right ones those whose qualifier is, too."""
    counts: Counter[str] = Counter()
    for item in labelled(exam):
        found = figures.find(item["body"], item["lang"])
        for gold in item["figures"]:
            figure = meant(gold, found)
            if figure is not None:
                counts["right"] += 1
                counts["qualified"] += figure.qualifier == gold["qualifier"]
            elif not gold["optional"]:
                counts["missed"] += 1
        counts["wrong"] += len(found)
    return counts


@pytest.mark.parametrize("exam", ["figures_1", "figures_2", "figures_3", "figures_4"])
def test_exams_of_figures_stay_passed(figures: Figures, exam: str) -> None:
    """272 sentences in 23 languages, then 92, 329 and 93 in 25, a tenth to a fifth with numbers that are no figures."""
    counts = marked(figures, exam)
    assert precision(counts) >= 0.98
    assert recall(counts) >= 0.98
    assert counts["qualified"] / counts["right"] >= 0.97


def test_a_figure_too_many_and_one_too_few_are_seen(figures: Figures) -> None:
    found = figures.find("It costs $5 and 30% more.", "en")
    gold = {"value_low": 6, "value_high": 6, "units": ["USD"]}
    assert meant(gold, found) is None
    assert meant(gold | {"value_low": 5, "value_high": 5}, found) is not None
    assert [figure.unit for figure in found] == ["%"]


@pytest.mark.parametrize(
    ("exam", "languages", "found"),
    [
        ("topics_1", ("en", "zh-Hans", "ja", "ko"), 0.96),
        pytest.param("topics_1", None, 0.96, marks=pytest.mark.slow),
        pytest.param("topics_2", None, 0.96, marks=pytest.mark.slow),
        pytest.param("topics_3", None, 0.96, marks=pytest.mark.slow),
        pytest.param("topics_4", None, 0.93, marks=pytest.mark.slow),
        ("topics_5", None, 0.83),
        ("topics_6", None, 0.96),
    ],
)
def test_exams_of_topics_stay_passed(
    tagger: Tagger, exam: str, languages: Collection[str] | None, found: float
) -> None:
    """Topics an editor must give, and may give; relevance; language without a feed's word on it; credit.

    224 items in 25 languages, then 77 in 24, 220 and 71 in 25; every language has words to load, so four stand for
    all. The fourth is of sides that were weak in the third, mostly in a word of a lead, which alone says no topic.
    The fifth, in wordings seldom met, and the sixth, as headlines usually are, are in eight languages.
    """
    topics: Counter[str] = Counter()
    credit: Counter[str] = Counter()
    spoken, relevance = [], []
    for item in labelled(exam):
        if languages and item["lang"] not in languages:
            continue
        tags = tagger.tag(item["title"], item["body"])
        spoken.append(tags.lang == item["lang"])
        if item["topics"] is not None:
            given, must = set(tags.topics), set(item["topics"])
            topics.update(right=len(given & must), missed=len(must - given))
            topics["wrong"] += len(given - must - set(item["topics_may"]))
        if item["relevant"] is not None:
            relevance.append(tags.relevant == item["relevant"])
        credited = tags.credit in (item["credit"] or ())
        credit["right"] += credited
        credit["wrong"] += tags.credit is not None and not credited
        credit["missed"] += item["credit"] is not None and not credited
    assert precision(topics) >= 0.92
    assert recall(topics) >= found
    assert sum(relevance) / len(relevance) >= 0.95
    assert sum(spoken) / len(spoken) >= 0.98
    assert not credit["wrong"] + credit["missed"]


def test_topics_of_an_exam_of_companies(tagger: Tagger) -> None:
    """The twenty-ninth: a company's field counts as the topic of its lease or recall, which its labels deny."""
    topics: Counter[str] = Counter()
    for item in labelled("exam_29"):
        given, must = set(tagger.tag(item["title"], item["body"]).topics), set(item["topics"])
        topics.update(right=len(given & must), missed=len(must - given))
        topics["wrong"] += len(given - must - set(item["topics_may"]))
    assert precision(topics) >= 0.86
    assert recall(topics) >= 0.86
