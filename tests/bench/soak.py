"""Bench: an hour at twenty times the rate of the default catalogue: `python -m tests.bench.soak --minutes 60`.

20 feeds for each one that the catalogue has switched on, at the default interval, their turns spread as those of a
service that has run for long; each gains an item an hour. 50 clients read the API over a store with a history, some
listen to the stream; readers get digests, a webhook is called. The history fills the window of stories: an item leaves
it for each that comes, which is where a service at this rate comes to rest. Printed: memory of each process after the
warm-up and at the end, turns and how late they were, answers, errors, what the log complains of, SQLITE_BUSY.
"""

import argparse
import http.client
import random
import statistics
import tempfile
import threading
import time
import tomllib
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import orjson
from prometheus_client.parser import text_string_to_metric_families

from chipwire import clock
from chipwire.config import data_dir
from chipwire.domain import Feed, FeedEvent, FeedState, Reader
from chipwire.enrich.stories.cluster import MOST
from chipwire.keep.db import Store, open_store
from chipwire.keep.people import readers
from chipwire.keep.sources import feeds
from chipwire.pipeline.placing import WINDOW
from tests.bench import bench_cluster, make_store
from tests.crash.world import Process, World, world

TIMES = 20
CLIENTS, LISTENERS = 48, 2
OFTEN = (
    "/v1/items?limit=50", "/v1/items?company=nvidia&since=7d", "/v1/items?q=chip&limit=20", "/v1/items?lang=zh,ko",
    "/v1/stories", "/v1/stories?company=samsung", "/v1/companies/tsmc", "/v1/items.atom?company=tsmc",
    "/v1/items/{}", "/v1/items/{}", "/",
)  # fmt: skip
SELDOM = (
    "/v1/companies", "/v1/topics", "/v1/items.csv?company=baidu&limit=100", "/companies/nvidia", "/v1/feeds",
    "/metrics", "/readyz",
)  # fmt: skip
PAGES = OFTEN * 5 + SELDOM


class Service(Process):
    module = "chipwire"


class Clients:
    """Each asks, waits a second or two, and asks again; whatever is not a good answer is an error."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.answers: Counter[int] = Counter()
        self.errors: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.heard = 0
        self.over = threading.Event()
        works = [self._ask] * CLIENTS + [self._listen] * LISTENERS
        self.threads = [threading.Thread(target=work, args=(n,), daemon=True) for n, work in enumerate(works)]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        """Those who ask have their answers before the service ends; those who listen are cut off by its end."""
        self.over.set()
        for thread in self.threads[:CLIENTS]:
            thread.join(40)

    def _ask(self, number: int) -> None:
        rng = random.Random(number)
        line = http.client.HTTPConnection("127.0.0.1", int(self.here.env["CHIPWIRE_PORT"]), timeout=30)
        while not self.over.wait(rng.uniform(1, 3)):
            page = rng.choice(PAGES).format(rng.randrange(1, 20_000))
            began = time.perf_counter()
            try:
                line.request("GET", page)
                answer = line.getresponse()
                answer.read()
                self.answers[answer.status] += 1
                if answer.status >= 400:
                    self.errors[f"{answer.status} {page}"] += 1
            except (OSError, http.client.HTTPException) as error:
                self.errors[f"{page}: {error!r}"] += 1
                line.close()
            self.seconds.append(time.perf_counter() - began)

    def _listen(self, number: int) -> None:
        while not self.over.is_set():
            try:
                with urlopen(f"{self.here.base}/v1/stream?relevance=all", timeout=60) as stream:
                    for said in stream:
                        self.heard += said.startswith(b"event: item")
            except (OSError, http.client.HTTPException) as error:
                if not self.over.is_set():
                    self.errors[f"stream: {error!r}"] += 1


def remember(store: Store, now: datetime) -> None:
    """Let the items of the last days say something: the window is as full as after days of running."""
    with store.write() as c:
        recent = (
            c.exec_driver_sql("SELECT id FROM item WHERE first_seen >= ? ORDER BY id", (now - WINDOW,)).scalars().all()
        )
        marks = bench_cluster.world(len(recent), 3, (now - WINDOW).timestamp())
        said = [(mark, item_id) for item_id, (_, mark) in zip(recent, marks, strict=True)]
        c.exec_driver_sql("UPDATE item SET fingerprint = ? WHERE id = ?", said)
    print(f"{len(said)} items in the window", flush=True)


def prepare(here: World, history: int, people: int) -> None:
    """A store with a history, whose feeds are due all over the next hour, with readers whose hours are to come."""
    rng, now = random.Random(1), clock.now()
    store = make_store.make(here.store, history, last=now, step=WINDOW / MOST) if history else open_store(here.store)
    remember(store, now)
    with store.write() as c:
        for feed, _ in feeds.listing(c):
            feeds.remove(c, feed.id)
        for feed in here.stand.feeds():
            feeds.add(c, Feed(id=feed.id, url=feed.url, title=feed.title, lang="en"))
            here.stand.grow(feed.id)
            state = FeedState(feed_id=feed.id, next_check=now + timedelta(seconds=20 + rng.uniform(0, 3600)))
            feeds.save(c, state, FeedEvent(feed_id=feed.id, at=now, outcome="unchanged"))
        for n in range(people):
            at = now + timedelta(minutes=3 + n)
            readers.add(c, Reader(email=f"r{n}@chipwire.test", hour=at.hour, minute=at.minute, created=now))
    store.close()
    here.hook(companies=[["nvidia"]])


def grow(here: World, an_hour: float, over: threading.Event) -> None:
    """Every feed gains items at that rate, at random moments."""
    rng, names = random.Random(2), list(here.stand.items)
    while not over.wait(rng.expovariate(len(names) * an_hour / 3600)):
        here.stand.grow(rng.choice(names))


def memory(service: Service) -> dict[str, float]:
    """MiB resident of the main process and its parse workers."""
    found = {"main": _resident(service.pid)}
    return found | {f"worker {n}": _resident(pid) for n, pid in enumerate(service.workers())}


def _resident(pid: int) -> float:
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024
    return 0.0


def lateness(here: World) -> dict[float, float]:
    """Turns so far by the upper bound of their lateness in seconds."""
    with urlopen(f"{here.base}/metrics") as answer:
        families = text_string_to_metric_families(answer.read().decode())
    late = next(family for family in families if family.name == "chipwire_feed_lateness_seconds")
    return {float(s.labels["le"]): s.value for s in late.samples if s.name.endswith("_bucket")}


def soak(here: World, minutes: float, warm_up: float, an_hour: float) -> None:
    over = threading.Event()
    service = Service(here, "run")
    service.up()
    clients = Clients(here)
    threading.Thread(target=grow, args=(here, an_hour, over), daemon=True).start()
    samples: list[tuple[float, dict[str, float]]] = []
    late: dict[float, float] = {}
    began = time.monotonic()
    while (passed := (time.monotonic() - began) / 60) < minutes and service.alive:
        if not late and passed >= warm_up:
            late = lateness(here)
        samples.append((passed, memory(service)))
        if len(samples) % 30 == 1:
            shown = {name: round(size) for name, size in samples[-1][1].items()}
            print(f"{passed:5.1f} min, MiB {shown}, {clients.answers.total()} answers", flush=True)
        time.sleep(10)
    more = {bound: number - late.get(bound, 0) for bound, number in lateness(here).items()}
    clients.end()
    over.set()
    code = service.end()
    report(here, clients, samples, warm_up, more)
    print(f"exit code {code}")


def report(
    here: World, clients: Clients, samples: list[tuple[float, dict[str, float]]], warm_up: float,
    late: dict[float, float],
) -> None:  # fmt: skip
    ends = samples[-1][0]
    early = [sizes for passed, sizes in samples if warm_up <= passed < warm_up + 2]
    last = [sizes for passed, sizes in samples if passed > ends - 2]
    for name in last[-1]:
        before, after = (statistics.median(s.get(name, 0) for s in part) for part in (early, last))
        print(f"memory of {name}: {before:.1f} MiB after {warm_up:g} min, {after:.1f} at {ends:.0f}:"
              f" {100 * (after / before - 1):+.1f} %")  # fmt: skip
    total = late[float("inf")]
    p95 = next(bound for bound, number in sorted(late.items()) if number >= 0.95 * total)
    print(f"{total:.0f} turns since then, p95 of their lateness ≤ {p95:g} s, {total - late[60.0]:.0f} later than 60 s")
    ordered = sorted(clients.seconds)
    middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    print(f"answers {dict(clients.answers)}, median {1000 * middle:.1f} ms, p99 {1000 * high:.0f} ms;"
          f" {clients.heard} items heard on {LISTENERS} streams")  # fmt: skip
    print(f"errors of clients: {clients.errors.total()} {dict(clients.errors.most_common(5))}")
    log = here.log.read_text()
    lines = [orjson.loads(line) for line in log.splitlines() if line.startswith("{")]
    bad = Counter(f"{line['level']}: {line['event']}" for line in lines if line["level"] not in ("info", "debug"))
    busy = sum("locked" in line or "BUSY" in line for line in log.splitlines())
    outcomes = Counter(str(line.get("outcome")) for line in lines if line["event"] == "feed")
    print(f"log: {dict(outcomes)}; complaints {dict(bad)}; tracebacks {log.count('Traceback')}; SQLITE_BUSY {busy}")
    for told in {line["exception"][-2000:] for line in lines if "exception" in line}:
        print(told)
    print(f"{sum(map(len, here.stand.items.values()))} items grew, {len(here.stand.served)} were served,"
          f" {len(here.receiver.calls)} calls, {len(here.sink.letters)} letters")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--warm-up", type=float, default=15, help="minutes")
    parser.add_argument("--an-hour", type=float, default=1.0, help="items that each feed gains")
    parser.add_argument("--history", type=int, default=MOST + 10_000, help="items in the store before it begins")
    parser.add_argument("--folder", type=Path, help="an empty one, kept afterwards; default: one that goes away")
    given = parser.parse_args()
    listed = tomllib.loads((data_dir() / "feeds.toml").read_text())["feed"]
    number = TIMES * sum(feed.get("enabled", True) for feed in listed)
    print(f"{number} feeds, {number * given.an_hour:.0f} items an hour, {CLIENTS + LISTENERS} clients", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="chipwire-soak-") as passing,
        world(given.folder or Path(passing), number, "stand", LOG_LEVEL="info", WORKERS=2) as here,
    ):
        prepare(here, given.history, people=50)
        soak(here, given.minutes, given.warm_up, given.an_hour)


if __name__ == "__main__":
    main()
