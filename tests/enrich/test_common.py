"""What sorted arrays have in common is what sets have in common, also where many keys fall into few slots."""

import random

import numpy as np
import pytest

from chipwire.enrich.stories import common
from chipwire.enrich.stories.common import distinct, meet


@pytest.mark.parametrize("cells", [common._CELLS, 10], ids=["at once", "in halves"])
@pytest.mark.parametrize("width", [np.uint32, np.uint64])
def test_shared_keys_of_pairs(width: type[np.unsignedinteger], cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "_CELLS", cells)
    draw = random.Random(7)
    pool = [draw.randrange(1 << 32) for _ in range(9000)]
    keys = [np.array(sorted(draw.sample(pool, draw.choice((0, 1, 40, 3000)))), dtype=width) for _ in range(24)]
    pairs = [(one, other) for one in (3, 0, 7, 12, 5) for other in draw.sample(range(24), 15)]
    ones, others = np.array(pairs, dtype=np.intp).T
    joined, sizes = np.concatenate(keys), np.array([len(each) for each in keys])
    found = meet(joined, sizes, ones, others)
    assert joined[found.mine].tolist() == joined[found.theirs].tolist()
    shared = [sorted(set(keys[one].tolist()) & set(keys[other].tolist())) for one, other in pairs]
    assert [joined[found.theirs[found.whose == n]].tolist() for n in range(len(pairs))] == shared
    assert not len(meet(joined, sizes, ones[:0], others[:0]).whose)


@pytest.mark.parametrize("keys", [[], [7], [5, 5, 5], [9, 2, 9, 4, 2]])
def test_distinct_keys_rise(keys: list[int]) -> None:
    assert distinct(np.array(keys, dtype=np.uint64)).tolist() == sorted(set(keys))
