"""Numbers as languages write them, up to the value: 1,234.5 and 1.234,5, lakh groups, 13만9800, 三百二十."""

import re
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

DIGITS = re.compile(r"[0-9][0-9]*(?:[.,][0-9]+)*")
"""Texts are folded first, so all digits are ASCII; a plain charset in front makes the search fast."""
SPACED = re.compile(r"[0-9](?:[0-9]{0,2}(?: [0-9]{3})+(?![0-9])(?:,[0-9]+)?|[0-9]*(?:[.,][0-9]+)*)")
"""The same for languages that put a space between thousands."""
LONGEST = 24
"""Longer digit strings are keys, accounts or noise."""

HANZI_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "两": 2,
    "兩": 2,
    "壹": 1,
    "贰": 2,
    "貳": 2,
}
SMALL = {"十": 10.0, "百": 100.0, "千": 1e3, "십": 10.0, "백": 100.0, "천": 1e3}
LARGE = {
    "万": 1e4,
    "萬": 1e4,
    "만": 1e4,
    "亿": 1e8,
    "億": 1e8,
    "억": 1e8,
    "兆": 1e12,
    "조": 1e12,
    "京": 1e16,
    "경": 1e16,
}
_STEPS = "".join(SMALL) + "".join(LARGE)
_MORE = "多余餘여數数"
_TENS = str.maketrans({"廿": "二十", "卅": "三十"})
_HANZI = "".join(HANZI_DIGITS)
_LED = _HANZI.replace("○", "十廿卅")
"""What a number begins with: ○○ is a blank to fill in."""
CJK = re.compile(
    rf"[0-9{_LED}](?:(?<=[0-9])[0-9,]*(?:\.[0-9]+)?(?:[{_MORE}]?[{_STEPS}](?:[0-9][0-9,]*(?:\.[0-9]+)?)?)*"
    rf"|(?<=[^0-9])[{_STEPS}{_HANZI}]*(?:[点點][{_HANZI}]+(?:[{''.join(LARGE)}]|(?![{_STEPS}])))?)"
)
"""Either way of writing starts with one class of characters, because that is searched twice as fast."""
_POINT = re.compile(rf"(.+)[点點]([{_HANZI}]+)(.?)")
KOREAN = re.compile(
    rf"[0-9][0-9,]*(?:\.[0-9]+)?"
    rf"(?: ?[{_STEPS}](?:[0-9][0-9,]*(?:\.[0-9]+)?| [0-9][0-9,]*(?:\.[0-9]+)?(?= ?[{_STEPS}원달위엔유]))?)*"
)
_TOKEN = re.compile(r"[\d.,]+|.")

UNFREE = frozenset("_#")
"""Right before a number these make it part of a name, as letters and digits do."""
CLOCK = frozenset(":/.,")


class Number(NamedTuple):
    """A number at text[start:end]; `grouped` when thousands are marked, so it cannot be a year."""

    start: int
    end: int
    value: float
    grouped: bool = False
    multiplied: bool = False


make_number = partial(tuple.__new__, Number)
"""Makes a number of a tuple of all its parts, in a third of the time."""


@dataclass(slots=True)
class Amount:
    """A number in its place: value is number x multiplier x scale; unit None when none is printed."""

    start: int
    end: int
    number: float
    multiplier: float = 1.0
    unit: str | None = None
    scale: float = 1.0
    prefixed: bool = False
    grouped: bool = False
    noun: str = ""

    @property
    def value(self) -> float:
        return self.number * self.multiplier * self.scale


def plain(literal: str, decimal: str) -> tuple[float, bool] | None:
    """'1.234,5' with decimal ',' → (1234.5, True); None when the marks make no number (1.2.3, 1,23,4)."""
    if len(literal) > LONGEST:
        return None
    body = literal.replace(" ", "")
    dots, commas = body.count("."), body.count(",")
    if not dots and not commas:
        return float(body), body != literal
    if dots and commas:
        mark = "." if body.rfind(".") > body.rfind(",") else ","
        whole, _, fraction = body.rpartition(mark)
        groups = whole.split("," if mark == "." else ".")
        if mark in whole or not _thousands(groups):
            return None
        return float("".join(groups) + "." + fraction), True
    mark = "." if dots else ","
    parts = body.split(mark)
    fraction_like = (
        len(parts) == 2 and mark == decimal and not (parts[1] == "000" and 0 < len(parts[0].lstrip("0")) < 4)
    )
    if not fraction_like and _thousands(parts):
        return float("".join(parts)), True
    return (float(".".join(parts)), body != literal) if len(parts) == 2 else None


def _thousands(groups: list[str]) -> bool:
    """Groups of three, or Indian ones: two, two, three; a leading 0 is a decimal."""
    first, rest = groups[0], groups[1:]
    if not rest or not 1 <= len(first) <= 3 or first[0] == "0" or len(rest[-1]) != 3:
        return False
    return all(len(group) == 3 for group in rest) or (len(first) < 3 and all(len(group) == 2 for group in rest[:-1]))


def cjk(literal: str) -> tuple[float, bool] | None:
    """'19조6000억' → (19.6e12, True), '三百二十' → (320.0, True), '一點○五兆' → (1.05e12, True); None for no number."""
    if len(literal) > LONGEST:
        return None
    if literal.isdecimal():
        return float(literal), False
    literal = literal.translate(_TENS)
    if point := _POINT.fullmatch(literal):
        whole, fraction = cjk(point[1]), "".join(str(HANZI_DIGITS[digit]) for digit in point[2])
        return (float(f"{whole[0]:.0f}.{fraction}") * LARGE.get(point[3], 1.0), True) if whole else None
    total = section = current = last = 0.0
    multiplied = False
    for token in _TOKEN.findall(literal.replace(" ", "")):
        if token[0].isdecimal():
            number = plain(token.rstrip(".,"), ".")
            if number is None:
                return None
            current = number[0]
        elif token in HANZI_DIGITS:
            current = current * 10 + HANZI_DIGITS[token]
        elif token in SMALL:
            section += (current or 1.0) * SMALL[token]
            current, multiplied = 0.0, True
        elif token in LARGE:
            pending = section + current
            total = total + pending * LARGE[token] if pending else (total - last + last * LARGE[token])
            last = pending * LARGE[token] if pending else last * LARGE[token]
            section = current = 0.0
            multiplied = True
    return total + section + current, multiplied


def followed(numbers: re.Pattern[str], signs: str) -> re.Pattern[str]:
    """The same numbers with an empty group on those behind which none of some signs stands, perhaps after a space.

    兆 at the end counts as such a sign: before letters of units it is no part of the number.
    """
    first, rest = numbers.pattern.split("]", 1)  # the class stays in front, where it is searched fast
    return re.compile(rf"{first}](?>{rest})(?:(?= ?[{re.escape(signs)}])|(?<=兆)|())")


def has_digits(text: str) -> bool:
    """Whether there is any digit from 0 to 9: ten times as quick as an expression that looks for one."""
    return any(map(text.__contains__, "0123456789"))


def is_free(text: str, start: int) -> bool:
    """Not the tail of a name, a version, a date, a time: H200, GPT-5, 1.2.3, N+3, 10:30, No. #4."""
    if start == 0:
        return True
    before, further = text[start - 1], text[start - 2 : start - 1]
    if before.isalnum() or before in UNFREE:
        return False
    if before in "-+/":
        return not further.isalnum() or (before == "/" and not further.isdigit())
    return not (before in ".,:" and further.isdigit())


def is_clock(text: str, end: int) -> bool:
    """A time, date, ratio or version goes on behind: 10:30, 9/3/2026, 06.00.1."""
    return text[end : end + 1] in CLOCK and text[end + 1 : end + 2].isdigit()
