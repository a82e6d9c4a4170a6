"""Which scripts put spaces between words, so that a word there may not touch other letters."""

_JOINED, _FURTHER, _LAST = 0x0E00, 0x10A0, 0x1100
"""Thai, Lao, Tibetan and Burmese stand from the first to the second; Han, kana, hangul and Khmer behind the last."""


def spaced(char: str) -> bool:
    """Whether a character is of a script that parts words by spaces: Latin, Cyrillic, Arabic, Devanagari and others."""
    code = ord(char)
    return code < _JOINED or _FURTHER <= code < _LAST
