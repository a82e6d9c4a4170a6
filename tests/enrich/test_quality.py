"""The shipped labelled set, its floors, and boilerplate that changes nothing."""

import tomllib
from pathlib import Path
from typing import Any

import orjson
import pytest

from chipwire.enrich import quality
from chipwire.enrich.tagger import Tagger

ROOT = Path(__file__).parents[2]
BLOCKS = tomllib.loads((Path(__file__).parent / "data/blocks.toml").read_text(encoding="utf-8"))
FLOORS = [
    ("core", "precision", 0.98), ("core", "recall", 0.97), ("all", "precision", 0.97), ("all", "recall", 0.95),
    ("roles", "accuracy", 0.93),
]  # fmt: skip


@pytest.fixture(scope="module")
def items() -> list[dict[str, Any]]:
    return quality.load(ROOT / "data")


def test_the_tags_are_above_the_floors(tagger: Tagger, items: list[dict[str, Any]]) -> None:
    report = quality.evaluate(tagger, items)
    assert report["items"] >= 200
    assert quality.below(report, FLOORS) == []
    weak = {name: s["f1"] for name, s in report["languages"].items() if s["n"] >= 20 and s["f1"] < 0.95}
    assert weak == {}


def test_a_tagger_that_errs_falls_below(tagger: Tagger, items: list[dict[str, Any]]) -> None:
    wrong = [{**item, "labels": {"huawei": "about"}} for item in items[:40]]
    assert len(quality.below(quality.evaluate(tagger, wrong), FLOORS[2:])) >= 2


def test_figures_are_those_of_the_counts(tagger: Tagger) -> None:
    items = [
        {"lang": "en", "title": "Nvidia hires", "body": "", "labels": {"nvidia": "about"}},
        {"lang": "en", "title": "Nvidia rests", "body": "", "labels": {}},
        {"lang": "en", "title": "Nothing", "body": "", "labels": {"intel": "about"}},
    ]
    report = quality.evaluate(tagger, items)
    score = report["all"]
    assert (score["tp"], score["fp"], score["fn"]) == (1, 1, 1)
    assert (score["precision"], score["recall"], score["f1"]) == (0.5, 0.5, 0.5)
    assert 0 <= score["low"] <= score["f1"] <= score["high"] <= 1
    assert report["companies"]["intel"]["precision"] is None
    assert report["roles"] == {"n": 1, "accuracy": 1.0}
    assert report == quality.evaluate(tagger, items)
    assert {row["name"] for row in quality.table(report)} >= {"all companies", "nvidia", "language en", "roles"}


@pytest.mark.slow
def test_an_inserted_block_changes_no_tag(tagger: Tagger, items: list[dict[str, Any]]) -> None:
    """Every item with a block of its language before its last sentence's end and as a line of its own."""
    changed = []
    for number, item in enumerate(items):
        table = BLOCKS.get(item["lang"])
        if not table or not item["body"]:
            continue
        text = table["blocks"][number % len(table["blocks"])]
        for place, headline in enumerate(table["headlines"], 1):
            text = text.replace(f"{{h{place}}}", headline)
        before = set(tagger.tag(item["title"], item["body"], lang=item["lang"]).companies)
        for body in (item["body"] + "\n" + text, text + "\n" + item["body"]):
            after = set(tagger.tag(item["title"], body, lang=item["lang"]).companies)
            if after != before:
                changed.append((item["id"], text, before ^ after))
    assert changed == []


@pytest.mark.parametrize(
    ("exam", "precision", "recall", "roles"),
    [
        pytest.param("exam_1", 0.97, 0.97, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_2", 0.90, 0.95, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_3", 0.96, 0.95, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_4", 0.97, 0.97, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_5", 0.97, 0.97, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_6", 0.98, 0.98, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_7", 0.98, 0.98, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_8", 0.98, 0.98, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_9", 0.98, 0.98, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_10", 0.98, 0.98, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_11", 0.98, 0.98, 0.93, marks=pytest.mark.slow),
        pytest.param("exam_12", 0.98, 0.98, 0.95, marks=pytest.mark.slow),
        pytest.param("exam_13", 0.98, 0.98, 0.91, marks=pytest.mark.slow),
        pytest.param("exam_14", 0.99, 0.98, 0.97, marks=pytest.mark.slow),
        pytest.param("exam_15", 0.98, 0.98, 0.95, marks=pytest.mark.slow),
        pytest.param("exam_16", 0.98, 0.98, 0.95, marks=pytest.mark.slow),
        pytest.param("exam_17", 0.98, 0.97, 0.95, marks=pytest.mark.slow),
        pytest.param("exam_18", 0.98, 0.98, 0.95, marks=pytest.mark.slow),
        pytest.param("exam_19", 0.96, 0.84, 0.95, marks=pytest.mark.slow),
        pytest.param("exam_20", 0.98, 0.50, 0.95, marks=pytest.mark.slow),
        pytest.param("exam_21", 0.98, 0.98, 0.95, marks=pytest.mark.slow),
        pytest.param("exam_22", 0.98, 0.98, 0.86, marks=pytest.mark.slow),
        pytest.param("exam_23", 0.98, 0.98, 0.92, marks=pytest.mark.slow),
        pytest.param("exam_24", 0.98, 0.97, 0.88, marks=pytest.mark.slow),
        pytest.param("exam_25", 0.98, 0.98, 0.96, marks=pytest.mark.slow),
        pytest.param("exam_26", 0.99, 0.98, 0.95, marks=pytest.mark.slow),
        ("exam_27", 0.98, 0.98, 0.94),
        ("exam_28", 0.98, 0.97, 0.96),
        ("exam_29", 0.99, 0.99, 0.94),
        ("exam_30", 0.99, 0.97, 0.94),
    ],
)
def test_exams_stay_passed(tagger: Tagger, exam: str, precision: float, recall: float, roles: float) -> None:
    """Items written apart from the lexicons, whose errors then showed what to mend.

    First scores: P .958 R .947 roles .844; P .843 R .935 roles .744; P .975 R .963 roles .968;
    P .953 R .959 roles .938; P .972 R .981 roles .910 (core five P .957 R .974);
    P .984 R .974 roles .984 (core five P .985 R .985);
    P .711 R .987 roles .960 (core five P .791 R .973): every third item ends in a box of a kind unknown until then;
    P .971 R .995 roles .975 (core five P .938 R 1.000);
    P .987 R .974 roles .993 (core five P .980 R .980);
    P .979 R .983 roles .885 (core five P 1.000 R .988): it calls main parties whom reports of a market only list;
    P .969 R .934 roles .913 (core five P 1.000 R .978);
    P 1.000 R .947 roles .957 (core five P 1.000 R 1.000), after the weights of sixteen files;
    the thirteenth P .979 R .965 roles .868 (core five P .987 R .987): nearly half of its titles name no company;
    the fourteenth P .988 R .964 roles .967 (core five P .991 R .966);
    the fifteenth P .966 R .950 roles .965 (core five P 1.000 R .918), far from the trade;
    the sixteenth P .993 R .928 roles .958 (core five P 1.000 R .925), half of it in border fields;
    the seventeenth P .982 R .880 roles .964 (core five P .978 R .849), a third of it a product or person named alone;
    the eighteenth P .993 R 1.000 roles .964 (core five P 1.000 R 1.000), after the verbs of deeds, by the usual recipe;
    the nineteenth P .929 R .342 and the twentieth P 1.000 R .500: headlines in which nothing but such a name stands;
    the twenty-first P .975 R .982 roles .971 (core five P .969 R .989), by the recipe of the development set;
    the twenty-second P .963 R .981 roles .876 (core five P .913 R .955): products used in stories of other things;
    the twenty-fifth P .982 R .980 roles .952 (core five P .984 R .992): many a report on a firm that nobody follows;
    the twenty-sixth P 1.000 R .976 roles .952 (core five P 1.000 R .983): partners named in titles;
    the twenty-seventh P .980 R .985 roles .919 (core five P 1.000 R .982): closes of markets, former staff;
    the twenty-eighth P .986 R .974 roles .944 (core five P .978 R .978): an editor must think at half of it;
    the twenty-ninth P .992 R .976 roles .894 (core five P .989 R .989), half of it such as well;
    the thirtieth P .989 R .968 roles .833 (core five P 1.000 R 1.000), all of it of what that one had shown.
    """
    path = Path(__file__).parent / "data" / f"{exam}.jsonl"
    items = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    report = quality.evaluate(tagger, items)
    floors = [("all", "precision", precision), ("all", "recall", recall), ("roles", "accuracy", roles)]
    assert quality.below(report, floors) == []
