"""A large story is added to, and comes to what all of its members come to when they are read anew."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from chipwire.domain import LinkKind, Placement, Read, Tags, utc
from chipwire.keep.db import Store
from chipwire.keep.news import items, prune, stories, story_rows, tagging
from chipwire.keep.news.sums import Sums
from chipwire.keep.tables import table

NOW = utc(2026, 11, 23, 8)
FEEDS = ("wafer-daily", "reaktor", "silizium")
LINKS: list[LinkKind] = ["origin", "rewrite", "copy", "rewrite", "translation"]
MakeRead = Callable[..., Read]
ITEM, STORY, LISTED, SUMS = (table(name) for name in ("item", "story", "story_company", "story_sums"))


@pytest.fixture
def rng(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> random.Random:
    """Where three members are many, so that few items are enough for stories of all sizes."""
    monkeypatch.setattr(story_rows, "LARGE", 3)
    return random.Random(request.param)


def some(read: MakeRead, rng: random.Random, number: int) -> Read:
    """An item of one of few outlets, of one of few languages, with one of few things to tell."""
    host = rng.choice(("wafer", "www.wafer", "chip", "silicon"))
    slugs = rng.sample(("nvidia", "samsung", "tsmc", "baidu"), rng.randrange(4))
    return read(
        f"{number}",
        url=f"https://{host}.example/{number}",
        lang=rng.choice(("en", "de", "zh")),
        companies={slug: rng.choice(("about", "mention")) for slug in slugs},
        topics=rng.sample(("gpu", "memory", "deals"), rng.randrange(3)),
        relevant=rng.random() < 0.1,
    )


def where(c: Connection) -> dict[int, int]:
    """Story by item."""
    return dict(c.execute(select(ITEM.c.id, ITEM.c.story_id).where(ITEM.c.story_id.is_not(None))).all())


def hung(c: Connection, rng: random.Random, new: list[int]) -> None:
    """New items open stories or join some, a few old ones move, now and then a whole story goes into another."""
    hang = where(c)
    placed = {item: rng.choice([item, *hang.values(), *hang.values()]) for item in new}
    for item in rng.sample(sorted(hang), min(len(hang), rng.choice((0, 0, 0, 1, 2)))):
        placed[item] = rng.choice([item, hang[item], *sorted(set(hang.values()))])
    if len(set(hang.values())) > 2 and rng.random() < 0.2:
        goes, into = rng.sample(sorted(set(hang.values())), 2)
        placed |= {item: into for item, story in hang.items() if story == goes}
    together = hang | placed
    told = []
    for item, story in placed.items():
        others = [one for one, there in together.items() if there == story and one != item]
        copy_of = rng.choice(others) if others and rng.random() < 0.4 else None
        link = rng.choice(LINKS)
        follows = rng.choice((None, None, *sorted(set(hang.values()))))
        told.append(Placement(item_id=item, story_id=story, copy_of=copy_of, link=link, follows=follows))
    stories.apply(c, told, NOW)


def rows(c: Connection) -> list[Any]:
    """All that is told of stories, and all that is kept for the next who joins."""
    sums = [(story, Sums.unpacked(held)) for story, held in c.execute(select(SUMS).order_by(SUMS.c.story_id))]
    return [*(c.execute(select(of).order_by(*of.primary_key)).all() for of in (STORY, LISTED)), sums]


@pytest.mark.parametrize("rng", [0, 1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 8))], indirect=True)
def test_sums_are_those_of_a_recount(newsroom: Store, read: MakeRead, rng: random.Random) -> None:
    for turn in range(40):
        now = NOW + timedelta(hours=turn)
        with newsroom.write() as c:
            reads = [some(read, rng, 10 * turn + n) for n in range(rng.randrange(1, 5))]
            hung(c, rng, [item for item, _ in items.add(c, rng.choice(FEEDS), reads, now).new])
            told = rng.sample(sorted(where(c)), min(2, len(where(c)))) if rng.random() < 0.3 else []
            tagging.retag(c, [(item, Tags(lang="en", companies={"tsmc": "about"}, topics=["gpu"])) for item in told])
            if turn % 10 == 9:
                prune.prune(c, now - timedelta(hours=25), limit=5)
        with newsroom.write() as c:
            as_kept = rows(c)
            stories.refresh(c, set(where(c).values()))
            assert rows(c) == as_kept, f"turn {turn}"
    assert max(found.items for _, found in as_kept[-1]) > 10


@pytest.mark.parametrize("rng", [1], indirect=True)
def test_who_joins_a_large_story_is_read_alone(newsroom: Store, read: MakeRead, rng: random.Random) -> None:
    with newsroom.write() as c:
        new = [item for item, _ in items.add(c, "reaktor", [some(read, rng, n) for n in range(6)], NOW).new]
        stories.apply(
            c, [Placement(item_id=n, story_id=1, link="origin" if n == 1 else "rewrite") for n in new[:5]], NOW
        )
        c.execute(update(ITEM).where(ITEM.c.id == 2).values(lang="tlh"))
        stories.apply(c, [Placement(item_id=new[5], story_id=1, link="rewrite")], NOW)
        told = stories.get(c, 1)
        assert told is not None
        assert told.n_items == 6
        assert "tlh" not in told.languages, "the second was not looked at"
        stories.apply(c, [Placement(item_id=new[5], story_id=new[5])], NOW)
        told = stories.get(c, 1)
        assert told is not None
        assert "tlh" in told.languages, "a story that one leaves is read anew"
