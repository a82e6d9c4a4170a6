"""The search by itself, one reader, no HTTP: `python tests/bench/bench_search.py STORE`, a store of make_store.py.

For each class of question 200 different ones, drawn from the store's own titles (the same for the same seed), each
asked once: a page of the newest 50 hits. Milliseconds at 50 and 99 %, of processor time and by the clock, the slowest,
and in how many segments FTS5 keeps the index. The bar is 4 ms at 99 %.
"""

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from chipwire.keep.db import Connection, open_store
from chipwire.keep.queries import query
from chipwire.keep.queries.expression import parse
from chipwire.keep.queries.query import Filter
from tests.bench.chart import machine

EACH = 200
RARE, COMMON = 1_000, 50
"""A rare word is in less than one of so many items, a common one in more than one of so many."""
_HAN = re.compile("[\u4e00-\u9fff]{2}")
Draw = Callable[[], str | None]
"""A question, or None when what was drawn gives none."""


class Drawn:
    """Questions from titles of items that are drawn."""

    def __init__(self, c: Connection, seed: int) -> None:
        self.c, self.dice, self.top = c, random.Random(seed), query.newest(c)

    def title(self, lang: str) -> list[str]:
        asked = "SELECT title FROM item WHERE lang = ? AND id >= ? ORDER BY id LIMIT 1"
        found = self.c.exec_driver_sql(asked, (lang, self.dice.randint(1, self.top))).scalar()
        return str(found or "").split()

    def word(self, most: float, least: float) -> str | None:
        """One that so many items have."""
        words = self.title("en")
        word = self.dice.choice(words) if words else ""
        if not word.isalpha():
            return None
        asked = "SELECT count(*) FROM item_fts WHERE item_fts MATCH ?"
        number = self.c.exec_driver_sql(asked, (f'"{word}"',)).scalar() or 0
        return word if least < number <= most else None

    def han(self) -> str | None:
        pairs = _HAN.findall("".join(self.title("zh")))
        return self.dice.choice(pairs) if pairs else None

    def run(self, pattern: str) -> str | None:
        """Two words that follow each other."""
        words = [word for word in self.title("en") if word.isalpha()]
        place = self.dice.randrange(max(len(words) - 1, 1))
        return pattern.format(*words[place : place + 2]) if len(words) > 1 else None


def classes(drawn: Drawn) -> dict[str, Draw]:
    return {
        "rare word": lambda: drawn.word(drawn.top / RARE, 0),
        "common word": lambda: drawn.word(drawn.top, drawn.top / COMMON),
        "two Chinese letters": drawn.han,
        "phrase of two": lambda: drawn.run('"{} {}"'),
        "AND of two": lambda: drawn.run("{} {}"),
    }


def several(draw: Draw) -> Iterator[str]:
    found: set[str] = set()
    for _ in range(50 * EACH):
        asked = draw()
        if asked is not None and asked not in found:
            found.add(asked)
            yield asked
        if len(found) == EACH:
            return


def measure(c: Connection, asked: str) -> tuple[float, float]:
    """Milliseconds of processor time and by the clock."""
    meant = Filter(words=parse(asked))
    began, at = time.thread_time(), time.perf_counter()
    query.page(c, meant, limit=51)
    return 1000 * (time.thread_time() - began), 1000 * (time.perf_counter() - at)


def line(name: str, asked: list[str], times: list[tuple[float, float]]) -> str:
    shown = []
    for which in (0, 1):
        ordered = sorted(pair[which] for pair in times)
        shown += [ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]]
    slowest = asked[max(range(len(times)), key=lambda n: times[n])]
    return f"{name:22}{len(asked):>6}" + "".join(f"{one:>9.2f}" for one in shown) + f"   {slowest}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    store = open_store(given.store)
    with store.read() as c:
        drawn = Drawn(c, given.seed)
        segments = c.exec_driver_sql("SELECT count(DISTINCT segid) FROM item_fts_idx").scalar()
        print(f"{drawn.top:,} items, {segments} segments, {machine()}, {time.strftime('%Y-%m-%d %H:%M')}")
        print(f"{'':22}{'asked':>6}{'cpu p50':>9}{'p99':>9}{'clock p50':>9}{'p99':>9}   slowest")
        for name, draw in classes(drawn).items():
            asked = list(several(draw))
            query.page(c, Filter(words=parse(asked[0])), limit=51)
            print(line(name, asked, [measure(c, one) for one in asked]), flush=True)
    store.close()


if __name__ == "__main__":
    main()
