"""Numbers written in words, where an amount may follow: two billion dollars, twenty-five wafers."""

from chipwire.enrich.automaton import Automaton
from chipwire.enrich.measures import Language
from chipwire.enrich.numbers import Number

NOT_AFTER = frozenset({"every", "each", "of", "per"})
"""One of two, every three months: not a quantity of what follows."""


class Spelled:
    """The number words of one language, with the first letters of what may follow: few hits in prose."""

    def __init__(self, language: Language) -> None:
        units = (word for words in language.units.values() for word in words)
        phrases = [*language.multipliers, *language.nouns, *units]
        heads = sorted({phrase.rstrip("*")[:3] for phrase in phrases} | {"%"})
        heads += [link[:2] for link in language.connect]
        rows = {
            f"{word}{gap}{head}": (word, value)
            for word, value in language.words.items()
            for gap in " -"
            for head in heads
        }
        self._words = language.words
        self._values = list(rows.values())
        self._finder = Automaton(list(rows), longest=True) if rows else None

    def find(self, text: str) -> list[Number]:
        """Number words of `text` in front of what may be a multiplier, a unit or a noun."""
        lower = text.lower()
        if self._finder is None or len(lower) != len(text):
            return []
        found: list[Number] = []
        for index, start, _ in self._finder.find(lower):
            word, value = self._values[index]
            if lower[start - 1 : start].isalpha():
                continue
            end = start + len(word)
            before = (lower[max(0, start - 12) : start].replace("-", " ").split() or [""])[-1]
            if value < 10 <= self._words.get(before, 0.0) < 100:
                start, value = start - len(before) - 1, value + self._words[before]
            if before not in NOT_AFTER:
                found.append(Number(start, end, value, multiplied=True))
        return found
