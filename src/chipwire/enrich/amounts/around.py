"""The words of one language that stand round amounts: at least, up to, about; from, to, between."""

import re
from typing import Literal

from chipwire.enrich.amounts.measures import Language, Phrases
from chipwire.enrich.text.memo import Memo

Qualifier = Literal["about", "at_least", "up_to"]

SIGNS = 6
"""By so many signs next to an amount the phrases that may stand there are found."""
_BLANKS = " ("


class Words:
    """What data/figures.toml lists for one language, made ready for looking up."""

    def __init__(self, language: Language) -> None:
        self.cjk = language.cjk
        before = {"at_least": language.at_least, "up_to": language.up_to, "about": language.about}
        after = {"at_least": language.at_least_after, "up_to": language.up_to_after, "about": language.about_after}
        self._before, self._after = _longest(before), _longest(after)
        self.before, self.after = Memo(self._ending), Memo(self._beginning)
        self.to = tuple(sorted(language.to, key=len, reverse=True))
        self.both, self.into = tuple(sorted(language.and_, key=len, reverse=True)), tuple(language.into)
        self.becomes = tuple(language.becomes)
        self.links = frozenset(sign for link in self.to + self.both + self.into for sign in (link[0], link[0].upper()))
        self.between = tuple(language.between)
        self.start, self.origin = tuple(language.from_), (*language.from_, *language.of)
        moves = "|".join(map(re.escape, language.moves))
        self.moves = re.compile(rf"\b(?:{moves})" if moves else "(?!)", re.IGNORECASE)
        self.goals = frozenset(() if self.cjk else language.up_to)
        self.ellipsis = Phrases(dict.fromkeys(language.ellipsis, True))

    def _ending(self, signs: str) -> dict[str, Qualifier]:
        """The phrases before amounts, longest first, that may end with these signs, or before blanks among them."""
        signs = signs.rstrip(_BLANKS).lower()
        return {p: name for p, name in self._before if signs.endswith(p[-SIGNS:]) or p.endswith(signs)}

    def _beginning(self, signs: str) -> dict[str, Qualifier]:
        """The phrases behind amounts, longest first, that may begin with these signs, or behind blanks among them."""
        signs = signs.lstrip(" ").lower()
        return {p: name for p, name in self._after if signs.startswith(p[:SIGNS]) or p.startswith(signs)}

    def qualifier(self, text: str, start: int, end: int) -> Qualifier | None:
        """What the words round text[start:end] say of the amount there."""
        if phrases := self.before[text[start - SIGNS if start > SIGNS else 0 : start]]:
            left = text[start - 30 if start > 30 else 0 : start].rstrip(_BLANKS).lower()
            for phrase in phrases:
                cut = len(left) - len(phrase)
                if left.endswith(phrase) and (self.cjk or cut == 0 or not left[cut - 1].isalnum()):
                    return phrases[phrase]
        if phrases := self.after[text[end : end + SIGNS]]:
            right = text[end : end + 20].lstrip(" ").lower()
            for phrase in phrases:
                if right.startswith(phrase) and (self.cjk or not right[len(phrase) : len(phrase) + 1].isalpha()):
                    return phrases[phrase]
        return None


def _longest(lists: dict[str, list[str]]) -> list[tuple[str, Qualifier]]:
    """Phrases with what they say, longest first; of one that says two things the first stands."""
    pairs: dict[str, Qualifier] = {}
    for name, phrases in lists.items():
        pairs |= {phrase: name for phrase in phrases if phrase not in pairs}  # type: ignore[misc]
    return sorted(pairs.items(), key=lambda pair: -len(pair[0]))
