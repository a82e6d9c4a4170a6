"""What a name does, and so that it is one: `Arm hires`, `Copilot drafts`, `寒武纪在合肥设`, `文心读`.

A word that means other things too is a name where a verb stands right behind it whose subject only firms are, or, at
the beginning of a title, only machines that read, write and answer.
"""

import re
from collections.abc import Iterable

from chipwire.enrich.folding import Folded, fold_word
from chipwire.enrich.glossary import DeedWords, Doer, Verbs

REACH = 48
"""So far behind a name its verb is looked for."""
_OPENING = re.compile(r"(?:^|[\n。！？!?；：:｜|]|\. )[\s\"'“‘「『《【\[(]*$")
"""What stands before the first word of a sentence."""


class Deeds:
    """Knows the verbs of both kinds."""

    def __init__(self, words: DeedWords) -> None:
        self._firm, self._assistant = _verbs(words, words.firm), _verbs(words, words.assistant)

    def behind(self, doer: Doer, text: Folded, stop: int) -> str | None:
        """The verb whose subject ends at `stop`, or None."""
        verbs = self._firm if doer == "firm" else self._assistant
        found = verbs.match(text.lower, stop, stop + REACH)
        return found[found.lastgroup or 0] if found else None


def opens(title: Folded, start: int) -> bool:
    """Whether a word stands first in a title, or in a sentence of it."""
    return _OPENING.search(title.text, max(0, start - 6), start) is not None


def _verbs(words: DeedWords, verbs: Verbs) -> re.Pattern[str]:
    helpers, between, before, coverbs = map(_any, (words.helpers, words.between, words.before, words.coverbs))
    spaced, bare, joined, phrased = map(_any, (verbs.spaced, verbs.bare, verbs.joined, verbs.phrased))
    return re.compile(
        rf"\s(?P<bare>(?:{helpers})\s(?:{bare}))(?!\w)"
        rf"|(?:\s(?:{between}))?\s(?P<spaced>{spaced})(?!\w)"
        rf"|(?:{before}){{0,2}}(?P<joined>{joined})"
        rf"|(?:{before}){{0,2}}(?:{coverbs})[^\s\W]{{1,9}}?(?P<phrased>(?:{before})?(?:{joined}|{phrased}))"
    )


def _any(words: Iterable[str]) -> str:
    """A pattern for any of the words, longer ones first."""
    return "|".join(re.escape(fold_word(word)) for word in sorted(words, key=len, reverse=True))
