"""Short notices known by how they begin or end: who paid, who took the picture, where the app is."""

import re

from chipwire.enrich.lookup.matching import Marker

_BREAK = re.compile(
    r"[\n。！？!?।؟|｜•▶►■●◆※…. ](?:(?<![. ])(?<!Yahoo!)|(?<=\.)(?=[\s\"')\]])"
    r"|(?<=[\u3041-\u30ff\u3400-\u9fff] )(?=[\u3041-\u30ff\u3400-\u9fff「『【―]"
    r"|\d+[\u3041-\u30ff\u3400-\u9fff]|[A-Zァ-ヶ][A-Za-z0-9ァ-ヶー・ ]{1,14}(?:向け|[制侧])?"
    r"(?:[はもの](?!こちら|公式|チャンネル|アカウント|登録|公開|配信|発信|更新|フォロー)|が|、)))"
)
"""What parts sentences; where a feed has lost the mark, a name that is the topic of what follows opens it."""
_PLAIN_BREAK = re.compile(r"[\n!?|.](?:(?<!\.)(?<!Yahoo!)|(?<=\.)(?=[\s\"')\]]))")
"""The same in a text that is ASCII: no space is looked at."""
SPEECH = re.compile(r'"[^"\n]{8,300}[,.!?]"')
"""Words that someone says end with a sign before the closing mark; what headlines quote does not."""
SPEAKING = frozenset(
    {"said", "says", "added", "he", "she", "they", "told", "kata", "ujar", "dit", "sagte", "dijo", "disse"}
)
_ENDS = ("\n", ".", "。", "!", "！", ")", "]", "】", "」", "")
_BRACKETS = {"(": ")", "[": "]", "【": "】"}
BRIEF, WORDS = 60, 8
"""The longest a short notice is, in letters and in words."""
BARE = 4
"""The same in words when one word opens it ("Foto Samsung") that also begins sentences ("Bild und Ton liefert …")."""


def breaks(text: str) -> re.Pattern[str]:
    """What parts the sentences of a text."""
    return _PLAIN_BREAK if text.isascii() else _BREAK


def start_of_line(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def end_of_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def sentence_start(text: str, marker: Marker) -> int:
    start = start_of_line(text, marker.start)
    start = max(start, text.rfind(". ", start, marker.start) + 1)
    for match in breaks(text).finditer(text, start, marker.end):
        if match.end() > marker.start:
            break
        start = match.end()
    apart = text[marker.start - 1 : marker.start] in " ([\n"
    if (
        apart
        and text[marker.start].isupper()
        and text[start : marker.start].strip(" -*•·>\"'([")
        and not text[start : marker.start].rstrip().endswith(":")
        and not text.isupper()
    ):
        return marker.start
    return start


def brief(text: str, marker: Marker) -> tuple[int, int]:
    """The sentence, or the bracket, that a notice is."""
    if marker.form == "end":
        return sentence_start(text, marker), marker.end
    closer = _BRACKETS.get(text[marker.start - 1 : marker.start])
    close = text.find(closer, marker.end, marker.start + BRIEF) if closer else -1
    if close >= 0:
        return marker.start - 1, close + 1
    match = breaks(text).search(text, marker.end)
    return marker.start, match.end() if match else len(text)


def is_brief(text: str, marker: Marker) -> bool:
    """Whether a notice is short enough to be one and, when known by its end, ends there."""
    if marker.form == "end" and text[marker.end : marker.end + 1] not in _ENDS:
        return False
    notice = text[slice(*brief(text, marker))]
    one = text[marker.start : marker.end].isalpha() and text[marker.end : marker.end + 1] == " "
    bare = one and marker.form == "start" and ":" not in notice
    return width(notice) <= BRIEF and len(notice.split()) <= (BARE if bare else WORDS)


def width(text: str) -> int:
    """How long a text is when a sign of Han, kana or hangul takes the room of two."""
    return len(text) + sum("\u2e80" <= char <= "\ud7af" for char in text)
