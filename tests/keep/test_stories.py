"""Placements become story rows; every id that was ever given out leads somewhere."""

from collections.abc import Callable
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from chipwire.domain import Placement, Read, utc
from chipwire.keep.db import Store
from chipwire.keep.news import items, stories
from chipwire.keep.tables import table

NOW = utc(2026, 11, 23, 8)
MakeRead = Callable[..., Read]


@pytest.fixture
def four(newsroom: Store, read: MakeRead) -> Store:
    """Items 1 and 4 of wafer-daily, 2 and 3 of reaktor and silizium; each a day after the one before."""
    reports = [
        ("wafer-daily", read("a", companies={"bytedance": "about", "samsung": "mention"}, topics=["inference"])),
        ("reaktor", read("b", url="https://reaktor.example/b", lang="de", companies={"samsung": "about"})),
        ("silizium", read("c", url="https://www.silizium.test/c", lang="de", relevant=False)),
        ("wafer-daily", read("d", companies={"nvidia": "about"}, topics=["gpu"], fingerprint=b"d")),
    ]
    with newsroom.write() as c:
        for n, (feed, one) in enumerate(reports):
            items.add(c, feed, [one], NOW + timedelta(days=n))
    return newsroom


def place(store: Store, *placements: Placement) -> set[int]:
    with store.write() as c:
        return stories.apply(c, placements, NOW)


def joined(store: Store) -> None:
    place(
        store,
        Placement(item_id=1, story_id=1),
        Placement(item_id=2, story_id=1, link="translation"),
        Placement(item_id=3, story_id=1, link="copy", copy_of=2),
        Placement(item_id=4, story_id=4, follows=1),
    )


def test_a_story_is_the_sum_of_its_items(four: Store) -> None:
    joined(four)
    with four.read() as c:
        story = stories.get(c, 1)
        assert story is not None
        assert (story.title, story.lang, story.origin_item) == ("Title of a", "en", 1)
        assert (story.n_items, story.n_outlets, story.n_copies) == (3, 2, 1)
        assert story.languages == ["de", "en"]
        assert story.companies == {"bytedance": "about", "samsung": "about"}
        assert story.topics == ["inference"]
        assert (story.first_seen, story.last_seen) == (NOW, NOW + timedelta(days=2))
        assert story.relevant
        assert [m["id"] for m in stories.members(c, 1)] == [1, 2, 3]
        follower = stories.get(c, 4)
        assert follower is not None
        assert follower.follows == 1


def test_items_and_their_wire_json_tell_their_story(four: Store) -> None:
    joined(four)
    with four.read() as c:
        (made,) = c.execute(select(table("item_wire").c.wire).where(table("item_wire").c.item_id == 3)).scalars()
    shown = orjson.loads(made)
    assert (shown["story"], shown["copy_of"]) == (1, 2)


def test_the_same_placements_again_change_nothing(four: Store) -> None:
    joined(four)
    with four.read() as c:
        before = (four.news(c), stories.log(c, 1), stories.get(c, 1))
    assert (
        place(four, Placement(item_id=1, story_id=1), Placement(item_id=3, story_id=1, link="copy", copy_of=2)) == set()
    )
    with four.read() as c:
        assert (four.news(c), stories.log(c, 1), stories.get(c, 1)) == before


def test_a_merged_story_is_found_under_its_old_id(four: Store) -> None:
    joined(four)
    place(four, Placement(item_id=4, story_id=1, link="rewrite"))
    with four.read() as c:
        merged = stories.get(c, 4)
        assert merged is not None
        assert (merged.id, merged.n_items) == (1, 4)
        assert [(e["kind"], e["other_id"], e["item_id"]) for e in stories.log(c, 4)] == [
            ("move", 4, 4),
            ("merge", 4, None),
        ]
        assert stories.page(c, limit=10) == [(4, merged)]


def test_what_followed_a_merged_story_follows_the_one_it_went_into(four: Store) -> None:
    place(four, *(Placement(item_id=n, story_id=n, follows=3 if n == 4 else None) for n in (1, 2, 3, 4)))
    place(four, Placement(item_id=3, story_id=2))
    place(four, Placement(item_id=2, story_id=1), Placement(item_id=3, story_id=1))
    with four.read() as c:
        assert stories.redirect(c, 3) == 1
        follower = stories.get(c, 4)
        assert follower is not None
        assert follower.follows == 1


def test_an_item_that_moves_leaves_the_rest_of_its_story_as_it_was(four: Store) -> None:
    joined(four)
    place(four, Placement(item_id=2, story_id=2))
    with four.read() as c:
        left, own = stories.get(c, 1), stories.get(c, 2)
        assert left is not None
        assert own is not None
        assert (left.n_items, left.companies) == (2, {"bytedance": "about", "samsung": "mention"})
        assert (own.id, own.n_items, own.lang) == (2, 1, "de")


def test_no_story_is_none(four: Store) -> None:
    with four.read() as c:
        assert stories.get(c, 99) is None
        assert stories.members(c, 99) == []


def test_recent_is_what_a_window_restores(four: Store) -> None:
    joined(four)
    with four.read() as c:
        assert stories.recent(c, NOW + timedelta(days=2)) == [
            (3, 1, 2, b"", NOW + timedelta(days=2)),
            (4, 4, None, b"d", NOW + timedelta(days=3)),
        ]


def test_pages_with_the_newest_item_first(four: Store) -> None:
    place(four, Placement(item_id=1, story_id=1), Placement(item_id=2, story_id=2), Placement(item_id=3, story_id=3))
    place(four, Placement(item_id=4, story_id=1))
    with four.read() as c:
        assert [(key, s.id) for key, s in stories.page(c, limit=10)] == [(4, 1), (2, 2)]
        assert [s.id for _, s in stories.page(c, limit=10, relevant=None)] == [1, 3, 2]
        assert [s.id for _, s in stories.page(c, limit=1, before=4, relevant=None)] == [3]
        assert [s.id for _, s in stories.page(c, limit=10, company="samsung")] == [1, 2]


def test_a_renewed_item_renews_its_story(four: Store, read: MakeRead) -> None:
    joined(four)
    with four.write() as c:
        items.add(c, "wafer-daily", [read("a", title="Corrected", companies={"alibaba": "about"})], NOW)
    with four.read() as c:
        story = stories.get(c, 1)
    assert story is not None
    assert (story.title, story.companies) == ("Corrected", {"alibaba": "about", "samsung": "about"})
