"""A number with its unit in Chinese, Japanese and Korean: no spaces, counters instead of nouns."""

import re
from collections.abc import Iterator

from chipwire.enrich.amounts.measures import Book, Language, Runs
from chipwire.enrich.amounts.numbers import (
    CJK,
    HANZI_DIGITS,
    KOREAN,
    Amount,
    Number,
    cjk,
    followed,
    is_clock,
    is_free,
)
from chipwire.enrich.amounts.spaced import NOTHING, SYMBOL, SYMBOLIC, Unit, take_symbol
from chipwire.enrich.text.memo import Memo

MORE = "多余餘여"
PARTICLES = "으뿐밖를을가이는은의씩까에로와과도만다였라 .,·)\"'”’…\n"
"""What may follow a Korean counter; another syllable makes it part of a noun."""
CLAUSE = re.compile("[，。；、,;\n]")
_BYLINE = re.compile(r"[가-힣]\d+ [가-힣]{1,2}")
"""A number that ends a name, as in 이코노미21 원성연, is no sum of won."""
_MORE = re.compile(f"[{MORE}]")
DIGITS = 3
"""So many Han digits side by side are an amount: 一四六四元; fewer may be words (一元, 二手)."""
MEGA = "瓦赫字位比特帕焦歐欧伏"
"""兆 before these is mega, not a million millions."""
PERIODS = "第数數几幾"
REACH = 30
"""So far before its value, in code points, an index is named."""


class Unspaced:
    """The grammar of one unspaced language."""

    def __init__(self, language: Language, book: Book, korean: bool) -> None:
        self.language, self.korean = language, korean
        scales = {**{unit: (unit, 1.0) for unit in (*book.prefixes.values(), *book.symbols.values())}, **book.scales}
        scales["-"] = NOTHING
        self.numbers = KOREAN if korean else CJK
        self.prefixes = Runs(language.prefixes)
        self.symbols = {
            symbol: scales[unit] for symbol, unit in book.symbols.items() if symbol.isascii() or unit == "%"
        }
        self.units: Runs[Unit] = Runs(
            {word: scales.get(unit, (unit, 1.0)) for unit, words in language.units.items() for word in words}
        )
        self.multipliers = Runs(language.multipliers)
        known = [*self.units.entries, *language.multipliers, *language.classifiers, *self.symbols, *MORE]
        known += [*language.to, *language.and_]
        self.follow: dict[str, tuple[str, ...]] = {}
        for word in filter(None, known):  # Latin letters are compared later, whatever their case
            self.follow[word[0]] = (*self.follow.get(word[0], ()), word[0] if word[0].isascii() else word)
        self.likely = followed(self.numbers, "".join(self.follow))
        self.prefix_ends = frozenset(prefix[-1] for prefix in language.prefixes)
        self.classifiers = Runs(language.classifiers)
        self.month_before = Runs(dict.fromkeys(language.month_before, True))
        self.second_before = Runs(dict.fromkeys(language.second_before, True))

    def candidates(self, text: str) -> Iterator[Number]:
        """Numbers of `text` in order, without those behind which nothing stands that makes an amount."""
        follow, prefix_ends = self.follow, self.prefix_ends
        for match in self.likely.finditer(text):
            start, end = match.span()
            if match.lastindex and text[start - 1 : start] not in prefix_ends:
                continue
            at = end + (text[end : end + 1] == " ")
            words = follow.get(text[at : at + 1])
            alone = words is None or not text.startswith(words, at)
            if alone and text[start - 1 : start] not in prefix_ends and text[end - 1] != "兆":
                continue  # 兆 before letters of units is no part of the number
            number = self._literal(text, match)
            if number is not None:
                yield number

    def number_at(self, text: str, start: int) -> Number | None:
        """The number that begins exactly here: the second half of a range."""
        match = self.numbers.match(text, start + (text[start : start + 1] in ("$", "€")))
        return self._literal(text, match) if match else None

    def _literal(self, text: str, match: re.Match[str]) -> Number | None:
        literal, end = match.group(), match.end()
        if literal[-1] == "兆" and text[end : end + 1] in MEGA and text[end : end + 1]:
            literal, end = literal[:-1], end - 1
        following = text[end : end + 2].lstrip(" ")[:1]
        if following not in self.follow and text[match.start() - 1 : match.start()] not in self.prefix_ends:
            return None
        parsed = _VALUE[literal]
        return Number(match.start(), end, parsed[0], "," in literal, parsed[1]) if parsed else None

    def amount(self, text: str, number: Number, linked: bool = False) -> Amount | None:
        """What stands round `number`; None in a name, a date, an ordinal. `linked`: behind a range sign."""
        hanzi = not text[number.start].isdecimal()
        prefix = None
        if text[number.start - 1 : number.start] in self.prefix_ends:
            prefix = self.prefixes.before(text, number.start)
        if prefix and prefix[0][0].isalpha() and prefix[0][0].isascii() and text[prefix[1] - 1 : prefix[1]].isascii():
            prefix = None if text[prefix[1] - 1 : prefix[1]].isalnum() else prefix
        start = prefix[1] if prefix else number.start
        if not (linked or self._alone(text, start, prefix is not None)) or is_clock(text, number.end):
            return None
        if self.korean and not number.multiplied and _BYLINE.match(text, max(0, start - 1), number.end + 3):
            return None
        amount = Amount(start, number.end, number.value, grouped=number.grouped)
        if prefix:
            amount.unit, amount.prefixed = prefix[0], True
            self._skip_currency(text, amount)
            return amount
        self._measure(text, amount, hanzi and not number.multiplied and number.end - number.start < DIGITS)
        amount.multiplier = 1.0
        return None if amount.unit == "-" else amount

    def _alone(self, text: str, start: int, prefixed: bool) -> bool:
        before = text[start - 1 : start]
        if prefixed or not before:
            return True
        if before in PERIODS:
            return False
        return not before.isascii() or is_free(text, start)

    def _skip_currency(self, text: str, amount: Amount) -> None:
        found = self.units.at(text, amount.end)
        if found and len(found[0][0]) == 3:
            amount.end = found[1]

    def _measure(self, text: str, amount: Amount, single: bool) -> None:
        at = amount.end
        at += text[at : at + 1] in MORE and text[at : at + 1] != ""
        at += text[at : at + 1] == " "
        if multiplier := self.multipliers.at(text, at):
            amount.number, single = amount.number * multiplier[0], False
            at = amount.end = multiplier[1]
            at += text[at : at + 1] == " "
        found = self.units.at(text, at)
        if found and not self._guarded(text, at, found[1]):
            (unit, scale), end = found
            if unit == "tenth":
                self._tenths(text, amount, end)
            elif not (single and len(unit) == 3 and unit.isupper()) and not self._points(text, amount.start, unit):
                amount.unit, amount.scale, amount.end = unit, scale, end
                self._per_second(text, amount)
            return
        symbol = SYMBOL.match(text, amount.end) if text[at : at + 1] in SYMBOLIC else None
        if take_symbol(text, amount, symbol, self.symbols):
            self._per_second(text, amount)
            return
        if not single:
            self._count(text, amount, at)

    def _guarded(self, text: str, start: int, end: int) -> bool:
        following = text[end : end + 1]
        return bool(following) and following in self.language.guards.get(text[start:end], "")

    def _points(self, text: str, start: int, unit: str) -> bool:
        """日経平均は412円高: an index is told in money, and is none."""
        if not self.language.indices or len(unit) != 3:
            return False
        clause = CLAUSE.split(text[max(0, start - REACH) : start])[-1]
        return any(name in clause for name in self.language.indices)

    def _tenths(self, text: str, amount: Amount, end: int) -> None:
        """六成 is 60 %, 七割五分 and 六成五 have the half."""
        if not (0 < amount.number <= 10 and amount.number == int(amount.number)):
            return
        number = amount.number * 10
        following = text[end : end + 1]
        if following == "半":
            number, end = number + 5, end + 1
        elif following in HANZI_DIGITS and following and text[end + 1 : end + 2] not in "成割":
            number, end = number + HANZI_DIGITS[following], end + 1
        elif re.match(r"\d分", text[end : end + 2]):
            number, end = number + int(following), end + 2
        amount.number, amount.unit, amount.end = number, "%", end

    def _per_second(self, text: str, amount: Amount) -> None:
        if amount.unit == "GB":
            rate = next((r for r in self.language.rate_second if text.startswith(r, amount.end)), None)
            spaced = amount.start - (text[amount.start - 1 : amount.start] == " ")
            if rate or self.second_before.before(text, spaced):
                amount.unit = "GB/s"
                amount.end += len(rate or "")

    def _count(self, text: str, amount: Amount, at: int) -> None:
        found = self.classifiers.at(text, at)
        if found is None or amount.number < 2:
            return
        forbidden, end = found
        following = text[end : end + 1]
        if (following and following in forbidden) or (self.korean and following and following not in PARTICLES):
            return
        counter = text[at:end]
        window = text[max(0, amount.start - 40) : end + 25]
        if counter in self.language.weak and not any(noun in window for noun in self.language.nouns):
            return
        if (
            self.korean
            and amount.number < 100
            and not any(n in text[max(0, amount.start - 6) : end + 8] for n in self.language.nouns)
        ):
            return
        amount.unit, amount.end, amount.noun = "units", end, counter
        self._per_month(text, amount)

    def _per_month(self, text: str, amount: Amount) -> None:
        if amount.noun not in self.language.wafers:
            return
        rate = next((r for r in self.language.rate_month if text.startswith(r, amount.end)), None)
        left = amount.start - (text[amount.start - 1 : amount.start] in (" ", "约", "約", "达", "達", "약"))
        before = self.month_before.before(text, left)
        dated = before is not None and text[before[1] - 1 : before[1]].isdecimal()
        clause = CLAUSE.split(text[max(0, amount.start - 20) : amount.start])[-1]
        if rate or (before and not dated) or any(len(m) > 1 and m in clause for m in self.language.month_before):
            amount.unit = "wafers/month"
            amount.end += len(rate or "")


def _worth(literal: str) -> tuple[float, bool] | None:
    """What a number is worth, whatever stands in it for "and more"."""
    return cjk(_MORE.sub("", literal))


_VALUE = Memo(_worth)
