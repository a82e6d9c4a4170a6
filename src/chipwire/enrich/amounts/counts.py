"""Hardware that is counted in languages that put spaces between words: 400 graphics cards, 30,000 wafers a month."""

import re

from chipwire.enrich.amounts.measures import WORD, Language, Phrases
from chipwire.enrich.amounts.numbers import Amount

MODEL = re.compile(r"[ \-]?\d\w*")
"""The number of a model behind its letters: B300, Instinct 350."""
YEARS = frozenset(range(1990, 2050)) - {2000}
SHARE = re.compile(r"[0-9a-z] (?:in|out of|von|sur|su|из) $")
"""One in five wafers is a share, not five wafers."""


class Counts:
    """The nouns of one language that are counted, and the words that may stand before them."""

    def __init__(self, language: Language, series: list[str]) -> None:
        self._language = language
        self._series = tuple(f"{name} " for name in series)
        self._nouns = Phrases(dict.fromkeys(language.nouns, True))
        self._modifiers = frozenset(language.modifiers)
        self._wafers = tuple(language.wafers)
        self._adjectives = tuple(language.adjectives)
        self._month = Phrases(dict.fromkeys(language.rate_month, True))

    def begins(self, word: str) -> bool:
        """Whether a noun, or what may stand before one, begins with a word."""
        lower = word.lower()
        harmless = any(modifier.startswith(lower) for modifier in self._modifiers)
        return (
            harmless
            or self._nouns.begins(word)
            or (self._language.capitals and word != lower)
            or lower.endswith(self._adjectives)
        )

    def take(self, text: str, amount: Amount, words: re.Match[str] | None, modifiers: int) -> None:
        """Hardware that is counted: the noun at once, or behind a few harmless words."""
        if amount.number in YEARS and amount.multiplier == 1 and not amount.grouped:
            modifiers = 0  # in 2025 new servers
        at, named = amount.end, False
        for _ in range(modifiers + 1):
            words = words or WORD.match(text, at)
            if words is None:
                return
            found = self._nouns.at(text, words)
            first = words.group(1)
            if found and self._heads(text, first.lower(), amount):
                left = text[max(0, amount.start - 10) : amount.start]
                if SHARE.search(left) or (left.endswith(self._series) and not amount.grouped):
                    return
                amount.unit, amount.noun = "units", text[words.start(1) : found[1]].lower()
                amount.end = found[1]
                self._per_month(text, amount)
                return
            if named or not self._describes(first):
                if not self._harmless(text, words):
                    return
                named = named or first != first.lower()
            tail = MODEL.match(text, words.end(1))
            at = tail.end() if tail else words.end(1)
            words = None

    def _describes(self, word: str) -> bool:
        """An adjective by its ending, 3.000 beschädigte Wafer; behind a name it may be a verb."""
        return word.endswith(self._adjectives) and word.islower()

    def _harmless(self, text: str, words: re.Match[str]) -> bool:
        word = words.group(1)
        following = text[words.end(1) : words.end(1) + 1]
        if word.lower() in self._modifiers:
            return True
        second = WORD.match(text, words.end(1)) if following == "-" else None
        if second and f"{word}-{second[1]}".lower() in self._modifiers:
            return True
        name = word != word.lower() or following.isdigit()
        return self._language.capitals and name

    def _heads(self, text: str, noun: str, amount: Amount) -> bool:
        """English singulars ("chip") only modify: "500 chip designers", "a 1,000-chip cluster"."""
        if noun not in self._language.singular:
            return True
        return text[amount.end : amount.end + 1] == "-" or amount.value == 1

    def _per_month(self, text: str, amount: Amount) -> None:
        if amount.noun.startswith(self._wafers):
            found = self._month.at(text, WORD.match(text, amount.end))
            left = text[max(0, amount.start - 30) : amount.start].lower()
            if found or any(phrase in left for phrase in self._language.month_before):
                amount.unit = "wafers/month"
                amount.end = found[1] if found else amount.end
