"""Amounts in a text, normalised over locales: money, percentages, and the units chips are measured in."""

import re
from pathlib import Path

from chipwire.domain import Figure
from chipwire.enrich.amounts.around import Qualifier, Words
from chipwire.enrich.amounts.cjk import Unspaced
from chipwire.enrich.amounts.measures import WORD, read
from chipwire.enrich.amounts.numbers import Amount, Number
from chipwire.enrich.amounts.ranges import Grammar, behind_any, second
from chipwire.enrich.amounts.spaced import Spaced
from chipwire.enrich.text.memo import Memo

HEREAFTER = "下同"
_DECLARED = re.compile(rf"(\w{{2,3}})\W{{1,2}}{HEREAFTER}")
ODD = re.compile(
    r"[\u00a0\u2000-\u200a\u202f\u3000\uff04\uff05\uff0d-\uff0f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff5e\ufe50\ufe52"
    r"\u2212\u301c\u223c\u2010-\u2015\u0660-\u066c\u0966-\u096f\uffe5]"
)
FOLD = (
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {"\ufe50": ",", "\ufe52": "."}
    | dict.fromkeys(map(chr, [0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000]), " ")
    | dict.fromkeys("\u2212\u2010\u2011", "-")
    | dict.fromkeys("\u2012\u2014\u2015", "–")
    | dict.fromkeys("\u301c\u223c", "~")
    | {chr(0x660 + i): str(i) for i in range(10)}
    | {chr(0x966 + i): str(i) for i in range(10)}
    | {"\u066a": "%", "\u066b": ".", "\u066c": ",", "\uffe5": "¥"}
)
"""Full-width forms, odd spaces and dashes, Arabic and Devanagari digits, one for one."""
CAPACITY = ("W", "GB", "GB/s", "TOPS", "wafers/month")
KINDS = dict.fromkeys(CAPACITY, "capacity") | {"nm": "node", "units": "volume", "%": "share"}
Span = tuple[Amount, Amount]
"""A figure before it is written out: where it begins with its lower value, and where it ends; one amount twice when
it is no range."""
LINKED = 20
"""So soon behind the first number of a range the digits of the second one begin."""
_DIGIT = re.compile("[0-9]")
GOAL = 16
"""No word between a figure and where it leads is longer."""
COUNTED = ("units", "wafers/month")
REACH = 200
"""How far back, in code points, an amount without unit may take the unit of another."""


class Figures:
    """Finds figures in any of the languages of data/figures.toml."""

    def __init__(self, path: Path) -> None:
        book = read(path)
        self.grammars: dict[str, tuple[Grammar, Words]] = {}
        for tag, language in book.languages.items():
            grammar = Unspaced(language, book, tag == "ko") if language.cjk else Spaced(language, book)
            self.grammars[tag] = (grammar, Words(language))

    @classmethod
    def load(cls, data: Path) -> "Figures":
        """Read data/figures.toml; ConfigError when it is wrong."""
        return cls(data / "figures.toml")

    def find(self, text: str, lang: str) -> list[Figure]:
        """Figures of `text` in order, each value once; offsets in code points.

        Money is in whole units of its currency, power in W, memory in GB; unknown languages are read as English.
        """
        grammar, words = self.grammars.get(lang) or self.grammars.get(lang.split("-")[0]) or self.grammars["en"]
        folded = text if text.isascii() else ODD.sub(_plain, text)
        found: list[Span] = []
        ends: dict[int, Qualifier] = {}
        done = 0
        for number in grammar.candidates(folded):
            if number.start < done:
                continue
            amount = number if isinstance(number, Amount) else grammar.amount(folded, number)
            if amount is None:
                continue
            done = amount.end
            behind = folded[done : done + 1]
            linked = (behind if behind != " " else folded[done + 1 : done + 2]) in words.links
            spelled = isinstance(number, Number) and number.multiplied
            linked = linked and (words.cjk or spelled or _DIGIT.search(folded, done, done + LINKED) is not None)
            pair = second(folded, amount, grammar, words) if linked else None
            if pair is not None:
                other, change = pair
                done = other.end
                found += [(amount, amount), (other, other)] if change else [(amount, other)]
                if change:
                    ends |= {amount.start: "at_least", other.start: "up_to"}
                elif behind_any(folded, amount, words.between):
                    ends[amount.start] = "at_least"
            elif amount.unit is not None or _elliptical(folded, amount, found, words):
                last = found[-1][1].end if found else -GOAL
                if amount.start - last < GOAL and _leads(folded[last : amount.start], words):
                    ends[amount.start] = "up_to"
                found.append((amount, amount))
        if isinstance(grammar, Unspaced) and HEREAFTER in folded and (said := _DECLARED.search(folded)):
            currency = grammar.units.entries.get(said[1])
            if currency:
                _declare(folded, found, currency[0])
        return _once(text, folded, found, words, ends)


def _declare(text: str, found: list[Span], currency: str) -> None:
    """一四四八元（人民幣，下同）: 元 alone is that currency in the whole text."""
    for amount in {id(amount): amount for span in found for amount in span}.values():
        if amount.unit in ("TWD", "CNY") and not amount.prefixed and text[: amount.end].endswith("元"):
            amount.unit = currency


def _plain(match: re.Match[str]) -> str:
    return FOLD.get(match.group(), match.group())


def _elliptical(text: str, amount: Amount, found: list[Span], words: Words) -> bool:
    """ "… to 480 billion": a large bare amount takes the currency before it, a bare count in groups "units"."""
    last = found[-1][1] if found and (amount.grouped or amount.multiplier >= 1e9) and not words.cjk else None
    if last is None or amount.start - last.end > REACH or "\n" in text[last.end : amount.start]:
        return False
    following = text[amount.end : amount.end + 1]
    closed = (
        not following
        or following in ".,;:)、，。；"
        or words.ellipsis.at(text, WORD.match(text, amount.end)) is not None
    )
    if not closed:
        return False
    if amount.multiplier >= 1e9:
        units = (high.unit or "" for low, high in reversed(found[-6:]) if text[low.start - 1 : low.start] != "(")
        amount.unit = next((unit for unit in units if len(unit) == 3), None)
    elif amount.multiplier == 1 and last.unit in COUNTED:
        amount.unit = last.unit
    return amount.unit is not None


def _leads(between: str, words: Words) -> bool:
    """+20 % hasta 850 millones: "up to" alone between two figures says where a change goes."""
    return between.strip(" (").lower() in words.goals


def _twelve(value: float) -> float:
    """Twelve digits: 2.05 x 1e9 is 2050000000."""
    return value if value.is_integer() and abs(value) < 1e12 else float(f"{value:.12g}")


_ROUND = Memo(_twelve)


def _once(text: str, folded: str, found: list[Span], words: Words, ends: dict[int, Qualifier]) -> list[Figure]:
    """Each value once, as it first stands; a qualifier from any of its places.

    `ends` says which word at an amount tells where a change or a range begins or ends, and so is no qualifier of it.
    """
    kept: dict[tuple[float, float, str], Figure] = {}
    for low, high in found:
        least = _ROUND[low.number * low.multiplier * low.scale]
        most = least if high is low else _ROUND[high.value]
        unit = high.unit or ""
        figure = kept.get((least, most, unit))
        if figure is not None and figure.qualifier is not None:
            continue
        qualifier = words.qualifier(folded, low.start, high.end)
        if ends and qualifier == ends.get(low.start):
            qualifier = None
        if figure is None:
            kept[least, most, unit] = Figure(
                text=text[low.start : high.end],
                value_low=least,
                value_high=most,
                unit=unit,
                qualifier=qualifier,
                kind=KINDS.get(unit, "money"),
                start=low.start,
                end=high.end,
            )
        else:
            figure.qualifier = qualifier
    return list(kept.values())
