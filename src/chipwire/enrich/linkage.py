"""Average linkage: two groups become one only when their members agree on the whole, never for a single pair."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def agglomerate(likeness: Matrix, groups: list[list[int]], threshold: float) -> list[list[int]]:
    """Merges `groups` of row numbers while the mean likeness between two groups is at least `threshold`.

    `likeness` is symmetric with values in [0, 1]; rows stand in an order that does not depend on arrival, so ties
    fall the same way every time. Returns sorted groups in the order of their first member.
    """
    member = np.zeros((len(groups), likeness.shape[0]))
    for number, group in enumerate(groups):
        member[number, group] = 1.0
    sums = member @ likeness @ member.T
    sizes = member.sum(axis=1)
    merged = [list(group) for group in groups]
    while len(merged) > 1:
        means = sums / np.outer(sizes, sizes)
        np.fill_diagonal(means, -1.0)
        best = int(np.argmax(np.round(means, 9)))
        one, two = sorted(divmod(best, len(merged)))
        if means[one, two] < threshold:
            break
        sums[one] += sums[two]
        sums[:, one] += sums[:, two]
        sizes[one] += sizes[two]
        sums = np.delete(np.delete(sums, two, 0), two, 1)
        sizes = np.delete(sizes, two)
        merged[one].extend(merged.pop(two))
    return sorted(sorted(group) for group in merged)


def united(size: int, links: list[tuple[int, int]]) -> list[list[int]]:
    """Row numbers below `size` joined by any chain of links; sorted groups in the order of their first row."""
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
