"""Copies: the same text again, whatever its headline, its trims and its additions; never decided on the title."""

from chipwire.enrich.fingerprint import Print

RUN = 3
"""Terms in a shingle: three words, or four characters of Han, kana and hangul."""
LEAST = 6
"""Fewer shingles than this are a stub, too little to call a copy."""


def shingles(keys: tuple[int, ...]) -> frozenset[int]:
    """Hashed runs of terms inside sentences."""
    found: set[int] = set()
    for place in range(len(keys) - RUN + 1):
        run = keys[place : place + RUN]
        if 0 not in run:
            found.add(hash(run))
    return frozenset(found)


def containment(one: frozenset[int], two: frozenset[int]) -> float:
    """Share of the smaller set that the larger holds; 0 when there is too little text."""
    least = min(len(one), len(two))
    return len(one & two) / least if least >= LEAST else 0.0


def is_copy(one: Print, two: Print) -> bool:
    """Whether one body is the other's, trimmed, padded or lightly reworded."""
    return containment(shingles(one.body), shingles(two.body)) >= 0.5
