"""One item for each address, a sighting for each place, nothing twice, nothing lost."""

from collections.abc import Callable

import orjson
import pytest
from sqlalchemy import func, select

from chipwire.domain import Figure, Read, utc
from chipwire.keep.db import Store
from chipwire.keep.news import items, wire
from chipwire.keep.queries import query
from chipwire.keep.queries.expression import parse
from chipwire.keep.sources import feeds, following
from chipwire.keep.tables import table

NOW = utc(2026, 11, 23, 8)
LATER = utc(2026, 11, 23, 9)
MakeRead = Callable[..., Read]


def rows(store: Store, name: str) -> list[dict[str, object]]:
    with store.read() as c:
        return [dict(row) for row in c.execute(select(table(name))).mappings()]


def add(store: Store, feed: str, *reads: Read, now: object = NOW) -> items.Added:
    with store.write() as c:
        return items.add(c, feed, reads, now)  # type: ignore[arg-type]


def test_a_new_item_is_stored_with_all_that_was_said_of_it(newsroom: Store, read: MakeRead) -> None:
    figure = Figure(text="100,000 units", value_low=100_000, value_high=100_000, unit="units")
    one = read(
        "a", companies={"bytedance": "about", "samsung": "mention"}, topics=["inference", "foundry"], figures=[figure],
        published=utc(2026, 11, 22), categories=["chips"], credit="Reuters", fingerprint=b"\x00mark",
    )  # fmt: skip
    added = add(newsroom, "wafer-daily", one)
    assert [(item, r.entry.uid) for item, r in added.new] == [(1, "a")]
    (item,) = rows(newsroom, "item")
    assert item["first_seen"] == NOW
    assert item["published"] == utc(2026, 11, 22)
    assert item["figures"] == [vars(figure)]
    assert item["fingerprint"] == b"\x00mark"
    assert {(r["slug"], r["role"]) for r in rows(newsroom, "item_company")} == {
        ("bytedance", "about"),
        ("samsung", "mention"),
    }
    assert {r["slug"] for r in rows(newsroom, "item_topic")} == {"foundry", "inference"}


def test_the_wire_json_is_the_item_of_the_contract(newsroom: Store, read: MakeRead) -> None:
    with newsroom.write() as c:
        wire.sync_names(c, {"bytedance": "ByteDance"})
    companies = {"acme": "mention", "bytedance": "about"}
    add(newsroom, "wafer-daily", read("a", companies=companies, topics=["foundry"], published=utc(2026, 11, 22)))
    (row,) = rows(newsroom, "item_wire")
    assert orjson.loads(row["wire"]) == {  # type: ignore[arg-type]
        "id": 1,
        "url": "https://wafer.example/a",
        "title": "Title of a",
        "summary": "",
        "lang": "en",
        "published": "2026-11-22T00:00:00Z",
        "first_seen": "2026-11-23T08:00:00Z",
        "feed": {"id": "wafer-daily", "title": "Wafer Daily"},
        "companies": [
            {"slug": "bytedance", "name": "ByteDance", "role": "about"},
            {"slug": "acme", "name": "acme", "role": "mention"},
        ],
        "topics": ["foundry"],
        "story": None,
        "copy_of": None,
        "credit": None,
    }


def test_names_that_change_change_the_wire_json(newsroom: Store, read: MakeRead) -> None:
    add(newsroom, "wafer-daily", read("a", companies={"bytedance": "about"}), read("b"))
    with newsroom.write() as c:
        wire.sync_names(c, {"bytedance": "字节跳动"})
    shown = {r["item_id"]: orjson.loads(r["wire"])["companies"] for r in rows(newsroom, "item_wire")}  # type: ignore[arg-type]
    assert shown == {1: [{"slug": "bytedance", "name": "字节跳动", "role": "about"}], 2: []}


def test_a_feed_that_is_renamed_changes_the_wire_json(newsroom: Store, read: MakeRead) -> None:
    add(newsroom, "wafer-daily", read("a"))
    with newsroom.write() as c:
        renamed = feeds.get(c, "wafer-daily")[0].model_copy(update={"title": "Wafer Weekly"})
        following.sync(c, [renamed], LATER)
    (row,) = rows(newsroom, "item_wire")
    assert orjson.loads(row["wire"])["feed"] == {"id": "wafer-daily", "title": "Wafer Weekly"}  # type: ignore[arg-type]


def test_ids_follow_publication_whatever_the_order_of_the_document(newsroom: Store, read: MakeRead) -> None:
    late, early = read("x", published=utc(2026, 11, 22)), read("y", published=utc(2026, 11, 20))
    undated = read("z")
    added = add(newsroom, "wafer-daily", undated, late, early)
    assert [r.entry.uid for _, r in added.new] == ["y", "x", "z"]
    assert [item for item, _ in added.new] == [1, 2, 3]


def test_the_same_item_in_three_feeds_is_one_item_with_three_sightings(newsroom: Store, read: MakeRead) -> None:
    for feed in ("wafer-daily", "reaktor", "silizium"):
        add(newsroom, feed, read("a"))
    assert len(rows(newsroom, "item")) == 1
    assert {r["feed_id"] for r in rows(newsroom, "sighting")} == {"wafer-daily", "reaktor", "silizium"}
    assert {r["item_id"] for r in rows(newsroom, "sighting")} == {1}


def test_a_second_poll_adds_nothing(newsroom: Store, read: MakeRead) -> None:
    reads = [read(uid) for uid in "abc"]
    add(newsroom, "wafer-daily", *reads)
    again = add(newsroom, "wafer-daily", *reads, now=LATER)
    assert (again.new, again.updated, again.seen) == ([], 0, 3)
    with newsroom.read() as c:
        assert items.known(c, "wafer-daily") == {r.entry.uid: r.content_hash for r in reads}


def test_a_changed_entry_renews_text_and_tags(newsroom: Store, read: MakeRead) -> None:
    add(newsroom, "wafer-daily", read("a", companies={"nvidia": "about"}, topics=["gpu"]))
    added = add(newsroom, "wafer-daily", read("a", title="Corrected", companies={"amd": "about"}, lang="de"), now=LATER)
    assert (added.new, added.updated, added.seen) == ([], 1, 0)
    (item,) = rows(newsroom, "item")
    assert (item["title"], item["lang"], item["first_seen"]) == ("Corrected", "de", NOW)
    assert [(r["slug"], r["lang"]) for r in rows(newsroom, "item_company")] == [("amd", "de")]
    assert rows(newsroom, "item_topic") == []
    (row,) = rows(newsroom, "item_wire")
    assert orjson.loads(row["wire"])["title"] == "Corrected"  # type: ignore[arg-type]
    with newsroom.read() as c:
        assert query.ids(c, query.Filter(words=parse("corrected"), relevant_only=False), limit=9) == [1]
        assert query.ids(c, query.Filter(words=parse("title"), relevant_only=False), limit=9) == []


def test_a_second_feed_does_not_change_what_the_first_said(newsroom: Store, read: MakeRead) -> None:
    add(newsroom, "wafer-daily", read("a"))
    add(newsroom, "reaktor", read("a", title="Short"))
    changed = add(newsroom, "reaktor", read("a", title="Shorter"), now=LATER)
    assert (changed.new, changed.updated, changed.seen) == ([], 0, 1)
    assert rows(newsroom, "item")[0]["title"] == "Title of a"
    with newsroom.read() as c:
        assert items.known(c, "reaktor")["a"].startswith("Shorter")


def test_changed_guids_do_not_flood(newsroom: Store, read: MakeRead) -> None:
    add(newsroom, "wafer-daily", read("a", url="https://wafer.example/1"))
    again = read("b", url="https://wafer.example/1", title="Title of a", text="Text of a.")
    added = add(newsroom, "wafer-daily", again, now=LATER)
    assert (added.new, added.updated, added.seen) == ([], 0, 1)
    assert len(rows(newsroom, "item")) == 1
    assert len(rows(newsroom, "sighting")) == 2


def test_a_site_that_changes_to_https_brings_nothing_twice(newsroom: Store, read: MakeRead) -> None:
    """With new addresses and new guids, in its own feed and in another's; what it corrects is still corrected."""
    add(newsroom, "wafer-daily", read("http://wafer.example/?p=1", url="http://wafer.example/1", title="A", text="B"))
    for feed in ("wafer-daily", "reaktor"):
        again = read("https://wafer.example/?p=1", url="https://wafer.example/1", title="A", text="B")
        added = add(newsroom, feed, again, now=LATER)
        assert (added.new, added.updated, added.seen) == ([], 0, 1)
    [item] = rows(newsroom, "item")
    assert (item["id"], item["url"], len(rows(newsroom, "sighting"))) == (1, "http://wafer.example/1", 3)
    third = read("a third id", url="https://wafer.example/1", title="A, corrected", text="B")
    assert add(newsroom, "wafer-daily", third, now=LATER).updated == 1
    assert len(add(newsroom, "wafer-daily", read("b", url="ftp://wafer.example/1"), now=LATER).new) == 1


def test_two_entries_with_one_address_are_one_item(newsroom: Store, read: MakeRead) -> None:
    one = read("a", url="https://wafer.example/live", published=utc(2026, 11, 20))
    two = read("b", url="https://wafer.example/live", published=utc(2026, 11, 21))
    added = add(newsroom, "wafer-daily", two, one)
    assert [(item, r.entry.uid) for item, r in added.new] == [(1, "a")]
    assert added.seen == 1
    assert len(rows(newsroom, "sighting")) == 2


def test_a_uid_given_twice_counts_once(newsroom: Store, read: MakeRead) -> None:
    added = add(newsroom, "wafer-daily", read("a"), read("a", title="Again"))
    assert len(added.new) == 1
    assert len(rows(newsroom, "sighting")) == 1


@pytest.mark.parametrize("count", [1, 499, 1201])
def test_batches_of_any_size(newsroom: Store, read: MakeRead, count: int) -> None:
    reads = [read(f"u{n}") for n in range(count)]
    assert len(add(newsroom, "wafer-daily", *reads).new) == count
    assert add(newsroom, "reaktor", *reads).seen == count
    with newsroom.read() as c:
        assert c.execute(select(func.count()).select_from(table("sighting"))).scalar() == 2 * count
        assert feeds.counts(c) == {"wafer-daily": count}


def test_nothing_is_nothing(newsroom: Store) -> None:
    assert add(newsroom, "wafer-daily") == items.Added()
