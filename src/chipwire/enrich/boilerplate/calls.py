"""Sentences that call on the reader instead of telling news, known by the words that meet in them."""

import re
from collections.abc import Iterable, Iterator

from chipwire.enrich.boilerplate.notices import SPEAKING, SPEECH, start_of_line, width
from chipwire.enrich.lookup.matching import Found

_CHUNK = re.compile(
    r"[\n。！？!?।؟|｜•▶►■●◆○◇※☞▷….\s](?:(?<![.\s])(?<!Yahoo!)|(?<=\n)|(?<=\.)(?=[\s\"')\]]|$)|(?<=\s)[-–—/／]\s"
    r"|(?<=[\u3041-\u30ff\u3400-\u9fff)\]】〕」』\"\U0001f300-\U0001faff] )(?=[\u3041-\u30ff\u3400-\u9fffA-Z「『【―]"
    r"|\d+[\u3041-\u30ff\u3400-\u9fff]))"
)
"""A mark that parts sentences; every first character in one class, because that is searched several times faster."""
_ODD = r"\r\t\x0b\x0c\x1c-\x1f"
_PLAIN_CHUNK = re.compile(
    rf"[\n!?|.)\]{_ODD}](?:(?<=[\n!?|])(?<!Yahoo!)|(?<=\.)(?=[\s\"')\]]|$)|(?<=[)\]])\ (?=[A-Z])|(?<=[{_ODD}])[-/]\s)"
)
"""The same in a text that is ASCII and has no space before a dash or slash: other spaces are not looked at."""
_OPENING = re.compile(r"(?:[(\[【][^()\[\]【】\n]{2,40}[)\]】])?[\s\-*•·>\"'(\[【<「]*")
"""What may stand before the first word of a sentence: a credit or tag in brackets, marks."""
_ASIDE = re.compile(r"[\s(\[【〔][^()\[\]【】〔〕\n]{2,40}[)\]】〕]\s*$")
"""A credit in brackets behind a sentence."""
_TOPIC = re.compile(r"[은는이가] ")
"""Behind what a Korean sentence tells of."""
LONGEST, NOTICE = 60, 90
"""A call that is known by its last word is no longer than this, one known by what outlets give notice of than that."""
OPENING, BUTTON = 32, 48
"""What a share button can do is said within so many letters of its beginning, and one button says no more than this."""
SOON, SOON_WIDE = 8, 3
"""How soon a sentence that calls says what to do, in letters and in signs that fill a square."""
REST = 12
"""How wide is what may follow the last of sharing and platforms: "click here"."""


def calls(text: str, found: Found, adverts: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Spans of sentences in which a call's words meet: verb and noun, our and notice, platform and closing word.

    What one of `adverts`, sorted and disjoint, has taken of a sentence's beginning is no part of it.
    """
    if not _may_meet({name for _, _, name in found.signals}, len(found.platforms)):
        return
    called = -1
    for start, end in chunks(text, sorted([place for place, _, _ in found.signals])):
        start = next((past for first, past in adverts if first <= start + 1 and start < past < end), start)
        signals = [(place, stop, name) for place, stop, name in found.signals if start <= place < end]
        names = {name for _, _, name in signals}
        platforms = len([place for place in found.platforms if start <= place < end])
        if start != called and not _may_meet(names, platforms):
            continue
        begins = start + len(_OPENING.match(text, start)[0])  # type: ignore[index]
        opens = any(
            name == "verbs" and (place <= begins + _soon(text[place]) or text[place - 2 : place] == ": ")
            for place, _, name in signals
        )
        if text[begins - 1 : begins] == '"' and SPEECH.match(text, begins - 1):
            continue
        last = _ASIDE.sub("", text[start:end]).rstrip(" \n.。।!！」)]】>|｜•▶►■●◆○◇※☞▷-–/／")
        closes = any(name == "closers" and stop - start >= len(last) for _, stop, name in signals)
        short = end - start <= LONGEST
        bulleted = text[start - 1 : start] in tuple("▶►☞▷■●◆•※")
        closing = next((stop for _, stop, name in signals if name == "closers" and stop - start < 32), 0)
        if bulleted and closing and any(start <= place < closing for place in found.platforms):
            yield start, closing
        elif (
            (opens and ("ours" in names or "nouns" in names or (short and platforms > 1)))
            or (opens and end - start <= NOTICE and _gives_notice(signals))
            or ({"ours", "notices"} <= names and '"' not in text[start:end])
            or (closes and short and (platforms or "ours" in names or "nouns" in names or start == called))
            or (closes and short and _announces(signals, start + len(last)))
            or ("sharing" in names and _shares(text, signals, found.platforms, begins, start + len(last)))
            or ({"selves", "support"} <= names and '"' not in text[start:end])
            or ("authors" in names and _about_author(text[begins:end], signals, begins))
            or ({"consent", "cookies"} <= names and _consents(text, signals, begins, start + len(last)))
            or ("providing" in names and end - start <= NOTICE and _provides(text, signals, begins, start + len(last)))
        ):
            closed = [stop for _, stop, name in signals if name == "closers" and text[stop : stop + 1] == " "]
            start = start if opens else _begin(text, signals, start)
            called = end
            yield start, closed[-1] if closed and "가" <= text[closed[-1] - 1] <= "힣" else end


def _soon(char: str) -> int:
    return SOON if char < "\u2e80" else SOON_WIDE


def _opens_with(group: str, signals: list[tuple[int, int, str]], begins: int) -> bool:
    """Whether one of a group's words begins a sentence."""
    return any(name == group and place <= begins + 1 for place, _, name in signals)


def _about_author(sentence: str, signals: list[tuple[int, int, str]], begins: int) -> bool:
    """Whether a sentence that begins with its author tells of a place at the outlet, or of shares, and of no speech."""
    told = any(name in ("ours", "stakes") for _, _, name in signals)
    return told and _opens_with("authors", signals, begins) and SPEAKING.isdisjoint(sentence.lower().split())


def _consents(text: str, signals: list[tuple[int, int, str]], begins: int, ends: int) -> bool:
    """Whether a sentence asks to allow: at the beginning of a clause, or last where verbs come last."""
    return any(
        name == "consent" and (place <= begins + 1 or stop >= ends or text[place - 2 : place - 1] in (",", ":"))
        for place, stop, name in signals
    )


def _gives_notice(signals: list[tuple[int, int, str]]) -> bool:
    """Whether a word of notices stands beside the verbs, none of which it is itself."""
    verbs = {place for place, _, name in signals if name == "verbs"}
    return any(name == "notices" and place not in verbs for place, _, name in signals)


def _announces(signals: list[tuple[int, int, str]], ends: int) -> bool:
    """Whether a word of notices stands before the word that ends a call at `ends`."""
    closing = min([place for place, stop, name in signals if name == "closers" and stop >= ends], default=0)
    return any(name == "notices" and stop <= closing for _, stop, name in signals)


def _begin(text: str, signals: list[tuple[int, int, str]], start: int) -> int:
    """Where a call begins in a sentence that does not open with it and has lost its own full stop."""
    for place, _, name in sorted(signals):
        if name == "sharing" or place == start:
            return start
        if name in ("verbs", "ours", "selves") and opens_within(text, place):
            return place
    return start


def opens_within(text: str, place: int) -> bool:
    """Whether a word with a capital follows a small one or a hashtag: it opens a sentence whose border is lost."""
    before = text[text.rfind(" ", 0, place - 1) + 1 : place]
    return text[place].isupper() and before[-1:] == " " and (before.islower() or before[0] == "#")


def _shares(text: str, signals: list[tuple[int, int, str]], named: dict[int, int], begins: int, ends: int) -> bool:
    """Whether a sentence is what share buttons say: it opens or ends with sharing, on a platform, or says it twice."""
    sharing = sorted((place, stop) for place, stop, name in signals if name == "sharing")
    platforms = [place for place in named if begins <= place < ends and not _TOPIC.match(text, named[place])]
    if not platforms or sharing[0][0] > begins + OPENING or min(platforms) > begins + BUTTON:
        return False
    framed = sharing[0][0] <= begins + 2 or sharing[-1][1] >= ends
    rest = width(text[max(sharing[-1][1], *(named[place] for place in platforms)) : ends])
    return (framed and ends - begins <= BUTTON and rest <= REST) or (len(dict(sharing)) > 1 and len(platforms) > 1)


def _provides(text: str, signals: list[tuple[int, int, str]], begins: int, ends: int) -> bool:
    """Whether a sentence opens with data that a page shows and it, or its first clause, ends with who provides them."""
    closes = any(name == "providing" and (stop >= ends or text[stop] in ",，") for _, stop, name in signals)
    return closes and _opens_with("data", signals, begins)


def _may_meet(names: set[str], platforms: int) -> bool:
    """Whether a text has the words of a call: asked of the whole before it is cut into sentences, then of each."""
    third = "ours" in names or "nouns" in names or platforms > 1
    return (
        ("verbs" in names and (third or "notices" in names))
        or {"ours", "notices"} <= names
        or ("closers" in names and (third or bool(platforms) or "notices" in names))
        or ("sharing" in names and bool(platforms))
        or {"selves", "support"} <= names
        or {"data", "providing"} <= names
        or {"consent", "cookies"} <= names
        or ("authors" in names and not names.isdisjoint(("ours", "stakes")))
    )


def chunks(text: str, places: list[int]) -> Iterator[tuple[int, int]]:
    """The sentences that hold one of `places`, which are in order; shreds of three characters are none.

    A line is cut from the last full stop before a place, so a text in which nothing is looked for costs nothing.
    """
    last = 0
    plain = places and text.isascii() and " -" not in text and " /" not in text
    mark = _PLAIN_CHUNK if plain else _CHUNK
    for place in places:
        if place < last:
            continue
        start = max(last, start_of_line(text, place))
        start = max(start, text.rfind(". ", start, place) + 1)
        for match in mark.finditer(text, start):
            last = match.end()
            if last > place:
                if last - start > 3:
                    yield start, last
                break
            start = last
        else:
            last = len(text)
            yield start, last
