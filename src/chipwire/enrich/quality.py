"""How good the tags are: precision, recall and F1 with bootstrap intervals on the labelled set that is shipped."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from chipwire.enrich.tagger import Tagger
from chipwire.errors import ConfigError

ROUNDS = 1000
CORE = ("bytedance", "samsung", "alibaba", "baidu", "nvidia")
Counts = NDArray[np.int64]
"""True positives, false positives, false negatives."""


def load(data: Path) -> list[dict[str, Any]]:
    """The shipped items: {"id", "lang", "title", "body", "labels": {slug: role}}; ConfigError when unreadable."""
    path = data / "quality.jsonl"
    try:
        return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror or error}; reinstall chipwire or point CHIPWIRE_DATA at it"
        ) from error
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"{path}: not JSON Lines: {error}") from error


def evaluate(tagger: Tagger, items: Sequence[Mapping[str, Any]], seed: int = 7) -> dict[str, Any]:
    """Scores over all companies, the core five, each company and each language, and the share of right roles.

    A score is {"n", "tp", "fp", "fn", "precision", "recall", "f1", "low", "high"}; low and high bound F1 with 95 %
    confidence, from items drawn with replacement. Ratios without a case are None.
    """
    tables: dict[tuple[str, str], dict[int, Counts]] = defaultdict(dict)
    right = wrong = clean = clean_kept = 0
    tags = tagger.said(tagger.look([(item["title"], item["body"], item["lang"]) for item in items]))
    for number, (item, said) in enumerate(zip(items, tags, strict=True)):
        gold, found = item["labels"], said.companies
        clean += not gold
        clean_kept += not gold and not found
        for slug in gold.keys() | found.keys():
            outcome = np.array([slug in gold and slug in found, slug not in gold, slug not in found], dtype=np.int64)
            groups = [("all", "all"), ("company", slug), ("language", item["lang"])]
            for group in [*groups, ("core", "core")] if slug in CORE else groups:
                tables[group][number] = tables[group].get(number, np.zeros(3, dtype=np.int64)) + outcome
        for slug in gold.keys() & found.keys():
            right += gold[slug] == found[slug]
            wrong += gold[slug] != found[slug]
    scores = {group: _score(table, len(items), seed) for group, table in tables.items()}
    return {
        "items": len(items),
        "all": scores.get(("all", "all")),
        "core": scores.get(("core", "core")),
        "companies": {name: score for (kind, name), score in sorted(scores.items()) if kind == "company"},
        "languages": {name: score for (kind, name), score in sorted(scores.items()) if kind == "language"},
        "roles": {"n": right + wrong, "accuracy": _ratio(right, right + wrong)},
        "untagged": {"n": clean, "kept": clean_kept},
    }


def report(data: Path, seed: int = 7) -> dict[str, Any]:
    """The figures of the data folder's tagger on the data folder's labelled set."""
    return evaluate(Tagger.load(data), load(data), seed)


def table(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of name, n, precision, recall, f1, low and high, for printing."""
    named = [("all companies", report["all"]), ("core five", report["core"])]
    named += [*report["companies"].items(), *((f"language {name}", s) for name, s in report["languages"].items())]
    columns = ("n", "precision", "recall", "f1", "low", "high")
    rows = [{"name": name, **{c: _shown(score[c]) for c in columns}} for name, score in named if score]
    roles = {"name": "roles", "n": report["roles"]["n"], "precision": _shown(report["roles"]["accuracy"])}
    return [*rows, roles | dict.fromkeys(columns[2:], "")]


def _score(table: Mapping[int, Counts], items: int, seed: int) -> dict[str, Any]:
    counts = np.zeros((items, 3), dtype=np.int64)
    for number, outcome in table.items():
        counts[number] = outcome
    tp, fp, fn = (int(value) for value in counts.sum(axis=0))
    touched = counts[sorted(table)]
    draws = np.random.default_rng(seed).integers(0, len(touched), (ROUNDS, len(touched)))
    sums = touched[draws].sum(axis=1)
    low, high = np.percentile(2 * sums[:, 0] / np.maximum(1, 2 * sums[:, 0] + sums[:, 1] + sums[:, 2]), (2.5, 97.5))
    return {
        "n": tp + fn, "tp": tp, "fp": fp, "fn": fn,
        "precision": _ratio(tp, tp + fp), "recall": _ratio(tp, tp + fn), "f1": _ratio(2 * tp, 2 * tp + fp + fn),
        "low": round(float(low), 4), "high": round(float(high), 4),
    }  # fmt: skip


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _shown(value: float | int | None) -> str:
    return "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def below(report: Mapping[str, Any], floors: Iterable[tuple[str, str, float]]) -> list[str]:
    """Which floors are not met; a floor is (group, measure, least), as ('all', 'precision', 0.97)."""
    return [
        f"{group} {measure} is {report[group][measure]}, below {least}"
        for group, measure, least in floors
        if (report[group][measure] or 0) < least
    ]
