"""kill -9 at random moments: `python -m tests.crash.kill --seed 7 --kills 500 --minutes 60 --feeds 200`.

Two processes share a store, `chipwire run` and a second `chipwire clock`, each with a parse worker; from time to time
a backup or a retag runs beside them. Feeds gain items, people read and subscribe, webhooks and digests leave. Any of
these processes is killed; the store is questioned while the others go on. At the end all must have arrived, once.
"""

import argparse
import os
import random
import signal
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import orjson

from tests.crash import checks
from tests.crash.load import Load
from tests.crash.world import Process, World, ask, world

LONGEST = 3.0
"""Seconds between two kills at most, when nothing is being started."""
AT_START = 0.25
"""Share of the kills that come while the victim, or another process, is still starting."""
VICTIMS = {"run": 3, "clock": 3, "worker": 3, "side": 1}
SIDES = (("backup", "copy.db"), ("retag",))
AT_ONCE = 50
"""Calls of webhooks that are under way at most (pipeline.webhooks)."""


@dataclass
class Campaign:
    """One store, its processes and the hand that kills them."""

    here: World
    load: Load
    rng: random.Random
    killed: Counter[str] = field(default_factory=Counter)
    running: dict[str, Process] = field(default_factory=dict)

    def strike(self) -> None:
        """Let everything run for a random while, kill one process, and look at the store."""
        fresh = self._start()
        self.load.on.set()
        if not (fresh and self.rng.random() < AT_START):
            self.running["run"].up()
        time.sleep(self.rng.uniform(0, LONGEST))
        for name, process in self.running.items():
            assert process.alive or name == "side", (
                f"{name} ended by itself, code {process.wait(0)}: {self.here.log.read_text()[-4000:]}"
            )
        victim = self.rng.choices(list(VICTIMS), list(VICTIMS.values()))[0]
        self._kill(victim)
        if victim != "worker":  # a worker has no hand in the store
            self._check()

    def _start(self) -> bool:
        """Start what is not running; True when something had to be."""
        missing = [name for name in ("run", "clock") if not self._alive(name)]
        for name in missing:
            self.running[name] = Process(self.here, name)
        if not self._alive("side") and self.rng.random() < 0.15:
            command = self.rng.choice(SIDES)
            extra = [str(self.here.store.with_name(name)) for name in command[1:]]
            self.running["side"] = Process(self.here, command[0], *extra)
        return bool(missing)

    def _kill(self, victim: str) -> None:
        if victim == "worker":
            pids = [pid for process in self.running.values() for pid in process.workers()]
            if pids:
                with suppress(ProcessLookupError):
                    os.kill(self.rng.choice(pids), signal.SIGKILL)
                    self.killed["worker"] += 1
            return
        if self._alive(victim):
            self.running.pop(victim).kill()
            self.killed[victim] += 1

    def _alive(self, name: str) -> bool:
        return name in self.running and self.running[name].alive

    def _check(self) -> None:
        checks.check(self.here.store, set(self.load.shown))
        checks.check_letters(self.here.store, self.here.sink.letters, settled=False)
        if (copy := self.here.store.with_name("copy.db")).exists():
            checks.check(copy, set())
            copy.unlink()

    def settle(self, patience: float) -> None:
        """Let the service run in peace until everything arrived, then end it as a person does."""
        self._start()
        self.running["run"].up()
        self.load.end()
        end = time.monotonic() + patience
        while time.monotonic() < end and not self._arrived():
            ask(self.here.store)
            time.sleep(3)
        api = self._over_api()
        for name, process in self.running.items():
            code = process.end() if process.alive else process.wait(0)
            assert code == 0 or name == "side", self.here.log.read_text()[-4000:]
        here, everything = self.here, checks.stored(self.here.store)
        assert everything == here.stand.served, "what is stored is what was served"
        assert api == everything, "what the API tells is what is stored"
        assert len(here.receiver.calls) == len(everything), "each item was called out"
        assert self.load.subscribed <= checks.readers(here.store), "a reader that was acknowledged is lost"
        checks.check(here.store, set(self.load.shown), words=10**9)

    def _arrived(self) -> bool:
        everything = checks.stored(self.here.store)
        waiting = {"pending", "retry", "claimed", "in_data"} & set(checks.letters(self.here.store).values())
        return (
            everything == self.here.stand.served
            and len(self.here.receiver.calls) == len(everything)
            and len(checks.letters(self.here.store)) == len(checks.readers(self.here.store))
            and not waiting
        )

    def _over_api(self) -> set[str]:
        """Every item's address, page by page."""
        found: set[str] = set()
        cursor = ""
        while cursor is not None:
            with urlopen(
                f"{self.here.base}/v1/items?limit=500&relevance=all{cursor and '&cursor=' + cursor}"
            ) as answer:
                page = orjson.loads(answer.read())
            found |= {item["url"] for item in page["items"]}
            cursor = page["next"]
        return found

    def report(self) -> str:
        calls, taken = self.here.receiver.calls, self.here.sink.letters
        states = checks.check_letters(self.here.store, taken, settled=True)
        repeated = sum(calls.values()) - len(calls)
        clocks = self.killed["run"] + self.killed["clock"]
        assert set(self.load.answers) <= {200, 201}, self.load.others
        assert repeated <= AT_ONCE * clocks, "a kill repeats at most the calls that were under way"
        log = self.here.log.read_text()
        assert "Traceback" not in log, log[max(0, log.index("Traceback") - 2000) :][:6000]
        said = (
            f"{self.killed.total()} kills {dict(self.killed)}",
            f"{len(self.here.stand.served)} items, all stored and told, {len(self.load.shown)} shown",
            f"answers {dict(self.load.answers)}",
            f"letters {dict(states)}, {len(taken)} taken, none twice",
            f"{len(calls)} calls, {repeated} repeated",
            f"'locked' in the log: {log.count('locked')}",
        )
        return "; ".join(said)


def campaign(folder: Path, seed: int, kills: int, minutes: float, feeds: int) -> str:
    """Kill until `kills` or until `minutes` are over; what happened, in a line. AssertionError says what broke."""
    with world(folder, feeds) as here:
        here.hook(relevant_only=False)
        ours = Campaign(here, Load(here, seed), random.Random(seed))
        end = time.monotonic() + minutes * 60
        try:
            while ours.killed.total() < kills and time.monotonic() < end:
                ours.strike()
                if ours.killed.total() % 25 == 0:
                    print(
                        f"{time.strftime('%H:%M:%S')} {dict(ours.killed)}, {len(here.stand.served)} items", flush=True
                    )
            ours.settle(300)
            return ours.report()
        finally:
            ours.load.end()
            for process in ours.running.values():
                process.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="kept afterwards; default: one that goes away")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chipwire-kill-") as passing:
        folder = given.folder or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        print(campaign(folder, given.seed, given.kills, given.minutes, given.feeds))


if __name__ == "__main__":
    main()
