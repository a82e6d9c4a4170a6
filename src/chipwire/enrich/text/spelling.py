"""Where a name may begin and end: word boundaries of each script, and the endings languages write onto names."""

import re
import string
from functools import partial
from pathlib import Path

from pydantic import BaseModel

from chipwire.enrich import data_file
from chipwire.enrich.text.folding import fold_word
from chipwire.enrich.text.memo import Memo

ENDS = frozenset((*" .,;:!?)]}\"'-/\n", ""))
"""What nearly always follows a word, nothing included: looked at first, because it is quick."""
STARTS = frozenset(" \n\"'([{-/:,.")
"""What nearly always stands before one."""
LETTERS = frozenset(string.ascii_letters + string.digits + "_")
"""What is always part of one."""
ANYWHERE = frozenset({"han", "none"})
"""Scripts whose names may touch any other letter."""


class Endings(BaseModel, extra="forbid"):
    """data/endings.toml: what languages attach to a name without a space."""

    particles: list[str]
    arabic_prefixes: list[str]
    hebrew_prefixes: list[str]
    hangul_prefixes: list[str]
    latin: dict[str, list[str]]
    latin_vowel: dict[str, list[str]]
    cyrillic: dict[str, list[str]]

    @classmethod
    def load(cls, data: Path) -> "Endings":
        return data_file.read(data / "endings.toml", cls)


def is_kana(char: str) -> bool:
    return "\u30a1" <= char <= "\u30fa" or char == "ー"


def is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def is_spaced(char: str) -> bool:
    """A letter, digit or vowel sign of a script that puts spaces between words."""
    if char.isascii():
        return char.isalnum() or char == "_"
    if "\u0900" <= char <= "\u0dff":
        return char not in "।॥"
    return char.isalnum() and (char < "\u0e00" or "\u0eff" < char < "\u1100" or "\u1e00" <= char < "\u2e80")


_LATIN = re.compile("[A-Za-z]")
_SPACED = r"(?:[^\W\u0900-\u0dff\u0e00-\u0eff\u1100-\u1dff\u2e80-\U0010ffff]|[\u0900-\u0963\u0966-\u0dff])"
"""The same as a regular expression."""
_HANGUL = re.compile("[가-힣]*")
_RUN = re.compile(r"[0-9a-z_]*")
"""What is left of a word in ASCII, which is looked at before anything else."""


def is_lone(text: str, start: int, end: int) -> bool:
    """Whether no other word in Latin letters stands beside text[start:end]."""
    return not _LATIN.search(text[max(0, start - 2) : start]) and not _LATIN.search(text[end : end + 2])


def script(char: str) -> str:
    """'hangul', 'kana', 'han', 'arabic', 'hebrew', 'cyrillic', 'latin' (and every other spaced script), or 'none'."""
    if is_hangul(char):
        return "hangul"
    if is_kana(char):
        return "kana"
    if is_han(char):
        return "han"
    if "\u0600" <= char <= "\u06ff":
        return "arabic"
    if "\u0590" <= char <= "\u05ff":
        return "hebrew"
    if "\u0400" <= char <= "\u04ff":
        return "cyrillic"
    return "latin" if is_spaced(char) else "none"


class Boundaries:
    """Tells whether a match stands as a name of its own in a folded, lower-case text."""

    def __init__(self, endings: Endings) -> None:
        particles = sorted(map(fold_word, endings.particles), key=len, reverse=True)
        self._particle_heads = frozenset(particle[0] for particle in particles)
        self._is_particle = Memo(partial(_is_made_of, frozenset(particles)))
        self._prefixed = {
            "arabic": _opening(endings.arabic_prefixes, "\u0621-\u06ff"),
            "hebrew": _opening(endings.hebrew_prefixes, "\u05d0-\u05ea"),
        }
        self._hangul = _opening(endings.hangul_prefixes, "가-힣")
        self._latin = {lang: _closing(words) for lang, words in endings.latin.items() if words}
        self._mute = {lang: LETTERS.difference(word[0] for word in words) for lang, words in endings.latin.items()}
        self._cyrillic = _closing(endings.cyrillic["consonant"])

    def mute(self, lang: str) -> frozenset[str]:
        """Letters that begin no ending of Latin names in a language: where one follows, right() is False."""
        return self._mute.get(lang, LETTERS)

    def left(self, text: str, start: int, kind: str) -> bool:
        """Whether a name of script `kind` may begin at `start`."""
        if start == 0 or kind in ANYWHERE:
            return True
        before = text[start - 1]
        if kind == "latin":
            return not (before.isalnum() if before < "\x80" else is_spaced(before)) and before != "_"
        if kind == "hangul":
            return not is_hangul(before) or self._hangul.search(text, max(0, start - 4), start) is not None
        if kind == "kana":
            return not is_kana(before)
        if not is_spaced(before):
            return True
        prefixes = self._prefixed.get(kind)
        return prefixes is not None and prefixes.search(text, max(0, start - 4), start) is not None

    def right(self, text: str, end: int, kind: str, lang: str) -> bool:
        """Whether it may end at `end`, with an ending of the language or as it is."""
        if end >= len(text) or kind in ANYWHERE:
            return True
        after = text[end]
        if kind == "hangul":
            if after not in self._particle_heads:
                return not is_hangul(after)
            run = _HANGUL.match(text, end)[0]  # type: ignore[index]
            return not run or self._is_particle[run]
        if kind == "kana":
            return not is_kana(after)
        if not is_spaced(after):
            return True
        endings = self._latin.get(lang) if kind == "latin" else self._cyrillic if kind == "cyrillic" else None
        return endings is not None and endings.match(text, end) is not None


def _is_made_of(particles: frozenset[str], run: str) -> bool:
    """Whether a run of hangul is a particle or two."""
    if run in particles:
        return True
    return any(run[:cut] in particles and run[cut:] in particles for cut in range(1, len(run)))


def _opening(prefixes: list[str], letters: str) -> re.Pattern[str]:
    """One of some prefixes, of at most three letters, at the end of what is searched and behind none of the letters."""
    longest = sorted(map(fold_word, prefixes), key=len, reverse=True)
    return re.compile(f"(?<![{letters}])(?:{'|'.join(longest)})$")


def _closing(endings: list[str]) -> re.Pattern[str]:
    """One of some endings with no letter behind it."""
    return re.compile(f"(?:{'|'.join(map(re.escape, endings))})(?!{_SPACED})")


def declined(name: str, endings: Endings) -> list[str]:
    """Forms of a name whose last vowel gives way to the ending: Алибаба → Алибабы, Nvidia → Nvidii, Apple → Applu."""
    last = name[-1:]
    if last in "ая" and script(name[-2:-1] or " ") == "cyrillic":
        return [name[:-1] + ending for ending in endings.cyrillic["vowel"]]
    if last == "й" and len(name) > 3:
        return [name[:-1] + ending for ending in ("я", "ю", "ем", "е")]
    if last == "a" and len(name) > 4 and script(name[-2]) == "latin":
        return [name[:-1] + ending for words in endings.latin_vowel.values() for ending in words]
    if last == "e" and name.endswith("le") and len(name) > 4 and script(name[-3]) == "latin":
        return [name[:-1] + ending for ending in ("em", "u", "ovi", "owi", "om")] + [f"{name}m"]
    return []


def loose_end(lower: str, end: int, kind: str, spare: int) -> bool:
    """Whether a word of a spaced script ends at most `spare` letters after `end`."""
    if end >= len(lower) or lower[end] in ENDS or kind not in ("latin", "cyrillic", "arabic", "hebrew"):
        return True
    stop = _RUN.match(lower, end).end()  # type: ignore[union-attr]
    if stop == len(lower) or lower[stop] < "\x80":
        return stop - end <= spare
    for char in lower[end : end + spare + 1]:
        if not (char.isalnum() or char == "_" if char < "\x80" else is_spaced(char)):
            return True
    return len(lower) - end <= spare
