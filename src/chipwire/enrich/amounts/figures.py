"""Amounts in a text, normalised over locales: money, percentages, and the units chips are measured in."""

import re
from pathlib import Path
from typing import Literal

from chipwire.domain import Figure
from chipwire.enrich.amounts.cjk import Unspaced
from chipwire.enrich.amounts.measures import WORD, Language, Phrases, read
from chipwire.enrich.amounts.numbers import LARGE, Amount
from chipwire.enrich.amounts.spaced import Spaced
from chipwire.enrich.text.memo import Memo

Qualifier = Literal["about", "at_least", "up_to"]
Grammar = Spaced | Unspaced

ODD = re.compile(
    r"[\u00a0\u2000-\u200a\u202f\u3000\uff04\uff05\uff0d-\uff0f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff5e"
    r"\u2212\u301c\u223c\u2010-\u2015\u0660-\u066c\u0966-\u096f]"
)
FOLD = (
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(chr, [0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000]), " ")
    | dict.fromkeys("\u2212\u2010\u2011", "-")
    | dict.fromkeys("\u2012\u2014\u2015", "–")
    | dict.fromkeys("\u301c\u223c", "~")
    | {chr(0x660 + i): str(i) for i in range(10)}
    | {chr(0x966 + i): str(i) for i in range(10)}
    | {"\u066a": "%", "\u066b": ".", "\u066c": ","}
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
REACH = 200
"""How far back, in code points, an amount without unit may take the unit of another."""
_BLANKS = " ("
SIGNS, READ = 6, 1 << 12
"""By so many signs next to an amount the phrases that may stand there are found, and remembered for so many."""


class Words:
    """The words of one language that stand round amounts."""

    def __init__(self, language: Language) -> None:
        self.cjk = language.cjk
        before = {"at_least": language.at_least, "up_to": language.up_to, "about": language.about}
        after = {"at_least": language.at_least_after, "up_to": language.up_to_after, "about": language.about_after}
        self._before, self._after = _longest(before), _longest(after)
        self.before, self.after = Memo(self._ending, READ), Memo(self._beginning, READ)
        self.to = tuple(sorted(language.to, key=len, reverse=True))
        self.both = tuple(language.and_)
        self.links = frozenset(sign for link in self.to + self.both for sign in (link[0], link[0].upper()))
        self.between = tuple(language.between)
        self.start = tuple(language.from_)
        self.ellipsis = Phrases(dict.fromkeys(language.ellipsis, True))

    def _ending(self, signs: str) -> dict[str, Qualifier]:
        """The phrases before amounts, longest first, that may end with these signs, or before blanks among them."""
        signs = signs.rstrip(_BLANKS).lower()
        return {p: name for p, name in self._before if signs.endswith(p[-SIGNS:]) or p.endswith(signs)}

    def _beginning(self, signs: str) -> dict[str, Qualifier]:
        """The phrases behind amounts, longest first, that may begin with these signs, or behind blanks among them."""
        signs = signs.lstrip(" ").lower()
        return {p: name for p, name in self._after if signs.startswith(p[:SIGNS]) or p.startswith(signs)}


def _longest(lists: dict[str, list[str]]) -> list[tuple[str, Qualifier]]:
    """Phrases with what they say, longest first; of one that says two things the first stands."""
    pairs: dict[str, Qualifier] = {}
    for name, phrases in lists.items():
        pairs |= {phrase: name for phrase in phrases if phrase not in pairs}  # type: ignore[misc]
    return sorted(pairs.items(), key=lambda pair: -len(pair[0]))


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
            linked = linked and (words.cjk or _DIGIT.search(folded, done, done + LINKED) is not None)
            second = _second(folded, amount, grammar, words) if linked else None
            if second is not None:
                done = second.end
                found.append((amount, second))
            elif amount.unit is not None or _elliptical(folded, amount, found, words):
                found.append((amount, amount))
        return _once(text, folded, found, words)


def _plain(match: re.Match[str]) -> str:
    return FOLD.get(match.group(), match.group())


def _second(text: str, first: Amount, grammar: Grammar, words: Words) -> Amount | None:
    """The other end of a range that begins with `first`, with first's missing unit and scale filled in."""
    link = _link(text, first, words)
    if link is None:
        return None
    number = grammar.number_at(text, link)
    second = grammar.amount(text, number, linked=True) if number else None
    if second is None or (second.unit is None and not first.prefixed):
        return None
    if second.unit is None:
        second.unit, second.scale = first.unit, first.scale
    if first.unit not in (None, second.unit):
        return None
    low = Amount(first.start, first.end, first.number, first.multiplier, second.unit, first.scale)
    if first.unit is None or first.prefixed:
        low.scale = second.scale
        if first.multiplier == 1 and first.number * first.scale < second.number:
            low.multiplier = second.multiplier
        if isinstance(grammar, Unspaced) and first.number < second.number / 1000:
            low.multiplier = _shared(text, second)
    if not low.value < second.value:
        return None
    first.number, first.multiplier, first.unit, first.scale = low.number, low.multiplier, low.unit, low.scale
    return second


def _shared(text: str, second: Amount) -> float:
    """20~30만 개, 15至20亿元: the first number shares the last step of the second."""
    for char in reversed(text[second.start : second.end]):
        if char in LARGE:
            return LARGE[char]
    return 1.0


def _link(text: str, first: Amount, words: Words) -> int | None:
    """Where the second number of a range should begin, or None."""
    at = first.end
    gap = text[at : at + 1] == " "
    rest = text[at + gap : at + gap + 12].lower()
    for link in words.to if rest.startswith(words.to) else ():
        if rest.startswith(link) and (gap or words.cjk or not link[0].isalpha()):
            apart = (first.unit or first.multiplier > 1) and link[0].isalpha() and not words.cjk
            if apart and _behind(text, first, words.start):
                return None
            end = at + gap + len(link)
            return end + (text[end : end + 1] == " ")
    if rest.startswith(words.both) and _behind(text, first, words.between):
        end = at + gap + next(len(link) for link in words.both if rest.startswith(link))
        return end + (text[end : end + 1] == " ")
    return None


def _behind(text: str, amount: Amount, phrases: tuple[str, ...]) -> bool:
    """Whether an amount stands behind one of some phrases."""
    return text[max(0, amount.start - 24) : amount.start].rstrip().lower().endswith(phrases)


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
    elif amount.multiplier == 1 and last.unit == "units":
        amount.unit = "units"
    return amount.unit is not None


def _twelve(value: float) -> float:
    """Twelve digits: 2.05 x 1e9 is 2050000000."""
    return value if value.is_integer() and abs(value) < 1e12 else float(f"{value:.12g}")


_ROUND = Memo(_twelve, READ)


def _qualifier(text: str, words: Words, start: int, end: int) -> Qualifier | None:
    if phrases := words.before[text[start - SIGNS if start > SIGNS else 0 : start]]:
        left = text[start - 30 if start > 30 else 0 : start].rstrip(_BLANKS).lower()
        for phrase in phrases:
            cut = len(left) - len(phrase)
            if left.endswith(phrase) and (words.cjk or cut == 0 or not left[cut - 1].isalnum()):
                return phrases[phrase]
    if phrases := words.after[text[end : end + SIGNS]]:
        right = text[end : end + 14].lstrip(" ").lower()
        return next((phrases[phrase] for phrase in phrases if right.startswith(phrase)), None)
    return None


def _once(text: str, folded: str, found: list[Span], words: Words) -> list[Figure]:
    """Each value once, as it first stands; a qualifier from any of its places."""
    kept: dict[tuple[float, float, str], Figure] = {}
    for low, high in found:
        least = _ROUND[low.number * low.multiplier * low.scale]
        most = least if high is low else _ROUND[high.value]
        unit = high.unit or ""
        figure = kept.get((least, most, unit))
        if figure is None:
            kept[least, most, unit] = Figure(
                text=text[low.start : high.end],
                value_low=least,
                value_high=most,
                unit=unit,
                qualifier=_qualifier(folded, words, low.start, high.end),
                kind=KINDS.get(unit, "money"),
                start=low.start,
                end=high.end,
            )
        elif figure.qualifier is None and (qualifier := _qualifier(folded, words, low.start, high.end)):
            figure.qualifier = qualifier
    return list(kept.values())
