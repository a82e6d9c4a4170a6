"""What a name does, and so that it is one: `Arm hires`, `Copilot drafts`, `寒武纪在合肥设`, `文心读`.

A word that means other things too is a name where a verb stands right behind it whose subject only firms are, or, at
the beginning of a title, only machines that read, write and answer.
"""

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel

from chipwire.enrich.folding import Folded, fold_word

Doer = Literal["firm", "assistant"]
REACH = 48
"""So far behind a name its verb is looked for."""
_OPENING = re.compile(r"(?:^|[\n。！？!?；：:｜|]|\. )[\s\"'“‘「『《【\[(]*$")
"""What stands before the first word of a sentence."""


class Verbs(BaseModel, extra="forbid"):
    """What one kind of doer does."""

    spaced: list[str]
    """Finite verbs where words are spaced, and what follows a helper."""
    bare: list[str]
    """Verbs that count behind a helper only."""
    joined: list[str]
    """Verbs in Han, kana and hangul, with the particle before them."""
    phrased: list[str]
    """Verbs in Han that count behind a coverb's phrase only."""


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
    firm: Verbs
    assistant: Verbs


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
