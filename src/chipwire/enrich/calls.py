"""Sentences that call on the reader instead of telling news, known by the words that meet in them."""

import re
from collections.abc import Iterable, Iterator

from chipwire.enrich.matching import Found

_CHUNK = re.compile(
    r"[\n。！？!?।؟|｜•▶►■●◆○◇※☞▷….\s](?:(?<![.\s])|(?<=\n)|(?<=\.)(?=[\s\"')\]]|$)|(?<=\s)[-–—/／]\s"
    r"|(?<=[\u3041-\u30ff\u3400-\u9fff)\]】」』] )(?=[\u3041-\u30ff\u3400-\u9fffA-Z]))"
)
"""A mark that parts sentences; every first character in one class, because that is searched several times faster."""
_OPENING = re.compile(r"[\s\-*•·>\"'(\[【<「]*")
_CJK = re.compile(r"[\u3041-\u30ff\u3400-\u9fff가-힣]")
_COLON = re.compile(":")
_LABEL = re.compile(r"[^\n:：。！？!?.…|]{2,44}[:：](?!\d|//)")
_WORDS = re.compile(r"[^\W\d_]+")
SPEAKING = frozenset(
    {"said", "says", "added", "he", "she", "they", "told", "kata", "ujar", "dit", "sagte", "dijo", "disse"}
)
LONGEST = 60
"""A call that is known by its last word is no longer than this."""
LABEL = 46
"""Code points of a label with its colon, at most."""


class LabelWords:
    """Words that make a short label an advert's heading: parts of it in Han and kana, else words of it."""

    def __init__(self, words: Iterable[str]) -> None:
        self.parts = tuple(word for word in words if _CJK.match(word))
        self.words = frozenset(words)

    def may_stand(self, text: str) -> bool:
        """Whether `text` could hold a label; quick, because most colons end none."""
        if not self.words.isdisjoint(_WORDS.findall(text)):
            return True
        return not text.isascii() and any(word in text for word in self.parts)

    def head(self, label: str) -> bool:
        """Whether a label is the heading of an advert."""
        if _CJK.search(label):
            return len(label) < 22 and any(word in label for word in self.parts)
        tokens = _WORDS.findall(label)
        return len(tokens) < 7 and SPEAKING.isdisjoint(tokens) and not self.words.isdisjoint(tokens)


def calls(text: str, found: Found) -> Iterable[tuple[int, int]]:
    """Spans of sentences in which a call's words meet: verb and noun, our and notice, platform and closing word."""
    if len(found.signals) + len(found.platforms) < 2 or not _may_meet(found):
        return
    for start, end in _chunks(text, sorted(place for place, _, _ in found.signals)):
        signals = [(place, stop, name) for place, stop, name in found.signals if start <= place < end]
        names = {name for _, _, name in signals}
        begins = start + len(_OPENING.match(text, start)[0])  # type: ignore[index]
        opens = any(name == "verbs" and place <= begins + 8 for place, _, name in signals)
        platforms = sum(start <= place < end for place in found.platforms)
        last = text[start:end].rstrip(" \n.。!！」)]】>|｜•▶►■●◆○◇※☞▷-–/／")
        closes = any(name == "closers" and stop - start >= len(last) for _, stop, name in signals)
        short = end - start <= LONGEST
        bulleted = text[start - 1 : start] in tuple("▶►☞▷■●◆•※")
        closing = next((stop for _, stop, name in signals if name == "closers" and stop - start < 32), 0)
        if bulleted and closing and any(start <= place < closing for place in found.platforms):
            yield start, closing
        elif (
            (opens and ("ours" in names or "nouns" in names or (short and platforms > 1)))
            or ({"ours", "notices"} <= names and '"' not in text[start:end])
            or (closes and short and (platforms or "ours" in names or "nouns" in names))
        ):
            closed = [stop for _, stop, name in signals if name == "closers" and text[stop : stop + 1] == " "]
            yield start, closed[-1] if closed and "가" <= text[closed[-1] - 1] <= "힣" else end


def _may_meet(found: Found) -> bool:
    """Whether the whole text has the words of a call, before anybody cuts it into sentences."""
    names = {name for _, _, name in found.signals}
    third = "ours" in names or "nouns" in names or len(found.platforms) > 1
    return (
        ("verbs" in names and third)
        or {"ours", "notices"} <= names
        or ("closers" in names and (third or bool(found.platforms)))
    )


def labels(text: str, words: LabelWords) -> Iterable[tuple[int, int]]:
    """Short labels with one of `words` before a colon: 'Popular this week:', 'こちらも人気：'; spans end after it."""
    colons = [match.start() for match in _COLON.finditer(text)]
    likely = [colon for colon in colons if words.may_stand(text[max(0, colon - LABEL) : colon].lower())]
    for start, end in _chunks(text, likely):
        match = _LABEL.match(text, start, min(end, start + LABEL))
        if match and words.head(match[0].lower()):
            yield start, match.end()


def _chunks(text: str, places: list[int]) -> Iterator[tuple[int, int]]:
    """The sentences that hold one of `places`, which are in order; shreds of three characters are none.

    Every line is cut from its start, so a text in which nothing is looked for costs nothing.
    """
    last = 0
    for place in places:
        if place < last:
            continue
        start = max(last, text.rfind("\n", 0, place) + 1)
        for match in _CHUNK.finditer(text, start):
            last = match.end()
            if last > place:
                if last - start > 3:
                    yield start, last
                break
            start = last
        else:
            last = len(text)
            yield start, last
