"""Sets the weights of data/beside.toml by logistic regression: stories' sentences against blocks beside them.

    python -m tests.bench.fit_beside BLOCKS.toml… [--check OTHER.toml] [--bar SHARE] [--write]

Sentences are those of all labelled items that name a labelled company; blocks are put before, between and behind them,
on lines of their own and run into the text. Those in which nothing speaks for a block are left out; of the others that
alone name a company the bias lets SHARE be taken for blocks. Reports what weights reach on kinds of blocks and on
languages that they were set without.
"""

import argparse
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import tomli

from chipwire.enrich.boilerplate.beside import around, shared
from chipwire.enrich.boilerplate.page_words import FEATURES
from chipwire.enrich.tagger import Tagger
from tests.bench.fit_roles import Matrix, fit, write

ROOT = Path(__file__).parents[2]
DATA, OWN = ROOT / "data", ROOT / "tests/enrich/data"
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=[。！？])")
LABELLED = (DATA / "quality.jsonl", *sorted(OWN.glob("exam_*.jsonl")), *sorted(OWN.glob("prose*.jsonl")))
HOSTS = 3
"""Items of its language that a block is put into."""
SMALL = 0.0003


class Example(NamedTuple):
    features: list[float]
    kind: str
    lang: str
    text: str
    alone: bool = True
    """Whether it alone names a company of its item, which was not written to look like a block."""


def unweighted() -> Tagger:
    """The tagger without the weights that are to be set."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(shutil.copytree(DATA, Path(folder) / "data", ignore=shutil.ignore_patterns("*.db*")))
        write(data / "beside.toml", dict.fromkeys(FEATURES, 0.0))
        return Tagger.load(data)


def items() -> list[dict[str, Any]]:
    lines = (line for path in LABELLED for line in path.read_bytes().splitlines())
    return [item for item in map(orjson.loads, lines) if item["body"]]


def row(
    tagger: Tagger, item: dict[str, Any], body: str, wanted: Callable[..., bool], *, keep: bool
) -> Iterator[Example]:
    """The sentences of a body with names at wanted places (in its own code points) of wanted companies.

    `keep`: the boilerplate that is known without weights bounds them.
    """
    title, part = tagger.parts(item["title"], body, item["lang"])
    known = part.zones.boilerplate if part.zones and keep else []
    text, seen = part.folded.text, set[int]()
    for start, end, _, aliases in part.found.hits:
        sentence = around(text, start, known)
        place = part.folded.span(start, end)[0]
        if sentence.start in seen or not any(wanted(place, alias.slug) for alias in aliases):
            continue
        seen.add(sentence.start)
        shape = tagger.beside.shape(text, part.found, sentence, item["lang"])
        if not shape:
            continue
        found = shape | shared(title.folded.text, text, sentence)
        values = [float(found[name]) for name in FEATURES]
        yield Example(values, "", item["lang"].split("-")[0], text[sentence.start : sentence.end])


def sentences(tagger: Tagger, stories: list[dict[str, Any]]) -> list[Example]:
    """Those of stories, as they are and with each sentence on a line of its own."""
    found = []
    for item in [*stories, *(item | {"body": "\n".join(SENTENCE.split(item["body"]))} for item in stories)]:
        labels = item.get("companies") or item.get("labels") or {item.get("company"): "about"}
        mentions, parts = tagger.mentions(item["title"], item["body"], item["lang"])
        titled = {mention.slug for mention in mentions if mention.in_title}
        told = {parts.body.folded.span(m.start, m.end)[0] for m in mentions if not m.in_title and m.slug in labels}
        counts: dict[str, int] = {}
        for mention in mentions:
            counts[mention.slug] = counts.get(mention.slug, 0) + 1
        alone = {slug for slug, count in counts.items() if count == 1} - titled
        of_it = (tagger, item, item["body"])
        once = {e.text for e in row(*of_it, lambda place, slug, t=told, a=alone: place in t and slug in a, keep=True)}
        for example in row(*of_it, lambda place, slug, t=told: place in t, keep=True):
            found.append(example._replace(kind=item.get("id", ""), alone=example.text in once and "id" in item))
    return found


def placed(body: str, block: str) -> Iterator[tuple[str, int]]:
    """A body with a block before, behind and between its sentences, and where the block begins."""
    yield f"{body}\n{block}", len(body) + 1
    yield f"{block}\n{body}", 0
    yield f"{body} {block}", len(body) + 1
    yield f"{block} {body}", 0
    if cut := SENTENCE.search(body, 0, len(body) - 5):
        head, tail = body[: cut.start()].rstrip(), body[cut.end() :]
        yield f"{head}\n{block}\n{tail}", len(head) + 1
        yield f"{head} {block} {tail}", len(head) + 1


def blocks(tagger: Tagger, stories: list[dict[str, Any]], path: Path) -> list[Example]:
    """The sentences of a file's blocks, put into stories of their language."""
    tables: dict[str, Any] = tomli.loads(path.read_text(encoding="utf-8"))
    kinds, found = tables.pop("kinds", None), []
    for lang, table in tables.items():
        hosts = [item for item in stories if item["lang"].split("-")[0] == lang and len(item["body"]) > 60]
        for number, block in enumerate(table["blocks"]):
            for place, headline in enumerate(table.get("headlines", ()), 1):
                block = block.replace(f"{{h{place}}}", headline)
            kind = kinds[number] if kinds else f"{path.stem} {number}"
            first = number * HOSTS % max(1, len(hosts) - HOSTS)
            for item in hosts[first : first + HOSTS]:
                for body, start in placed(item["body"], block):
                    inside = range(start, start + len(block))
                    found += [
                        e._replace(kind=kind)
                        for e in row(tagger, item, body, lambda p, _, i=inside: p in i, keep=False)
                    ]
    return found


def matrix(examples: list[Example]) -> Matrix:
    return np.array([example.features for example in examples])


def weights_of(inside: Matrix, beside: Matrix) -> Matrix:
    labels = np.concatenate([np.zeros(len(inside)), np.ones(len(beside))])
    return fit(np.concatenate([inside, beside]), labels, small=SMALL)


def barred(weights: Matrix, inside: Matrix, bar: float) -> Matrix:
    """The weights with the bias at which so many of these sentences are taken for blocks."""
    points = np.sort(inside @ weights)[::-1]
    lower = weights.copy()
    lower[0] -= points[int(bar * len(points))]
    return lower


def without(told: list[Example], beside: list[Example], side: str, bar: float) -> dict[str, float]:
    """The share of blocks found of each kind, or language, by weights set without it."""
    inside, alone = matrix(told), matrix([example for example in told if example.alone])
    found = {}
    for value in sorted({getattr(example, side) for example in beside}):
        own = matrix([example for example in beside if getattr(example, side) == value])
        rest = matrix([example for example in beside if getattr(example, side) != value])
        found[value] = float(np.mean(own @ barred(weights_of(inside, rest), alone, bar) > 0))
    return found


def held_out(told: list[Example], beside: list[Example], bar: float) -> tuple[int, int]:
    """Of sentences that alone name a company how many are taken, by fifths of the items, with weights set without."""
    fifth = np.array([zlib.crc32((example.kind or example.text).encode()) % 5 for example in told])
    alone = np.array([example.alone for example in told])
    inside, outside, taken = matrix(told), matrix(beside), 0
    for part in range(5):
        weights = barred(weights_of(inside[fifth != part], outside), inside[(fifth != part) & alone], bar)
        taken += int(np.sum(inside[(fifth == part) & alone] @ weights > 0))
    return taken, int(alone.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("blocks", type=Path, nargs="+")
    parser.add_argument("--check", type=Path)
    parser.add_argument("--bar", type=float, default=0.01)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    tagger, stories = unweighted(), items()
    told = sentences(tagger, stories)
    beside = [example for path in given.blocks for example in blocks(tagger, stories, path)]
    weights = barred(weights_of(matrix(told), matrix(beside)), matrix([e for e in told if e.alone]), given.bar)
    print(
        f"{len(told)} sentences of stories, {len(beside)} of blocks, found {np.mean(matrix(beside) @ weights > 0):.3f}"
    )
    print("held out, sentences of stories taken: {} of {}".format(*held_out(told, beside, given.bar)))
    for side in ("kind", "lang"):
        reached = without(told, beside, side, given.bar)
        print(
            f"without their {side}, mean {np.mean(list(reached.values())):.3f}:",
            *(f"{k} {v:.2f}" for k, v in reached.items()),
        )
    if given.check:
        print(f"{given.check.name}: {np.mean(matrix(blocks(tagger, stories, given.check)) @ weights > 0):.3f}")
    for example in told:
        if example.alone and np.array(example.features) @ weights > 0:
            print(f"taken: {example.lang} {example.text.strip()[:150]}")
    if given.write:
        write(DATA / "beside.toml", dict(zip(FEATURES, weights.tolist(), strict=True)))
    for name, weight in zip(FEATURES, weights, strict=True):
        print(f"{name:18s} {weight:+.2f}")


if __name__ == "__main__":
    main()
