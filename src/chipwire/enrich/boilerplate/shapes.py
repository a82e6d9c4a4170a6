"""Boxes known by shape alone, whatever they are called: headlines ranked by number, prices or tags between bars."""

import re
from collections.abc import Iterator

from chipwire.enrich.boilerplate.notices import end_of_line, start_of_line

_RANKED = re.compile(r"1(?<!\S1)(?:[.)]|位)?\s+(?=[^\W\d_a-z])")
_DOTTED = frozenset(".)位")
_NEXT = {
    (number, dotted): re.compile(rf"\s{number}{'(?:[.)]|位)' if dotted else ''}\s+(?=[^\W\d_a-z])")
    for number in (2, 3)
    for dotted in (True, False)
}
ARROWS = "▶▷►▸▹›»|◆◇★☆→⇒" + "".join(map(chr, range(0x2794, 0x27BF)))
"""What stands before headlines, and hardly between the points of a plan or a story."""
BULLETS = f"•·*>■□●○◎☞↓{ARROWS}"
"""What may stand before every headline of a list."""
RANKED = 90
"""A headline of a ranking has no more letters."""
HEADING = 28
"""A ranking's heading has no more letters."""
_STOP = re.compile(r"[.!?。！？؟।:][\s\"')\]]+|[。！？]|\n")
_PRICE = r"[^\s|•·;:][^|•·;:\n]{0,30}?\s\d[\d.,]*\s?[+\-±▲▼△▽]\s?%?\d[\d.,]*\s?%?"
_CHANGE = re.compile(r"[+\-±▲▼△▽]\s?%?\d[\d.,]*\s?%?\s*[|•·]")
_PRICES = re.compile(rf"(?:(?<=\s)|^)(?:[^\W\d_][^\n:.。|]{{1,24}}:\s*)?{_PRICE}(?:\s*[|•·]\s*{_PRICE})+")
_TAG = r"[^\W\d_](?:(?!\s\d)[^\n|•.:;!?,]){0,24}"
_TAGS = re.compile(rf"(?:(?<=[\n.!?。！？] )|(?<=[\n。！？])|^){_TAG}(?:\s?[|•]\s?{_TAG}){{2,}}(?=[\s|•]|$)")
_MOST_WORDS = 3
_SUPPLIED = re.compile(r"=[^\s=。、,]{1,20}(?:提供|撮影)(?=[)\s]|$)")
"""Who a picture is from, as Japanese papers print it behind its caption."""


def tag_rows(text: str) -> Iterator[tuple[int, int]]:
    """Rows of three or more tags between bars, each of a few words without figures: no sentence stands in one."""
    if text.count("|") < 2 and text.count("•") < 2:
        return
    for match in _TAGS.finditer(text):
        tags, end = re.split(r"[|•]", match[0]), match.end()
        if end < len(text) and text[end] != "\n":  # a sentence follows, and where the last tag ends is not known
            last = tags.pop().lstrip()
            end += len(last.split()[0]) - len(last)
        if all(len(tag.split()) <= _MOST_WORDS for tag in tags):
            yield match.start(), end


def supplied(text: str) -> Iterator[tuple[int, int]]:
    """Whom Japanese captions name as the source of their picture."""
    return (match.span() for match in _SUPPLIED.finditer(text)) if "=" in text else iter(())


def rankings(text: str) -> Iterator[tuple[int, int]]:
    """Where the headings of rankings begin and end: at most a few words, then three headlines by number.

    Where no full stop or the like is behind the numbers, the headlines are in letters that have no capitals.
    """
    if " 2" not in text or " 3" not in text:
        return
    for match in _RANKED.finditer(text):
        line_end, first = end_of_line(text, match.end()), start_of_line(text, match.start())
        start = max([first, *(stop.end() for stop in _STOP.finditer(text, first, match.start()))])
        dotted = text[match.start() + 1] in _DOTTED
        if not 1 < len(text[start : match.start()].strip()) <= HEADING or not (dotted or _caseless(text[match.end()])):
            continue
        second = _rank(text, 2, match.end(), line_end, dotted=dotted)
        if second and _rank(text, 3, second, line_end, dotted=dotted):
            yield start, match.start()


def _rank(text: str, number: int, place: int, line_end: int, *, dotted: bool) -> int:
    """Where the headline of a rank begins behind another one, else 0."""
    match = _NEXT[number, dotted].search(text, place, min(line_end, place + RANKED))
    return match.end() if match and not _STOP.search(text, place, match.start()) else 0


def _caseless(char: str) -> bool:
    return char.lower() == char.upper()


def prices(text: str) -> Iterator[tuple[int, int]]:
    """Rows of two or more names with price and change between bars or bullets, with their label."""
    past = 0 if "|" in text or "•" in text or "·" in text else len(text)
    for change in _CHANGE.finditer(text, past):
        if change.start() >= past:
            start, past = start_of_line(text, change.start()), end_of_line(text, change.start())
            yield from (match.span() for match in _PRICES.finditer(text, start, past))
