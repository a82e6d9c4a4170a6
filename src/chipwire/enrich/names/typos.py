"""Names one slip of the finger away (a letter more, less, other, or two exchanged), where the context supports them."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from chipwire.enrich.lookup.aliases import Alias
from chipwire.enrich.text.memo import Memo
from chipwire.enrich.text.spelling import is_hangul, is_spaced, script

Covers = Callable[[int, int], bool]
"""Whether any character of a span is part of something that was found already."""
LEAST = {"latin": 6, "cyrillic": 6, "hangul": 4, "kana": 4}
"""Shorter names are too near to other words."""
LONG = 9
"""From this length on one letter may be another: no other word is so near."""
PLAIN = 7
"""Names from this length on are known by their letters alone."""
EXCHANGED = 6
"""The same where all letters are there and two have changed places."""
_LATIN = re.compile(r"[A-Z][A-Za-zà-ɏ]{4,15}")
_ASCII = re.compile(r"[A-Z][A-Za-z]{4,15}")
"""The same in a text that is ASCII: a class of few signs is searched faster."""
_CYRILLIC = re.compile(r"[А-Я][А-Яа-я]{4,15}")
_KANA = re.compile(r"[ァ-ヺー][ァ-ヺー]{3,14}")
_HANGUL = re.compile(r"[가-힣]{3,}")
_TOKENS = {"ko": _HANGUL, "ja": _KANA, "ru": _CYRILLIC, "uk": _CYRILLIC}
_LARGE = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
_DOUBLE = re.compile(r"(.)\1")
_PARTICLE = 3


class Slips:
    """The names that may be misspelt, by their ends."""

    def __init__(
        self, names: Iterable[tuple[Alias, str]], not_typos: Iterable[str], particles: Iterable[str] = ()
    ) -> None:
        self._forms: dict[str, Alias] = {}
        self._particle_ends = frozenset(particle for particle in particles if len(particle) == 1) | {""}
        """What may follow a word of hangul, nothing included."""
        for alias, form in names:
            if len(form) >= LEAST.get(script(form[0]), 99) and " " not in form:
                self._forms.setdefault(form, alias)
        self._words = frozenset(not_typos) | frozenset(self._forms)
        self._heads = frozenset(form[:2] for form in self._forms)
        self._tails = frozenset(form[-3:] for form in self._forms)
        hangul = [form for form in self._forms if script(form[0]) == "hangul"]
        self._hangul = frozenset(form[0] for form in hangul), frozenset(form[1:3] for form in hangul)
        self._near: dict[str, list[str]] = {}
        for form in self._forms:
            for less in _shortened(form):
                self._near.setdefault(less, []).append(form)
        self._slips: Memo[str, tuple[str, int] | None] = Memo(lambda word: self._slip(word.lower()))
        self._hangul_slips = Memo(self._slips_in)
        self._rank = {form: number for number, form in enumerate(self._forms)}

    def find(self, text: str, lower: str, covers: Covers, base: str) -> Iterator[tuple[int, int, Alias]]:
        """Misspelt names in a folded text of a language, outside of characters that are something else already."""
        yield from self._among(_ASCII if text.isascii() else _LATIN, text, lower, covers)
        if base in _TOKENS:
            yield from self._among(_TOKENS[base], text, lower, covers)

    def _among(
        self, tokens: re.Pattern[str], text: str, lower: str, covers: Covers
    ) -> Iterator[tuple[int, int, Alias]]:
        if tokens is _HANGUL:  # so many tokens that finding them costs more than remembering what is in which word
            slips = dict(chain.from_iterable(map(self._hangul_slips.__getitem__, set(text.split()))))
        else:
            slips = {word: near for word in set(tokens.findall(text)) if (near := self._slips[word])}
        if all(_covered(word, text, covers) for word in slips):
            return
        for match in tokens.finditer(text):
            if match[0] not in slips:
                continue
            start, end = match.span()
            if covers(start, end):
                continue
            whole = (start == 0 or not is_spaced(text[start - 1])) and (end == len(text) or not is_spaced(text[end]))
            if whole or lower[start] > "\u2e80":
                form, length = slips[match[0]]
                yield start, start + length, self._forms[form]

    def _slip(self, token: str) -> tuple[str, int] | None:
        """The name a word is a slip of and how much of the word it takes, None for a word that has a right to be."""
        if (token[:2] not in self._heads and token[-3:] not in self._tails) or token in self._words:
            return None
        if "가" <= token[0] <= "힣" and not self._hangul_like(token):
            return None
        return self._nearest(token)

    def _slips_in(self, word: str) -> list[tuple[str, tuple[str, int]]]:
        """The runs of hangul in what stands between spaces that are slips, and of what."""
        return [(token, near) for token in _HANGUL.findall(word) if (near := self._slip(token))]

    def _hangul_like(self, token: str) -> bool:
        """Whether a word of hangul, with particles at its end perhaps, begins like a name but for one syllable."""
        first, second = self._hangul
        return token[0] in first or (len(token) > 3 and token[1:3] in second)

    def _nearest(self, token: str) -> tuple[str, int] | None:
        lengths = [len(token)]
        if "가" <= token[0] <= "힣":
            lengths += [len(token) - cut for cut in range(1, _PARTICLE + 1) if len(token) - cut > 2]
        for length in lengths:
            word = token[:length]
            if word in self._words:
                return None
            forms = {form for less in _shortened(word) for form in self._near.get(less, ()) if one_slip(word, form)}
            if forms := {form for form in forms if not self._is_stem(form[:-1], token)}:
                return min(forms, key=self._rank.__getitem__), length
        return None

    def _is_stem(self, stem: str, token: str) -> bool:
        """Whether a word of hangul is a name without its last syllable, with a particle or bare: 미디어를, 마이크는."""
        return is_hangul(token[0]) and token.startswith(stem) and token[len(stem) :][:1] in self._particle_ends


def _covered(word: str, text: str, covers: Covers) -> bool:
    """Whether a word is part of something else wherever it stands in a text."""
    start = text.find(word)
    while start >= 0 and covers(start, start + len(word)):
        start = text.find(word, start + 1)
    return start < 0


def _shortened(word: str) -> set[str]:
    """A word and what is left of it without one of its letters: words one slip apart have one of these in common."""
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}


def plain_slip(word: str, name: str) -> bool:
    """Whether a slip needs no context: any in a name of LONG letters, one doubled or exchanged in a shorter one.

    Nor does one left out in the middle: Samsun is a town, Mediate a word, Alibba neither. In kana it is a letter
    written large for small, or small for large.
    """
    if script(name[0]) == "kana":
        return len(word) == len(name) and word.translate(_LARGE) == name.translate(_LARGE)
    if len(name) < EXCHANGED or not name.isascii():
        return False
    if sorted(word) == sorted(name) or len(name) >= LONG:
        return True
    if len(name) < PLAIN:
        return False
    left_out = len(word) < len(name) and word[:3] == name[:3] and word[-2:] == name[-2:]
    return left_out or _DOUBLE.sub(r"\1", word) == _DOUBLE.sub(r"\1", name)


def one_slip(word: str, name: str) -> bool:
    """Whether one letter added, dropped, replaced or one neighbouring pair exchanged makes `word` of `name`."""
    if word == name or abs(len(word) - len(name)) > 1:
        return False
    same = 0
    while same < min(len(word), len(name)) and word[same] == name[same]:
        same += 1
    rest, other = word[same:], name[same:]
    if len(word) == len(name):
        return rest[1:] == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    return rest[1:] == other if len(word) > len(name) else rest == other[1:]
