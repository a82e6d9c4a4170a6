"""Programs that read the same feeds, started, told to make a pass, and watched: seconds, processor time, memory."""

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).parent
NEWSBOAT = "reload-threads 8\nmax-items 0\nauto-reload no\ncleanup-on-quit no\n"


@dataclass(frozen=True)
class Pass:
    """One pass: wall clock and CPU of all processes in seconds, items kept afterwards, peak PSS in MiB."""

    seconds: float
    cpu: float
    items: int
    peak: float
    said: dict[str, Any]


class Driven:
    """A driver that keeps running between passes, as a service does."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to: IO[str] = self._process.stdin
        self._from: IO[str] = self._process.stdout
        if self._from.readline().strip() != "ready":
            raise RuntimeError(f"{command} did not come up: it says above why")

    def make_pass(self) -> Pass:
        before = cpu(self._process.pid)
        with watched(self._process.pid) as peak:
            self._to.write("pass\n")
            self._to.flush()
            said = json.loads(self._from.readline())
        used = cpu(self._process.pid) - before
        return Pass(said["seconds"], used, said["items"], peak[0], said)

    def resting(self) -> float:
        """MiB of all processes now."""
        return memory(self._process.pid)

    def close(self) -> None:
        self._to.close()
        self._process.wait(60)


class Newsboat:
    """Starts for every pass and ends, as it does from cron; its start takes a few hundredths of a second."""

    def __init__(self, folder: Path, urls: Path) -> None:
        (folder / "config").write_text(NEWSBOAT)
        self._cache = folder / "cache.db"
        files = {"-u": urls, "-c": self._cache, "-C": folder / "config"}
        self._command = ["newsboat", *(str(part) for pair in files.items() for part in pair), "-x", "reload"]

    def make_pass(self) -> Pass:
        began = time.perf_counter()
        process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        with watched(process.pid) as peak:
            used = 0.0
            while process.poll() is None:
                used = max(used, cpu(process.pid))
                time.sleep(0.05)
        seconds = time.perf_counter() - began
        with sqlite3.connect(self._cache) as store:
            items = store.execute("SELECT count(*) FROM rss_item").fetchone()[0]
        return Pass(seconds, used, items, peak[0], {})

    def close(self) -> None:
        pass


def chipwire(folder: Path, urls: Path) -> Driven:
    return Driven([sys.executable, "-m", "tests.bench.drive_chipwire", str(folder / "chipwire.db"), str(urls)])


def reader(folder: Path, urls: Path, python: Path) -> Driven:
    return Driven([str(python), str(HERE / "drive_reader.py"), str(folder / "reader.db"), str(urls)])


@contextmanager
def watched(pid: int, every: float = 0.2) -> Iterator[list[float]]:
    """The most memory, in MiB, that a process and its children had together meanwhile."""
    peak, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(every):
            peak[0] = max(peak[0], memory(pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
        peak[0] = max(peak[0], memory(pid))  # a pass may be over before the first look


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
    return found


def memory(pid: int) -> float:
    """Proportional set size of the family in MiB: shared pages count once."""
    total = 0
    for one in family(pid):
        with suppress(OSError):
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += int(rollup.partition("\nPss:")[2].split()[0])
    return total / 1024


def cpu(pid: int) -> float:
    """Processor seconds that the family has used, by each process's clock: /proc tells them in hundredths only."""
    total = 0.0
    for one in family(pid):
        with suppress(OSError):
            total += time.clock_gettime(~one << 3 | 2)  # clock_getcpuclockid(3), which Python does not have
    return total
