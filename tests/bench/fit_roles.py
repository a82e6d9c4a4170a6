"""Sets the weights of data/roles.toml by logistic regression on a labelled file.

    python tests/bench/fit_roles.py LABELLED.jsonl… [--check OTHER.jsonl] [--write]

A line is {"id", "lang", "title", "body", "labels": {slug: "about" | "mention"}}. Without --write it only reports.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chipwire.enrich.roles import FEATURES, Weights, described
from chipwire.enrich.tagger import Tagger

DATA = Path(__file__).parents[2] / "data"
Matrix = NDArray[np.float64]


def examples(tagger: Tagger, path: Path) -> tuple[Matrix, Matrix]:
    """One row of features and one label (about: 1) for every company that was tagged rightly."""
    words = Weights.load(DATA)
    rows: list[list[float]] = []
    labels: list[float] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        mentions, parts = tagger.mentions(item["title"], item["body"], item["lang"])
        for slug, features in described(mentions, parts[0].folded.lower, parts[1].folded.lower, words).items():
            if slug in item["labels"]:
                rows.append([features[name] for name in FEATURES])
                labels.append(float(item["labels"][slug] == "about"))
    return np.array(rows), np.array(labels)


def fit(rows: Matrix, labels: Matrix, *, rounds: int = 6000, step: float = 0.3, keep_small: float = 0.01) -> Matrix:
    """Weights of a logistic regression with a quadratic penalty, by plain gradient descent."""
    weights = np.zeros(rows.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-rows @ weights))
        weights -= step * (rows.T @ (chance - labels) / len(labels) + keep_small * weights)
    return weights


def accuracy(weights: Matrix, rows: Matrix, labels: Matrix) -> float:
    return float(np.mean((rows @ weights > 0) == (labels > 0.5)))


def crossed(rows: Matrix, labels: Matrix, folds: int = 10) -> float:
    """Accuracy on held-out tenths."""
    order = np.random.default_rng(7).permutation(len(labels))
    right = 0.0
    for part in np.array_split(order, folds):
        rest = np.setdiff1d(order, part)
        right += accuracy(fit(rows[rest], labels[rest], rounds=1500), rows[part], labels[part]) * len(part)
    return right / len(labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labelled", type=Path, nargs="+")
    parser.add_argument("--check", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    tagger = Tagger.load(DATA)
    parts = [examples(tagger, path) for path in given.labelled]
    rows, labels = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    weights = fit(rows, labels)
    print(f"{len(labels)} examples, fitted {accuracy(weights, rows, labels):.3f}, held out {crossed(rows, labels):.3f}")
    if given.check:
        print(f"{given.check.name}: {accuracy(weights, *examples(tagger, given.check)):.3f}")
    for name, weight in zip(FEATURES, weights, strict=True):
        print(f"{name:18s} {weight:+.2f}")
    if given.write:
        lines = "".join(f"{name} = {weight:.3f}\n" for name, weight in zip(FEATURES, weights, strict=True))
        table = DATA / "roles.toml"
        words = table.read_text(encoding="utf-8").split("[weights]")[0]
        table.write_text(f"{words}[weights]\n{lines}", encoding="utf-8")


if __name__ == "__main__":
    main()
