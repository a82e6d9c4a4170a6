"""Numbers written in words, where an amount may follow: two billion dollars, twenty-five wafers."""

from chipwire.enrich.amounts.measures import WORD, Language
from chipwire.enrich.amounts.numbers import Number
from chipwire.enrich.text import lowering
from chipwire.enrich.text.automaton import Automaton
from chipwire.enrich.text.memo import Memo

GAPS = " -"
"""What stands between a number and the word behind it."""
HEAD = 3
"""By so many letters is known what may follow."""
NOT_AFTER = frozenset({"every", "each", "per"})
"""Every three months: not a quantity of what follows."""
PARTS = frozenset({"quarter", "half", "third", "fraction"})


class Spelled:
    """The number words of one language; of what may follow them the first letters are known: few hits in prose."""

    def __init__(self, language: Language) -> None:
        units = (word for words in language.units.values() for word in words)
        phrases = [*language.multipliers, *language.halves, *language.nouns, *units]
        heads = {phrase.rstrip("*")[:HEAD] for phrase in phrases} | {link[:2] for link in language.connect}
        heads |= {word[:HEAD] for word in language.words if len(word) >= HEAD}
        heads |= {f"{link} "[:HEAD] for link in (*language.to, *language.and_) if link[0].isalpha()}
        self._heads = frozenset(heads | {"%"})
        self._head = Memo(self._headed)
        self._words = language.words
        self._ended = [(word, value) for word, value in language.words.items() for _ in GAPS]
        written = [word + gap for word in language.words for gap in GAPS]
        self._finder = Automaton(written) if written else None

    def find(self, text: str) -> list[Number]:
        """Number words of `text` in front of what may be a multiplier, a unit or a noun."""
        if self._finder is None:
            return []
        lower = lowering.lower(text)
        hits = self._finder.find(lower)
        headed = [(at, -end - size, index) for index, at, end in hits if (size := self._head[lower[end : end + HEAD]])]
        found: list[Number] = []
        reach = 0
        for start, less, index in sorted(headed):  # the first comes first, the longest of those that start together
            if start < reach:
                continue
            word, value = self._ended[index]
            if value >= 20 and lower[start + len(word)] == "-" and self.at(text, start + len(word) + 1):
                continue  # forty-five begins at its second word
            reach = -less
            if lower[start - 1 : start].isalpha():
                continue
            end = start + len(word)
            *_, further, before = ["", "", *lower[max(0, start - 20) : start].replace("-", " ").split()]
            if value < 10 <= self._words.get(before, 0.0) < 100:
                start, value = start - len(before) - 1, value + self._words[before]
            parted = further in PARTS or further in self._words or further.isdigit()
            share = before == "of" and parted  # one of two, a quarter of a billion
            if before not in NOT_AFTER and not share:
                found.append(Number(start, end, value, multiplied=True))
        return found

    def at(self, text: str, start: int) -> Number | None:
        """The number in one word that begins exactly here."""
        word = WORD.match(text, start)
        value = self._words.get(word[1].lower()) if word else None
        return Number(start, word.end(1), value, multiplied=True) if word and value is not None else None

    def _headed(self, signs: str) -> int:
        """How many of these signs behind a number begin what may follow it."""
        return next((size for size in range(HEAD, 0, -1) if size <= len(signs) and signs[:size] in self._heads), 0)
