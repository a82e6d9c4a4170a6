"""Names one slip of the finger away (a letter more, less, other, or two exchanged), where the context supports them."""

import re
from collections.abc import Iterable, Iterator

from chipwire.enrich.matching import Alias
from chipwire.enrich.spelling import script

LEAST = {"latin": 6, "cyrillic": 6, "hangul": 4, "kana": 4}
"""Shorter names are too near to other words."""
_TOKEN = re.compile(r"[a-zà-ɏ]{5,}|[а-я]{5,}|[가-힣]{3,}|[ァ-ヺー]{4,}")
_PARTICLE = 3


class Slips:
    """The names that may be misspelt, by their ends."""

    def __init__(self, names: Iterable[tuple[Alias, str]], not_typos: Iterable[str]) -> None:
        self._forms: dict[str, Alias] = {}
        for alias, form in names:
            if len(form) >= LEAST.get(script(form[0]), 99) and " " not in form:
                self._forms.setdefault(form, alias)
        self._words = frozenset(not_typos) | frozenset(self._forms)
        self._heads = frozenset(form[:2] for form in self._forms)
        self._tails = frozenset(form[-3:] for form in self._forms)
        self._by_length: dict[int, list[str]] = {}
        for form in self._forms:
            for length in (len(form) - 1, len(form), len(form) + 1):
                self._by_length.setdefault(length, []).append(form)

    def find(self, text: str, lower: str, covered: list[tuple[int, int]]) -> Iterator[tuple[int, int, Alias]]:
        """Misspelt names in a folded text, outside of spans that are something else already."""
        for match in _TOKEN.finditer(lower):
            token = match[0]
            if token[:2] not in self._heads and token[-3:] not in self._tails:
                continue
            if token in self._words or (token[0] < "\u1100" and not text[match.start()].isupper()):
                continue
            if any(start < match.end() and match.start() < end for start, end in covered):
                continue
            if near := self._nearest(token):
                form, length = near
                yield match.start(), match.start() + length, self._forms[form]

    def _nearest(self, token: str) -> tuple[str, int] | None:
        lengths = [len(token)]
        if "가" <= token[0] <= "힣":
            lengths += [len(token) - cut for cut in range(1, _PARTICLE + 1) if len(token) - cut > 2]
        for length in lengths:
            word = token[:length]
            for form in self._by_length.get(length, ()):
                if one_slip(word, form):
                    return form, length
        return None


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
