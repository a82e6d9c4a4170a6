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
HEAVY, TOLD = 0.5, 0.4
"""Shares of a text's words, and of its content sentence by sentence, from which a rewording is a copy."""
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
    if containment(one.shingles, two.shingles) >= LIGHT:
        return True
    return _same_amounts(one, two) and _reworded(one, two)


def _same_amounts(one: "View", two: "View") -> bool:
    """Whether the text with fewer amounts has at least two, all of them the other's."""
    mine, other = (view.anchors[Kind.FIGURE].keys() for view in (one, two))
    return min(len(mine), len(other)) >= 2 and (mine <= other or other <= mine)


def _reworded(one: "View", two: "View") -> bool:
    """Whether either text tells the other's sentences one by one in mostly the same words."""
    words = [frozenset(view.seen.body) - {0} for view in (one, two)]
    least = min(len(words[0]), len(words[1]))
    if least < LEAST or len(words[0] & words[1]) / least < HEAVY:
        return False
    return max(told(one, two), told(two, one)) >= TOLD


def told(one: "View", two: "View") -> float:
    """Share of one's content that the nearest single sentences of the other also say, by rarity."""
    total = hit = 0.0
    for sentence in one.sentences:
        total += sum(one.common.get(key, 1.0) for key in sentence)
        hit += max((sum(one.common.get(key, 1.0) for key in sentence & other) for other in two.sentences), default=0.0)
    return hit / total if total else 0.0
