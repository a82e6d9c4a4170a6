"""Where a marker of boilerplate must stand to be one: its form, and what goes before and after it."""

import re

from chipwire.enrich.boilerplate.notices import SPEECH, is_brief
from chipwire.enrich.lookup.matching import Marker
from chipwire.enrich.text.spelling import is_han

_LISTED = re.compile(r"\s*(?:[-*•·・▶►■●◆]|\d{1,2}[.):]?)\s")
_BRACKETS = frozenset("([【<〈「")
_COLONS = frozenset(":|>»▶▸›→]】)")
_BLANK = frozenset(("\n", ""))
_APART = " ,，、([【<〈「《|•▶►■●◆※☞▼★☆"
_DASHED = re.compile(r" - (?![a-z])(?!.{,160} - )")
"""A dash before a capital, and no second one that would close an aside."""
_APART_BY = frozenset((" -", ". "))
_COLON_SOON = re.compile(r"[^.:\n]{1,40}:")
_POINTING = frozenset("→←➡➤👉📌🔗✉📰📖")
_FRAME = " -–*•·▶►■●◆○☞※▲△>»#[【<〈(（|｜\"'\ufe0f" + "".join(_POINTING)
_HEADS = '\n:|>»▶►▸›→]】)〉》《「『"([【<〈-–—/▷▼↓·•☞■●◆★☆①1'
"""What follows a heading, or ends it: no sentence goes on there."""


def stands(text: str, marker: Marker) -> bool:
    """Whether a marker's place and surroundings are those of boilerplate."""
    form = marker.form
    if text[marker.start - 1] == '"' and marker.start and SPEECH.match(text, marker.start - 1):
        return False  # someone says so: "Baca juga bukunya," kata penjual
    if form == "any":
        return marker.scope != "ad" or not _small_behind(text, marker)
    if marker.scope == "brief":
        return (form == "end" or _opens(text, marker)) and is_brief(text, marker)
    if form == "label":
        return _labels(text, marker)
    if form == "bracket":
        whole = text[marker.end - 1] >= "\u2e80" or not text[marker.end : marker.end + 1].isalpha()
        return whole and marker.start > 0 and text[marker.start - 1] in _BRACKETS
    if form == "call":
        return _opens(text, marker) or (text[marker.start].isupper() and text[marker.start - 1] == " ")
    after = text[marker.end : marker.end + 4]
    if form == "colon":
        if after.lstrip(" ")[:1] in _COLONS:
            return True
        return (after[:1] in _BLANK or (after[:2] in _APART_BY and _parted(text, marker))) and _opens(text, marker)
    if form == "line":
        after = after.lstrip(" ")
        closed = after[:1] in _BLANK or (after[0] in ":：]】" and after[1:2] in _BLANK)
        return closed and (_opens(text, marker) or _heads_list(text, marker))
    return _opens(text, marker)


def _small_behind(text: str, marker: Marker) -> bool:
    """Whether a sentence goes on behind a marker in small letters: headlines begin with a capital, labels end soon."""
    if not text[marker.end - 1].isalpha():
        return False
    return text[marker.end : marker.end + 3].strip(" ").islower() and not _COLON_SOON.match(text, marker.end)


def _parted(text: str, marker: Marker) -> bool:
    """Whether a heading is parted from what it heads by a dash or, when it is in capitals, by a full stop."""
    return _DASHED.match(text, marker.end) is not None or (
        text[marker.end] == "." and text[marker.start : marker.end].isupper()
    )


def _heads_list(text: str, marker: Marker) -> bool:
    """Whether a marker with a capital ends its line over a numbered or bulleted one."""
    line_end = text.find("\n", marker.end)
    capital = text[marker.start].isupper() and text[marker.start - 1] == " "
    return capital and line_end >= 0 and _LISTED.match(text, line_end + 1) is not None


def _labels(text: str, marker: Marker) -> bool:
    """Whether a marker without a colon of its own heads something: framed as a heading is, or set off by spaces.

    Words like 相关报道 or 주요뉴스 are parts of sentences as well; there particles and commas follow them.
    """
    if not text[marker.start].isalnum():
        return True
    opens = _opens(text, marker)
    if not opens and text[marker.start - 1] not in _APART:
        return False
    after = text[marker.end : marker.end + 4]
    if not after.strip(" ") or after.lstrip(" ")[0] in _HEADS or text[marker.end - 1] in _HEADS:
        return True
    last = text[marker.end - 1]
    return after[0] == " " and (is_han(last) or (opens and last >= "\u2e80"))


def opens_anew(text: str, marker: Marker) -> bool:
    """Whether a marker in what another one has opened opens something of its own."""
    if marker.form != "any":
        return True
    before = text[max(0, marker.start - 1) : marker.start]
    opens = before in _BRACKETS or text[marker.start] in _BRACKETS
    return opens or (before == " " and (text[marker.start].isupper() or text[marker.start] >= "\u2e80"))


def _opens(text: str, marker: Marker) -> bool:
    """Whether a marker stands at the start of a line or sentence, or behind a sign that points."""
    if marker.start == 0 or text[marker.start - 1] == "\n":
        return True
    nearby = text[max(0, marker.start - 6) : marker.start]
    before = nearby.rstrip(_FRAME)
    return before == "" or before[-1] in ".!?。！？।؟\n:…」』)]】" or not _POINTING.isdisjoint(nearby[len(before) :])
