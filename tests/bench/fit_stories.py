"""Fits the story tracker's weights: labelled items → a table of pair features → log-odds in data/stories.toml.

    python tests/bench/fit_stories.py extract LABELLED.jsonl …   writes tests/bench/data/story_pairs.csv.gz
    python tests/bench/fit_stories.py fit [--write]              cross-validates by story, writes the weights

LABELLED has one item a line: id, title, body, lang, published, feed, url and story. The table holds numbers only and no
pair of items of two sets: how rare pairs of one story are must not hang on how many sets there are.
Two things make the fit humble: stories of all weeks are laid over one week, so that there are more near misses than in
life, and every pair is seen three more times through lexicons that lack a third of their concepts, since tomorrow's
news uses words nobody listed.
"""

import argparse
import csv
import gzip
import json
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.stories.copies import are_copies
from chipwire.enrich.stories.fingerprint import fingerprint, unpack
from chipwire.enrich.stories.lexicon import Lexicon
from chipwire.enrich.stories.linkage import agglomerate, united
from chipwire.enrich.stories.model import Model
from chipwire.enrich.stories.pairs import NAMES, Pairs, Shared, features
from chipwire.enrich.stories.views import View
from chipwire.enrich.tagger import Tagger

DATA = Path(__file__).parents[2] / "data"
TABLE = Path(__file__).parent / "data" / "story_pairs.csv.gz"
HELPS = {
    "title", "lead", "whole", "companies", "figures", "products", "names", "places", "concepts", "headline", "near",
}  # fmt: skip
HURTS = {"strangers", "days"}
FIXED = {"rhythm": -8.0, "acts": -1.0, "rivals": -12.0}
"""By rule, for want of examples: two rounds of one recurring report are two stories, so is likely a new act, or what
each of two companies does, the more where no report knows of both."""
ABSENT = {"cross": {"title", "lead", "whole"}, "same": set()}
LACKING, SIGHTINGS, PENALTY, FOLDS = 1 / 3, 3, 1.0, 6
AT_ONCE = 4000
"""Pairs whose features are found in one go."""
Array = NDArray[np.float64]


def extract(labelled: list[Path]) -> None:
    """Writes the table: sighting, item numbers, story numbers, vocabulary, copy, then the features."""
    sets = [read(number, path) for number, path in enumerate(labelled)]
    items = [item for some in sets for item in some]
    moments = [moment for some in sets for moment in one_week(some)]
    numbers = {story: number for number, story in enumerate(sorted({item["story"] for item in items}))}
    stories, langs = (np.array([item[name] for item in items]) for name in ("story", "lang"))
    full, tagger, model = Lexicon.load(DATA), Tagger.load(DATA), Model.load(DATA)
    tags = [tagger.tag(item["title"], item["body"], lang=item["lang"]) for item in items]
    every = np.stack(np.triu_indices(len(items), 1))
    every = every[:, np.equal(*np.arange(len(sets)).repeat([*map(len, sets)])[every])]
    lines: list[list[object]] = [
        ["sighting", "one", "two", "story_one", "story_two", "lang_one", "lang_two", "same", "copy", *NAMES]
    ]
    for sighting in range(SIGHTINGS + 1):
        lexicon = full if sighting == 0 else thinned(full, sighting)
        seen = []
        for item, moment, tag in zip(items, moments, tags, strict=True):
            text = (item["title"], item["body"], item["lang"], moment, item["feed"], item["url"])
            seen.append(unpack(fingerprint(*text, tag, lexicon)))
        views = View.many([raw for raw in seen if raw is not None], model.common)
        for start in range(0, every.shape[1], AT_ONCE):
            ones, others = every[:, start : start + AT_ONCE]
            shared = Shared(Pairs(views, ones, others))
            rows, same = features(shared), shared.pairs.same()
            kept = (stories[ones] == stories[others]) | (model.judge(rows, same)[0] >= 0.002)
            copies, alike = np.zeros(len(ones), dtype=int), (same & kept).nonzero()[0]
            copies[alike] = are_copies(shared, alike)
            for at in kept.nonzero()[0].tolist():
                one, two = int(ones[at]), int(others[at])
                told = (numbers[stories[one]], numbers[stories[two]], langs[one], langs[two], int(same[at]), copies[at])
                lines.append([sighting, one, two, *told, *(f"{value:.3g}" for value in rows[at])])
    TABLE.parent.mkdir(exist_ok=True)
    with gzip.GzipFile(TABLE, "wb", mtime=0) as packed:
        packed.write("\n".join(",".join(map(str, line)) for line in lines).encode())


def read(number: int, path: Path) -> list[dict[str, str]]:
    """The items of one set; its stories are none of another's."""
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [{**item, "story": f"{number}:{item['story']}"} for item in items]


def one_week(items: list[dict[str, str]]) -> list[datetime]:
    """Publication times with every story moved by whole weeks into the first."""
    times = [datetime.fromisoformat(item["published"]).astimezone(UTC) for item in items]
    first: dict[str, datetime] = {}
    for item, time in zip(items, times, strict=True):
        first[item["story"]] = min(time, first.get(item["story"], time))
    start = min(times).replace(hour=0, minute=0)
    weeks = {story: (time - start) // timedelta(days=7) for story, time in first.items()}
    return [time - weeks[item["story"]] * timedelta(days=7) for item, time in zip(items, times, strict=True)]


def thinned(lexicon: Lexicon, seed: int) -> Lexicon:
    draw = random.Random(seed)
    return replace(lexicon, concepts={k: c for k, c in lexicon.concepts.items() if draw.random() > LACKING})


def load() -> tuple[Array, Array]:
    """(facts, features): sighting, one, two, story_one, story_two, lang_one, lang_two, same, copy as numbers."""
    with gzip.open(TABLE, "rt") as lines:
        rows = list(csv.DictReader(lines))
    langs = {lang: number for number, lang in enumerate(sorted({row["lang_one"] for row in rows}))}
    plain = ("sighting", "one", "two", "story_one", "story_two", "same", "copy")
    facts = [[float(row[n]) for n in plain] + [langs.get(row[f"lang_{x}"], -1) for x in ("one", "two")] for row in rows]
    return np.array(facts), np.array([[float(row[name]) for name in NAMES] for row in rows])


def fit(values: Array, truth: Array, absent: set[str]) -> Array:
    """Log-odds by projected gradient: squared penalty, signs as HELPS and HURTS say."""
    scale = np.abs(values).max(axis=0)
    scale[scale == 0] = 1.0
    scaled = values / scale
    bounds = np.array([limits(name, absent) for name in NAMES]) * scale[:, None]
    penalty = np.array([0.0 if name in {"bias", *FIXED} else PENALTY for name in NAMES])
    steep = 0.25 * np.linalg.norm(scaled, 2) ** 2 + penalty.max()
    weights = ahead = np.clip(np.zeros(len(NAMES)), bounds[:, 0], bounds[:, 1])
    pace = 1.0
    for _ in range(4000):
        slope = scaled.T @ (1 / (1 + np.exp(-scaled @ ahead)) - truth) + penalty * ahead
        moved = np.clip(ahead - slope / steep, bounds[:, 0], bounds[:, 1])
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = np.clip(moved + (pace - 1) / faster * (moved - weights), bounds[:, 0], bounds[:, 1])
        weights, pace = moved, faster
    return np.asarray(weights / scale)


def limits(name: str, absent: set[str]) -> tuple[float, float]:
    if name in FIXED:
        return FIXED[name], FIXED[name]
    if name in absent:
        return 0.0, 0.0
    return (0.0 if name in HELPS else -1e9), (0.0 if name in HURTS else 1e9)


def both(facts: Array, values: Array, chosen: NDArray[np.bool_]) -> dict[str, Array]:
    """Weights of the two kinds of pair, learned from the chosen rows."""
    truth, same = facts[:, 3] == facts[:, 4], facts[:, 5] == 1
    found = {}
    for name, kind in (("same", same), ("cross", ~same)):
        rows = chosen & kind
        found[name] = fit(values[rows], truth[rows].astype(float), ABSENT[name])
    return found


def odds(facts: Array, values: Array, weights: dict[str, Array]) -> Array:
    same = facts[:, 5] == 1
    return np.asarray(1 / (1 + np.exp(-np.where(same, values @ weights["same"], values @ weights["cross"]))))


def validate(facts: Array, values: Array, seed: int, joins: tuple[float, ...]) -> dict[tuple[int, float], list[float]]:
    """{(sighting, join): B³ F1, within language, cross pairs F1}; no item is judged by weights that saw its story."""
    stories = sorted({*facts[:, 3], *facts[:, 4]})
    random.Random(seed).shuffle(stories)
    fold = {story: place % FOLDS for place, story in enumerate(stories)}
    sides = np.array([[fold[a], fold[b]] for a, b in facts[:, 3:5]])
    likely = np.zeros((FOLDS, len(facts)))
    for number in range(FOLDS):
        likely[number] = odds(facts, values, both(facts, values, (sides != number).all(axis=1)))
    result = {}
    for sighting in range(SIGHTINGS + 1):
        rows = facts[:, 0] == sighting
        for join in joins:
            parts = [partition(facts[rows], likely[number][rows], join) for number in range(FOLDS)]
            result[sighting, join] = judge(facts, fold, parts)
    return result


def partition(facts: Array, likely: Array, join: float) -> list[int]:
    """Story number of every item."""
    size = int(facts[:, 1:3].max()) + 1
    one, two = facts[:, 1].astype(int), facts[:, 2].astype(int)
    matrix = np.zeros((size, size))
    matrix[one, two] = matrix[two, one] = likely
    copies = [(int(a), int(b)) for a, b, copy in zip(one, two, facts[:, 6], strict=True) if copy]
    label = [0] * size
    for number, group in enumerate(agglomerate(matrix, united(size, copies), join)):
        for item in group:
            label[item] = number
    return label


def judge(facts: Array, fold: dict[float, int], parts: list[list[int]]) -> list[float]:
    """B³ F1 over all, within language, and F1 of pairs across languages."""
    story: dict[int, float] = {}
    lang: dict[int, float] = {}
    for row in facts:
        story.update({int(row[1]): row[3], int(row[2]): row[4]})
        lang.update({int(row[1]): row[7], int(row[2]): row[8]})
    sums, pairs = np.zeros(4), np.zeros(3)
    for item in story:
        label = parts[fold[story[item]]]
        given = {other for other in story if label[other] == label[item]}
        true = {other for other in story if story[other] == story[item]}
        near = {other for other in story if lang[other] == lang[item]}
        hit = given & true
        inside = len(hit & near)
        sums += len(hit) / len(given), len(hit) / len(true), inside / len(given & near), inside / len(true & near)
        pairs += len(hit - near), len(given - near), len(true - near)
    mean = sums / len(story)
    return [harmonic(mean[0], mean[1]), harmonic(mean[2], mean[3]), harmonic(pairs[0] / pairs[1], pairs[0] / pairs[2])]


def harmonic(one: float, two: float) -> float:
    return float(2 * one * two / (one + two)) if one + two else 0.0


def write(weights: dict[str, Array]) -> None:
    """Puts the weights where the product reads them; thresholds and comments stay."""
    path = DATA / "stories.toml"
    text = path.read_text(encoding="utf-8")
    for table, row in weights.items():
        body = "\n".join(f"{name} = {value:.3f}" for name, value in zip(NAMES, row, strict=True))
        text = re.sub(rf"\[{table}\]\n(?:[a-z]+ = .*\n?)+", f"[{table}]\n{body}\n", text)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["extract", "fit"])
    parser.add_argument("labelled", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if given.step == "extract":
        extract(given.labelled)
        return
    facts, values = load()
    for seed in (1, 2):
        for (sighting, join), scores in validate(facts, values, seed, (0.3, 0.4, 0.5)).items():
            print(f"seed {seed} sighting {sighting} join {join}:", " ".join(f"{score:.3f}" for score in scores))
    weights = both(facts, values, np.ones(len(facts), dtype=bool))
    for table, row in weights.items():
        print(table, {name: round(float(value), 2) for name, value in zip(NAMES, row, strict=True)})
    if given.write:
        write(weights)


if __name__ == "__main__":
    main()
