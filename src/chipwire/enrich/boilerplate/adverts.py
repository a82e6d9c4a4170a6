"""Where an advertised headline ends when a feed has flattened "Read also: …" into running text."""

import re
from itertools import chain, pairwise

from chipwire.enrich.boilerplate.boxes import ASKING
from chipwire.enrich.boilerplate.headlines import BAR, BARS, NEXT, STOP, Headlines, name_start
from chipwire.enrich.boilerplate.notices import SPEECH, end_of_line
from chipwire.enrich.boilerplate.shapes import BULLETS, RANKED
from chipwire.enrich.lookup.glossary import Boilerplate
from chipwire.enrich.text.folding import fold_word
from chipwire.enrich.text.memo import Memo
from chipwire.enrich.text.pieces import parted
from chipwire.enrich.text.spelling import is_han, is_hangul, is_kana

_WORD = re.compile(r"\S+")
_PAIRS = {"《": "》", "「": "」", "『": "』", "«": "»", '"': '"', "<": ">", "〈": "〉", "“": "”", "[": "]", "(": ")"}
_ITEM = re.compile(r"\s*(?:[-*•·・‣▶►■●◆○☞※>»#]|\d{1,2}[.)、])\s*")
FRAME = " :：-–|>»]】)▶►▸›→▼▽↓."
"""What stands around a marker and belongs to no headline."""
_SHORT = re.compile(r"\b(?:[Dd]ok|[Dd]oc|[Ii]st|[Ii]ll|[Pp]ic|[Cc]ourt|[Cc]ol|[Pp]h|[A-Z])\.$")
"""Abbreviations in photo credits: their full stop ends nothing."""
SHORT = 6
"""They are no longer than this, full stop included."""
_BARS = frozenset("-–—|")
_COMMA = re.compile(r"[,#、，،;|]")
_SPOKEN = re.compile(rf"(?<=\w) {SPEECH.pattern}")
LONG_TAG = 3
"""Words from which on what stands after a comma is a tag and the beginning of a sentence."""
_HAN = r"\u3041-\u30ff\u3400-\u9fff"
_GAP = re.compile(rf"(?<=[{_HAN}])[ \u3000](?=[{_HAN}「『【]|[^、，,;|]{{12}})")
"""A space in a tag in Han or kana parts the last one from a sentence."""
TAG = 8
"""A tag in a row without commas has no more signs in Han or kana."""
_QUESTION = re.compile(r"\s*[^.!?。！？؟\n]{6,90}[?？؟]")
"""What follows a question that is asked of the reader, when it is another one."""
_RANK = re.compile(r"\(?(1)(?:[.):]|位)?\s")
MOST_LINES = 15
LEAST_BEHIND = 2
"""Words that a sentence has behind its first one or the name it begins with."""
_FULL_STOPS = (".", "。", "।")
_SIGNS = frozenset(f"-–—{BULLETS}") - frozenset(BARS)
"""What may stand before every headline of a list in running text, but for bars, which headlines are read by."""
_PLUSES = " +++ "
"""What parts headlines when there are two of them; one ends what another one has opened."""


class Advert:
    """Reads what markers open: adverts and lists of them, rows of tags, credits."""

    def __init__(self, boilerplate: Boilerplate) -> None:
        self._headlines = Headlines(boilerplate)
        asking = "|".join(map(re.escape, map(fold_word, boilerplate.asking_words)))
        self._asking = re.compile(rf"\s*(?i:{asking})\s")
        self._goes_on: Memo[str, bool] = Memo(self._is_small)

    def end(
        self, text: str, place: int, names: dict[int, int], *, listing: bool = False, limit: int | None = None
    ) -> int:
        """The end of the advert that a marker ending at `place` opens.

        `names`: ends of companies' names by start; `listing`: more headlines may follow on lines of their own; `limit`:
        where the next advert opens.
        """
        whole = end_of_line(text, place)
        line_end = whole if limit is None else min(whole, limit)
        rest = text[place:line_end].strip(FRAME)
        if not rest:
            return self._lines_end(text, line_end, limit) if line_end == whole else line_end
        start = line_end - len(text[place:line_end].lstrip(FRAME))
        if text[start] in _PAIRS and not _RANK.match(text, start):
            close = text.find(_PAIRS[text[start]], start + 1, line_end)
            if close > 0:
                return self._more(text, close + 1, line_end)
        end = self._headlines.end(text, _last_item(text, start, line_end), line_end, names)
        if (asked := self._asking.match(text, end, line_end)) and not _asks(text, end, line_end):
            end = self._headlines.end(text, asked.end(), line_end, names)
        while match := NEXT.match(text, end, line_end):
            end = self._headlines.end(text, match.end(), line_end, names)
        while text[end - 1] in ASKING and (match := _QUESTION.match(text, end, line_end)):
            end = match.end()
        if end == whole and listing and not BAR.search(rest):
            return self._lines_end(text, line_end, limit)
        return end

    def _more(self, text: str, end: int, line_end: int) -> int:
        """Further quoted headlines right after the first."""
        match = re.compile(r"[\s,;、；|/·]*(?=[《「『«\"“])").match(text, end)
        if match and match.end() < line_end:
            close = text.find(_PAIRS[text[match.end()]], match.end() + 1, line_end)
            if close > 0 and close - match.end() > 6:
                return self._more(text, close + 1, line_end)
        return end

    def _lines_end(self, text: str, line_end: int, limit: int | None) -> int:
        """The end of a list of headlines that starts on the next line; another advert may follow on its last line.

        Headlines have no full stop: behind one that has none, a line that ends with one is the story's.
        """
        end, unstopped = line_end, False
        for _ in range(MOST_LINES):
            if end >= len(text) or end == limit:
                return end
            stop = end_of_line(text, end + 1)
            if limit is not None and end < limit < stop:
                stop = limit
            line = text[end + 1 : stop].strip()
            if not _ITEM.match(line) and (_prose(line) or (unstopped and line[-1:] in _FULL_STOPS)):
                return end
            unstopped |= line[-1:] not in _FULL_STOPS
            end = stop
        return end

    def tags_end(self, text: str, place: int, names: dict[int, int], limit: int) -> int:
        """The end of a comma-separated list of tags; `names` and `limit` are as in `end`, speech opens no tag."""
        line_end = min(end_of_line(text, place), limit)
        if speech := _SPOKEN.search(text, place, line_end):
            return speech.start() + 1
        stop = STOP.search(text, place, line_end)
        if not stop:
            return line_end
        commas = [match.end() for match in _COMMA.finditer(text, place, stop.start())]
        if not commas:
            words = list(_WORD.finditer(text, place, stop.end()))
            return (
                words[-1].start()
                if len(words) > 2 and len(words[-1][0]) > TAG and _wide(words[-1][0][0])
                else stop.end()
            )
        if gap := _GAP.search(text, commas[0], stop.start()):
            return gap.end()
        items = [text[start:end].split() for start, end in pairwise([*commas, stop.start()])]
        last = next((n for n, item in enumerate(items) if len(item) > LONG_TAG), len(items) - 1)
        while last > 0 and len(items[last]) > 1 and items[last][0][0].islower():
            last -= 1
        words = list(_WORD.finditer(text, commas[last], stop.start()))
        if len(words) > 1 and _wide(words[0][0][-1]):
            return words[1].start()
        if len(words) < 3:
            return stop.end()
        opening = (
            word
            for word, after in pairwise(words[1:])
            if (word[0][0].isupper() or word.start() in names) and after[0][0].islower()
        )
        opener = (word for word in words[1:] if word[0][0] == '"' or self._headlines.is_opener(word[0]))
        capital = (word for word in words[1:] if word[0][0].isupper() or word.start() in names)
        begin = next(chain(opener, opening, capital), words[1]).start()
        return name_start(names, begin)

    def credit_end(self, text: str, place: int, names: dict[int, int]) -> int:
        """The end of an unbracketed photo credit: a few words, up to the line's or sentence's end."""
        line_end = end_of_line(text, place)
        stops = (match.end() for match in STOP.finditer(text, place, line_end))
        stop = next((end for end in stops if not _SHORT.search(text, max(place, end - SHORT), end)), line_end)
        until = min(stop, place + 90)
        words, starts = parted(text, place, until)
        reach = 0
        for i in range(1, len(words)):
            word, start, before = words[i], starts[i], words[i - 1][-1]
            wide = before > "\u3040" and _wide(before)
            if not wide and self._goes_on[word] and start not in names:
                continue
            bare = word.strip(",./$")
            if wide and not bare.startswith(("제공", "기자", "提供")):
                return start
            if self._headlines.is_opener(bare) or word in _BARS or (word[0] == '"' and SPEECH.match(text, start)):
                return start
            past = start + len(word)
            if (name_end := names.get(start, 0)) > past:
                past = name_end
            if start >= reach and bare and bare[0].isupper():
                following = next((words[j] for j in range(i + 1, len(words)) if starts[j] >= past), "")
                if following[:1].islower():
                    return start
            if past > reach:
                reach = past
        return until

    def call_end(self, text: str, last: int, end: int, names: dict[int, int]) -> int:
        """Where a call ends whose last platform ends at `last`: before a sentence from which no full stop parts it."""
        if text[last : last + 1] != " " or text[last:end].rstrip()[-1:] not in (".", "।"):
            return end
        words, starts = parted(text, last, end)
        for i, (word, start) in enumerate(zip(words, starts, strict=True)):
            if word[0] == '"':
                return start if SPEECH.match(text, start) else end
            opener = self._headlines.is_opener(word)
            subject = word[0].isupper() and (i == 0 or (start in names and words[i - 1][0].isupper()))
            if not (opener or subject) or word[0].islower():
                continue
            following = i + 1
            while following < len(words) and starts[following] < names.get(start, start):
                following += 1
            if following + LEAST_BEHIND > len(words):
                return end
            if not words[following][0].isupper() or (opener and starts[following] in names):
                return start
        return end

    def _is_small(self, word: str) -> bool:
        """Whether a word ends no credit: it is in small letters and opens no sentence."""
        bare = word.strip(",./")
        small = bare.isascii() and bare[:1].islower()
        return small and not self._headlines.is_opener(bare)


def _asks(text: str, start: int, line_end: int) -> bool:
    """Whether the sentence that begins at `start` is a question, as those of stories with an asking word are."""
    stop = STOP.search(text, start, line_end)
    return stop is not None and stop[0] in ASKING


def _last_item(text: str, start: int, line_end: int) -> int:
    """Where the last headline of a list begins whose first one begins at `start`: by number, or behind one sign."""
    sign = text[start] if text[start] in _SIGNS else text[:start].rstrip()[-1:]
    if sign and sign in _SIGNS:
        item = re.compile(rf"(?:(?<=\s)|^){re.escape(sign)}+\s+")
        while match := item.search(text, start, min(line_end, start + RANKED)):
            if STOP.search(text, start, match.start()) or text[match.end() : match.end() + 1].islower():
                break
            start = match.end()
    if text.count(_PLUSES, start, line_end) > 1:
        start = text.rindex(_PLUSES, start, line_end) + len(_PLUSES)
    return _ranked(text, start, line_end)


def _ranked(text: str, start: int, line_end: int) -> int:
    """Where the last headline of a ranking ("1 … 2 … 3 …") begins, else `start`."""
    match, rank, last = _RANK.match(text, start), 1, start
    while match and int(match[1]) == rank:
        last, rank = match.end(), rank + 1
        match = re.compile(rf"\s\(?({rank})(?:[.):]|位)?\s").search(text, last, min(line_end, last + RANKED))
    return last if rank > (2 if text[start] == "(" else 3) else start


def _wide(char: str) -> bool:
    return char >= "\u3041" and (char <= "\u309f" or is_han(char) or is_kana(char) or is_hangul(char))


def _prose(line: str) -> bool:
    """Whether a line reads like a paragraph, not like a headline."""
    if not line or line[-1] not in '.。!?！？"”」』)':
        return False
    wide = sum(is_han(c) or is_kana(c) or is_hangul(c) for c in line)
    return len(line) + wide >= 50
