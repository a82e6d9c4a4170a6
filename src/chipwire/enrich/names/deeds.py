"""What a name does, and so that it is one: `Arm hires`, `Copilot drafts`, `寒武纪在合肥设`, `文心读`, `asked Gemini`.

A word that means other things too is a name where a verb stands right behind it whose subject only firms are, or, at
the beginning of a title, only machines that read, write and answer; or where such a machine is asked.
"""

import re
from collections.abc import Iterable

from chipwire.enrich.lookup.glossary import DeedWords, Doer, Verbs
from chipwire.enrich.text.folding import Folded, fold_word
from chipwire.enrich.text.spelling import is_lone, is_spaced

REACH = 48
"""So far behind a name its verb is looked for."""
ASKING = 16
"""So far before a name the word is looked for by which it is asked."""


class Deeds:
    """Knows the verbs of both kinds."""

    def __init__(self, words: DeedWords) -> None:
        self._firm, self._assistant = _verbs(words, words.firm), _verbs(words, words.assistant)
        herald = rf"(?:{_any(words.heralds)})[，,！!、\s]\s*"
        self._opening = re.compile(rf"(?:^(?:{herald})?|[\n。！？!?；：:｜|]|\. )[\s\"'“‘「『《【\[(]*$")
        self._asked = re.compile(_ahead(words.asked))
        kinds = _any(words.kinds)
        self._other = re.compile(rf"(?:{kinds})[\s「『“”《\"']?$"), re.compile(rf"[」』”》\"']?\s?(?:{kinds})")

    def behind(self, doer: Doer, text: Folded, stop: int) -> str | None:
        """The verb whose subject ends at `stop`, or None."""
        verbs = self._firm if doer == "firm" else self._assistant
        found = verbs.match(text.lower, stop, stop + REACH)
        return found[found.lastgroup or 0] if found else None

    def ahead(self, text: Folded, start: int) -> str | None:
        """The word by which an assistant is asked whose name begins at `start`, or None."""
        found = self._asked.search(text.lower, max(0, start - ASKING), start)
        return found[0].strip() if found else None

    def apart(self, text: Folded, start: int, stop: int) -> bool:
        """Whether a name stands among letters of another script, and nothing beside it says that it is another's."""
        before, behind = self._other
        if not is_lone(text.lower, start, stop) or behind.match(text.lower, stop):
            return False
        return not before.search(text.lower[max(0, start - ASKING) : start])

    def opens(self, title: Folded, start: int) -> bool:
        """Whether a word stands first in a title, or in a sentence of it."""
        return self._opening.search(title.lower[:start]) is not None


def _verbs(words: DeedWords, verbs: Verbs) -> re.Pattern[str]:
    helpers, between, before, coverbs = map(_any, (words.helpers, words.between, words.before, words.coverbs))
    spaced, bare, joined, phrased = map(_any, (verbs.spaced, verbs.bare, verbs.joined, verbs.phrased))
    return re.compile(
        rf"\s(?P<bare>(?:{helpers})\s(?:{bare}))(?!\w)"
        rf"|(?:\s(?:{between}))?\s(?P<spaced>{spaced})(?!\w)"
        rf"|(?:{before}){{0,3}}(?P<joined>{joined})"
        rf"|(?:{before}){{0,2}}(?:{coverbs})[^\s\W]{{1,9}}?(?P<phrased>(?:{before})?(?:{joined}|{phrased}))"
    )


def _ahead(words: Iterable[str]) -> str:
    """A pattern for any of the words right before a name: with a space behind it where words are spaced."""
    spaced = [word for word in words if is_spaced(word[-1])]
    return rf"(?<!\w)(?:{_any(spaced)})\s$|(?:{_any(word for word in words if not is_spaced(word[-1]))})$"


def _any(words: Iterable[str]) -> str:
    """A pattern for any of the words, longer ones first."""
    return "|".join(re.escape(fold_word(word)) for word in sorted(words, key=len, reverse=True))
