"""chipwire as it runs in service, driven from a pipe: `python -m tests.bench.drive_chipwire STORE URLS`.

Says `ready` when its workers are up, or ends with what it waited for; each line it reads is one pass over all feeds,
answered with a line of JSON. All settings are the defaults but the two that loopback needs: private addresses are
allowed, and hosts wait 0 s (each feed is a host of its own, so there is nobody to be polite to).
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from chipwire import clock
from chipwire.cli import memory, serving, wiring
from chipwire.domain import Failed, Feed
from chipwire.keep.sources import feeds, tally


async def main(store: Path, urls: list[str]) -> None:
    memory.few_holes()  # as `chipwire run` does, the next, what is said to be lasting, and the loop
    tidying = asyncio.create_task(memory.tidy())
    settings = wiring.settings(store, allow_private=True, host_pause=0.0, log_level="error")
    with wiring.opened(settings, new=True) as opened:
        with opened.write() as c:
            for number, url in enumerate(urls):
                feeds.add(c, Feed(id=f"feed-{number}", url=url, title=f"Feed {number}"))
        async with wiring.fetcher(settings) as wire:
            refresher = wiring.refresher(opened, wire, settings, progress=lambda *_: None)
            async with refresher.workers:
                await refresher.start()
                await refresher.workers.ready()
                answers = await asyncio.gather(*(refresher.workers.run(len, "warm") for _ in range(settings.workers)))
                for answer in answers:
                    if isinstance(answer, Failed):
                        sys.exit(f"not ready, one of {settings.workers} workers does not answer: {answer.message}")
                memory.lasting()
                print("ready", flush=True)
                while await asyncio.to_thread(sys.stdin.readline):
                    with opened.write() as c:
                        feeds.refresh_now(c, None, clock.now())
                    began = time.perf_counter()
                    new = await refresher.round(refresher.due(len(urls)))
                    seconds = time.perf_counter() - began
                    with opened.read() as c:
                        total, outcomes = tally.read(c).items, tally.read(c).outcomes
                    print(json.dumps({"seconds": seconds, "new": new, "items": total, **outcomes}), flush=True)
    tidying.cancel()


if __name__ == "__main__":
    serving.run(main(Path(sys.argv[1]), Path(sys.argv[2]).read_text().split()))
