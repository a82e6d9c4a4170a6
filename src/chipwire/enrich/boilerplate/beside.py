"""Whether a sentence stands beside its story: weighed by shape, by whom it speaks to, by what it shares with the story.

Lists of markers know the kinds of boxes that somebody has seen; these signs are common to kinds that nobody has.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chipwire.domain.boilerplate import blanked
from chipwire.enrich.boilerplate.boxes import ASKING
from chipwire.enrich.boilerplate.notices import SPEAKING, end_of_line, start_of_line, width
from chipwire.enrich.boilerplate.page_words import UNSPACED, Lexicon, Words
from chipwire.enrich.boilerplate.zones import Spans, Zones
from chipwire.enrich.lookup.matching import Found

_SPOKEN = frozenset({"you", "ours", "page", "near_you", "near_page", "noted", "signals", "near_signals", "platforms"})
"""What is said to a reader or of a page."""
_STOP = re.compile(
    r"[.!?…。！？।؟](?:(?<=[.!?…])(?<![\s(]\d\.)(?<![\s(]\d\d\.)[\"')\]”’»]*(?=\s|$)|(?<=[。！？।؟])[」』”)]*)"
)
_STOPPED = re.compile(r"[.!?…。！？।؟][\"')\]”’»」』]*$")
_WORD = re.compile(r"[\w'’]+")
_BAR = re.compile(r"[|•·▶►»→★▲▼©◆■●]|[-–—](?<=\s[-–—])(?=\s)")
_CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d\d(?!\d)")
_LABEL = re.compile(r"[^\w(]*([^\n:.。!?()]{2,44}):(?!\d|//)")
_LETTERS = re.compile(r"[^\W\d_]+")
_QUOTING = re.compile(r"[\"“„«「]")
_SPEECH = re.compile(r"[\"“„«「][^\"”»」\n]{3,}[\"”»」]?")
_RANK = re.compile(r"(?:^|\s)[123][.)]?\s+(?=\S)")
NEAR, LINE, LONE = 200, 300, 90
"""How far what stands around a sentence counts; how long its line is when it stands apart; how wide one sentence is."""
SPREAD = 300
"""Whom a text names further apart, or in its title, it tells of."""
_NOTES = frozenset({"ours", "stakes", "authors", "selves", "support", "data", "providing", "consent", "cookies"})


class Sentence(NamedTuple):
    """text[start:end] in the line text[line:line_end]; what stands around it is text[low:high]."""

    start: int
    end: int
    line: int
    line_end: int
    low: int
    high: int


class Beside:
    """Weighs sentences; `facts` are words of labels that belong to a story."""

    def __init__(self, words: Words, facts: Iterable[str]) -> None:
        self._weights = words.weights
        self._you = {lang: Lexicon(listed) for lang, listed in words.you.items()}
        self._page = {lang: Lexicon(listed) for lang, listed in words.page.items()}
        self._none = Lexicon(())
        self._facts = frozenset(facts)

    def spans(self, title: str, titled: Found, text: str, found: Found, zones: Zones, lang: str) -> tuple[Spans, Spans]:
        """Sentences beside a folded body, of those that alone name somebody: sure ones and doubtful ones.

        Doubtful are those known by shape alone: closing prices, or headlines in a row, may be the news.
        """
        spoken: Spans = []
        shaped: Spans = []
        seen = -1
        story = blanked(text, zones.boilerplate)
        for place in _passing(titled, found, zones):
            if place < seen:
                continue
            sentence = around(story, place, zones.boilerplate)
            seen = sentence.end
            if not story[: sentence.start].strip() and not story[sentence.end :].strip():
                break
            features = self.shape(story, found, sentence, lang)
            if self._weighed(features) <= 0:
                continue
            if self._weighed(features | shared(title, story, sentence)) > 0:
                speaks = any(features[name] for name in _SPOKEN)
                (spoken if speaks else shaped).append((sentence.start, sentence.end))
        return spoken, shaped

    def _weighed(self, features: Mapping[str, float]) -> float:
        return sum([self._weights[name] * value for name, value in features.items() if value])

    def shape(self, text: str, found: Found, sentence: Sentence, lang: str) -> dict[str, float]:
        """Features, each between 0 and 1, but what it shares with its story: that weighs against it, and takes longest.

        A whole sentence in which nothing speaks for it has none, whatever stands around it.
        """
        start, end, line, line_end, low, high = sentence
        unit, base = text[start:end].strip(), lang.split("-")[0]
        you, page = self._you.get(base, self._none), self._page.get(base, self._none)
        spoken = _SPEECH.sub(" ", unit) if _QUOTING.search(unit) else unit
        words = _words(spoken)
        addressed, pages = you.count(spoken, words), page.count(spoken, words)
        signals = {name for place, _, name in found.signals if start <= place < end}
        unstopped = not _STOPPED.search(unit)
        bars = len(_BAR.findall(unit))
        apart = line_end - line < LINE and bool(text[:line].strip() or text[line_end:].strip())
        labelled = apart and ":" in unit  # in a paragraph a clause may end with a colon
        if not (addressed or pages or signals or unstopped or bars or labelled or unit.endswith(ASKING)):
            return {}
        beside = f"{text[low:start]} {text[end:high]}"
        others = _words(beside)
        near = {name for place, _, name in found.signals if low <= place < start or end <= place < high}
        tokens = _WORD.findall(unit) or [""]
        label = _LABEL.match(unit)
        facts = label is not None and self._facts.issuperset(_LETTERS.findall(label[1].lower()))
        return {
            "bias": 1.0,
            "unstopped": unstopped,
            "last_unstopped": unstopped and not text[end:].strip(),
            "asks": unit.endswith(ASKING),
            "apart": apart,
            "apart_unstopped": apart and not _STOPPED.search(text[line:line_end].rstrip()),
            "lone": apart and width(unit) < LONE,
            "bars": _up_to(3, bars),
            "clock": _CLOCK.search(unit) is not None,
            "numbers": sum([any(map(str.isdigit, token)) for token in tokens]) / len(tokens),
            "ranks": len(_RANK.findall(unit)) > 2,
            "label": label is not None and not facts,
            "facts": facts,
            "you": _up_to(2, addressed),
            "ours": "ours" in signals,
            "page": pages > 0,
            "pages": _up_to(3, pages - 1),
            "near_you": you.count(beside, others) > 0,
            "near_page": _up_to(2, page.count(beside, others)),
            "noted": not signals.isdisjoint(_NOTES),
            "signals": _up_to(3, len(signals) - 1),
            "near_signals": _up_to(2, len(near)),
            "platforms": _up_to(2, sum([start <= place < end for place in found.platforms])),
            "quoted": spoken != unit,
            "said": not words.isdisjoint(SPEAKING),
            "capitals": sum([token[:1].isupper() for token in tokens]) / len(tokens),
            "many": _up_to(2, sum([start <= hit[0] < end for hit in found.hits]) - 1),
        }


def shared(title: str, text: str, sentence: Sentence) -> dict[str, float]:
    """How much of what a sentence says is said in its title and in the rest of the story."""
    start, end, *_ = sentence
    own = _stems(text[start:end])
    rest = _stems(text[:start]) | _stems(text[end:])
    titles = _stems(title)
    return {"titled": _up_to(4, len(own & titles)), "kin": len(own & (rest | titles)) / max(3, len(own))}


def around(text: str, place: int, known: Spans) -> Sentence:
    """The sentence at a place: it ends with a full stop, its line or where `known` boilerplate begins."""
    line, line_end = start_of_line(text, place), end_of_line(text, place)
    low = max([line, *(end for _, end in known if line < end <= place)])
    high = min([line_end, *(start for start, _ in known if place < start < line_end)])
    start, end = low, high
    for stop in _STOP.finditer(text, low, high):
        if stop.end() > place:
            end = stop.end()
            break
        start = stop.end()
    if line_end - line >= LINE:
        low, high = max(low, start - NEAR), min(high, end + NEAR)
    return Sentence(start, end, line, line_end, low, high)


def _passing(titled: Found, found: Found, zones: Zones) -> list[int]:
    """Where those are named whom a text names in one place and not in its title."""
    heads = {alias.slug for hit in titled.hits for alias in hit[3]}
    masked = zones.masked if zones.boilerplate else None
    hits = [hit for hit in found.hits if not (masked and masked(hit[0]))]
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for start, _, _, aliases in hits:
        for alias in aliases:
            last[alias.slug] = start
            first.setdefault(alias.slug, start)
    passing = {slug for slug, place in first.items() if last[slug] - place < SPREAD and slug not in heads}
    return [hit[0] for hit in hits if any(alias.slug in passing for alias in hit[3])] if passing else []


def _words(text: str) -> frozenset[str]:
    words = _WORD.findall(text)
    return frozenset([*map(str.lower, words), *words[1:]])


def _stems(text: str) -> set[str]:
    """Words without their endings; pairs of signs where words are not spaced."""
    found = set[str]()
    for word in _WORD.findall(text.lower()):
        if UNSPACED.match(word):
            found.update([word[n : n + 2] for n in range(len(word) - 1)])
        elif len(word) > 3:
            found.add(word[:5])
    return found


def _up_to(most: int, count: int) -> float:
    return min(max(count, 0), most) / most
