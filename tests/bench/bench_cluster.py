"""Times one new item against a full window, with invented items: `python tests/bench/bench_cluster.py [SIZE …]`.

Stories of 1 to 40 items in ten languages, companies and words by Zipf's law, copies, shared amounts, fourteen days.
Prints processor milliseconds of one core per placed item (median, 95th percentile) and the memory the window takes.
"""

import argparse
import pickle
import random
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from chipwire.enrich.stories.anchors import Anchor, Kind, Zone
from chipwire.enrich.stories.cluster import Arrival, Window
from chipwire.enrich.stories.fingerprint import Print, encode

LANGS = ("en", "en", "en", "zh-Hans", "zh-Hant", "ko", "ja", "de", "id", "fr", "es", "vi")
DAYS, START, PROBES = 14, 1_790_000_000, 400


def zipf(draw: random.Random, size: int, steepness: float = 1.1) -> int:
    """A rank below `size`, low ranks often."""
    return min(size - 1, int(draw.paretovariate(steepness)) - 1)


def story(draw: random.Random, number: int, start: float) -> list[Print]:
    """The items of one invented story that breaks within DAYS of `start` (Unix time)."""
    count = min(40, int(draw.paretovariate(0.9)))
    begin = start + draw.random() * DAYS * 86400
    said = [(Kind.COMPANY, zipf(draw, 60), 1.0) for _ in range(draw.randint(1, 3))]
    said += [(Kind.FIGURE, 1000 + zipf(draw, 40_000, 0.6), 1.0) for _ in range(draw.randint(0, 4))]
    said += [(Kind.CONCEPT, 50_000 + int(170 * draw.random() ** 1.5), 1.0) for _ in range(draw.randint(5, 14))]
    said += [(Kind.PLACE, 60_000 + int(120 * draw.random() ** 2), 1.0) for _ in range(draw.randint(0, 3))]
    said += [(Kind.PRODUCT, 70_000 + zipf(draw, 60, 0.8), 1.5) for _ in range(draw.randint(0, 2))]
    said += [(Kind.NAME, 80_000 + zipf(draw, 30_000, 0.6), 1.0) for _ in range(draw.randint(0, 4))]
    texts: dict[str, list[int]] = {}
    items = []
    for place in range(count):
        lang = draw.choice(LANGS)
        own = texts.setdefault(lang, sentences(draw, 9))
        copied = draw.random() < 0.3
        body = own if copied else [*draw.sample(own, len(own) // 3), 0, *sentences(draw, 6)]
        anchors = [
            Anchor(kind, key, weight, draw.choice(tuple(Zone)))
            for kind, key, weight in dict.fromkeys(said)
            if draw.random() < 0.75
        ]
        items.append(
            Print(
                lang=lang,
                published=int(begin + place * 1800 * draw.random()),
                feed=draw.randrange(400),
                host=0,
                credit=0,
                text=number * 100 + place,
                title=tuple(own[:8]),
                body=tuple(body),
                anchors=tuple(anchors),
            )
        )
    return items


def sentences(draw: random.Random, count: int) -> list[int]:
    found: list[int] = []
    for _ in range(count):
        found += [
            1 + int(40_000 ** draw.random()) if draw.random() < 0.3 else draw.randrange(300, 30_000) for _ in range(14)
        ]
        found.append(0)
    return found


def world(size: int, seed: int, start: float = START) -> list[tuple[int, bytes]]:
    """(story, encoded item) in the order of publication; a story is named after its first item's place."""
    draw = random.Random(seed)
    items: list[Print] = []
    while len(items) < size:
        items += story(draw, len(items), start)
    ordered = sorted(items[:size], key=lambda item: item.published or 0)
    first: dict[int, int] = {}
    return [(first.setdefault(item.text // 100, place), encode(item)) for place, item in enumerate(ordered)]


def memory() -> float:
    """Resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def measure(prints: list[tuple[int, bytes]], data: Path) -> str:
    """Restores all but some items, then places those one by one."""
    late = set(random.Random(1).sample(range(len(prints)), PROBES))
    now = datetime.now(UTC)
    rows = [(number, story, None, mark, now) for number, (story, mark) in enumerate(prints) if number not in late]
    window, before = Window.load(data), memory()
    begin = time.process_time()
    window.restore(rows)
    restored, taken = time.process_time() - begin, memory() - before
    spent = []
    for number in sorted(late):
        begin = time.process_time()
        window.place([Arrival(number, prints[number][1])])
        spent.append((time.process_time() - begin) * 1000)
    spent.sort()
    return (
        f"{len(rows)} items: median {spent[len(spent) // 2]:.1f} ms, p95 {spent[int(len(spent) * 0.95)]:.1f} ms,"
        f" worst {spent[-1]:.0f} ms; window {taken:.0f} MB beside {sum(len(row[3]) for row in rows) / 2**20:.0f} MB of"
        f" fingerprints; restored in {restored:.1f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("size", nargs="*", type=int, default=[10_000, 50_000, 100_000])
    for size in parser.parse_args().size:
        with TemporaryDirectory() as folder, ProcessPoolExecutor(1, get_context("spawn")) as fresh:
            path = Path(folder) / "world"
            path.write_bytes(pickle.dumps(world(size + PROBES, seed=size)))
            print(fresh.submit(timed, path).result(), flush=True)


def timed(path: Path) -> str:
    """In a process of its own, whose memory nothing else has touched."""
    return measure(pickle.loads(path.read_bytes()), Path(__file__).parents[2] / "data")


if __name__ == "__main__":
    main()
