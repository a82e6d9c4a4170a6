"""Sentences that call on the reader instead of telling news, known by the words that meet in them."""

import re
from collections.abc import Collection, Iterable

from chipwire.enrich.matching import Found

_CHUNK = re.compile(
    r"[\n。！？!?।؟|｜•▶►■●◆○◇※☞▷]|\.(?=[\s\"')\]]|$)|…|\s[-–—/／]\s"
    r"|(?<=[\u3041-\u30ff\u3400-\u9fff)\]】」』]) (?=[\u3041-\u30ff\u3400-\u9fffA-Z])"
)
_OPENING = re.compile(r"[\s\-*•·>\"'(\[【<「]*")
_CJK = re.compile(r"[\u3041-\u30ff\u3400-\u9fff가-힣]")
_LABEL = re.compile(r"[^\n:：。！？!?.…|]{2,44}[:：](?!\d|//)")
_WORDS = re.compile(r"[^\W\d_]+")
_SPEAKING = frozenset(
    {"said", "says", "added", "he", "she", "they", "told", "kata", "ujar", "dit", "sagte", "dijo", "disse"}
)
LONGEST = 60
"""A call that is known by its last word is no longer than this."""


def calls(text: str, found: Found) -> Iterable[tuple[int, int]]:
    """Spans of sentences in which a call's words meet: verb and noun, our and notice, platform and closing word."""
    if len(found.signals) + len(found.platforms) < 2:
        return
    for start, end in _chunks(text):
        signals = [(place, stop, name) for place, stop, name in found.signals if start <= place < end]
        if not signals:
            continue
        names = {name for _, _, name in signals}
        begins = start + len(_OPENING.match(text, start)[0])  # type: ignore[index]
        opens = any(name == "verbs" and place <= begins + 8 for place, _, name in signals)
        platform = any(start <= place < end for place in found.platforms)
        last = text[start:end].rstrip(" \n.。!！」)]】>|｜•▶►■●◆○◇※☞▷-–/／")
        closes = any(name == "closers" and stop - start >= len(last) for _, stop, name in signals)
        short = end - start <= LONGEST
        bulleted = text[start - 1 : start] in tuple("▶►☞▷■●◆•※")
        closing = next((stop for _, stop, name in signals if name == "closers" and stop - start < 32), 0)
        if bulleted and closing and any(start <= place < closing for place in found.platforms):
            yield start, closing
        elif (
            (opens and ("ours" in names or "nouns" in names))
            or ({"ours", "notices"} <= names and '"' not in text[start:end])
            or (closes and short and (platform or "ours" in names or "nouns" in names))
        ):
            closed = [stop for _, stop, name in signals if name == "closers" and text[stop : stop + 1] == " "]
            yield start, closed[-1] if closed and "가" <= text[closed[-1] - 1] <= "힣" else end


def labels(text: str, words: Collection[str]) -> Iterable[tuple[int, int]]:
    """Short labels with one of `words` before a colon: 'Popular this week:', 'こちらも人気：'; spans end after it."""
    if ":" not in text:
        return
    for start, end in _chunks(text):
        match = _LABEL.match(text, start, min(end, start + 46))
        if not match:
            continue
        label = match[0].lower()
        if _CJK.search(label):
            if len(label) < 22 and any(word in label for word in words if _CJK.match(word)):
                yield start, match.end()
            continue
        tokens = _WORDS.findall(label)
        if len(tokens) < 7 and not _SPEAKING.intersection(tokens) and any(word in tokens for word in words):
            yield start, match.end()


def _chunks(text: str) -> Iterable[tuple[int, int]]:
    start = 0
    for match in _CHUNK.finditer(text):
        if match.end() - start > 3:
            yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)
