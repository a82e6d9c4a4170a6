"""The longest of overlapping names and look-alikes stands, the leftmost of equals; the others fall."""

from collections.abc import Iterator
from operator import itemgetter
from typing import TypeVar

W = TypeVar("W")
Names = list[tuple[int, int, bool, W]]
"""Minus the length, the start, whether it is only a look-alike, what it may name: best first when sorted."""
_BEST, _START = itemgetter(0, 1, 2), itemgetter(1)


def settled(names: Names[W]) -> tuple[Names[W], list[tuple[int, int]]]:
    """Those that stand, in order, and the spans of names that look-alikes contain."""
    standing: Names[W] = []
    beaten: list[tuple[int, int]] = []
    for cluster in _clusters(names):
        if len(cluster) == 1:
            standing += cluster
            continue
        won = _longest(cluster)
        standing += won
        traps = [(start, start - less) for less, start, trap, _ in won if trap]
        for less, start, trap, _ in cluster if traps else ():
            if not trap and any(first <= start and start - less <= last for first, last in traps):
                beaten.append((start, start - less))
    return standing, beaten


def _clusters(names: Names[W]) -> Iterator[Names[W]]:
    """Names that overlap, or hang together by others that do; in order."""
    cluster: Names[W] = []
    reach = 0
    for name in sorted(names, key=_START):
        less, start, _, _ = name
        if cluster and start >= reach:
            yield cluster
            cluster = []
        cluster.append(name)
        if start - less > reach:
            reach = start - less
    if cluster:
        yield cluster


def _longest(cluster: Names[W]) -> Names[W]:
    """Those that stand when the longest is taken first."""
    won: Names[W] = []
    for name in sorted(cluster, key=_BEST):
        less, start, _, _ = name
        if all(other >= start - less or other - length <= start for length, other, _, _ in won):
            won.append(name)
    return sorted(won, key=_START)
