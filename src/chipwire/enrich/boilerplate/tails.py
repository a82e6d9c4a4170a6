"""Headings that no colon follows: what a feed has run together at the end of a text or line, without a full stop."""

import re
from collections.abc import Iterable, Iterator

from chipwire.enrich.boilerplate.notices import SPEAKING, end_of_line, start_of_line
from chipwire.enrich.boilerplate.zones import Spans
from chipwire.enrich.lookup.matching import Hit
from chipwire.enrich.text.folding import fold_word

_END = re.compile(r"[.!?…。！？।؟](?:(?<=[.!?…])(?<![\s\d].)[\"')\]”’»]*(?=\s|$)|(?<=[。！？।؟…])[」』”)]*)")
"""Every first character in one class, because that is searched several times faster."""
_STOPS = frozenset(".。!！?？।؟…")
_WORD = re.compile(r"[\w'’]+")
_ARROWS = ("▷", "▶", "☞", "»", ">>", "→", "➤", "📌")
_CJK = re.compile(r"[\u3041-\u30ff\u3400-\u9fff가-힣]")
_HANGUL = re.compile(r"[가-힣]")
_GAP = re.compile(r"[\s:：→\]】〉>|｜]")
_FRAME = " \t*•·-–—◆◇■●▼【[〈<(（📌👉"
REACH = 400
"""Longer stretches without a full stop are no list of headlines."""
HEADING = 22
"""A heading in Han, kana or hangul is shorter."""
_BARS = re.compile(r"[|丨]")
_FULL_STOP = re.compile(r"[.。।؟](?:(?<!\s\d\.)(?=\s)|(?<=。))")
_PIECE_END = re.compile(r"[.?!。？！]+(?:(?<=[.?!])(?=\s+\S)|(?<=[。？！])(?=.)|(?<=[.。])$)")
_COLON = re.compile(r"([^:|丨]{2,44}):\s*(?=\S)")
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
LABEL, HEADLINE, UNSPACED = 5, 3, 8
"""A label has no more words; a headline has no fewer without a digit, or no fewer letters where no spaces part them."""


class Tails:
    """Knows headings by their words: `labels` make one, `helpers` may stand beside them, `alone` need nobody."""

    def __init__(self, labels: Iterable[str], helpers: Iterable[str], alone: Iterable[str]) -> None:
        self._labels, self._alone = frozenset(map(fold_word, labels)), frozenset(map(fold_word, alone))
        self._known = self._labels | self._alone | frozenset(map(fold_word, helpers))
        self._parts = tuple(word for word in self._known if _CJK.match(word))

    def find(self, text: str, hits: list[Hit], known: Spans) -> Iterator[tuple[int, int]]:
        """Spans from a heading to the end of its line, where names stand in them and a story before them.

        `known` is other boilerplate, sorted and disjoint: what closes the line is left out.
        """
        past = -1
        barred = "|" in text or "丨" in text
        for place, _, _, _ in hits:
            if place < past:
                continue
            line_start, past = start_of_line(text, place), end_of_line(text, place)
            line_end = _without(text, line_start, past, known) if known else past
            start = self._tail(text, line_start, line_end)
            spans = [(start, line_end)] if start is not None else []
            if barred and (span := _barred(text, line_start, line_end if start is None else start)):
                spans.append(span)
            for span in spans:
                if (last := _last(hits, span[1])) is not None and last >= span[0]:
                    yield span

    def _tail(self, text: str, line_start: int, line_end: int) -> int | None:
        """Where an advertising tail of a line begins."""
        if text[line_end - 1] in _STOPS:
            return None
        before, stop = line_start, max(line_start, line_end - REACH)
        for match in _END.finditer(text, stop, line_end):
            before, stop = stop, match.end()
        tail = text[stop:line_end]
        if not tail.strip() or (stop == line_start and line_end == len(text) and line_start == 0):
            return None
        if tail.lstrip().startswith(_ARROWS) or self._heads(tail.lower()):
            return stop
        if stop > before and text[stop - 1] in "!?！？" and self._heads(text[before:stop].lower() + " x"):
            return before
        return None

    def _heads(self, tail: str) -> bool:
        """Whether a stretch in lower case begins with a heading."""
        tail = tail.lstrip(_FRAME)
        if _CJK.match(tail):
            gap = _GAP.search(tail, 2)
            return gap is not None and self._cjk(tail, gap.start())
        count = strong = 0
        for match in _WORD.finditer(tail):
            word = match[0]
            if word not in self._known:
                break
            if word in self._alone:
                return True
            count += 1
            strong += word in self._labels
        return count > 1 and strong > 0 and SPEAKING.isdisjoint(_WORD.findall(tail))

    def _cjk(self, tail: str, end: int) -> bool:
        """Whether one of its first words, two where hangul parts words, holds a heading's word."""
        if "가" <= tail[0] <= "힣":
            nearby = tail[:HEADING].split(" ")[:3]
            return any(word.startswith(self._parts) for word in nearby[:2]) and len(tail.split()) > 2
        head = tail[:end]
        return len(head) < HEADING and any(part in head for part in self._parts)


def _without(text: str, line_start: int, line_end: int, known: Spans) -> int:
    """The end of a line without the boilerplate that closes it."""
    for start, end in reversed(known):
        if end >= line_end > start > line_start:
            line_end = line_start + len(text[line_start:start].rstrip())
    return line_end


def _last(hits: list[Hit], end: int) -> int | None:
    """Where the last name before `end` starts."""
    return next((place for place, _, _, _ in reversed(hits) if place < end), None)


def _barred(text: str, line_start: int, line_end: int) -> tuple[int, int] | None:
    """Where headlines between bars stand in a line, with their label, whatever it says.

    Prices, winners and data of a device stand between bars as well: what counts is how long their pieces are. A line of
    its own is read only when it is the last one, for it may be a programme.
    """
    first = _BARS.search(text, line_start, line_end)
    if first is None:
        return None
    start = line_start
    for match in _FULL_STOP.finditer(text, line_start, first.start()):
        start = match.end()
    if start == 0 or (start == line_start and text[line_end:].strip()):
        return None
    label = _COLON.match(text, start, line_end)
    if label is None or len(label[1].split()) > LABEL:
        return None
    place, pieces = label.end(), []
    for bar in (*_BARS.finditer(text, place, line_end), None):
        end = bar.start() if bar else line_end
        stop = _PIECE_END.search(text, place, end)
        pieces.append(text[place : stop.start() if stop else end])
        if stop or bar is None:
            break
        place = bar.end()
    if (stop and stop[0] in ".。") or any(":" in piece for piece in pieces):
        return None
    return (start, stop.end() if stop else end) if sum(map(_like_headline, pieces)) > 1 else None


def _like_headline(piece: str) -> bool:
    """Whether a piece has the words of a headline."""
    words = _WORDS.findall(piece)
    if len(words) < HEADLINE and _CJK.search(piece) and not _HANGUL.search(piece):
        return sum(map(len, words)) >= UNSPACED
    return len(words) >= HEADLINE
