"""Divides a text into zones before anything is tagged: what markers, labels, calls and tails make boilerplate."""

import re
from bisect import bisect_left
from itertools import chain
from operator import itemgetter

from chipwire.enrich.boilerplate.adverts import FRAME, Advert
from chipwire.enrich.boilerplate.boxes import box_end, paragraph_end
from chipwire.enrich.boilerplate.calls import calls
from chipwire.enrich.boilerplate.headings import HeadingWords
from chipwire.enrich.boilerplate.labels import LabelWords, labels
from chipwire.enrich.boilerplate.markers import opens_anew, stands
from chipwire.enrich.boilerplate.notices import breaks, brief, end_of_line, sentence_start, start_of_line
from chipwire.enrich.boilerplate.platforms import behind_bar, buttons, goes_on, row_end, rows
from chipwire.enrich.boilerplate.shapes import prices, rankings, supplied, tag_rows
from chipwire.enrich.boilerplate.tails import Tails
from chipwire.enrich.boilerplate.zones import Zones, merged
from chipwire.enrich.lookup.glossary import Headings
from chipwire.enrich.lookup.matching import Found, Marker

_HASHTAGS = re.compile(r"#[^\s#,]{2,40}(?:#(?!\w))?[\s,]*(?:#[^\s#,]{2,40}(?:#(?!\w))?[\s,]*)+")
"""Written so that it begins with its first sign, which is searched at once."""
_TITLE_TAIL = re.compile(r"\s[-|–—]\s[^-|–—]{2,40}$")
_CLOSERS = {"(": ")", "[": "]", "【": "】", "<": ">", "〈": "〉", "「": "」"}
_DASHED = re.compile(r"(?:(?<=\s-)|(?<=\s-\s)|\s-\s)")
"""What ends a call behind which it says what one gets."""
_START, _END = itemgetter(0), itemgetter(1)
_POINTED = re.compile(r"(?:(?<=\n)|(?<=[.!?。！？] )|(?<=[。！？]))[▲▼△](?![\s\d])[^▲▼△\n]+$")
"""A caption by the sign that opens it; where there are more of them, a story counts points."""
_FULL_STOPS = ".。।"
LEAD = 320
OPENS, CALL = 8, 36
"""A call opens its line when it begins within 8 characters of its start, or is no longer than 36."""
FRAMED = 8
"""So many signs behind a marker are looked at for what stands around it and belongs to no headline."""
CAPTION = 170
"""A line of its own that begins like a photo credit is a caption up to this length."""


class _Names(dict[int, int]):
    """The ends of companies' names by start, and of adverts by where they begin and how far they may reach."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        super().__init__(spans)
        self.adverts: dict[tuple[int, int], int] = {}


class Zoner:
    """Finds boilerplate from the markers the matcher saw."""

    def __init__(self, advert: Advert, label_words: list[str], boxes: list[str], headings: Headings) -> None:
        self._advert = advert
        self._labels = LabelWords(label_words, boxes, headings.helpers)
        self._headings = HeadingWords(label_words, headings)
        self._tails = Tails(label_words, headings.helpers, headings.alone)

    def body(self, text: str, found: Found) -> Zones:
        """Zones of a folded body."""
        names = _Names([(start, end) for start, end, _, _ in found.hits])
        spans: list[tuple[int, int]] = []
        adverts: list[tuple[int, int]] = []
        captions: list[tuple[int, int]] = []
        opened = 0
        markers = sorted(sorted(found.markers, key=_END, reverse=True), key=_START)  # the longest first
        for marker in markers:
            inside = bool(spans) and marker.start < spans[-1][1]
            if (inside and marker.start < opened) or not stands(text, marker):
                continue
            scope = marker.scope
            goes_on = inside and marker.start - opened < 2 and scope in ("ad", "list")
            if inside and not goes_on and not opens_anew(text, marker):
                continue
            opened = marker.end
            limit = _opening(text, markers, opened) if scope in ("ad", "list", "box", "tags") else len(text)
            span = self._span(text, marker, found, names, limit)
            spans.append(span)
            if scope in ("ad", "list"):
                adverts.append(span)
            elif scope == "credit":
                captions.append((start_of_line(text, span[0]), span[0]))
        for start, end, known in chain(self._headings.find(text, names), self._headings.lines(text)):
            limit = _opening(text, markers, end)
            past = self._advert.end(text, end, names, listing=text[end] == "\n", limit=limit)
            if known or text[:past].rstrip()[-1] not in _FULL_STOPS:
                spans.append((start, past))
        for start, end, kind in labels(text, self._labels):
            start += len(text[start:end]) - len(text[start:end].lstrip())
            close = text.find(_CLOSERS[text[start]], end) if text[start] in _CLOSERS else -1
            limit = _opening(text, markers, end)
            if kind == "box":
                past = self._box_end(text, start, end, names, limit)
            else:
                past = self._advert_end(text, end, names, limit)
            spans.append((start, close + 1 if close > 0 else past))
        for start, end in calls(text, found, merged(adverts)):
            spans.append((start, _paragraph(text, start, self._call_end(text, start, end, found, names))))
        spans.extend(self._tails.find(text, found.hits, merged(spans)))
        if "#" in text:
            spans.extend(match.span() for match in _HASHTAGS.finditer(text))
        spans.extend((start, self._advert_end(text, end, names, len(text))) for start, end in rankings(text))
        spans.extend(prices(text))
        spans.extend(tag_rows(text))
        spans.extend(supplied(text))
        spans.extend(rows(text, found.platforms))
        spans.extend(buttons(text, found.platforms, merged(spans)))
        first = text.find("\n")
        lead = min(LEAD, first if first > 0 else len(text))
        short = [(start, end) for start, end in captions if 0 < end - start < 160]
        return Zones(text, lead, merged(spans), merged(short))

    def _advert_end(self, text: str, place: int, names: _Names, limit: int) -> int:
        """The end of an advert; a marker and a label with a colon often open the same one."""
        frame = text[place : place + FRAMED]
        begin = place + len(frame) - len(frame.lstrip(FRAME)), limit
        if begin not in names.adverts:
            names.adverts[begin] = self._advert.end(text, place, names, limit=limit)
        return names.adverts[begin]

    def _call_end(self, text: str, start: int, end: int, found: Found, names: _Names, least: int = 0) -> int:
        """The end of a call: before a sentence it runs into, behind a row of platforms or what it says one gets."""
        end = self._advert.call_end(text, max(least, _last_platform(text, found, start, end)), end, names)
        end = behind_bar(text, end, found.platforms)
        dash = _DASHED.match(text, end)
        return self._advert.end(text, dash.end(), names) if dash else end

    def _box_end(self, text: str, start: int, end: int, names: dict[int, int], limit: int | None) -> int:
        """The end of a box; a heading alone on its line heads a list."""
        if text[end : end_of_line(text, end)].strip(" :：]】)>"):
            return box_end(text, start, end)
        return self._advert.end(text, end, names, listing=True, limit=limit)

    def _span(self, text: str, marker: Marker, found: Found, names: _Names, limit: int) -> tuple[int, int]:
        """What a marker makes boilerplate; an advert or a list of them ends at `limit`, where the next one opens."""
        scope = marker.scope
        line_end = end_of_line(text, marker.end)
        start = marker.start - 1 if text[marker.start - 1 : marker.start] in _CLOSERS else marker.start
        bracket = text[start]
        closer = _CLOSERS.get(bracket, "")
        close = text.find(closer, marker.end, line_end) if closer else -1
        if scope in ("ad", "list"):
            after = close + 1 if 0 <= close <= marker.end + 2 else marker.end
            if close > marker.end + 2:
                return start, close + 1
            if scope == "ad":
                return start, self._advert_end(text, after, names, limit)
            return start, self._advert.end(text, after, names, listing=True, limit=limit)
        if scope == "box":
            return start, self._box_end(text, start, marker.end, names, limit)
        if scope == "row":
            return start, row_end(text, marker.end, found.platforms)
        if scope == "brief":
            return brief(text, marker)
        if scope == "tags":
            return start, self._advert.tags_end(text, marker.end, names, limit)
        if scope == "credit":
            return _credit(text, marker, start, close, self._advert, names)
        if close >= 0:
            return start, close + 1
        row = row_end(text, marker.end, found.platforms)
        if row > marker.end and not goes_on(text, row):
            return sentence_start(text, marker), row
        begin = sentence_start(text, marker)
        end = _sentence_end(text, marker.end, found)
        end = self._call_end(text, begin, end, found, names, marker.end)
        return begin, _paragraph(text, begin, end) if marker.start - begin <= OPENS or end - begin <= CALL else end


def _opening(text: str, markers: list[Marker], place: int) -> int:
    """Where the first of some markers in order opens something of its own, at `place` or behind it; else the end."""
    later = (marker for marker in markers[bisect_left(markers, (place,)) :] if stands(text, marker))
    return next((marker.start for marker in later if opens_anew(text, marker)), len(text))


def _paragraph(text: str, start: int, end: int) -> int:
    """The end of what a call to the reader opens: the rest of a short line after a story is of its kind."""
    whole = paragraph_end(text, start) if end - start <= LEAD and text.rfind("\n", 0, start) >= 0 else None
    return end if whole is None else max(end, whole)


def _last_platform(text: str, found: Found, start: int, end: int) -> int:
    """Where the last platform or word of a call ends; `end` when it names no platform.

    A platform that opens what is written small behind it is the subject of a sentence.
    """
    rows = [span for span in found.platforms.items() if start <= span[0] and span[1] <= end]
    if len(rows) > 1 and not text[rows[-2][1] : rows[-1][0]].strip() and goes_on(text, rows[-1][1]):
        rows.pop()
    said = [past for place, past, _ in found.signals if start <= place and past <= end] if rows else ()
    return max([rows[-1][1], *said]) if rows else end


def title_tail(text: str, publishers: re.Pattern[str]) -> tuple[int, int] | None:
    """The ' - Outlet' at the end of an aggregator's title, when it reads like an outlet."""
    match = _TITLE_TAIL.search(text)
    if match and publishers.search(match[0]):
        return match.span()
    return None


def _sentence_end(text: str, place: int, found: Found) -> int:
    match = breaks(text).search(text, place)
    end = match.end() if match else len(text)
    if "가" <= text[place - 1] <= "힣":
        closing = [stop for start, stop, name in found.signals if name == "closers" and place - 6 <= start < end]
        if closing and text[closing[-1] : closing[-1] + 1] == " ":
            return closing[-1]
    return end


def _credit(
    text: str, marker: Marker, start: int, close: int, advert: Advert, names: dict[int, int]
) -> tuple[int, int]:
    """A bracketed credit with its brackets, else the words that follow the marker."""
    if close >= 0:
        return _caption(text, start), close + 1
    line_end = end_of_line(text, marker.end)
    opener = max(text.rfind(mark, start_of_line(text, marker.start), marker.start) for mark in "([【")
    if opener >= 0 and marker.start - opener < 60 and not re.search(r"[)\]】]", text[opener : marker.start]):
        closing = re.compile(r"[)\]】]").search(text, marker.end, line_end)
        if closing:
            return _caption(text, opener), closing.end()
    if line_end - marker.start <= CAPTION and start_of_line(text, marker.start) >= start - 2:
        return start, line_end
    return marker.start, advert.credit_end(text, marker.end, names)


def _caption(text: str, credit: int) -> int:
    """Where the caption begins that ends with a credit in brackets: at the sign that points to its picture, if any."""
    pointed = _POINTED.search(text, max(0, credit - CAPTION), credit)
    return pointed.start() if pointed else credit
