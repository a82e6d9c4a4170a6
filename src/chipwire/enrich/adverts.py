"""Where an advertised headline ends when a feed has flattened "Read also: …" into running text."""

import re

from chipwire.enrich.glossary import Boilerplate
from chipwire.enrich.memo import Memo
from chipwire.enrich.notices import line_end as _line_end
from chipwire.enrich.spelling import is_han, is_hangul, is_kana

_WORD = re.compile(r"\S+")
_STOP = re.compile(r"[.!?。！？।؟](?:(?<=[.!?])(?<![\s:|]\d.)(?=[\s\"')\]]|$)|(?<=[。！？।؟]))")
_PAIRS = {"《": "》", "「": "」", "『": "』", "«": "»", '"': '"', "<": ">", "〈": "〉", "“": "”", "[": "]", "(": ")"}
_ITEM = re.compile(r"\s*(?:[-*•·▶►■●◆○☞※>»#]|\d{1,2}[.)、])\s*")
_PROSE_CJK = re.compile(r"[，、]|표시|表示|说|称|という|した|です|ます|である")
_KO_TOPIC = re.compile(r"[가-힣A-Za-z0-9]{2,}(?:은|는)$")
FRAME = " :：-–|>»]】)▶►▸›→▼▽↓"
"""What stands around a marker and belongs to no headline."""
_BAR = re.compile(r"[\s|／｜](?:(?<=\s)[|/•·»▸›]\s|(?<=[|／｜]))")
_GERMAN = frozenset(("der", "die", "das", "dem", "den", "des", "und", "für", "mit", "auf", "im", "am", "zur", "eine"))
"""Words by which German is known, where every noun has a capital."""
_NOT_FRENCH = _GERMAN - {"des"}
BEFORE = 80
"""Letters before a headline in which German is looked for too."""
_EDGES = ",:;'\""
_CLITIC = "nya"
"""An Indonesian word with it is small in running text only; headlines in title case give it a capital."""
_NEXT = re.compile(r"\s*(?<=[?!？！؟…\s])(?:[|/·•>»▶►▸›■◆;；]|[–—](?=\s))+\s*(?=\S)")
"""What parts a headline that ends in a question from the next one of a list."""
READ = 1 << 13
"""Words of which it is remembered how they are written."""
_SHORT = re.compile(r"\b(?:[Dd]ok|[Dd]oc|[Ii]st|[Ii]ll|[Pp]ic|[Cc]ourt|[Cc]ol|[Pp]h|[A-Z])\.$")
"""Abbreviations in photo credits: their full stop ends nothing."""
SHORT = 6
"""They are no longer than this, full stop included."""
_COMMA = re.compile(r"[,#、，;|]")
LONG_TAG = 3
"""Words from which on what stands after a comma is a tag and the beginning of a sentence."""
SENTENCE = 3
"""Korean sentences have at least so many words."""
MOST_LINES = 15


class Advert:
    """Reads headlines by how headlines are written: title case, no full stop, no topic particle."""

    def __init__(self, boilerplate: Boilerplate) -> None:
        self._openers = frozenset(word for words in boilerplate.openers.values() for word in words)
        self._small = frozenset(boilerplate.small_words)
        self._closing = frozenset(boilerplate.closing_nouns)
        self._is_small: Memo[str, bool] = Memo(lambda word: word.strip(_EDGES).lower() in self._small, READ)

    def end(
        self, text: str, place: int, names: dict[int, int], *, listing: bool = False, limit: int | None = None
    ) -> int:
        """The end of the advert that a marker ending at `place` opens.

        `names`: ends of companies' names by start; `listing`: more headlines may follow on lines of their own; `limit`:
        where the next advert opens.
        """
        whole = _line_end(text, place)
        line_end = whole if limit is None else min(whole, limit)
        rest = text[place:line_end].strip(FRAME)
        if not rest:
            return self._lines_end(text, line_end, limit) if line_end == whole else line_end
        start = line_end - len(text[place:line_end].lstrip(FRAME))
        if text[start] in _PAIRS:
            close = text.find(_PAIRS[text[start]], start + 1, line_end)
            if close > 0:
                return self._more(text, close + 1, line_end)
        end = self._headline_end(text, start, line_end, names)
        while match := _NEXT.match(text, end, line_end):
            end = self._headline_end(text, match.end(), line_end, names)
        if end == whole and listing and not _BAR.search(rest):
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
        """The end of a list of headlines that starts on the next line; another advert may follow on its last line."""
        end = line_end
        for _ in range(MOST_LINES):
            if end >= len(text) or end == limit:
                return end
            stop = _line_end(text, end + 1)
            if limit is not None and end < limit < stop:
                stop = limit
            line = text[end + 1 : stop].strip()
            if _prose(line) and not _ITEM.match(line):
                return end
            end = stop
        return end

    def _headline_end(self, text: str, start: int, line_end: int, names: dict[int, int]) -> int:
        stop = _STOP.search(text, start, line_end)
        soon = min(line_end, start + 12)
        while stop and stop[0] in "?!" and stop.end() < soon and not _NEXT.match(text, stop.end(), line_end):
            stop = _STOP.search(text, stop.end(), line_end)
        until = stop.end() if stop else line_end
        opening = text[start : min(until, start + 80)]
        if opening.isascii():
            return self._spaced(text, start, until, names)
        spaceless = sum(is_han(c) or is_kana(c) for c in opening)
        if sum(map(is_hangul, opening)) * 4 > until - start:
            return self._korean(text, start, until, names) if stop else until
        if spaceless * 3 > min(80, until - start):
            return _spaceless(text, start, until, stopped=stop is not None)
        return self._spaced(text, start, until, names)

    def _spaced(self, text: str, start: int, until: int, names: dict[int, int]) -> int:
        """Where the next sentence starts: after a title-case run, at an opening word, at a lone capital."""
        begin = start
        for match in _BAR.finditer(text, start, until):
            start = match.end()
        start = text.rindex("; ", start, until) + 2 if text.count("; ", start, until) > 1 else start
        words, starts = _words(text, start, until)
        capital, small = list(map(_CAPITAL.__getitem__, words)), list(map(self._is_small.__getitem__, words))
        head = [capital[i] for i in range(min(6, len(words))) if not small[i]]
        titled = len(head) > 2 and all(head)
        before = text[max(0, begin - BEFORE) : begin].lower().split() if not titled else ()
        lone_words = not titled and _GERMAN.isdisjoint(map(str.lower, words)) and _NOT_FRENCH.isdisjoint(before)
        for i in range(2, len(words) - 1):
            if not capital[i] or not words[i][0].isupper() or words[i - 1][-1] in ":,-–—/|(":
                continue
            at, past, bare = starts[i], i + 1, words[i].strip(_EDGES)
            if at in names:
                past = next((j for j in range(i + 1, len(words)) if starts[j] >= names[at]), i + 1)
            lower_next, opener = not capital[past], bare in self._openers
            if titled and lower_next:
                reach = min(i + 6 if at in names else i + 4, len(words))
                prose = [j for j in range(past, reach) if not capital[j] and not small[j]]
                found = len(prose) > (0 if opener or any(words[j].endswith(_CLITIC) for j in prose) else 1)
            elif titled:
                found = False
            else:
                lone = lone_words and lower_next and not small[i - 1] and at not in names and bare.isalpha()
                found = opener or (lone and len(words) - i > 3)
            if found:
                return at
        return until

    def _korean(self, text: str, start: int, until: int, names: dict[int, int]) -> int:
        """Where prose starts: at an opening word or a topic particle, or at the company's name right before it.

        Else after the last noun that headlines end with, if a sentence's worth of words is left.
        """
        last, closed = start, until
        words = list(_WORD.finditer(text, start, until))
        for count, word in enumerate(words):
            bare = word[0].strip(",'\"…")
            if count > 1 and (bare in self._openers or _KO_TOPIC.match(bare)):
                return last if last in names and count > 2 and bare not in self._openers else word.start()
            if count > 1 and bare in self._closing and len(words) - count > SENTENCE:
                closed = words[count + 1].start()
            last = word.start()
        return closed

    def tags_end(self, text: str, place: int) -> int:
        """The end of a comma-separated list of tags."""
        line_end = _line_end(text, place)
        stop = _STOP.search(text, place, line_end)
        if not stop:
            return line_end
        commas = [match.end() for match in _COMMA.finditer(text, place, stop.start())]
        if not commas:
            return stop.end()
        ends = [*commas[1:], stop.start()]
        long = (start for start, end in zip(commas, ends, strict=True) if len(text[start:end].split()) > LONG_TAG)
        words = list(_WORD.finditer(text, next(long, commas[-1]), stop.start()))
        if len(words) > 1 and _wide(words[0][0][-1]):
            return words[1].start()
        if len(words) < 3:
            return stop.end()
        for word in words[1:]:
            if word[0] in self._openers or word[0][0].isupper():
                return word.start()
        return words[1].start()

    def credit_end(self, text: str, place: int, names: dict[int, int]) -> int:
        """The end of an unbracketed photo credit: a few words, up to the line's or sentence's end."""
        line_end = _line_end(text, place)
        stops = (match.end() for match in _STOP.finditer(text, place, line_end))
        stop = next((end for end in stops if not _SHORT.search(text, max(place, end - SHORT), end)), line_end)
        until = min(stop, place + 90)
        words, starts = _words(text, place, until)
        reach = 0
        for i in range(1, len(words)):
            word, start, before = words[i], starts[i], words[i - 1][-1]
            bare = word.strip(",./")
            if before > "\u3040" and _wide(before) and not bare.startswith(("제공", "기자", "提供")):
                return start
            if bare in self._openers or word in "-–—|":
                return start
            past = max(start + len(word), names.get(start, 0))
            if start >= reach and bare[:1].isupper():
                following = next((words[j] for j in range(i + 1, len(words)) if starts[j] >= past), "")
                if following[:1].islower():
                    return start
            reach = max(reach, past)
        return until


def _words(text: str, start: int, until: int) -> tuple[list[str], list[int]]:
    """The words of text[start:until] and where each starts in the text."""
    piece = text[start:until].lstrip()
    words, place = piece.split(), until - len(piece)
    single = " ".join(words) == piece.rstrip()
    starts: list[int] = []
    for word in words:
        starts.append(place if single else (place := text.index(word, place)))
        place += len(word) + single
    return words, starts


_CAPITAL: Memo[str, bool] = Memo(lambda word: word != word.lower() or not word[0].isalpha(), READ)
"""Whether a word has a capital, or begins with something else than a letter."""


def _wide(char: str) -> bool:
    return char >= "\u3041" and (char <= "\u309f" or is_han(char) or is_kana(char) or is_hangul(char))


def _prose(line: str) -> bool:
    """Whether a line reads like a paragraph, not like a headline."""
    if not line or line[-1] not in '.。!?！？"”」』)':
        return False
    wide = sum(is_han(c) or is_kana(c) or is_hangul(c) for c in line)
    return len(line) + wide >= 50


def _spaceless(text: str, start: int, until: int, *, stopped: bool) -> int:
    """Han and kana headlines have no full stop: what stands after the last space before one is prose."""
    if not stopped:
        return until
    gap = max(text.rfind(" ", start, until - 1), text.rfind("\u3000", start, until - 1))
    while gap > start and (text[gap - 1].isascii() and text[gap + 1 : gap + 2].isascii()):
        gap = text.rfind(" ", start, gap)
    if gap > start + 3 and until - gap > 8:
        return gap
    return until
