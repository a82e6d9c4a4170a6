"""The API against its peers over one store: `python tests/bench/bench_api.py STORE --datasette PATH`.

STORE is one that make_store.py made (a copy, where `--ingest` writes to it). chipwire runs as `chipwire web`,
one process; datasette (its own environment, never a dependency of chipwire) and a small API of SQLModel objects answer
the same questions from the same tables. wrk asks with 16 connections, the servers in turn, medians of the rounds.
Prints a table and writes JSON. Uncached: every request carries a parameter that changes and means nothing. `wait/s` is
milliseconds of each second in which the service was ready and had no core: while it is more than a few, p99 tells of
the machine and not of the service.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing import Process
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from chipwire.keep.db import open_store
from chipwire.serve.cursor import Cursors, Place
from chipwire.serve.questions import PagedQuestion
from tests.bench.chart import api_chart, machine
from tests.bench.growth import ingest
from tests.bench.load import CONNECTIONS, Ask, Measured, Server, chipwire, found, median, server, settled, wrk

SECRET = "of the bench"
MARK = "&story="
SHOWN = (
    "item.id, item.url, item.title, item.summary, item.lang, item.published, item.first_seen, item.feed_id,"
    " item.story_id, item.copy_of, item.credit"
)
CURSORS = 30_000
"""Pages at that depth, each asked once or seldom, so that no kept body answers."""
RARE, COMMON = "zirkelwort", "chip"


@dataclass(frozen=True)
class Facts:
    """What the questions need to know of the store."""

    newest: int
    since: str
    deep: int
    story: int
    phrase: str


@dataclass(frozen=True)
class Case:
    """One question, as each server takes it; the bars are of the issue on speed."""

    name: str
    ours: Ask
    datasette: tuple[str, ...] = ()
    """Paths below the database; the fastest counts."""
    objects: str = ""
    p99: float | None = None
    times_datasette: float | None = None
    times_objects: float | None = None
    rounds: list[dict[str, Measured]] = field(default_factory=list)


def facts(store: Path) -> Facts:
    opened = open_store(store)
    with opened.read() as c:
        newest = int(c.exec_driver_sql("SELECT max(id) FROM item").scalar() or 0)
        since = str(c.exec_driver_sql("SELECT first_seen FROM item WHERE id >= ?", (newest * 3 // 4,)).scalar())
        story = int(c.exec_driver_sql("SELECT max(id) FROM story WHERE n_items > 5").scalar() or 1)
        title = str(c.exec_driver_sql("SELECT title FROM item WHERE lang = 'en' ORDER BY id DESC").scalar())
    opened.close()
    depth = min(10_000 * 50, newest // 2)
    return Facts(newest, since[:19].replace(" ", "T") + "Z", newest - depth, story, " ".join(title.split()[:2]))


def sql(where: str) -> str:
    """Path of a question in SQL: an item's columns, newest first, as plain rows."""
    words = f"select {SHOWN} from item where {where} order by item.id desc limit 50"
    return ".json?" + urlencode({"sql": words, "_shape": "array"})


def tagged(source: str) -> str:
    """The same where tags choose the items: written as quick as SQLite can do it."""
    return sql(f"item.id IN (SELECT t.item_id FROM {source} ORDER BY t.item_id DESC LIMIT 50)")


def cases(known: Facts) -> Iterator[Case]:
    bars: dict[str, Any] = {"p99": 12.0, "times_datasette": 8.0, "times_objects": 20.0}
    table = "/item.json?_sort_desc=id&_size=50&_shape=array&_nocount=1&_nofacet=1&relevant=1"
    newest = (sql("item.relevant"), table)
    yield Case("newest 50", Ask("/v1/items?limit=50", MARK), newest, "/items", **bars)
    bare = "item_company t WHERE t.slug = 'nvidia' AND t.relevant"
    yield Case("by company", Ask("/v1/items?company=nvidia", MARK), (tagged(bare),), "/items?company=nvidia", **bars)
    pair = f"{bare} AND EXISTS (SELECT 1 FROM item_company o WHERE o.slug = 'samsung' AND o.item_id = t.item_id)"
    both = "/items?company=nvidia&company=samsung"
    yield Case("company AND company", Ask(f"/v1{both}", MARK), (tagged(pair),), both, **bars)
    tail = f"company=nvidia&topic=ai&lang=en&since={known.since}"
    seen = known.since.replace("T", " ").removesuffix("Z")
    every = (
        f"{bare} AND t.lang = 'en'"
        " AND EXISTS (SELECT 1 FROM item_topic o WHERE o.slug = 'ai' AND o.item_id = t.item_id)"
        f" AND EXISTS (SELECT 1 FROM item i WHERE i.id = t.item_id AND i.first_seen >= '{seen}')"
    )
    yield Case("company+topic+lang+since", Ask(f"/v1/items?{tail}", MARK), (tagged(every),), f"/items?{tail}", **bars)
    hot: dict[str, Any] = {"p99": 4.0, "times_datasette": 30.0}
    yield Case("hot page", Ask("/v1/items?limit=50"), newest, "/items", **hot)
    sign, plain = Cursors(SECRET), PagedQuestion.model_validate({}).name()
    cursors = tuple(sign.write(Place(known.deep - n), plain) for n in range(CURSORS))
    yield Case("page 10,000", Ask("/v1/items?limit=50&cursor={c}", choices=cursors), p99=12.0)
    yield Case("item", Ask("/v1/items/{n}", numbers=(1, known.newest)), p99=12.0)
    yield Case("story", Ask("/v1/stories/{n}", numbers=(known.story, known.story)))
    yield Case("company overview", Ask("/v1/companies/nvidia?until=2026-11-23T00:00:{n}Z", numbers=(10, 59)))
    for name, words in (
        ("rare word", RARE),
        ("common word", COMMON),
        ("two Chinese letters", "三星"),
        ("phrase", f'"{known.phrase}"'),
        ("AND of two", f"{COMMON} nvidia"),
    ):
        yield Case(f"search: {name}", Ask(f"/v1/items?q={quote(words)}", MARK), p99=20.0)


def run(case: Case, servers: dict[str, Server], database: str, rounds: int, seconds: float, connections: int) -> None:
    asks = {"chipwire": case.ours}
    if "datasette" in servers and case.datasette:
        ways = [Ask(f"/{database}{path}") for path in case.datasette]
        asks["datasette"] = min(ways, key=lambda way: _cost(servers["datasette"], way))
    if "objects" in servers and case.objects:
        asks["objects"] = Ask(case.objects)
    for _ in range(rounds):
        case.rounds.append({})
        for name, ask in list(asks.items()):
            settled(servers[name])
            try:
                case.rounds[-1][name] = wrk(servers[name], ask, seconds, connections)
            except RuntimeError:
                if name == "chipwire":
                    raise
                print(f"{case.name}: no answer from {name} within {seconds} s", file=sys.stderr)
                del asks[name]
                settled(servers[name])


def _cost(server: Server, ask: Ask) -> float:
    """Processor time of an answer; endless when none came within two seconds."""
    try:
        return wrk(server, ask, 2).cpu
    except RuntimeError:
        settled(server)
        return float("inf")


def row(case: Case) -> dict[str, Any]:
    """Medians of each server, how many times chipwire's processor time each needs, what falls short of its bar."""
    names = [name for name in case.rounds[0] if all(name in one for one in case.rounds)]
    mid = {name: median([one[name] for one in case.rounds]) for name in names}
    ours = mid["chipwire"]
    ratios = {name: round(other.cpu / ours.cpu, 1) for name, other in mid.items() if name != "chipwire"}
    short = [f"p99 {ours.p99:.1f} > {case.p99:g} ms"] if case.p99 and ours.p99 > case.p99 else []
    for name, bar in (("datasette", case.times_datasette), ("objects", case.times_objects)):
        if bar and name in ratios and ratios[name] < bar:
            short.append(f"{ratios[name]}× {name} < {bar:g}×")
    return {"case": case.name, **{name: asdict(one) for name, one in mid.items()}, "ratios": ratios, "short": short}


def line(made: dict[str, Any]) -> str:
    ours = made["chipwire"]
    peers = "".join(f"{made['ratios'].get(name, ''):>11}" for name in ("datasette", "objects"))
    rates = "".join(f"{made[name]['cpu']:>9.2f}" if name in made else f"{'':>9}" for name in ("datasette", "objects"))
    told = f"{made['case']:28}{ours['rate']:>9.0f}{ours['p50']:>8.2f}{ours['p99']:>8.2f}"
    told += f"{ours['waited']:>8.0f}{ours['cpu']:>8.3f}{ours['size']:>9,}"
    return told + rates + peers + "   " + "; ".join(made["short"])


@contextmanager
def ingesting(store: Path, rate: int) -> Iterator[None]:
    """Another process stores items, tags, stories and index, one to a transaction, as a clock beside the web does."""
    writer = Process(target=_write, args=(store, rate), daemon=True)
    writer.start()
    try:
        yield
    finally:
        writer.terminate()
        writer.join()


def _write(store: Path, rate: int) -> None:
    opened, first = open_store(store), time.time_ns()
    while True:
        ingest(opened, first)
        first += 1
        time.sleep(1 / rate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--datasette", default=found("datasette"), help="its executable")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--alone", action="store_true", help="without peers")
    parser.add_argument("--ingest", type=int, default=0, help="items a second written to the STORE meanwhile")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    known = facts(given.store)
    with ExitStack() as stack:
        command, env = chipwire(given.store, SECRET)
        servers = {"chipwire": stack.enter_context(server(command, "/healthz", env))}
        if not given.alone:
            objects = [sys.executable, "-m", "uvicorn", "tests.bench.sqlmodel_peer:app", "--port", "{port}"]
            quiet = ["--log-level", "warning", "--no-access-log"]
            servers["objects"] = stack.enter_context(
                server([*objects, *quiet], "/items?limit=1", {"STORE": str(given.store)})
            )
            if given.datasette:
                datasette = [given.datasette, "serve", str(given.store), "--port", "{port}"]
                limits = ["--setting", "sql_time_limit_ms", "20000"]
                servers["datasette"] = stack.enter_context(server([*datasette, *limits], "/-/versions.json"))
            else:
                print("datasette is not installed here: give its executable with --datasette", file=sys.stderr)
        if given.ingest:
            stack.enter_context(ingesting(given.store, given.ingest))
        settled(servers["chipwire"])
        what = f"{known.newest:,} items, {given.connections} connections"
        print(f"{what}, {machine()}, {time.strftime('%Y-%m-%d %H:%M')}")
        print(
            f"{'':28}{'req/s':>9}{'p50':>8}{'p99 ms':>8}{'wait/s':>8}{'cpu ms':>8}{'bytes':>9}"
            f"{'datas.':>9}{'objects':>9}{'×datas.':>11}{'×objects':>11}"
        )
        rows = []
        for case in cases(known):
            if given.only in case.name:
                run(case, servers, given.store.stem, given.rounds, given.seconds, given.connections)
                rows.append(row(case))
                print(line(rows[-1]), flush=True)
    report = {"items": known.newest, "date": time.strftime("%Y-%m-%d"), "machine": machine(), "rows": rows}
    if given.json:
        given.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    if given.svg:
        given.svg.write_text(api_chart(report))


if __name__ == "__main__":
    main()
