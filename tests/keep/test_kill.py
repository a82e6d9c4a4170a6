"""kill -9 in the middle of writing: what was acknowledged is there, what was not left nothing, all parts agree."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from chipwire.keep.backup import integrity
from chipwire.keep.db import Connection, Store, open_store

pytestmark = pytest.mark.sqlite
WRITER = Path(__file__).with_name("kill_writer.py")
KILLS = int(os.environ.get("KILLS", "8"))
SEED = int(os.environ.get("SEED", "1"))


def write_until_killed(path: Path, seed: int, rng: random.Random) -> list[str]:
    """Start a writer, kill it at a random moment, mostly after some commits, and return what it said was committed."""
    log = path.with_suffix(f".{seed}.log")
    with log.open("w") as out:
        writer = subprocess.Popen([sys.executable, str(WRITER), str(path), str(seed)], stdout=out)
        deadline, said = time.monotonic() + 60, rng.randint(1, 5) if rng.random() < 0.9 else 0
        while log.read_text().count("\n") < said and time.monotonic() < deadline:
            assert writer.poll() is None, "the writer ended by itself"
            time.sleep(0.01)
        time.sleep(rng.random())
        writer.kill()
        writer.wait()
    return [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]


def check(store: Store, said: set[str]) -> int:
    """Everything agrees with everything; `said` are the tokens of acknowledged items. Returns the number of items."""
    with store.write() as c:
        assert integrity(c, full_text=True) == []
    with store.read() as c:
        titles = {row.id: row.title.split()[1] for row in c.execute(text("SELECT id, title FROM item"))}
        shown = set(c.execute(text("SELECT uid FROM sighting")).scalars())
        assert said <= shown, "an acknowledged item is lost"
        assert len(set(titles.values())) == len(titles), "an item is there twice"
        assert all(found(c, token) == [item_id] for item_id, token in titles.items())
        assert not any(found(c, token) for token in shown - set(titles.values())), "a pruned item is still found"
        check_made(c, set(titles))
    return len(titles)


def check_made(c: Connection, ids: set[int]) -> None:
    """What is made of items (JSON, stories) was made in the same breath."""
    wires = {row.item_id: orjson.loads(row.wire) for row in c.execute(text("SELECT item_id, wire FROM item_wire"))}
    assert set(wires) == ids
    hung = {row.id: row.story_id for row in c.execute(text("SELECT id, story_id FROM item"))}
    assert {i: w["story"] for i, w in wires.items()} == hung
    counted = {
        row.story_id: row.n for row in c.execute(text("SELECT story_id, count(*) n FROM item GROUP BY story_id"))
    }
    assert {row.id: row.n_items for row in c.execute(text("SELECT id, n_items FROM story"))} == counted


def found(c: Connection, token: str) -> list[int]:
    return list(c.execute(text("SELECT rowid FROM item_fts WHERE item_fts MATCH :token"), {"token": token}).scalars())


@pytest.mark.slow
def test_kills_lose_nothing_and_tear_nothing(tmp_path: Path) -> None:
    rng, path, said = random.Random(SEED), tmp_path / "store.db", set()
    turns = 0
    for n in range(KILLS):
        lines = write_until_killed(path, n + 1, rng)
        turns += len(lines)
        said |= {token for line in lines if line.startswith("added") for token in line.split()[1:]}
        store = open_store(path)
        count = check(store, said)
        store.close()
    print(f"{KILLS} kills, {turns} commits, {len(said)} acknowledged items, {count} there after pruning")
    assert turns > KILLS
