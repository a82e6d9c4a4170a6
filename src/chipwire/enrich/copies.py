"""Copies: the same text again, whatever its headline, its trims and its additions; never decided on the title."""

from typing import TYPE_CHECKING

from chipwire.enrich.anchors import Kind

if TYPE_CHECKING:
    from chipwire.enrich.pairs import View

RUN = 3
"""Terms in a shingle: three words, or four characters of Han, kana and hangul."""
LEAST = 6
"""Fewer shingles than this are a stub, too little to call a copy."""
LIGHT = 0.5
"""Containment of shingles from which a text is a copy."""
WORDS, TOLD, TOLD_BARE = 0.45, 0.44, 0.55
"""A rewording is a copy from these shares of a text's words, and of its content sentence by sentence with all of two
or more amounts kept; without amounts to hold on to it takes more."""
_SAMPLE = 8


def shingles(keys: tuple[int, ...]) -> frozenset[int]:
    """Hashed runs of terms inside sentences."""
    found: set[int] = set()
    for place in range(len(keys) - RUN + 1):
        run = keys[place : place + RUN]
        if 0 not in run:
            found.add(hash(run))
    return frozenset(found)


def sketch(keys: tuple[int, ...]) -> list[int]:
    """A sample of the shingles that any two texts draw alike: what finds a copy in a large window."""
    return sorted(mark & 0xFFFFFFFF for mark in shingles(keys) if mark % _SAMPLE == 0)[:64]


def containment(one: frozenset[int], two: frozenset[int]) -> float:
    """Share of the smaller set that the larger holds; 0 when there is too little text."""
    least = min(len(one), len(two))
    return len(one & two) / least if least >= LEAST else 0.0


def is_copy(one: "View", two: "View") -> bool:
    """Whether one body is the other's, trimmed, padded or reworded sentence by sentence; same vocabulary assumed."""
    mine, other = (view.anchors[Kind.FIGURE].keys() for view in (one, two))
    fewer, agreed = min(len(mine), len(other)), len(mine & other)
    if fewer >= 3 and agreed * 2 < fewer:
        return False  # a form filled in anew, like yesterday's market close
    if containment(one.shingles, two.shingles) >= LIGHT:
        return True
    return agreed == fewer and _reworded(one, two, TOLD if agreed >= 2 else TOLD_BARE)


def _reworded(one: "View", two: "View", least: float) -> bool:
    """Whether either text tells the other's sentences one by one in mostly the same words."""
    size = min(len(one.words), len(two.words))
    if size < 2 * LEAST or len(one.words & two.words) / size < WORDS:
        return False
    return max(told(one, two), told(two, one)) >= least


def told(one: "View", two: "View") -> float:
    """Share of one's content that the nearest single sentences of the other also say, by rarity."""
    total = hit = 0.0
    for sentence in one.sentences:
        total += sum(one.common.get(key, 1.0) for key in sentence)
        hit += max((sum(one.common.get(key, 1.0) for key in sentence & other) for other in two.sentences), default=0.0)
    return hit / total if total else 0.0
