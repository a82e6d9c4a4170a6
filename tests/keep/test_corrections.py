"""Corrections are numbered in one row with the items, and go with them."""

from collections.abc import Callable
from typing import Any

from chipwire.domain import Read, Tags, utc
from chipwire.keep.db import Store
from chipwire.keep.news import corrections, items, prune
from chipwire.keep.queries import corrected, query
from chipwire.keep.unplaced import settled

NOW = utc(2026, 11, 21)
MakeRead = Callable[..., Read]
SAID = Tags(lang="en", companies={"samsung": "about"})


def note(c: Any, item: int, before: str, now: str) -> int:
    return corrections.note(c, [corrections.Corrected(item, before, now, SAID)], NOW)


def test_who_followed_so_far_knows_what_is_new(newsroom: Store, read: MakeRead) -> None:
    with newsroom.write() as c:
        first = items.add(c, "reaktor", [read("1", companies={"samsung": "about"}), read("2")], NOW).new
        assert note(c, 1, "four", "five") == 1
        later = items.add(c, "reaktor", [read("3")], NOW).new
        ids = [item for item, _ in (*first, *later)]
        assert (ids, settled(c), query.newest(c)) == ([1, 2, 4], 4, 4)
        assert note(c, 4, "", "CORRECTION: six") == 1
        assert (settled(c), query.newest(c)) == (5, 4)
        found = corrections.between(c, 2, 5)
        assert [(one.number, one.item_id, one.before, one.now, one.at) for one in found] == [
            (3, 1, "four", "five", NOW), (5, 4, "", "CORRECTION: six", NOW),
        ]  # fmt: skip
        assert found[0].companies == {"samsung": "about"}
        anything = query.Filter(relevant_only=False)
        assert [one.number for one in corrected.corrected(c, anything, 2, 5)] == [3], "4 is new to who knows 2"
        assert [one.number for one in corrected.corrected(c, anything, 4, 5)] == [5]
        of_samsung = query.Filter(companies=(("samsung",),), relevant_only=False)
        assert [one.number for one in corrected.corrected(c, of_samsung, 2, 5)] == [3]


def test_what_was_taken_back_is_noted_once(newsroom: Store, read: MakeRead) -> None:
    with newsroom.write() as c:
        items.add(c, "reaktor", [read("1")], NOW)
        assert [note(c, 1, *pair) for pair in (("four", "five"), ("five", "four"), ("four", "five"))] == [1, 0, 0]
        assert [note(c, 1, *pair) for pair in (("five", "six"), ("", "A note."), ("", "A note."))] == [1, 1, 0]
        assert [one.now for one in corrections.of(c, 1)] == ["five", "six", "A note."]


def test_they_go_with_their_item(newsroom: Store, read: MakeRead) -> None:
    with newsroom.write() as c:
        items.add(c, "reaktor", [read("1")], NOW)
        note(c, 1, "four", "five")
        assert prune.prune(c, utc(2026, 12, 21)) == 1
        assert corrections.between(c, 0, 99) == []
