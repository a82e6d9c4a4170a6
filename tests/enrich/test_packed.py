"""What a window keeps in a few bytes comes out again as it was, and in the order that it is sought by."""

import math
from itertools import product

import numpy as np
import pytest

from chipwire.enrich.stories import columns
from chipwire.enrich.stories.anchors import Kind, Zone
from chipwire.enrich.stories.members import Member, both_ways, items_of, links, steps, table, values_of

VALUES = [0.0, 0.05, 0.3, 0.69, 0.7, 0.95, 1.0]


@pytest.fixture
def held() -> bytes:
    ids = np.arange(1, len(VALUES) + 1)
    ids[-1] = 2**32 - 1
    return links(ids, np.array(VALUES, dtype=np.float32)).tobytes()


def test_links_lead_where_they_led_with_what_they_are_worth(held: bytes) -> None:
    assert items_of(held) == [1, 2, 3, 4, 5, 6, 2**32 - 1]
    assert values_of(held).tolist() == pytest.approx(VALUES)
    rising = np.frombuffer(held, dtype=np.uint64).tolist()
    assert rising == sorted(rising)


def test_links_are_chosen_by_steps(held: bytes) -> None:
    bars = steps(0.3)
    assert items_of(held, bars[0]) == [3, 4, 5, 6, 2**32 - 1]
    assert items_of(held, bars[0], bars[1]) == [3]
    assert items_of(held, bars[-1]) == [2**32 - 1]
    assert items_of(b"", bars[0]) == []


def test_each_of_a_pair_is_linked_to_the_other() -> None:
    pairs, values = np.array([[1, 2], [1, 9], [5, 2]]), np.array([0.25, 0.5, 0.75], dtype=np.float32)
    found = {item_id: (items_of(held), values_of(held).tolist()) for item_id, held in both_ways(pairs, values)}
    assert found == {1: ([2, 9], [0.25, 0.5]), 2: ([1, 5], [0.25, 0.75]), 5: ([2], [0.75]), 9: ([1], [0.5])}
    assert list(both_ways(pairs[:0], values[:0])) == []


def test_table_knows_only_those_that_are_asked_for() -> None:
    one, two, three = (Member(number, 0.0, 0, 0, 0, 0) for number in (7, 3, 5))
    one.likeness = links(np.array([3, 9]), np.array([0.5, 0.9], dtype=np.float32)).tobytes()
    found = table([one, two, three])
    assert found[0, 1] == 0.5
    assert np.isnan(found).sum() == 8


def test_words_say_how_often_they_are_where() -> None:
    """Up to as many as there is room for; in the body and how rare, without loss."""
    asked = np.array(list(product(range(6), range(10), (0, 1, 7, 127, 900), (0, 2, 15))))
    title, lead, body, step = asked.T
    said = columns.pack_said(step, title, lead, body)
    assert (said & columns.STEP).tolist() == step.tolist()
    assert columns.in_body(said).tolist() == (body > 0).tolist()
    assert columns.opens(said).tolist() == ((title > 0) | (lead > 0)).tolist()
    counts = np.minimum(title, 3), np.minimum(lead, 7), np.minimum(title, 3) + np.minimum(body, 127)
    worth = [[1 + math.log(each) if each else 0.0 for each in row] for row in zip(*counts, strict=True)]
    assert np.allclose(columns.often(said), worth)


def test_anchors_come_out_again() -> None:
    kinds, keys, weights, zones = (
        np.array(each)
        for each in zip(*product(Kind, (0, 5, 2**32 - 1), (1, 255), Zone), strict=True)
    )  # fmt: skip
    packed = columns.pack_anchors(kinds, keys, weights, zones)
    assert columns.kind_of(packed).tolist() == kinds.tolist()
    assert columns.key_of(packed).tolist() == keys.tolist()
    assert (columns.weight_of(packed) * 32).tolist() == weights.tolist()
    assert columns.zone_of(packed).tolist() == zones.tolist()
    assert columns.identity(packed).tolist() == [kind << 32 | key for kind, key in zip(kinds, keys, strict=True)]
