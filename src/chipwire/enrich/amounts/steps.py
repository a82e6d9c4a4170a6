"""What multiplies a number in languages that put spaces between words: two and a half million, 2 млрд 300 млн."""

import re

from chipwire.enrich.amounts.measures import WORD, Language, Phrases
from chipwire.enrich.amounts.numbers import Amount

HUNDRED, THOUSAND, MILLION = 100.0, 1e3, 1e6
MOST = 1e12
"""No further multiplier after this: 22 lakh crore is enough."""


class Steps:
    """The multipliers of one language, its halves, and how it says an amount in two steps."""

    def __init__(self, language: Language) -> None:
        self._multipliers = Phrases(language.multipliers)
        self._glued = language.glued
        self._halves = Phrases(dict.fromkeys(language.halves, 0.5))
        self._words = language.words
        joints = "|".join(map(re.escape, language.and_)) or "(?!)"
        self._more = re.compile(rf" (?:(?:{joints}) ?)?(?:([0-9]{{1,3}})|([^\W\d_]+(?:-[^\W\d_]+)?))(?=[ %])")

    def begins(self, word: str) -> bool:
        """Whether what multiplies a number begins with a word, or is one right behind its digits."""
        lower = word.lower()
        return (
            self._multipliers.begins(word) or self._halves.begins(word) or lower in self._glued or lower in self._words
        )

    def take(self, text: str, amount: Amount, words: re.Match[str] | None) -> re.Match[str] | None:
        """Take the multipliers, and the halves round them; returns the words that come next."""
        words = self._half(text, amount, words)
        step = THOUSAND if amount.number == THOUSAND else HUNDRED
        if words and amount.number <= THOUSAND and amount.number % step == 0 and not text[amount.start].isdecimal():
            amount.number, amount.multiplier = amount.number / step, step  # mil, doscientos: a word, and more behind it
            words = WORD.match(text, amount.end) if self._sum(text, amount) else words
        while words:
            found = self._multipliers.at(text, words)
            if found is None and words.start(1) == amount.end and self._glued:
                factor = self._glued.get(words.group(1).lower())
                found = (factor, words.end(1)) if factor else None
            if found is None or amount.multiplier > MOST:
                return words if amount.multiplier == 1 else self._half(text, amount, words)
            amount.multiplier *= found[0]
            amount.end = found[1]
            self._sum(text, amount)
            words = WORD.match(text, amount.end)
        return None

    def _half(self, text: str, amount: Amount, words: re.Match[str] | None) -> re.Match[str] | None:
        """Half of what is counted, or of the million that stands in one word with its number."""
        found = self._halves.at(text, words)
        if found is None:
            return words
        amount.number += found[0] * (amount.number if amount.number >= MILLION else 1.0)
        amount.end = found[1]
        return WORD.match(text, amount.end)

    def _sum(self, text: str, amount: Amount) -> bool:
        """2 млрд 300 млн, 2 bin 300, 1 lakh 20 thousand crore, dos mil quinientos millones: an amount that goes on."""
        more = self._more.match(text, amount.end)
        number = self._number(more) if more else None
        if more is None or number is None:
            return False
        step, end = self._multipliers.at(text, WORD.match(text, more.end())) or (1.0, more.end())
        small = amount.multiplier in (HUNDRED, THOUSAND)
        if number * step < amount.multiplier and (step > 1 or (small and (more[2] or number >= HUNDRED))):
            amount.number = amount.number * amount.multiplier / step + number
        elif small and number < amount.multiplier < step:
            amount.number = amount.number * amount.multiplier + number
        else:
            return False
        amount.multiplier, amount.end = step, end
        return True

    def _number(self, more: re.Match[str]) -> float | None:
        """What goes on, in digits or in words: 300, forty, forty-five."""
        if more[1]:
            return float(more[1])
        tens, _, ones = more[2].lower().partition("-")
        found = [self._words.get(word) for word in (tens, ones) if word]
        return None if None in found else sum(filter(None, found))
