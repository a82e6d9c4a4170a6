"""Questions that prove a store whole: everything agrees with everything, nothing is there twice, nothing is missing."""

from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import text

from chipwire.keep.backup import backup, integrity
from chipwire.keep.db import Connection, look_at, open_store


def check(path: Path, shown: set[str], *, words: int = 100) -> int:
    """Pages, references, search index, items and what is made of them; all that readers were shown is there.

    Of the newest `words` items it is looked up whether their own word leads to them. Returns the number of items.
    """
    copy = path.with_name("looked-at.db")
    live = open_store(path)
    backup(live, copy)  # so that the questions, which take their time, keep no writer waiting
    live.close()
    store = look_at(copy)
    try:
        with store.write() as c:
            assert integrity(c, full_text=True) == []
        with store.read() as c:
            urls = list(c.execute(text("SELECT url FROM item")).scalars())
            assert len(urls) == len(set(urls)), "an item is there twice"
            assert shown <= set(urls), "a reader was shown an item that is gone"
            _made(c, words)
    finally:
        store.close()
        copy.unlink()
    return len(urls)


def _made(c: Connection, words: int) -> None:
    """What is made of items was made in the same breath: sightings, JSON, search index, stories."""
    ids = _all(c, "SELECT id FROM item")
    assert _all(c, "SELECT item_id FROM sighting") == ids
    assert _all(c, "SELECT item_id FROM item_wire") == ids
    assert _all(c, "SELECT rowid FROM item_fts WHERE item_fts MATCH 'nvidia'") == ids
    newest = c.execute(text("SELECT id, url FROM item ORDER BY id DESC LIMIT :words"), {"words": words})
    for item_id, url in newest.all():
        word = url.rpartition("/")[2]
        found = c.execute(text("SELECT rowid FROM item_fts WHERE item_fts MATCH :word"), {"word": word}).scalars()
        assert list(found) == [item_id]
    hung = c.execute(text("SELECT story_id, count(*) FROM item GROUP BY story_id ORDER BY story_id")).all()
    assert c.execute(text("SELECT id, n_items FROM story ORDER BY id")).all() == hung


def stored(path: Path) -> set[str]:
    """Addresses of all items."""
    return _column(path, "SELECT url FROM item")


def readers(path: Path) -> set[str]:
    """Addresses of all readers."""
    return _column(path, "SELECT email FROM reader")


def letters(path: Path) -> dict[str, str]:
    """Message-ID → state of every letter."""
    store = open_store(path)
    try:
        with store.read() as c:
            return dict(c.execute(text("SELECT message_id, state FROM letter")).all())
    finally:
        store.close()


def check_letters(path: Path, taken: Counter[str], *, settled: bool) -> Counter[str]:
    """No letter left twice, and what counts as sent was taken. Letters by state.

    Once all is settled what was taken counts as sent, or is held: without receipts a letter whose answer was lost
    waits for the operator's word (CHIPWIRE_AMBIGUOUS=hold) and is never repeated.
    """
    known = letters(path)
    assert {name for name, state in known.items() if state == "sent"} <= set(taken.copy()), "a letter was lost"
    assert max(taken.copy().values(), default=1) == 1, "a letter left twice"
    if settled:
        assert set(taken) <= set(known), "a letter left that the store does not know"
        assert {known[name] for name in taken} <= {"sent", "unknown"}
    return Counter(known.values())


def _column(path: Path, query: str) -> set[Any]:
    store = open_store(path)
    try:
        with store.read() as c:
            return _all(c, query)
    finally:
        store.close()


def _all(c: Connection, query: str) -> set[Any]:
    return set(c.execute(text(query)).scalars())
