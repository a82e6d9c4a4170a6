"""Where a headline without a full stop ends and the sentence behind it begins, by how headlines are written."""

import re

from chipwire.enrich.boilerplate.notices import SPEECH
from chipwire.enrich.lookup.glossary import Boilerplate
from chipwire.enrich.text.folding import fold, fold_word
from chipwire.enrich.text.memo import Memo
from chipwire.enrich.text.pieces import Piece
from chipwire.enrich.text.spelling import is_han, is_hangul, is_kana

STOP = re.compile(r"[.!?。！？।؟](?:(?<=[.!?])(?<![\s:|]\d.)(?=[\s\"')\]]|$)|(?<=[。！？।؟]))")
NEXT = re.compile(r"\s*(?<=[?!？！؟…\s])(?:[|/·•>»▶►▸›■◆;；]|[–—](?=\s))+\s*(?=\S)")
"""What parts a headline that ends in a question from the next one of a list."""
_WORD = re.compile(r"\S+")
BARS = "|/•·»▸›／｜▶►■◆●"
BAR = re.compile(r"[\s|／｜](?:(?<=\s)[|/•·»▸›▶►■◆●]\s|(?<=[|／｜]))")
_TOPIC = re.compile(r"[가-힣A-Za-z0-9]{2,}(?:은|는)$")
_SUBJECT = re.compile(r"[가-힣A-Za-z0-9]{2,}[이가]$")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d$")
BEFORE = 80
"""Letters before a headline in which German is looked for too."""
EDGES = ",:;'\""
_CLITIC = "nya"
"""An Indonesian word with it is small in running text only; headlines in title case give it a capital."""
CLITIC = 6
"""A longer one before a comma opens a sentence (Pesaingnya, Akibatnya); shorter ones are names (Kenya, Tanya)."""
SENTENCE, TOLD = 3, 2
"""Korean sentences have at least so many words; those that end as only sentences do."""
_FEMININE = re.compile(r"ت\w{2,}|\w{2,}ت\b")
"""Verbs of companies, which are feminine in Arabic; a noun may stand before a name there as well."""
LEAST, BARRED, LEFT = 4, 3, 3
"""Words of a headline, of one behind a bar, and of the sentence that a company's name without a small word before it
begins."""
PHRASE = 3
"""Words that title case would raise make running text when there are more of them."""
SPACELESS = 5
"""A sentence in Han or kana is longer, with the space before it and its full stop."""
LONGEST = 15
"""What has more words between bars and ends with a full stop is no headline."""


class Headlines:
    """Reads headlines: title case, no full stop, no topic particle."""

    def __init__(self, boilerplate: Boilerplate) -> None:
        self._openers = frozenset(fold(word).text for words in boilerplate.openers.values() for word in words)
        self._small = frozenset(map(fold_word, boilerplate.small_words))
        self._closing = frozenset(boilerplate.closing_nouns)
        self._joining = frozenset(boilerplate.joining_words)
        self._govern_none = self._joining | frozenset(boilerplate.finite_words)
        self._german = frozenset(boilerplate.german_words)
        self._not_french = self._german - {"des"}
        self._is_small: Memo[str, bool] = Memo(lambda word: word.strip(EDGES).lower() in self._small)
        self._opens: Memo[str, bool] = Memo(self._is_opener)

    def end(self, text: str, start: int, line_end: int, names: dict[int, int]) -> int:
        """The end of the headline that begins at `start`; `names` are ends of companies' names by start."""
        stop = STOP.search(text, start, line_end)
        soon = min(line_end, start + 12)
        while stop and stop[0] in "?!" and stop.end() < soon and not NEXT.match(text, stop.end(), line_end):
            stop = STOP.search(text, stop.end(), line_end)
        until = stop.end() if stop else line_end
        stopped = stop is not None and stop[0] in ".।"
        opening = text[start : min(until, start + 80)]
        if opening.isascii():
            return self._spaced(text, start, until, names, stopped=stopped)
        spaceless = sum(is_han(c) or is_kana(c) for c in opening)
        if sum(map(is_hangul, opening)) * 4 > until - start:
            return self._korean(text, start, until, names) if stop else until
        if spaceless * 3 > min(80, until - start):
            return _spaceless(text, start, until, stopped=stop is not None)
        return self._spaced(text, start, until, names, stopped=stopped)

    def is_opener(self, word: str) -> bool:
        """Whether a word opens a sentence and hardly a headline's second half."""
        return self._opens[word]

    def _is_opener(self, word: str) -> bool:
        bare = word.strip(EDGES)
        elided = bare[: bare.find("'") + 1] if "'" in bare[1:3] else ""
        if word.endswith(f"{_CLITIC},") and len(bare) > CLITIC:
            return True
        return bare in self._openers or (elided in self._openers and bare[len(elided) :].islower())

    def _spaced(self, text: str, start: int, until: int, names: dict[int, int], *, stopped: bool) -> int:
        """Where the next sentence starts: after a title-case run, at an opening word, at a lone capital.

        Else at the name of a company, when a full stop shows that more than a headline stands here.
        """
        begin, bar = start, None
        for bar in BAR.finditer(text, start, until) if any(map(text[start:until].__contains__, BARS)) else ():
            start = bar.end()
        start = text.rindex("; ", start, until) + 2 if text.count("; ", start, until) > 1 else start
        piece = Piece.of(text, start, until, names, self._is_small)
        words, titled = piece.words, piece.is_titled()
        before = text[max(0, begin - BEFORE) : begin].lower().split() if not titled else ()
        lone_words = (
            not titled and self._german.isdisjoint(map(str.lower, words)) and self._not_french.isdisjoint(before)
        )
        named, prose = None, self._first_prose(piece) if titled else None
        for i in range(2, len(words) - 1):
            at, name_end = piece.starts[i], piece.ends[i]
            if _breaks_off(text, piece, i):
                return at
            if not (name_end or self._may_open(piece, i)) or _belongs(piece, i):
                continue
            is_name = stopped and name_end > 0 and not piece.small[i - 1] and text[name_end : name_end + 1] != "-"
            if prose == at or self._is_border(piece, i, titled=titled, is_name=is_name, lone=lone_words):
                joined = words[i - 1] in self._joining and i > LEAST
                return name_start(names, piece.starts[i - 2] if joined else at)
            if is_name and self._parts(piece, i, BARRED if bar else LEAST):
                named = at
        if titled:
            return until
        if bar and stopped and len(words) > LONGEST and not named:
            ahead = Piece.of(text, begin, bar.start(), names, self._is_small)
            return bar.end() if ahead.is_titled() else until
        return named or until

    def _may_open(self, piece: Piece, i: int) -> bool:
        """Whether a word is written as a sentence's first one may be."""
        word = piece.words[i]
        return (piece.capital[i] and word[0].isupper()) or (_caseless(word) and word in self._openers)

    def _is_border(self, piece: Piece, i: int, *, titled: bool, is_name: bool, lone: bool) -> bool:
        """Whether a sentence opens at a word: by how those behind it are written, or by the word itself."""
        words, capital, small, end = piece.words, piece.capital, piece.small, piece.ends[i]
        past = piece.past(i)
        lower_next, opener = not capital[past], self._opens[words[i]]
        if not titled:
            alone = lone and lower_next and not small[i - 1] and not end and words[i].strip(EDGES).isalpha()
            return opener or (alone and len(words) - i > 3)
        if not lower_next:
            comma = words[i][-1] == "," or (small[i] and words[i + 1][-1] == ",")
            return opener and comma and not all(capital[:i])
        reach = min(i + 6 if end else i + 4, len(words))
        prose = [j for j in range(past, reach) if not capital[j] and not small[j]]
        own = prose and prose[0] < next((j for j in range(past, reach) if capital[j]), reach)
        clitic = any(words[j].endswith(_CLITIC) for j in (i, *prose))
        return len(prose) > (0 if opener or clitic or is_name else 1) and (opener or bool(own))

    def _first_prose(self, piece: Piece) -> int | None:
        """Where running text begins behind a title-case run: at the capital before the first word it would raise.

        Most of what follows must be written small, and more than a phrase.
        """
        plain = [j for j, capital in enumerate(piece.capital) if not capital and not piece.small[j]]
        if len(plain) <= PHRASE or plain[0] <= LEAST or not piece.capital[plain[0] - 1]:
            return None
        raised = sum(piece.capital[plain[0] :])
        return piece.starts[plain[0] - 1] if len(plain) > 2 * raised else None

    def _parts(self, piece: Piece, i: int, least: int) -> bool:
        """Whether a company's name may part a headline of so many words from a sentence, of which it is the subject.

        It is none behind a genitive or before a preposition.
        """
        past = piece.past(i)
        word = piece.words[past]
        governs = piece.small[past] and word.islower() and word not in self._govern_none
        if i < least or len(piece.words) - i < LEFT or governs or piece.words[i - 1].endswith(("'s", "s'")):
            return False
        arabic = "\u0600" <= piece.words[i][0] <= "\u06ff"
        return not arabic or _FEMININE.match(piece.words[past]) is not None

    def _korean(self, text: str, start: int, until: int, names: dict[int, int]) -> int:
        """Where prose starts: at an opening word or a topic particle, or at the company's name right before it.

        Else after the last noun that headlines end with, if a sentence's worth of words is left.
        """
        last, closed = start, until
        words = list(_WORD.finditer(text, start, until))
        told = text.endswith("다.", start, until)
        for count, word in enumerate(words):
            bare = word[0].strip(",'\"…")
            if count > 1 and (bare in self._openers or _TOPIC.match(bare)):
                if closed == until and last in names and count > 2 and bare not in self._openers:
                    return last
                return min(closed, word.start())
            if count > 2 and word.start() in names and _SUBJECT.match(bare):
                return min(closed, word.start())
            if (
                count > 1
                and bare in self._closing
                and len(words) - count > (TOLD if told and closed == until else SENTENCE)
            ):
                closed = words[count + 1].start()
            last = word.start()
        return closed


def _breaks_off(text: str, piece: Piece, i: int) -> bool:
    """Whether someone begins to speak at a word, or a report by the clock goes on."""
    word = piece.words[i]
    if word[0] == '"':
        return SPEECH.match(text, piece.starts[i]) is not None
    clock = word[0].isdigit() and _CLOCK.match(word) is not None
    return clock and piece.words[i + 1][0].isupper() and not piece.small[i - 1]


def _belongs(piece: Piece, i: int) -> bool:
    """Whether what stands before a word holds it: a sign, or a German imperative before its "Sie"."""
    return piece.words[i - 1][-1] in ":;,-–—/|(" or (piece.words[i] == "Sie" and piece.capital[i - 1])


def name_start(names: dict[int, int], place: int) -> int:
    """Where the company's name begins that `place` is in, else `place`."""
    return next((start for start, end in names.items() if start < place < end), place)


def _caseless(word: str) -> bool:
    return word.lower() == word.upper()


def _spaceless(text: str, start: int, until: int, *, stopped: bool) -> int:
    """Han and kana headlines have no full stop: what stands after the last space before one is prose."""
    if not stopped:
        return until
    gap = max(text.rfind(" ", start, until - 1), text.rfind("\u3000", start, until - 1))
    while gap > start and (text[gap - 1].isascii() and text[gap + 1 : gap + 2].isascii()):
        gap = text.rfind(" ", start, gap)
    if gap > start + 3 and until - gap > SPACELESS:
        return gap
    return until
