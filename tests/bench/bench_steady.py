"""A quarter of an hour of ordinary service: 5,000 feeds on 1,000 hosts at the default pace, a tenth of them with news.

    python -m tests.bench.bench_steady --feeds 5000 --minutes 15 --json out.json

`chipwire clock` runs with its default settings but for private addresses and an empty catalogue. First every feed is
read once, in a store that is then laid out as after a day of service: the next checks are spread evenly over the coming
hour. Printed are how late the turns were (from the service's own tally), processor time as a share of one core, and
memory over all processes.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from chipwire import clock
from chipwire.config import data_dir
from chipwire.keep.db import Store, open_store
from chipwire.keep.sources import feeds, tally
from chipwire.keep.tables import table
from tests.bench.contestants import Driven, cpu, memory
from tests.bench.feedworld import World
from tests.bench.nginx import Nginx

HOUR = 3600
LOOK = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=5000)
    parser.add_argument("--items", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chipwire-steady-") as folder:
        Path(folder).chmod(0o755)
        report = steady(Path(folder), asked.feeds, asked.items, asked.minutes)
    print(json.dumps(report, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=1) + "\n")


def steady(folder: Path, count: int, size: int, minutes: float) -> dict[str, Any]:
    world, root = World(count, size), folder / "www"
    world.write(root)
    server = Nginx(root, min(1000, count))
    try:
        urls, path = folder / "urls", folder / "chipwire.db"
        urls.write_text("\n".join(server.url(n) for n in range(count)) + "\n")
        first = Driven([sys.executable, "-m", "tests.bench.drive_chipwire", str(path), str(urls)])
        made = first.make_pass()
        first.close()
        print(f"first pass: {made.seconds:.0f} s, {made.items} items", file=sys.stderr, flush=True)
        store = open_store(path)
        spread(store)
        with store.read() as c:
            before = tally.read(c)
        seen = serve(folder, path, world, root, minutes)
        with store.read() as c:
            after = tally.read(c)
        store.close()
    finally:
        server.close()
    return {"feeds": count, **seen, **lateness(before, after), "new_items": after.items - before.items}


def spread(store: Store) -> None:
    """Every feed's next check at a moment of the coming hour, as after a day of service."""
    draw, state = random.Random(1), table("feed_state")
    with store.write() as c:
        for feed, _ in feeds.listing(c):
            at = clock.now() + timedelta(seconds=20 + draw.random() * HOUR)
            c.execute(update(state).where(state.c.feed_id == feed.id).values(next_check=at))


def serve(folder: Path, path: Path, world: World, root: Path, minutes: float) -> dict[str, Any]:
    """Let the clock run, give a tenth of the feeds news over each hour, and look at the processes."""
    shutil.copytree(data_dir(), folder / "data", ignore=shutil.ignore_patterns("*.db*", "demo"))
    (folder / "data" / "feeds.toml").write_text("")
    given = {"STORE": path, "DATA": folder / "data", "ALLOW_PRIVATE": True, "LOG_LEVEL": "warning"}
    env = {**os.environ, **{f"CHIPWIRE_{name}": str(value) for name, value in given.items()}}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "chipwire", "clock"], env=env, stderr=log, stdout=log)
    samples: list[float] = []
    try:
        time.sleep(20)
        began, used = time.monotonic(), cpu(process.pid)
        while (passed := time.monotonic() - began) < minutes * 60:
            world.write(root, world.grow(0.1 * LOOK / HOUR, items=1))
            samples.append(memory(process.pid))
            time.sleep(LOOK)
        used = cpu(process.pid) - used
        if process.poll() is not None:
            raise RuntimeError(f"the clock ended: {(folder / 'log').read_text()[-2000:]}")
    finally:
        process.terminate()
        process.wait(30)
    quarter = max(1, len(samples) // 4)
    return {
        "minutes": round(passed / 60, 1),
        "cpu_share_of_a_core": round(used / passed, 3),
        "memory_mib": {
            "first quarter": round(max(samples[:quarter])),
            "last quarter": round(max(samples[-quarter:])),
            "peak": round(max(samples)),
        },
    }


def lateness(before: tally.Turns, after: tally.Turns) -> dict[str, Any]:
    """Turns of the window, and the bounds in seconds that 50, 95 and 99 of 100 kept to (None: beyond them all)."""
    rising = [(bound, now - then) for (bound, now), (_, then) in zip(after.late, before.late, strict=True)]
    total = rising[-1][1]
    found: dict[str, Any] = {"turns": total}
    for share in (50, 95, 99):
        found[f"late_p{share}_under_s"] = next((bound for bound, n in rising if n * 100 >= share * total), None)
    outcomes = {name: after.outcomes[name] - before.outcomes[name] for name in after.outcomes}
    return {**found, "outcomes": {name: n for name, n in outcomes.items() if n}}


if __name__ == "__main__":
    main()
