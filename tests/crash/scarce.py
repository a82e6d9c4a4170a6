"""What the service does on a small disk: run by test_faults.py inside a mount namespace of its own.

`python -m tests.crash.scarce SCENARIO FOLDER DISK` prints what was seen as JSON; DISK is an empty tmpfs of 16 MiB.
"""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import orjson

from chipwire.errors import StoreError
from tests.crash import checks
from tests.crash.world import Process, World, ask, world


def full(here: World, disk: Path) -> dict[str, Any]:
    """The disk fills while news come in; then there is room again."""
    service = Process(here, "run")
    service.up()
    _arrive(here, 2, 60)
    before = checks.stored(here.store)
    _fill(disk / "filler")
    _grow(here, 10)
    said = ""
    try:
        ask(here.store)
    except StoreError as error:
        said = str(error)
    time.sleep(6)
    seen = {
        "said": said,
        "alive": service.alive,
        "answers": [_status(here, path) for path in ("/healthz", "/v1/items", "/v1/stories")],
        "kept": before <= checks.stored(here.store),
        "log": [line["why"] for line in _log(here) if line["event"] == "the clock stands still"][:1],
        "backup": _run(here, "backup", str(disk / "copy.db")),
        "doctor": [row for row in _rows(_run(here, "doctor", "--json")[1]) if row["what"] == "disk"],
    }
    (disk / "filler").unlink()
    arrived = _arrive(here, 0, 120)
    return seen | {"recovered": arrived, "exit": service.end(), "items": checks.check(here.store, set())}


def read_only(here: World, disk: Path) -> dict[str, Any]:
    """The store lies on a disk that is mounted read-only when the service starts."""
    service = Process(here, "run")
    service.up()
    _arrive(here, 2, 60)
    service.end()
    before = here.store.read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    seen: dict[str, Any] = {name: _run(here, name) for name in ("run", "tick", "items")}
    seen["untouched"] = here.store.read_bytes() == before
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    return seen | {"items after": checks.check(here.store, set())}


def _grow(here: World, number: int) -> None:
    for feed in here.stand.items:
        here.stand.grow(feed, number)


def _arrive(here: World, number: int, seconds: float) -> bool:
    """Let news come out and wait until all of it is stored."""
    _grow(here, number)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(StoreError):
            ask(here.store)
        time.sleep(2)
        if here.stand.asked and checks.stored(here.store) == here.stand.served and _all_out(here):
            return True
    return False


def _all_out(here: World) -> bool:
    return len(here.stand.served) == sum(map(len, here.stand.items.values()))


def _fill(file: Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while True:
            os.write(descriptor, b"x" * 4096)
    os.close(descriptor)


def _status(here: World, path: str) -> int:
    with suppress(OSError), urlopen(here.base + path, timeout=10) as answer:
        return int(answer.status)
    return 0


def _run(here: World, *command: str) -> list[Any]:
    """[exit code, what it said] of a command."""
    done = subprocess.run([sys.executable, "-m", "chipwire", *command], env=here.env, capture_output=True, timeout=120)
    return [done.returncode, (done.stdout + done.stderr).decode()]


def _rows(said: str) -> list[dict[str, str]]:
    return [orjson.loads(line) for line in said.splitlines() if line.startswith("{")]


def _log(here: World) -> list[dict[str, Any]]:
    return _rows(here.log.read_text())


def main() -> None:
    scenario, folder, disk = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    with world(folder, 10, STORE=disk / "chipwire.db") as here:
        here.store = disk / "chipwire.db"
        seen = {"full": full, "read-only": read_only}[scenario](here, disk)
    print(orjson.dumps(seen, option=orjson.OPT_INDENT_2).decode())


if __name__ == "__main__":
    main()
