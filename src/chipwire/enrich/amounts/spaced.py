"""A number with its multiplier and unit in languages that put spaces between words."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from operator import attrgetter
from string import ascii_letters

from chipwire.enrich.amounts.counts import Counts
from chipwire.enrich.amounts.measures import WORD, Book, Language, Phrases, Runs
from chipwire.enrich.amounts.numbers import (
    CLOCK,
    DIGITS,
    SPACED,
    UNFREE,
    Amount,
    Number,
    has_digits,
    is_clock,
    is_free,
    make_number,
    plain,
)
from chipwire.enrich.amounts.spelled import Spelled
from chipwire.enrich.amounts.steps import Steps
from chipwire.enrich.text.memo import Memo

Unit = tuple[str, float]
"""What it is stored in, and how many of those it is; ("-", 1.0) is no figure."""

NOTHING: Unit = ("-", 1.0)
SYMBOL = re.compile(r" ?([A-Za-z]+(?:/[A-Za-z]+)?(?![0-9])|[%€$£₩₹₫₽₺])")
"""A unit in letters, or one of SIGNS."""
POINTS = re.compile(r"[ \-]?(?:p\b|pp\b|points?\b|[Pp]unkte?n?\b|포인트|ポイント|-?п\.)")
POINT_HEADS = frozenset("pP포ポ-п")
"""What POINTS begins with after a space."""
CLOSERS = frozenset(".,;:)]}'\"”’»!?/\n")
"""Right behind a number these end it: no unit can follow."""
SIGNS = frozenset("%€$£₩₹₫₽₺")
SYMBOLIC = SIGNS.union(ascii_letters)
"""What SYMBOL begins with."""
_PLACE = attrgetter("start")
COUNTED_FROM = 11
"""Spelled-out counts below this ("two machines") are prose, not figures."""


class Spaced:
    """The grammar of one spaced language."""

    def __init__(self, language: Language, book: Book) -> None:
        self.language = language
        scales = {**{unit: (unit, 1.0) for unit in (*book.prefixes.values(), *book.symbols.values())}, **book.scales}
        scales["-"] = NOTHING
        self.numbers = SPACED if " " in language.groups else DIGITS
        self.values = Memo(partial(plain, decimal=language.decimal))
        self.parted = re.compile(f"({self.numbers.pattern})")
        self.prefixes = Runs(language.prefixes)
        self.prefix_ends = frozenset(prefix[-1] for prefix in language.prefixes)
        self.symbols = {symbol: scales[unit] for symbol, unit in book.symbols.items()}
        self.symbol_heads = frozenset(symbol[0] for symbol in self.symbols)
        self.units: Phrases[Unit] = Phrases(
            {word: scales.get(unit, (unit, 1.0)) for unit, words in language.units.items() for word in words}
        )
        self.steps = Steps(language)
        self.counts = Counts(language, book.series)
        links = "|".join(map(re.escape, language.connect))
        self.connect_heads = frozenset(link[0] for link in language.connect)
        self.connect = re.compile(rf" (?:{links})(?=[ '’]|(?<=['’]))")
        self.links = frozenset(link.split(" ")[0] for link in language.to + language.and_ + language.into)
        self.percent_before = tuple(language.percent_before)
        self.second = Phrases(dict.fromkeys(language.rate_second, True))
        self.spelled = Spelled(language)
        self._idle = Memo(self._says_nothing)

    def candidates(self, text: str) -> Sequence[Number | Amount]:
        """Numbers of `text` in order, in digits and in words, without most of those amount() would refuse at once.

        Plain percentages, the most frequent of figures, are amounts already.
        """
        digits = self._written(text)
        spelled = self.spelled.find(text)
        return sorted([*digits, *spelled], key=_PLACE) if spelled else digits

    def _written(self, text: str) -> list[Number | Amount]:
        """Numbers in digits. Most numbers of a text are dates, times, names (H200) and so end here."""
        if not has_digits(text):
            return []
        closers = CLOSERS if not self.percent_before else frozenset()
        prefix_ends, values = self.prefix_ends, self.values
        found: list[Number | Amount] = []
        pieces = self.parted.split(text)  # in turns what stands between numbers and a number
        end = 0
        for gap, literal, rest in zip(pieces[::2], pieces[1::2], pieces[2::2], strict=False):
            start = end + len(gap)
            end = start + len(literal)
            before, after = gap[-1:], rest[:1]
            if before == " ":
                unprefixed = gap[-2:-1] not in prefix_ends
                if unprefixed and after == "%":
                    share = rest[1:2] in CLOSERS or (rest[1:2] == " " and rest[2:3] not in POINT_HEADS)
                    if (parsed := values[literal]) and (share or not POINTS.match(text, end + 1)):
                        found.append(Amount(start, end + 1, parsed[0], 1.0, "%", 1.0, False, parsed[1]))
                    continue
            else:
                unprefixed = before not in prefix_ends
                if unprefixed and (before.isalnum() or before in UNFREE):
                    continue
            if unprefixed and after in closers and literal.isdecimal():
                continue
            if parsed := values[literal]:
                found.append(make_number((start, end, *parsed, False)))
        return found

    def number_at(self, text: str, start: int) -> Number | None:
        """The number that begins exactly here, past a currency sign: the second half of a range."""
        match = self.numbers.match(text, start)
        if match is None:
            for length in (4, 3, 2, 1):
                if text[start : start + length].rstrip() in self.prefixes.entries:
                    match = self.numbers.match(text, start + length)
                    break
        return self._literal(match) if match else self.spelled.at(text, start)

    def _literal(self, match: re.Match[str]) -> Number | None:
        parsed = self.values[match[0]]
        return Number(match.start(), match.end(), *parsed) if parsed else None

    def amount(self, text: str, number: Number, linked: bool = False) -> Amount | None:
        """What stands round `number`; None in a name, a date, a version. `linked`: behind a range sign."""
        start, end, value, grouped, spelled = number
        before, after = text[start - 1 : start], text[end : end + 1]
        near = before if before != " " else text[start - 2 : start - 1]
        prefix = self._prefix(text, start) if near in self.prefix_ends else None
        if prefix:
            start = prefix[1]
        elif (after in CLOSERS and not grouped and not self.percent_before) or (after in CLOCK and is_clock(text, end)):
            return None
        if not (linked or text[start - 1 : start] == " " or is_free(text, start)):
            return None
        if after == "%" and not prefix:
            return None if POINTS.match(text, end + 1) else Amount(start, end + 1, value, unit="%", grouped=grouped)
        words = WORD.match(text, end) if after not in SIGNS else None
        idle = words and self._idle[words[1]] and not text[words.end() : words.end() + 1].isdigit()
        if idle and not (prefix or linked or grouped or self.percent_before):
            return None
        amount = Amount(start, end, value, grouped=grouped)
        if words and not idle:
            words = self.steps.take(text, amount, words)
        if prefix:
            amount.unit, amount.prefixed = prefix[0], True
            return amount
        if not idle:
            self._measure(text, amount, words, spelled=spelled)
        if amount.unit is None and self.percent_before and self._percent(text, amount):
            return amount
        glued = amount.unit is None and after.isalpha() and amount.multiplier == 1
        return None if glued or amount.unit == "-" else amount

    def _prefix(self, text: str, start: int) -> tuple[str, int] | None:
        """A currency before the number, with or without a space."""
        prefix = self.prefixes.before(text, start - (text[start - 1 : start] == " "))
        if prefix and text[prefix[1]].isalpha() and prefix[1] and text[prefix[1] - 1].isalnum():
            return None
        return prefix

    def _says_nothing(self, word: str) -> bool:
        """Whether a word right behind a number begins nothing that belongs to it, as most do."""
        return not (
            self.steps.begins(word)
            or self.units.begins(word)
            or self.counts.begins(word)
            or word[0] in self.symbol_heads
            or word[0] in self.connect_heads
            or word.lower() in self.links
        )

    def _measure(self, text: str, amount: Amount, words: re.Match[str] | None, spelled: bool) -> None:
        """Find the unit behind the number."""
        gap = text[amount.end : amount.end + 1] == " "
        head = text[amount.end + gap : amount.end + gap + 1]
        symbol = SYMBOL.match(text, amount.end) if head in self.symbol_heads else None
        if take_symbol(text, amount, symbol, self.symbols):
            self._per_second(text, amount)
            return
        connector = self.connect.match(text, amount.end) if gap and head in self.connect_heads else None
        at = connector.end() if connector else amount.end
        words = WORD.match(text, at) if connector else words
        found = self.units.at(text, words)
        if found and not (spelled and amount.multiplier == 1 and amount.number == 1 and found[0][0] != "%"):
            (amount.unit, amount.scale), amount.end = found
            self._per_second(text, amount)
        elif found is None and words and (not spelled or amount.value >= COUNTED_FROM) and words.start(1) > at:
            self.counts.take(text, amount, words if connector is None else None, 0 if spelled else 4)

    def _percent(self, text: str, amount: Amount) -> bool:
        left = text[max(0, amount.start - 8) : amount.start].rstrip()
        word = next((word for word in self.percent_before if left.lower().endswith(word)), None)
        if word is not None:
            amount.unit, amount.prefixed = "%", True
            amount.start = text.rindex(left[-len(word) :], 0, amount.start)
        return word is not None

    def _per_second(self, text: str, amount: Amount) -> None:
        if amount.unit == "GB":
            found = self.second.at(text, WORD.match(text, amount.end))
            if found:
                amount.unit, amount.end = "GB/s", found[1]


def take_symbol(text: str, amount: Amount, symbol: re.Match[str] | None, symbols: Mapping[str, Unit]) -> bool:
    """Give an amount the unit of the symbol behind it, if that is one of `symbols`; percentage points have none."""
    if symbol is None or symbol.group(1) not in symbols:
        return False
    amount.unit, amount.scale = symbols[symbol.group(1)]
    amount.end = symbol.end()
    if amount.unit == "%" and POINTS.match(text, amount.end):
        amount.unit = "-"
    return True
