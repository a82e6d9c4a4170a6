"""The longest of overlapping names and look-alikes stands, the leftmost of equals; the others fall."""

from operator import itemgetter
from typing import TypeVar

W = TypeVar("W")
Name = tuple[int, int, bool, W]
"""Where it starts and ends, whether it is only a look-alike, what it may name."""
_START = itemgetter(0)


def settled(names: list[Name[W]]) -> tuple[list[Name[W]], list[tuple[int, int]]]:
    """Those that stand, in order, and the spans of names that look-alikes contain."""
    standing: list[Name[W]] = []
    beaten: list[tuple[int, int]] = []
    cluster: list[Name[W]] = []
    reach = 0
    for name in sorted(names, key=_START):
        if name[0] < reach:
            cluster.append(name)
        else:
            if len(cluster) > 1:
                _settle(cluster, standing, beaten)
            else:
                standing += cluster
            cluster = [name]
        if name[1] > reach:
            reach = name[1]
    if cluster:
        _settle(cluster, standing, beaten)
    return standing, beaten


def _settle(cluster: list[Name[W]], standing: list[Name[W]], beaten: list[tuple[int, int]]) -> None:
    """Settles names that overlap, or hang together by others that do."""
    won = _longest(cluster) if len(cluster) != 2 else [_longer(*cluster)]
    standing += won
    for first, last, trap, _ in won:
        if trap:
            beaten += [(start, end) for start, end, look, _ in cluster if not look and first <= start and end <= last]


def _longer(one: Name[W], other: Name[W]) -> Name[W]:
    """Which of two stands, `one` being the first."""
    return one if one[1] - one[0] >= other[1] - other[0] else other


def _longest(cluster: list[Name[W]]) -> list[Name[W]]:
    """Those that stand when the longest is taken first, which mostly holds the others."""
    ordered = sorted(cluster, key=_best)
    won = ordered[:1]
    if won[0][0] == cluster[0][0] and won[0][1] >= max([end for _, end, _, _ in cluster]):
        return won
    for name in ordered[1:]:
        if all(start >= name[1] or end <= name[0] for start, end, _, _ in won):
            won.append(name)
    return sorted(won, key=_START)


def _best(name: Name[W]) -> tuple[int, int, bool]:
    """Longest first, leftmost of equals, names before look-alikes."""
    start, end, trap, _ = name
    return start - end, start, trap
