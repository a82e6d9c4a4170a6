"""Writes what a store of this chipwire looks like, as SQL: `python -m tests.keep.make_release > releases/NNNN.sql`.

Run once for each release (NNNN is the step its schema has reached); later versions must open what it wrote. Every
table has rows, in several scripts.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from chipwire.domain import (
    Entry,
    Evidence,
    Feed,
    FeedEvent,
    FeedState,
    Figure,
    Letter,
    Placement,
    Read,
    Reader,
    Role,
    Tags,
    Told,
    utc,
)
from chipwire.keep import tokens
from chipwire.keep.db import Connection, open_store
from chipwire.keep.news import items, prune, stories, wire
from chipwire.keep.people import feedback, outbox, readers, webhooks
from chipwire.keep.sources import feeds, following, holds, pushes, tally

NOW = utc(2026, 11, 20, 12)
NEWS: list[tuple[str, str, str, dict[str, Role]]] = [
    ("wafer-daily", "en", "ByteDance in talks with Samsung over SeedChip", {"bytedance": "about", "samsung": "about"}),
    ("harian", "id", "ByteDance rancang SeedChip bersama Samsung", {"bytedance": "about", "samsung": "about"}),
    ("bao", "zh-Hans", "字节跳动自研芯片,三星代工", {"bytedance": "about", "samsung": "mention"}),
    ("ilbo", "ko", "삼성전자, 바이트댄스 칩 수주 협의", {"samsung": "about"}),
    ("wafer-daily", "ja", "台積電の熊本工場、量産を前倒し", {"tsmc": "about"}),
    ("wafer-daily", "en", "A bakery opens next to the fab", {}),
]


def fill(c: Connection) -> None:
    listed = [Feed(id=f, url=f"https://{f}.example/rss", title=f.title()) for f in sorted({feed for feed, *_ in NEWS})]
    following.sync(c, listed, NOW)
    wire.sync_names(c, {"bytedance": "ByteDance", "samsung": "Samsung", "tsmc": "TSMC"})
    ids = [_item(c, number) for number in range(len(NEWS))]
    told = [Placement(item_id=i, story_id=ids[0], link="origin" if i == ids[0] else "translation") for i in ids[:4]]
    stories.apply(c, [*told, *(Placement(item_id=i, story_id=i) for i in ids[4:])], NOW)
    old = Entry(uid="old", url="https://bao.example/old", title="Old news")
    items.add(c, "bao", [Read(entry=old, url=str(old.url), content_hash="old", tags=Tags(lang="en"))], utc(2025, 1, 1))
    assert prune.prune(c, utc(2025, 2, 1)) == 1
    state = FeedState(feed_id="bao", etag='"7"', last_checked=NOW, next_check=NOW + timedelta(hours=1))
    feeds.save(c, state, FeedEvent(feed_id="bao", at=NOW, outcome="new", items_seen=2, items_new=1))
    holds.hold(c, "quiet.example", NOW + timedelta(hours=2))
    tally.add(c, [("new", timedelta(seconds=3))])
    pushes.put(c, "bao", "application/rss+xml", b"<rss/>", NOW)
    feedback.add(c, ids[0], "wrong-topic", None, "not a foundry story", NOW)
    _people(c, ids)
    webhooks.add(c, "https://hook.example/", {"companies": [["samsung"]]}, NOW)
    webhooks.test(c, 1, NOW)
    tokens.add(c, "desk", ["read"], NOW)


def _item(c: Connection, number: int) -> int:
    feed, lang, title, companies = NEWS[number]
    url = f"https://{feed}.example/{number}"
    entry = Entry(uid=str(number), url=url, title=title, text=f"{title}. Report {number}.", published=NOW)
    tags = Tags(
        lang=lang, companies=companies, topics=["foundry"] if companies else [], relevant=bool(companies),
        evidence=[Evidence(slug=s, alias=s, start=0, end=4, zone="title", rule="name") for s in companies],
        figures=[Figure(text="100,000", value_low=1e5, value_high=1e5, unit="units")],
    )  # fmt: skip
    at = NOW - timedelta(hours=12 - number)
    return items.add(c, feed, [Read(entry=entry, url=url, content_hash=title, tags=tags)], at).new[0][0]


def _people(c: Connection, ids: list[int]) -> None:
    alice = readers.add(c, Reader(email="alice@chipwire.test", companies=["samsung"], created=NOW))
    readers.suppress(c, "bob@chipwire.test", "5.1.1 no such user", NOW)
    letter = Letter(
        reader_id=alice.id or 0, local_date=date(2026, 11, 20), message_id="<1@chipwire.test>", subject="Samsung: 삼성",
        body=b"Subject: Samsung\r\n\r\nnews", queued_at=NOW, next_try=NOW, expires_at=NOW + timedelta(days=1),
        low_item=0, high_item=ids[-1],
    )  # fmt: skip
    outbox.queue(c, letter, [Told(ids[0], ids[3])])


def dump(raw: sqlite3.Connection) -> Iterator[str]:
    """As sqlite3's own dump, which cannot read an index that holds no texts: its inner tables are written instead."""
    yield "BEGIN;"
    made = raw.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL ORDER BY type = 'table' DESC, rowid"
    )
    kinds = made.fetchall()
    virtual = [name for _, name, sql in kinds if sql.startswith("CREATE VIRTUAL")]
    for kind, name, sql in kinds:
        inner = any(name.startswith(f"{outer}_") for outer in virtual)
        yield f"DELETE FROM {name};" if inner else f"{sql};"
        if kind == "table" and name not in virtual:
            columns = [row[1] for row in raw.execute(f"PRAGMA table_info({name})")]
            quoted = " || ',' || ".join(f'quote("{column}")' for column in columns)
            yield from (f"INSERT INTO {name} VALUES({row});" for (row,) in raw.execute(f"SELECT {quoted} FROM {name}"))
    yield "COMMIT;"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        store = open_store(path)
        with store.write() as c:
            fill(c)
        store.close()
        with closing(sqlite3.connect(path)) as raw:
            sys.stdout.writelines(f"{line}\n" for line in dump(raw))


if __name__ == "__main__":
    main()
