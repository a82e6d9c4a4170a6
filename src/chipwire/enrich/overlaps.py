"""The longest of overlapping names and look-alikes stands, the leftmost of equals; the others fall."""

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
    cluster: Names[W] = []
    reach = 0
    for name in sorted(names, key=_START):
        less, start, _, _ = name
        if start < reach:
            cluster.append(name)
        else:
            if len(cluster) > 1:
                _settle(cluster, standing, beaten)
            else:
                standing += cluster
            cluster = [name]
        if start - less > reach:
            reach = start - less
    _settle(cluster, standing, beaten)
    return standing, beaten


def _settle(cluster: Names[W], standing: Names[W], beaten: list[tuple[int, int]]) -> None:
    """Settles names that overlap, or hang together by others that do."""
    won = _longest(cluster) if len(cluster) > 2 else [min(cluster, key=_BEST)] if cluster else []
    standing += won
    traps = [(start, start - less) for less, start, trap, _ in won if trap]
    for less, start, trap, _ in cluster if traps else ():
        if not trap and any(first <= start and start - less <= last for first, last in traps):
            beaten.append((start, start - less))


def _longest(cluster: Names[W]) -> Names[W]:
    """Those that stand when the longest is taken first."""
    won: Names[W] = []
    for name in sorted(cluster, key=_BEST):
        less, start, _, _ = name
        if all(other >= start - less or other - length <= start for length, other, _, _ in won):
            won.append(name)
    return sorted(won, key=_START)
