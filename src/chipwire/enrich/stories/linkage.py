"""Average linkage: two groups become one only when their members agree on the whole, never for a single pair."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
NONE = -1.0
"""Where there is no pair: a group and itself, a group that has gone into another."""


def agglomerate(likeness: Matrix, groups: list[list[int]], threshold: float) -> list[list[int]]:
    """Merges `groups` of row numbers while the mean likeness between two groups is at least `threshold`.

    `likeness` is symmetric with values in [0, 1], nan for pairs nobody compared, which count for nothing; rows stand
    in an order that does not depend on arrival, so ties fall the same way every time. Returns sorted groups in the
    order of their first member.
    """
    if len(groups) == 1:
        return [sorted(groups[0])]
    sums, counts = np.nan_to_num(likeness), (~np.isnan(likeness)).astype(float)
    if len(groups) < len(likeness):
        sums, counts = _summed(sums, groups), _summed(counts, groups)
    means = sums / np.maximum(counts, 1.0)
    np.fill_diagonal(means, NONE)
    ranked = np.round(means, 9)
    merged = {number: list(group) for number, group in enumerate(groups)}
    over = np.zeros(len(groups), dtype=bool)
    while len(merged) > 1:
        one, two = sorted(divmod(int(np.argmax(ranked)), len(groups)))
        if means[one, two] < threshold:
            break
        for table in (sums, counts):
            table[one] += table[two]
            table[:, one] += table[:, two]
        over[two] = True
        ranked[two] = ranked[:, two] = NONE
        for there in ((one, slice(None)), (slice(None), one)):
            means[there] = sums[there] / np.maximum(counts[there], 1.0)
            means[there][over] = means[one, one] = NONE
            ranked[there] = np.round(means[there], 9)
        merged[one].extend(merged.pop(two))
    return sorted(sorted(group) for group in merged.values())


def _summed(of: Matrix, groups: list[list[int]]) -> Matrix:
    """Sums over all pairs of two groups; not by multiplying matrices, whose threads cost more than the sums."""
    order = [row for group in groups for row in group]
    starts = np.cumsum([0, *map(len, groups)])[:-1]
    return np.add.reduceat(np.add.reduceat(of[np.ix_(order, order)], starts, axis=0), starts, axis=1)


def united(size: int, links: list[tuple[int, int]]) -> list[list[int]]:
    """Row numbers below `size` joined by any chain of links; sorted groups in the order of their first row."""
    if not links:
        return [[row] for row in range(size)]
    parent = list(range(size))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for one, two in links:
        low, high = sorted((root(one), root(two)))
        parent[high] = low
    groups: dict[int, list[int]] = {}
    for row in range(size):
        groups.setdefault(root(row), []).append(row)
    return list(groups.values())


def gathered(links: list[set[int]]) -> list[list[int]]:
    """Row numbers parted so that all rows of a part are linked to one of it; sorted, in the order of their first row.

    The rows with most links gather theirs first, the earlier of equals. A chain whose ends have nothing to do with
    each other, such as texts made by filling in one form, is not taken for one thing.
    """
    left = [set(others) for others in links]
    found = []
    waiting = {row for row, others in enumerate(links) if others}
    while waiting:
        hub = max(waiting, key=lambda row: (len(left[row]), -row))
        part = left[hub] | {hub}
        found.append(sorted(part))
        waiting -= part
        for row in {other for gone in part for other in left[gone]} - part:
            left[row] -= part
    alone = [[row] for row, others in enumerate(links) if not others]
    return sorted(found + alone)
