"""The index follows the items: what changed, what was indexed by older rules, what commits leave apart."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chipwire.domain import Feed
from chipwire.keep import backup
from chipwire.keep.db import Store
from chipwire.keep.news import items, search, segments
from chipwire.keep.sources import feeds
from tests.keep.texts import NOW, TEXTS, found, read
from tests.stores import open_store


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Store]:
    """A store with one feed and no items, that a test may change."""
    with closing(open_store(tmp_path / "s.db")) as opened:
        with opened.write() as c:
            feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
        yield opened


def test_a_changed_item_is_found_by_its_new_words_only(own: Store) -> None:
    with own.write() as c:
        items.add(c, "f", [read(1, "en", "Kiln prices rise", "older wording")], NOW)
    with own.write() as c:
        items.add(c, "f", [read(1, "en", "Kiln prices fall", "newer wording")], NOW)
    assert found(own, "rise") == found(own, "older") == set()
    assert found(own, "fall newer") == {1}


def test_the_index_is_made_anew_when_its_normal_form_is_older(own: Store) -> None:
    with own.write() as c:
        items.add(c, "f", [read(1, "zh", "台積電", "")], NOW)
        empty = "INSERT INTO item_fts(item_fts) VALUES ('delete-all')"
        c.exec_driver_sql("DELETE FROM item_fts" if own.shared else empty)
        c.exec_driver_sql("UPDATE meta SET value = 'older' WHERE key = 'search_form'")
    assert found(own, "台积电") == set()
    with own.write() as c:
        search.create(c)
    assert found(own, "台积电") == {1}


@pytest.mark.sqlite
@pytest.mark.parametrize(("former", "lacking"), [(2, ["ซัมซุง", "انفيديا"]), (3, ["انفيديا"])])
def test_an_index_of_a_former_form_gets_what_it_lacks(own: Store, former: int, lacking: list[str]) -> None:
    with own.write() as c:
        items.add(c, "f", [read(number, *TEXTS[number]) for number in (1, 16, 19)], NOW)
        rows = search._WORDS(c, [1, 2, 3])
        search._CUT(c, [search._spelled(row) for row in rows])
        search._PUT(c, [search._spelled(row, former) for row in rows])
        c.exec_driver_sql("UPDATE meta SET value = ? WHERE key = 'search_form'", (search._written(former),))
    assert [found(own, word) for word in lacking] == [set() for _ in lacking]
    with own.write() as c:
        assert not search.is_current(c)
        search.create(c)
        assert search.is_current(c)
        assert backup.integrity(c, full_text=True) == []
    assert [found(own, word) for word in ("seedchip", "ซัมซุง", "انفيديا")] == [{1}, {2}, {3}]
    with own.write() as c:
        items.add(c, "f", [read(16, "th", "ชิปใหม่", ""), read(19, "ar", "خبر", "")], NOW)
    assert found(own, "ซัมซุง") == found(own, "انفيديا") == set()
    assert (found(own, "ชิปใหม่"), found(own, "خبر")) == ({2}, {3})


def test_summary_words_are_found_without_their_markup() -> None:
    assert search.body("<p>Wafers &amp; masks</p>", "") == " Wafers & masks \n"
    assert search.body("masks", "wafers and masks") == "wafers and masks"


def parts(store: Store) -> int:
    with store.read() as c:
        return int(c.exec_driver_sql("SELECT count(DISTINCT segid) FROM item_fts_idx").scalar() or 0)


def merged(store: Store) -> int:
    """Steps until nothing is left to merge."""
    steps, more = 0, True
    while more:
        with store.write() as c:
            more = segments.merge(c)
        steps += 1
    return steps


def test_what_commits_leave_apart_is_merged_and_nothing_is_lost(tmp_path: Path) -> None:
    """On PostgreSQL there is nothing to merge."""
    store = open_store(tmp_path / "s.db")
    with store.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
    for number in range(1, 150):
        with store.write() as c:
            items.add(c, "f", [read(number, "en", f"wafer n{number}", f"三星 kiln {number % 7}")], NOW)
    with store.write() as c:
        search.remove(c, [5])
        search.index(c, [5])
    if store.shared:
        assert merged(store) == 1
        return
    many = parts(store)
    with store.write() as c:
        assert segments.merge(c)
    store.close()  # as after a crash between two steps
    store = open_store(tmp_path / "s.db")
    assert merged(store) >= 1
    assert parts(store) < many
    assert all(found(store, f"n{number}") == {number} for number in range(1, 150))
    assert found(store, "三星 3") == set(range(3, 150, 7))
    with store.write() as c:
        assert backup.integrity(c, full_text=True) == []
        assert not segments.merge(c)
    store.close()


def largest(store: Store) -> int:
    """Bytes of the largest page of the index; the first two rows are no pages."""
    with store.read() as c:
        return int(c.exec_driver_sql("SELECT max(length(block)) FROM item_fts_data WHERE id > 10").scalar() or 0)


def test_an_index_of_large_pages_becomes_one_of_small_ones(own: Store) -> None:
    """PostgreSQL's has no pages of its own."""
    if own.shared:
        return
    with own.write() as c:
        c.exec_driver_sql("INSERT INTO item_fts(item_fts, rank) VALUES ('pgsz', 4050), ('usermerge', 4)")
    for batch in range(6):
        with own.write() as c:
            numbers = range(100 * batch + 1, 100 * batch + 101)
            items.add(c, "f", [read(n, "en", f"wafer n{n} {n:032b}", f"三星 kiln {n % 7}") for n in numbers], NOW)
    assert largest(own) > 3_000
    assert merged(own) > 1
    assert largest(own) < 1_200
    assert parts(own) == 1
    assert all(len(found(own, f"n{number}")) == 1 for number in range(1, 601))
    with own.write() as c:
        items.add(c, "f", [read(n, "en", f"wafer m{n} {n:032b}", "") for n in range(701, 901)], NOW)
        assert backup.integrity(c, full_text=True) == []
    assert largest(own) < 1_200
