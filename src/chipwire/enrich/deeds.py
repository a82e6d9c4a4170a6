"""What stands right behind a name and tells that it acts: `Arm hires`, `Gemini translates`, `寒武纪在合肥设`.

A word which means other things too is a name where it is the subject of what only firms, or only machines that speak, do.
"""

import re
from collections.abc import Iterable
from functools import cache

from pydantic import BaseModel

from chipwire.enrich.folding import Folded, fold_word

REACH = 48
"""So far behind a name its verb is looked for."""


class DeedWords(BaseModel, extra="forbid"):
    """The table `deeds` of data/cues.toml."""

    helpers: list[str]
    """What stands between subject and infinitive."""
    between: list[str]
    """Small words between subject and verb where words are spaced."""
    before: list[str]
    """Small words right before a verb in Han."""
    coverbs: list[str]
    """Words that open a phrase between subject and verb in Han: 给…捐, 在…设."""
    bare: dict[str, list[str]]
    """Verbs by who does it, behind a helper."""
    spaced: dict[str, list[str]]
    """Finite verbs, where words are spaced."""
    joined: dict[str, list[str]]
    """Verbs in Han."""
    phrased: dict[str, list[str]]
    """Verbs in Han that count behind a coverb's phrase only."""


class Deeds:
    """The sets as patterns, each built when it is first asked for."""

    def __init__(self, words: DeedWords) -> None:
        self._words = words
        self._pattern = cache(self._compiled)

    def behind(self, sets: frozenset[str], folded: Folded, stop: int) -> str | None:
        """The verb of these sets whose subject ends at `stop`, or None."""
        found = self._pattern(sets).match(folded.lower, stop, stop + REACH)
        return found[found.lastgroup or 0] if found else None

    def _compiled(self, sets: frozenset[str]) -> re.Pattern[str]:
        words = self._words
        helpers, between, before, coverbs = map(_any, (words.helpers, words.between, words.before, words.coverbs))
        bare, spaced, joined, phrased = (
            _any(verb for name in sets for verb in table.get(name, []))
            for table in (words.bare, words.spaced, words.joined, words.phrased)
        )
        return re.compile(
            rf"\s(?P<bare>(?:{helpers})\s(?:{bare}))(?!\w)"
            rf"|(?:\s(?:{between}))?\s(?P<spaced>{spaced})(?!\w)"
            rf"|(?:{before}){{0,2}}(?P<joined>{joined})"
            rf"|(?:{before}){{0,2}}(?:{coverbs})[^\s\W]{{1,9}}?(?P<phrased>(?:{before})?(?:{joined}|{phrased}))"
        )


def _any(words: Iterable[str]) -> str:
    """A pattern for any of the words, longer ones first; it matches nothing when there are none."""
    return "|".join(re.escape(fold_word(word)) for word in sorted(words, key=len, reverse=True)) or r"(?!)"
