"""A filter means exactly what a plain loop over all items would find, page by page, while items keep arriving."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwire.keep.db import Store
from chipwire.keep.news.arrival import disorder
from chipwire.keep.news.days import day_of
from chipwire.keep.queries import histogram, query
from chipwire.keep.queries.expression import parse
from chipwire.keep.queries.query import Filter
from tests.examples import examples
from tests.keep.plain_loop import ENOUGH, START, Asked, World, expressions, filters, peopled, plainly
from tests.stores import open_store


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with closing(open_store(tmp_path_factory.mktemp("query") / "q.db")) as store:
        yield peopled(World(store))


@pytest.fixture(scope="module")
def orderly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with closing(open_store(tmp_path_factory.mktemp("query") / "o.db")) as store:
        yield peopled(World(store, orderly=True))


def compare(world: World, asked: Filter, words: Asked | None, limit: int) -> None:
    meant = replace(asked, words=parse(words.text) if words else None)
    expected = plainly(world.items, asked, words)
    found: list[int] = []
    before: int | None = None
    while True:
        with world.store.read() as c:
            rows = query.page(c, meant, limit=limit, before=before)
        found += [item_id for item_id, _ in rows]
        if len(rows) < limit:
            break
        before = rows[-1][0]
        if world.dice.random() < 0.2 and len(world.items) < ENOUGH:
            world.arrive(1)
    assert found == expected
    with world.store.read() as c:
        assert query.ids(c, meant, limit=5, oldest_first=True) == plainly(world.items, asked, words)[::-1][:5]


@examples(2000, fast=10)
@given(asked=filters, words=st.none() | expressions, limit=st.sampled_from([4, 17, 60]))
def test_pages_are_what_a_plain_loop_finds(world: World, asked: Filter, words: Asked | None, limit: int) -> None:
    compare(world, asked, words, limit)


@examples(300, fast=10)
@given(asked=filters, words=st.none() | expressions, limit=st.sampled_from([4, 60]))
def test_so_they_are_where_times_mean_ids(orderly: World, asked: Filter, words: Asked | None, limit: int) -> None:
    compare(orderly, asked, words, limit)


def count_days(world: World, asked: Filter, words: Asked | None) -> None:
    """The days of a filter from its since or the day before all items to its until or the day after."""
    given = (asked.since or START - timedelta(days=1), asked.until or START + timedelta(days=30))
    since, until = min(given), max(given)
    expected = set(plainly(world.items, replace(asked, since=since, until=until), words))
    with world.store.read() as c:
        found = histogram.by_day(c, replace(asked, words=parse(words.text) if words else None), since, until)
    assert found == Counter(day_of(item.seen) for item in world.items if item.id in expected)


@examples(300, fast=10)
@given(asked=filters, words=st.none() | expressions)
def test_days_hold_what_a_plain_loop_counts(world: World, orderly: World, asked: Filter, words: Asked | None) -> None:
    count_days(world, asked, words)
    count_days(orderly, asked, words)


@examples(300, fast=10)
@given(asked=filters.map(lambda asked: replace(asked, feeds=(), kinds=(), stories=(), collapse=False, above=0)))
def test_so_they_do_where_they_were_counted_before(world: World, orderly: World, asked: Filter) -> None:
    meant = replace(asked, relevant_only=True)
    for plain in (meant, replace(meant, topics=()), replace(meant, companies=()), replace(meant, topics=(), roles=())):
        count_days(world, plain, None)
        count_days(orderly, plain, None)


def test_disorder_is_known(world: World, orderly: World) -> None:
    for made in (world, orderly):
        latest, most = START - timedelta(days=99), timedelta()
        for item in made.items:
            latest = max(latest, item.seen)
            most = max(most, latest - item.seen)
        with made.store.read() as c:
            assert most <= disorder(c) <= most + timedelta(seconds=1)
    assert most == timedelta()


def test_an_empty_store_has_no_pages(store: Store) -> None:
    with store.read() as c:
        assert query.page(c, Filter(), limit=10) == []
        assert query.newest(c) == 0
