"""Clocks that are killed while they work, and what the log of the feeds and the store say of it afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text

from chipwire.keep.db import Store
from chipwire.keep.sources import tally
from tests.crash.hosts import Asked, Hosts
from tests.crash.world import Receiver

ALL_DONE = (
    "NOT EXISTS (SELECT FROM unplaced) AND NOT EXISTS (SELECT FROM delivery WHERE state = 'pending')"
    " AND (SELECT count(*) FROM delivery) = (SELECT count(*) FROM item)"
)
GRACE = 10.0
"""Seconds that taking over may last beyond the lease: a look every second, and the line that forms."""


@dataclass
class Loss:
    """A clock that was killed: when, what it had, and how long until the last of it was in other hands."""

    clock: str
    led: bool
    at: float
    feeds: set[str]
    """Feeds that were due on the hosts it had claimed."""
    took: float = 0.0
    leader_after: float = 0.0

    def __str__(self) -> str:
        who = f"{self.clock}, which placed," if self.led else self.clock
        then = f", another places after {self.leader_after:.1f} s" if self.led else ""
        return f"{who} killed with {len(self.feeds)} feeds, taken over in {self.took:.1f} s{then}"


@dataclass
class Campaign:
    hosts: Hosts
    receiver: Receiver
    store: Store
    env: dict[str, str]
    log: Path
    lease: float
    clocks: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    """What had been served when the clocks were told to end: what they were still reading then they let go."""

    def start(self) -> None:
        name = f"c{len(self.clocks)}"
        env = self.env | {"CHIPWIRE_CONTACT": f"contact/{name}", "PATIENCE": str(self.lease)}
        with self.log.open("ab") as out:
            run = [sys.executable, "-m", "tests.crash.service", "clock"]
            self.clocks[name] = subprocess.Popen(run, env=env, stdout=out, stderr=out, cwd=Path(__file__).parents[2])

    def run(self, seconds: float, until: str = "") -> None:
        """Let feeds gain items for so long, or until the query's first value is true."""
        end, grown = time.time() + seconds, 0.0
        while time.time() < end:
            if time.time() - grown > 5:
                self.hosts.grow(3)
                grown = time.time()
            for name, process in self.clocks.items():
                died = process.poll() is not None and name not in {loss.clock for loss in self.losses}
                assert not died, f"{name} ended by itself: {self.log.read_text()[-4000:]}"
            if until and self.ask(until)[0][0]:
                return
            time.sleep(0.2)
        assert not until, f"it does not happen: {until}\n{self.log.read_text()[-3000:]}"

    def ask(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        with self.store.read() as c:
            return [tuple(row) for row in c.execute(text(query), values)]

    def kill(self, *, leader: bool) -> None:
        """Stop a clock while it has hosts with feeds that are due, look what it has, kill it, wait for the others."""
        loss = self._strike(leader)
        self.losses.append(loss)
        end, waiting = loss.at + 3 * self.lease + GRACE, set(loss.feeds)
        while time.time() < end and (waiting or (leader and not loss.leader_after)):
            waiting -= {one.feed for one in self.hosts.log if one.start > loss.at and one.clock != loss.clock}
            loss.took = loss.took if not waiting and loss.took else time.time() - loss.at
            if leader and not loss.leader_after and self._leader() not in ("", loss.clock):
                loss.leader_after = time.time() - loss.at
            time.sleep(0.1)
        assert not waiting, f"nobody took over {sorted(waiting)[:20]}"
        assert loss.took <= self.lease + GRACE, f"taken over after {loss.took:.1f} s only"
        assert not leader or loss.leader_after <= self.lease + GRACE, "nobody places"
        self.start()

    def _strike(self, leader: bool) -> Loss:
        end = time.time() + 300
        while time.time() < end:
            alive = [name for name, process in self.clocks.items() if process.poll() is None]
            for name in [name for name in alive if (name == self._leader()) == leader]:
                process = self.clocks[name]
                os.kill(process.pid, signal.SIGSTOP)
                time.sleep(0.3)  # what the server was told already is done
                if len(feeds := self._has(process.pid)) >= 3:
                    at = time.time()
                    process.kill()
                    process.wait()
                    return Loss(name, leader, at, feeds)
                os.kill(process.pid, signal.SIGCONT)
            time.sleep(0.5)
        raise AssertionError("no clock has work")

    def _has(self, pid: int) -> set[str]:
        hosts = {row[0] for row in self.ask("SELECT host FROM host_claim WHERE holder LIKE :who", who=f"%/{pid}/%")}
        due = self.ask("SELECT feed_id FROM feed_state WHERE next_check IS NULL OR next_check <= now()")
        return {str(feed) for (feed,) in due if self.hosts.place[str(feed)] in hosts}

    def _leader(self) -> str:
        row = self.ask("SELECT holder FROM lease WHERE name = 'clock' AND until > now()")
        pid = str(row[0][0]).split("/")[1] if row else ""
        return next((name for name, process in self.clocks.items() if str(process.pid) == pid), "")

    def settle(self) -> None:
        """Let everything that was shown arrive, then end the clocks as a person does."""
        end = time.time() + 600
        while True:
            self.settled = set(self.hosts.served)
            if self._urls() >= self.settled and self.ask(f"SELECT {ALL_DONE}")[0][0]:
                break
            assert time.time() < end, f"not all of it arrives\n{self.log.read_text()[-3000:]}"
            time.sleep(0.5)
        for process in self.clocks.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        codes = [process.wait(60) for process in self.clocks.values()]
        assert codes.count(0) == len(codes) - len(self.losses), self.log.read_text()[-4000:]

    def _urls(self) -> set[object]:
        return {row[0] for row in self.ask("SELECT url FROM item")}

    def report(self, began: float) -> str:
        """What was shown, with figures; AssertionError says what was not, after all the rest was printed."""
        by_feed = self.hosts.by_feed()
        gaps = sorted(max(_gaps(ones, began), default=0.0) for ones in by_feed.values())
        with self.store.read() as c:
            turns = tally.read(c)
        said = [
            f"{len(self.hosts.log)} requests by {dict(Counter(one.clock for one in self.hosts.log))}",
            f"turns {turns.outcomes}, by lateness in s {dict(turns.late)}",
            f"longest time without a request: median feed {gaps[len(gaps) // 2]:.0f} s, 99 % of them up to"
            f" {gaps[int(len(gaps) * 0.99)]:.0f} s, worst {gaps[-1]:.0f} s",
            *map(str, self.losses),
            f"complaints {dict(Counter(line[:160] for line in self.log.read_text().splitlines()).most_common(9))}",
        ]
        broken = []
        for check in (self._slots, self._rests, self._stored):
            try:
                said.append(check())
            except AssertionError as error:
                broken.append(str(error))
        print("\n".join(said), flush=True)
        assert not broken, broken
        return "all of it shown"

    def _slots(self) -> str:
        """A feed is asked again when its last turn was written and the time has come that this turn had set.

        Only what a killed clock had fetched and not written is fetched again before.
        """
        by_feed, number, lost = self.hosts.by_feed(), 0, 0
        assert set(by_feed) == set(self.hosts.place), "a feed was never asked for"
        planned: dict[str, list[tuple[float, float]]] = defaultdict(list)
        turns = "SELECT feed_id, CAST(extract(epoch FROM at) AS float8), CAST(extract(epoch FROM next_check) AS float8)"
        for feed, at, then in self.ask(f"{turns} FROM feed_event"):
            planned[str(feed)].append((float(str(at)), float(str(then))))
        for feed, ones in by_feed.items():
            for one, after in pairwise(ones):
                if any(one.start <= at <= after.start and then <= after.start for at, then in planned[feed]):
                    number += 1
                    continue
                had = [loss for loss in self.losses if loss.clock == one.clock and feed in loss.feeds]
                unwritten = had and one.start < had[0].at <= after.start
                assert unwritten, f"{feed} was fetched twice: {one}, {after}; its turns: {planned[feed]}"
                lost += 1
        return f"in a slot of its own: {number} requests; again as a killed clock had not written them: {lost}"

    def _rests(self) -> str:
        """Pairs of requests to a host that rested long enough between them; all must have."""
        pause, number = float(self.env["CHIPWIRE_HOST_PAUSE"]), 0
        for ones in self.hosts.by_host().values():
            for one, after in pairwise(ones):
                assert after.start >= one.end + pause - 0.05, f"no rest between {one} and {after}"
                number += 1
        return f"rests of hosts between two requests, kept: {number}"

    def _stored(self) -> str:
        """All that was served is there once, placed, shown and called out with its story; copies hang together."""
        rows = self.ask("SELECT id, url, story_id, wire FROM item JOIN item_wire ON item_id = id ORDER BY id")
        urls = [row[1] for row in rows]
        assert len(urls) == len(set(urls)) == self.ask("SELECT count(*) FROM item")[0][0]
        assert self.settled <= set(urls) <= self.hosts.served, "what is stored is what was served"
        assert self.ask("SELECT count(*) FROM sighting")[0][0] == len(urls)
        assert all(story is not None and orjson.loads(wire)["story"] == story for _, _, story, wire in rows)
        assert set(self.receiver.stories) == {row[0] for row in rows}, "each item was called out"
        assert None not in self.receiver.stories.values(), "an item was called out before it was placed"
        sums = self.ask("SELECT id, n_items FROM story ORDER BY id")
        assert sums == sorted(Counter(row[2] for row in rows).items())
        told: dict[str, set[object]] = defaultdict(set)
        for _, url, story, _ in rows:
            told[str(url).rpartition("/")[2]].add(story)
        assert all(len(where) == 1 for where in told.values()), "a copy that another clock brought is in another story"
        return f"{len(rows)} items, each once and placed, {len(told)} pairs of copies together, {len(sums)} stories"


def _gaps(ones: list[Asked], began: float) -> list[float]:
    return [
        after - before
        for before, after in zip([began, *(o.start for o in ones)], (o.start for o in ones), strict=False)
    ]
