"""Buckets give every slot that was filed under them, wherever it stands by now."""

import random

import numpy as np
import pytest

from chipwire.enrich.stories import postings
from chipwire.enrich.stories.postings import Postings

BUCKETS, MOST = 50, 30


def look(filed: Postings, buckets: list[int]) -> list[tuple[int, float]]:
    sought, worth = np.array(buckets, dtype=np.uint32), np.array(buckets, dtype=np.float64) + 0.5
    return sorted(zip(*(each.tolist() for each in filed.find(sought, worth, MOST)), strict=True))


@pytest.mark.parametrize("tail", [0, 40, 1 << 18])
def test_as_lists_in_a_dictionary(tail: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "TAIL", tail)
    draw, filed, plain = random.Random(tail), Postings(BUCKETS), {bucket: list[int]() for bucket in range(BUCKETS)}
    slot = 0
    for _ in range(40):
        for _ in range(draw.randint(0, 5)):
            buckets = sorted(draw.sample(range(BUCKETS), draw.randint(0, 12)))
            filed.add(np.array(buckets, dtype=np.uint32), slot)
            for bucket in buckets:
                plain[bucket].append(slot)
            slot += 1
        if draw.random() < 0.15:
            kept = sorted(draw.sample(range(slot), slot // 2))
            moved = np.full(slot, -1)
            moved[kept] = np.arange(len(kept))
            filed.move(moved)
            plain = {b: [int(moved[s]) for s in slots if moved[s] >= 0] for b, slots in plain.items()}
            slot = len(kept)
        sought = sorted(draw.sample(range(BUCKETS), 10))
        told = [(s, b + 0.5) for b in sought if len(plain[b]) <= MOST for s in plain[b]]
        assert look(filed, sought) == sorted(told)
