"""Amounts in a text, normalised over locales: money, percentages, and the units chips are measured in."""

from chipwire.domain import Figure


def find(text: str, lang: str) -> list[Figure]:
    """Figures of `text` in order; offsets in code points, values in the base unit (W, GB, GB/s, nm, %, ISO 4217)."""
    return []
