"""What failing hosts cost the healthy ones: the same feeds alone, and beside a tenth of hosts that fail in every way.

    python -m tests.bench.bench_faults --feeds 450 --items 10 --rounds 3 --json out.json

Failing hosts (`tests.bench.broken`) answer 500, 503, 404, 410, move for good to nowhere, reset, break off, drip, or say
nothing at all until the deadline (the default one). Measured is the time until the last healthy feed is stored, in a
first and in an unchanged pass; rounds alternate. Settings are the defaults but for private addresses and no pause
(every feed is its own host).
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from chipwire import clock
from chipwire.cli import wiring
from chipwire.domain import Feed, FeedEvent
from chipwire.keep.sources import feeds
from tests.bench.broken import Broken
from tests.bench.feedworld import World
from tests.bench.nginx import Nginx


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=450)
    parser.add_argument("--items", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found: dict[str, list[dict[str, Any]]] = {"alone": [], "beside failing": []}
    with (
        tempfile.TemporaryDirectory(prefix="chipwire-faults-") as folder,
        world(Path(folder), asked) as (server, broken),
    ):
        sound = [server.url(n) for n in range(asked.feeds)]
        ill = [broken.url(n) for n in range(len(broken.addresses))]
        for number in range(asked.rounds * 2):
            name = "beside failing" if number % 2 else "alone"
            store = Path(folder) / f"{number}.db"
            found[name].append(asyncio.run(passes(store, sound, ill if number % 2 else [])))
            print(name, found[name][-1], flush=True)
    report = {
        "feeds": asked.feeds,
        "failing": len(ill),
        **{
            which: {
                **{name: median(one[which] for one in rounds) for name, rounds in found.items()},
                "ratio": median(one[which] for one in found["beside failing"])
                / median(one[which] for one in found["alone"]),
            }
            for which in ("first", "unchanged")
        },
        "rounds": found,
    }
    print({which: report[which] for which in ("first", "unchanged")})
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=1) + "\n")


@contextmanager
def world(folder: Path, asked: argparse.Namespace) -> Iterator[tuple[Nginx, Broken]]:
    """The healthy feeds on disk behind nginx, and a tenth of all hosts that are not."""
    folder.chmod(0o755)
    World(asked.feeds, asked.items).write(folder / "www")
    server, broken = Nginx(folder / "www", asked.feeds), Broken(round(asked.feeds / 9))
    try:
        yield server, broken
    finally:
        server.close()
        broken.close()


async def passes(path: Path, sound: list[str], ill: list[str]) -> dict[str, Any]:
    """Seconds until the last healthy feed was stored, in the first and in an unchanged pass; items kept."""
    settings = wiring.settings(path, allow_private=True, host_pause=0.0, log_level="error")
    done: dict[str, float] = {}
    outcomes: Counter[str] = Counter()

    def progress(feed: Feed, event: FeedEvent) -> None:
        outcomes[event.outcome] += 1
        if feed.id.startswith("sound"):
            done[feed.id] = time.perf_counter()

    named = [*(("sound", n, url) for n, url in enumerate(sound)), *(("ill", n, url) for n, url in enumerate(ill))]
    named.sort(key=lambda one: one[1] * (len(sound) // max(1, len(ill)) if one[0] == "ill" else 1))
    found: dict[str, Any] = {}
    with wiring.opened(settings, new=True) as opened:
        with opened.write() as c:
            for place, (kind, number, url) in enumerate(named):
                feeds.add(c, Feed(id=f"{kind}-{place:04}-{number}", url=url, title=url))
        async with wiring.fetcher(settings) as wire:
            refresher = wiring.refresher(opened, wire, settings, progress=progress)
            async with refresher.workers:
                await refresher.start()
                await asyncio.gather(*(refresher.workers.run(len, "warm") for _ in range(settings.workers)))
                for which in ("first", "unchanged"):
                    with opened.write() as c:
                        feeds.refresh_now(c, None, clock.now())
                    done.clear()
                    began = time.perf_counter()
                    new = await refresher.round(refresher.due(len(named)))
                    assert len(done) == len(sound), "a healthy feed was left out"
                    found[which] = max(done.values()) - began
                    found[f"{which}_new"] = new
    return {**found, "outcomes": dict(outcomes)}


if __name__ == "__main__":
    main()
