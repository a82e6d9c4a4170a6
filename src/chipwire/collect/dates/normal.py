"""One spelling for date strings: plain digits, plain blanks, lower case."""

import re
import unicodedata

_SPACE = re.compile(r"[\s\u200e\u200f\u061c\ufeff\u200b]+")
_LONG_ZONE = re.compile(
    r"\b(?:(beijing|china|hong kong|taipei|taiwan|singapore)|(korea|korean|japan|seoul|tokyo)|(india|indian)|(jakarta))"
    r" (?:standard )?time\b"
)


def normal(raw: str) -> str:
    """The string in NFKC and lower case, its digits ASCII, its blanks single, its minus signs hyphens."""
    text = unicodedata.normalize("NFKC", raw).replace("\u2212", "-").lower().replace("i\u0307", "i")
    text = "".join(_digit(char) for char in text)
    text = _LONG_ZONE.sub(_offset, _SPACE.sub(" ", text))
    return text.strip(" ,;'\"|")


def _offset(match: re.Match[str]) -> str:
    return ("utc+8", "utc+9", "utc+5:30", "utc+7")[(match.lastindex or 1) - 1]


def _digit(char: str) -> str:
    return str(unicodedata.digit(char)) if char > "\x7f" and char.isdecimal() else char
