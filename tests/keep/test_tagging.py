"""Tags read back as they were said, and a retag that writes only what differs."""

from collections.abc import Callable

import orjson
import pytest
from sqlalchemy import select

from chipwire.domain import Evidence, Figure, Placement, Read, Tags, utc
from chipwire.keep.db import Store
from chipwire.keep.news import items, stories, tagging
from chipwire.keep.tables import table

NOW = utc(2026, 11, 23, 8)
SAID = Tags(
    lang="en",
    companies={"nvidia": "about", "tsmc": "mention"},
    topics=["gpu", "foundry"],
    evidence=[Evidence(slug="nvidia", alias="Nvidia", start=0, end=6, zone="title", rule="name")],
    figures=[Figure(text="3 nm", value_low=3, value_high=3, unit="nm")],
    credit="Reuters",
)


@pytest.fixture
def tagged(newsroom: Store, read: Callable[..., Read]) -> Store:
    """Item 1 tagged SAID, item 2 without tags, each a story of its own."""
    given = {k: v for k, v in SAID if k != "lang"}
    with newsroom.write() as c:
        items.add(c, "wafer-daily", [read("a", **given), read("b")], NOW)
        stories.apply(c, [Placement(item_id=n, story_id=n) for n in (1, 2)], NOW)
    return newsroom


def retag(store: Store, *said: tuple[int, Tags]) -> list[int]:
    with store.write() as c:
        return tagging.retag(c, said)


def test_tags_read_back_as_they_were_said(tagged: Store) -> None:
    with tagged.read() as c:
        back = tagging.tags(c, [1, 2])
    assert tagging.same(back[1], SAID)
    assert tagging.same(back[2], Tags(lang="en"))


def test_texts_come_in_order_of_ids(tagged: Store) -> None:
    with tagged.read() as c:
        (text,) = tagging.texts(c, 0, 1)
        assert text[:6] == (1, "Title of a", "Text of a.", "en", "https://wafer.example/a", "wafer-daily")
        assert text.named == [(-1, "nvidia")]
        assert [t.id for t in tagging.texts(c, 1, 10)] == [2]


def test_the_same_tags_again_write_nothing(tagged: Store) -> None:
    with tagged.read() as c:
        before = tagged.version(c)
    again = SAID.model_copy(update={"topics": ["foundry", "gpu"]})
    assert retag(tagged, (1, again), (2, Tags(lang="en")), (99, SAID)) == []
    with tagged.read() as c:
        assert tagged.version(c) == before


def test_new_tags_reach_lists_json_and_stories(tagged: Store) -> None:
    now = Tags(lang="de", companies={"amd": "about"}, relevant=False)
    assert retag(tagged, (1, now), (2, Tags(lang="en"))) == [1]
    with tagged.read() as c:
        assert tagging.tags(c, [1])[1] == now
        made = c.execute(select(table("item_wire").c.wire).where(table("item_wire").c.item_id == 1)).scalar()
        story = stories.get(c, 1)
        assert stories.page(c, limit=10, company="nvidia") == []
    assert made is not None
    assert orjson.loads(made)["companies"] == [{"slug": "amd", "name": "amd", "role": "about"}]
    assert story is not None
    assert (story.companies, story.relevant, story.languages) == ({"amd": "about"}, False, ["de"])
