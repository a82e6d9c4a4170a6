"""Whole passes over 500 feeds of 50 items, chipwire and the peers that are installed, in alternating rounds.

    python -m tests.bench.bench_passes --reader PATH/TO/venv/bin/python --rounds 3 --json out.json --svg out.svg

First pass into an empty store, a pass over unchanged feeds, a pass after a tenth of the feeds gained three items. Each
round starts every program afresh on the same documents. With `--rest 380` the last figure at rest is that of a service
without news for as long: chipwire's reading process ends after five minutes. Ratios are of medians; wall clock on a
busy machine says less than processor time, so both are printed. The reader of the option is lemon24/reader; newsboat
is Debian's.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import contestants
from tests.bench.chart import machine, passes_chart
from tests.bench.contestants import Driven, Newsboat
from tests.bench.events import Week
from tests.bench.feedworld import World
from tests.bench.nginx import Nginx

WORLDS = {"forms": World, "realistic": Week}
PASSES = ("first", "unchanged", "tenth")
Maker = Callable[[Path, Path], Driven | Newsboat]
Row = dict[str, float]


def main() -> None:
    asked = _arguments()
    makers = _makers(asked.reader)
    rounds: list[dict[str, dict[str, Row]]] = []
    with tempfile.TemporaryDirectory(prefix="chipwire-bench-") as folder:
        for number in range(asked.rounds):
            names = list(makers)[number % len(makers) :] + list(makers)[: number % len(makers)]
            chosen = {name: makers[name] for name in names}
            rounds.append(one_round(Path(folder), chosen, WORLDS[asked.stories](asked.feeds, asked.items), asked.rest))
    report = {
        "date": date.today().isoformat(),  # noqa: DTZ011 - the day as people here call it
        "machine": machine(),
        "feeds": asked.feeds,
        "items": asked.items,
        "stories": asked.stories,
        "medians": medians(rounds),
        "rounds": rounds,
    }
    show(report)
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=1) + "\n")
    if asked.svg:
        asked.svg.write_text(passes_chart(report))


def one_round(folder: Path, makers: dict[str, Maker], world: World, rest: float) -> dict[str, dict[str, Row]]:
    """All passes of all programs over the same documents, and what the programs hold so many seconds later."""
    root, feeds = folder / "www", len(world.outlets)
    world.write(root)
    (root / "..").resolve().chmod(0o755)
    server = Nginx(root, feeds)
    urls = folder / "urls"
    urls.write_text("\n".join(server.url(n) for n in range(feeds)) + "\n")
    found: dict[str, dict[str, Row]] = {name: {} for name in makers}
    homes = {name: Path(tempfile.mkdtemp(dir=folder)) for name in makers}
    running: dict[str, Driven | Newsboat] = {}
    try:
        for name in makers:
            running[name] = makers[name](homes[name], urls)
        for which in PASSES:
            if which == "tenth":
                world.write(root, world.grow(0.1))
            for name, program in running.items():
                made = program.make_pass()
                row = {"seconds": made.seconds, "cpu": made.cpu, "items": made.items, "peak": made.peak}
                if isinstance(program, Driven):
                    row["resting"] = program.resting()
                found[name][which] = row
                print(f"{name:9} {which:9} {_words(row)}", file=sys.stderr, flush=True)
        time.sleep(rest)
        for name, program in running.items():
            if rest and isinstance(program, Driven):
                found[name][PASSES[-1]]["resting"] = program.resting()
    finally:
        for program in running.values():
            program.close()
        server.close()
        for home in homes.values():
            shutil.rmtree(home)
    return found


def medians(rounds: list[dict[str, dict[str, Row]]]) -> dict[str, dict[str, Row]]:
    """The median of each figure over the rounds."""
    return {
        name: {
            which: {what: median(r[name][which][what] for r in rounds) for what in rounds[0][name][which]}
            for which in PASSES
        }
        for name in rounds[0]
    }


def show(report: dict[str, Any]) -> None:
    ours = report["medians"]["chipwire"]
    print(f"{report['machine']}, {report['date']}, medians of {len(report['rounds'])} rounds")
    for name, rows in report["medians"].items():
        for which in PASSES:
            row = rows[which]
            ratio = f"{row['seconds'] / ours[which]['seconds']:.2f} x wall, {row['cpu'] / ours[which]['cpu']:.2f} x CPU"
            print(f"{name:9} {which:9} {_words(row)}  chipwire is {ratio}")


def _words(row: Row) -> str:
    rest = f", {row['resting']:.0f} at rest" if "resting" in row else ""
    spent = f"{row['seconds']:8.3f} s, {row['cpu']:8.3f} s CPU"
    return f"{spent}, {row['items']:6.0f} items, {row['peak']:4.0f} MiB PSS{rest}"


def _makers(python: Path | None) -> dict[str, Maker]:
    found: dict[str, Maker] = {"chipwire": contestants.chipwire}
    if python is not None:
        found["reader"] = lambda folder, urls: contestants.reader(folder, urls, python)
    if shutil.which("newsboat"):
        found["newsboat"] = Newsboat
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", type=Path, help="Python of an environment with lemon24/reader")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--items", type=int, default=50)
    parser.add_argument(
        "--stories",
        choices=WORLDS,
        default="forms",
        help="sentences of seven forms, or events of their own words",
    )
    parser.add_argument(
        "--rest", type=float, default=0, help="seconds after the last pass to what is held at rest: 380"
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--svg", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
