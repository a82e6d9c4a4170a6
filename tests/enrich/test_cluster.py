"""The story tracker on an invented week: languages, copies, sequels, any order of arrival, restarts."""

import json
import random
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chipwire.domain import Placement, utc
from chipwire.enrich.gathering import moment, run
from chipwire.enrich.stories.cluster import Arrival, Window
from chipwire.enrich.stories.fingerprint import decode, encode, fingerprint
from chipwire.enrich.stories.lexicon import Lexicon
from chipwire.enrich.stories.linkage import gathered
from chipwire.enrich.stories.reach import EXACT
from chipwire.enrich.tagger import Tagger
from chipwire.keep.shelf import FileShelf
from tests.enrich.conftest import tagged, written

DATA = Path(__file__).parents[2] / "data"


def read(name: str) -> list[dict[str, Any]]:
    lines = (Path(__file__).parent / "data" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


WEEK = read("one_week")
"""An invented week: four events in six languages, copies, a sequel; `expect` names the event."""
START = utc(2026, 11, 20, 12)
"""When its items come in where a test says no other time: days after most were printed."""


def test_times_count_and_not_how_they_are_written(tagger: Tagger) -> None:
    text = {
        "title": "Samsung plans second HBM4 line in Pyeongtaek",
        "body": "The line is to cost 4.2 trillion won.",
        "lang": "en",
    }
    seoul = {**text, "id": "first", "published": "2026-11-23T07:00:00+09:00", "feed": "s", "url": "http://s.example/1"}
    paris = {**text, "id": "second", "published": "2026-11-22T23:30:00Z", "feed": "p", "url": "http://p.example/1"}
    undated = {**text, "id": "third", "published": "yesterday", "feed": "u", "url": "http://u.example/1"}
    found = {one["id"]: one["story"] for one in run([undated, paris, seoul], tagger, DATA)}
    assert found == {"first": "first", "second": "first", "third": "first"}


@pytest.fixture(scope="module")
def prints(tagger: Tagger) -> dict[str, bytes]:
    lexicon, found = Lexicon.load(DATA), {}
    for item, tags in zip(WEEK, tagged(tagger, written(WEEK)), strict=True):
        when = moment(item["published"])
        text = (item["title"], item["body"], item["lang"])
        found[item["id"]] = fingerprint(*text, when, item["feed"], item["url"], tags, lexicon)
    return found


def placed(window: Window, prints: dict[str, bytes], polls: list[list[str]], first: int = 1) -> dict[str, Placement]:
    """Last placement of every item after these polls; ids count up from `first`."""
    found: dict[int, Placement] = {}
    names: dict[int, str] = {}
    for poll in polls:
        arrivals = []
        for name in poll:
            names[first] = name
            arrivals.append(Arrival(first, prints[name]))
            first += 1
        found.update((p.item_id, p) for p in window.place(arrivals))
    return {names[number]: placement for number, placement in found.items() if number in names}


def partition(found: dict[str, Placement]) -> set[frozenset[str]]:
    groups: dict[int, set[str]] = {}
    for name, placement in found.items():
        groups.setdefault(placement.story_id, set()).add(name)
    return {frozenset(group) for group in groups.values()}


def expected() -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for item in WEEK:
        groups.setdefault(item["expect"], set()).add(item["id"])
    return {frozenset(group) for group in groups.values()}


def test_one_event_in_five_languages_is_one_story(tagger: Tagger) -> None:
    rows = list(run(WEEK, tagger, DATA))
    assert [row["id"] for row in rows] == [item["id"] for item in WEEK]
    groups: dict[Any, set[str]] = {}
    for row in rows:
        groups.setdefault(row["story"], set()).add(row["id"])
    assert {frozenset(group) for group in groups.values()} == expected()
    assert {row["id"]: row["copy_of"] for row in rows if row["copy_of"]} == {"b2": "b1", "b3": "b1"}


def test_what_rivals_each_do_is_two_stories(tagger: Tagger) -> None:
    """On one day, where one report knows of both, or for one customer; and in one form of words, no copy then."""
    rows = list(run(read("rivals"), tagger, DATA))
    stories = {row["id"]: row["story"] for row in rows}
    assert stories == {"h1": "h1", "h2": "h1", "s1": "s1", "s2": "s1", "r1": "r1", "r2": "r2", "c1": "c1", "c2": "c2"}
    assert [row["copy_of"] for row in rows] == [None] * 8


def test_links_and_sequel(prints: dict[str, bytes]) -> None:
    found = placed(Window.load(DATA), prints, [list(prints)])
    links = {name: found[name].link for name in ("b1", "b2", "b3", "b4", "b5", "b6", "m1", "m2")}
    assert links == {"b1": "origin", "b2": "copy", "b3": "copy", "b4": "translation", "b5": "translation",
                     "b6": "translation", "m1": "origin", "m2": "translation"}  # fmt: skip
    assert found["d1"].follows == found["b1"].story_id
    assert found["m1"].follows is None


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 20))])
def test_no_order_of_arrival_changes_the_partition(prints: dict[str, bytes], seed: int) -> None:
    draw = random.Random(seed)
    names = list(prints)
    draw.shuffle(names)
    cuts = sorted(draw.sample(range(1, len(names)), 3))
    polls = [names[a:b] for a, b in zip([0, *cuts], [*cuts, len(names)], strict=True)]
    assert partition(placed(Window.load(DATA), prints, polls)) == expected()


def test_restored_window_goes_on_as_before(prints: dict[str, bytes]) -> None:
    names = list(prints)
    for cut in (3, 6, 9):
        first = placed(Window.load(DATA), prints, [names[:cut]])
        again = Window.load(DATA)
        ids = {name: number for number, name in enumerate(names, 1)}
        again.restore([(ids[n], p.story_id, p.copy_of, prints[n], START) for n, p in first.items()])
        later = placed(again, prints, [names[cut:]], first=cut + 1)
        assert partition({**first, **later}) == expected()


@pytest.mark.slow
def test_restoring_takes_little_more_memory_than_the_window_keeps(prints: dict[str, bytes]) -> None:
    restored = Window.load(DATA, FileShelf)
    number = 2000
    rows = [(n, n, None, prints["b4"], START) for n in range(1, number + 1)]
    tracemalloc.start()
    restored.restore(rows)
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most - kept < number * 2000, "fingerprints are decoded some at a time"
    assert kept < number * 1300, "links come later; views are in a file"


def test_story_keeps_the_id_of_its_first_item_to_arrive(prints: dict[str, bytes]) -> None:
    found = placed(Window.load(DATA), prints, [["b6"], ["b1", "b2"], ["b5"]])
    assert {placement.story_id for placement in found.values()} == {1}
    assert found["b1"].link == "origin"
    assert found["b6"].link == "translation"


def test_story_outlives_its_first_item(prints: dict[str, bytes]) -> None:
    window = Window.load(DATA)
    window.restore([(7, 3, None, prints["b4"], START)])
    assert {p.story_id for p in window.place([Arrival(8, prints["b1"])])} == {3}


def test_unreadable_fingerprint_stands_alone() -> None:
    assert Window.load(DATA).place([Arrival(4, b""), Arrival(5, b"\xff" * 90)]) == [
        Placement(item_id=4, story_id=4),
        Placement(item_id=5, story_id=5),
    ]


def test_what_came_in_long_ago_is_forgotten_but_old_dates_are_not(prints: dict[str, bytes]) -> None:
    window, start = Window.load(DATA), utc(2027, 1, 1)
    window.place([Arrival(1, prints["b1"])], start)
    assert window.place([Arrival(2, prints["b4"])], start + timedelta(days=13))[0].story_id == 1
    late = start + timedelta(days=27, hours=1)
    window.place([Arrival(3, prints["m1"])], late)
    assert window.place([Arrival(4, prints["b5"])], late)[0].story_id == 4


def dated(prints: dict[str, bytes], name: str, when: datetime) -> bytes:
    seen = decode(prints[name])
    assert seen is not None
    return encode(replace(seen, published=int(when.timestamp())))


@pytest.mark.parametrize("restarted", [False, True])
def test_date_far_in_the_past_makes_no_origin(prints: dict[str, bytes], restarted: bool) -> None:
    """Of the report, nor of its copies; whichever of them is first to come in."""
    seen = decode(prints["b1"])
    assert seen is not None
    assert seen.published is not None
    now = datetime.fromtimestamp(seen.published, UTC) + timedelta(days=1)
    false = dated(prints, "b2", utc(2009, 1, 1))
    window = Window.load(DATA)
    window.place([Arrival(1, false), Arrival(2, prints["b4"])], now)
    if restarted:
        window = Window.load(DATA)
        window.restore([(1, 1, None, false, now), (2, 1, None, prints["b4"], now)])
    found = {p.item_id: p for p in window.place([Arrival(3, prints["b1"])], now + timedelta(hours=1))}
    assert {i: (found[i].story_id, found[i].copy_of, found[i].link) for i in (3, 1)} == {
        3: (1, None, "origin"),
        1: (1, 3, "copy"),
    }


def test_archive_keeps_its_order(prints: dict[str, bytes]) -> None:
    """Where all dates lie far back they are true."""
    found = {p.item_id: p.link for p in Window.load(DATA).place(
        [Arrival(1, prints["b4"]), Arrival(2, prints["b1"])], START + timedelta(days=900)
    )}  # fmt: skip
    assert found == {1: "translation", 2: "origin"}


@pytest.mark.slow
def test_large_story_takes_in_what_comes_and_stays_as_it_is(prints: dict[str, bytes]) -> None:
    window, copies = Window.load(DATA), 3 * EXACT
    for number in range(1, copies):
        changed = window.place([Arrival(number, prints["b1"])])
        assert [p.item_id for p in changed] == [number]
    assert {p.story_id for p in changed} == {1}
    assert changed[0].copy_of == 1
    other = next(item["id"] for item in WEEK if item["expect"] != WEEK[0]["expect"])
    assert window.place([Arrival(copies, prints[other])])[0].story_id == copies


def test_nothing_is_a_copy_of_itself(prints: dict[str, bytes]) -> None:
    """An item comes to a large story that has a copy of it already."""
    window = Window.load(DATA)
    window.restore(
        [(1, 1, None, prints["b2"], START), (2, 1, 9, prints["b1"], START), (9, 9, None, prints["b1"], START)]
    )
    (there,) = window._join(1, [window.near.members[9]])
    assert (there.item_id, there.story_id, there.copy_of) == (9, 1, None)


def test_texts_that_are_copies_in_a_chain_only_are_not_copies_of_one() -> None:
    chain = [{row for row in (here - 1, here + 1) if 0 <= row < 7} for here in range(7)]
    assert gathered(chain) == [[0, 1, 2], [3, 4, 5], [6]]
    star = [{1, 2, 3}, {0}, {0}, {0}]
    assert gathered([*star, set()]) == [[0, 1, 2, 3], [4]]
