"""Average linkage: two groups become one only when their members agree on the whole, never for a single pair."""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def agglomerate(likeness: Matrix, groups: list[list[int]], threshold: float) -> list[list[int]]:
    """Merges `groups` of row numbers while the mean likeness between two groups is at least `threshold`.

    `likeness` is symmetric with values in [0, 1], nan for pairs nobody compared, which count for nothing; rows stand
    in an order that does not depend on arrival, so ties fall the same way every time. Returns sorted groups in the
    order of their first member.
    """
    member = np.zeros((len(groups), likeness.shape[0]))
    for number, group in enumerate(groups):
        member[number, group] = 1.0
    sums = member @ np.nan_to_num(likeness) @ member.T
    counts = member @ (~np.isnan(likeness)).astype(float) @ member.T
    merged = [list(group) for group in groups]
    while len(merged) > 1:
        means = sums / np.maximum(counts, 1.0)
        np.fill_diagonal(means, -1.0)
        best = int(np.argmax(np.round(means, 9)))
        one, two = sorted(divmod(best, len(merged)))
        if means[one, two] < threshold:
            break
        for table in (sums, counts):
            table[one] += table[two]
            table[:, one] += table[:, two]
        sums, counts = (np.delete(np.delete(table, two, 0), two, 1) for table in (sums, counts))
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
