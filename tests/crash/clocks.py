"""Several clocks on one PostgreSQL: `python -m tests.crash.clocks --feeds 5000 --clocks 3 --minutes 20 --interval 5`.

The clocks share feeds on many hosts. A follower is killed with -9 while it works, then the clock that has the lease,
and for each a new one is started. From the log of the feeds' server and from the store it is shown that no feed was
fetched twice in a slot, none starved, hosts rested between two requests, what the dead clock had was taken over within
the lease, and every item is there once and placed: copies, which different clocks bring, are in one story.
"""

import argparse
import os
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path

from chipwire import clock
from chipwire.config import data_dir
from chipwire.keep import vitals
from chipwire.keep.db import open_store
from chipwire.keep.people import webhooks
from tests.cluster import Cluster, running
from tests.crash.campaign import Campaign
from tests.crash.hosts import Hosts
from tests.crash.world import Receiver


def campaign(cluster: Cluster, folder: Path, *, feeds: int, hosts: int, clocks: int, minutes: float, interval: int,
             lease: float, slow: float = 0.5, pause: float = 0.5) -> str:  # fmt: skip
    """Run it and say what was seen. `interval` in minutes, `lease` and `slow` and `pause` in seconds."""
    with Hosts(feeds, hosts, slow) as world, closing(Receiver()) as receiver:
        data = folder / "data"
        shutil.copytree(data_dir(), data, ignore=shutil.ignore_patterns("demo", "*.db*", "feeds.toml"))
        listed = (
            f'[[feed]]\nid = "{feed}"\nurl = "{world.url(feed)}"\ntitle = "{feed}"\nlang = "en"\n'
            f"interval_minutes = {interval}\n\n"
            for feed in world.place
        )
        (data / "feeds.toml").write_text("".join(listed))
        given = {
            "DATABASE_URL": cluster.database(str(folder)), "DATA": data, "ALLOW_PRIVATE": "true", "HOST_PAUSE": pause,
            "WORKERS": 1, "MIN_INTERVAL_MINUTES": 1, "STORE": folder / "unused.db", "LOG_JSON": "true",
            "LOG_LEVEL": "warning",
        }  # fmt: skip
        outside = {name: value for name, value in os.environ.items() if not name.startswith("CHIPWIRE_")}
        env = outside | {f"CHIPWIRE_{name}": str(value) for name, value in given.items()}
        store = open_store(cluster.database(str(folder)))
        with store.write() as c:
            webhooks.add(c, receiver.url, {"relevant_only": False}, clock.now())
        ours = Campaign(world, receiver, store, env, folder / "log", lease)
        try:
            began = time.time()
            for _ in range(clocks):
                ours.start()
            ours.run(1800, f"SELECT count(*) = {feeds} FROM feed_state WHERE last_checked IS NOT NULL")
            print(f"every feed was asked for within {time.time() - began:.0f} s", flush=True)
            with store.read() as c:
                assert vitals.signs(c, clock.now()).clocks == clocks
            ours.run(minutes * 20)
            ours.kill(leader=False)
            ours.run(minutes * 20)
            ours.kill(leader=True)
            ours.run(minutes * 20)
            ours.settle()
            assert "Traceback" not in (log := ours.log.read_text()), log[-6000:]
            return ours.report(began)
        finally:
            for process in ours.clocks.values():
                process.kill()
                process.wait()
            store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--feeds", type=int, default=5000)
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--clocks", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--interval", type=int, default=5)
    parser.add_argument("--lease", type=float, default=30.0)
    parser.add_argument("--folder", type=Path, help="an empty one, kept afterwards; default: one that goes away")
    given = vars(parser.parse_args())
    kept = given.pop("folder")
    with running() as cluster, tempfile.TemporaryDirectory(prefix="chipwire-clocks-") as folder:
        print(campaign(cluster, kept or Path(folder), **given))


if __name__ == "__main__":
    main()
