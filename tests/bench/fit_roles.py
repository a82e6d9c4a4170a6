"""Sets the weights of data/roles.toml by logistic regression on labelled files.

    python tests/bench/fit_roles.py LABELLED.jsonl… [--check OTHER.jsonl] [--write]

A line is {"id", "lang", "title", "body", "labels": {slug: "about" | "mention"}}; "companies" may stand for "labels".
The features may have changed since the weights were set. Without --write it only reports: what
the weights reach on the examples themselves, on held-out tenths, and on each file when they are set on all the others.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import tomli
from numpy.typing import NDArray

from chipwire.enrich.roles.parties import FEATURES
from chipwire.enrich.tagger import Tagger

DATA = Path(__file__).parents[2] / "data"
Matrix = NDArray[np.float64]
SMALL = 0.0001
"""The quadratic penalty: chosen by the accuracy on whole files held out."""


def examples(tagger: Tagger, path: Path) -> tuple[Matrix, Matrix]:
    """One row of features and one label (about: 1) for every company that was tagged rightly."""
    rows: list[list[float]] = []
    labels: list[float] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        roles = item.get("labels", item.get("companies"))
        for slug, features in tagger.described(item["title"], item["body"], item["lang"]).items():
            if slug in roles:
                rows.append([features.get(name, 0.0) for name in FEATURES])
                labels.append(float(roles[slug] == "about"))
    return np.array(rows), np.array(labels)


def fit(rows: Matrix, labels: Matrix, *, rounds: int = 15, small: float = SMALL) -> Matrix:
    """Weights of a logistic regression with a quadratic penalty, by Newton's method."""
    weights = np.zeros(rows.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (chance - labels) / len(labels) + small * weights
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows / len(labels) + small * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights


def accuracy(weights: Matrix, rows: Matrix, labels: Matrix) -> float:
    return float(np.mean((rows @ weights > 0) == (labels > 0.5)))


def crossed(rows: Matrix, labels: Matrix, folds: int = 10) -> float:
    """Accuracy on held-out tenths."""
    order = np.random.default_rng(7).permutation(len(labels))
    right = 0.0
    for part in np.array_split(order, folds):
        rest = np.setdiff1d(order, part)
        right += accuracy(fit(rows[rest], labels[rest]), rows[part], labels[part]) * len(part)
    return right / len(labels)


def held_out(parts: dict[str, tuple[Matrix, Matrix]]) -> dict[str, float]:
    """Accuracy on each file by weights set on the others."""
    found = {}
    for name, (rows, labels) in parts.items():
        others = [part for other, part in parts.items() if other != name]
        weights = fit(np.concatenate([p[0] for p in others]), np.concatenate([p[1] for p in others]))
        found[name] = accuracy(weights, rows, labels)
    return found


def settle(table: Path) -> None:
    """Gives a feature that is new no weight and drops one that is gone, so that the tagger loads."""
    known: dict[str, float] = tomli.loads(table.read_text(encoding="utf-8"))["weights"]
    if set(known) != set(FEATURES):
        write(table, {name: known.get(name, 0.0) for name in FEATURES})


def write(table: Path, weights: dict[str, float]) -> None:
    head = table.read_text(encoding="utf-8").split("[weights]")[0]
    lines = "".join(f"{name} = {weight:.3f}\n" for name, weight in weights.items())
    table.write_text(f"{head}[weights]\n{lines}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labelled", type=Path, nargs="+")
    parser.add_argument("--check", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    settle(DATA / "roles.toml")
    tagger = Tagger.load(DATA)
    parts = {path.name: examples(tagger, path) for path in given.labelled}
    rows, labels = (np.concatenate([part[side] for part in parts.values()]) for side in (0, 1))
    weights = fit(rows, labels)
    print(f"{len(labels)} examples, fitted {accuracy(weights, rows, labels):.3f}, held out {crossed(rows, labels):.3f}")
    if len(parts) > 1:
        for name, reached in held_out(parts).items():
            print(f"set without {name}, then tried on it ({len(parts[name][1])}): {reached:.3f}")
    if given.check:
        print(f"{given.check.name}: {accuracy(weights, *examples(tagger, given.check)):.3f}")
    if given.write:
        write(DATA / "roles.toml", dict(zip(FEATURES, weights.tolist(), strict=True)))
    for name, weight in zip(FEATURES, weights, strict=True):
        print(f"{name:18s} {weight:+.2f}")


if __name__ == "__main__":
    main()
