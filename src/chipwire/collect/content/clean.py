"""Between a document's markup and our texts: titles in one line, summaries as harmless HTML, bodies as plain text."""

import html
import re
import unicodedata
from collections import Counter
from functools import lru_cache

import nh3

from chipwire.collect.content.links import MAX_URL, absolute
from chipwire.collect.content.vocabulary import ATTRIBUTES, BLOCKS, DROPPED, INLINE, OTHERS, SHOWN, VOID

MAX_TITLE = 4096
MAX_DEPTH = 400
_KNOWN = "|".join(sorted(BLOCKS | INLINE | DROPPED | OTHERS, key=len, reverse=True))
_LINKS = {"href", "src", "cite"}
_MARKERS = re.compile(r"<!\[CDATA\[|\]\]>|<\?(?i:xml)[^<>]*>|</(?i:br|hr|img|wbr|input)\s*>|</?(?i:plaintext)\b[^<>]*>")
_MARKED = re.compile(r"<(?:!\[CDATA|\?xml|/(?:br|hr|img|wbr|input)\b|/?plaintext)", re.IGNORECASE)
"""Whether there can be such markers: looked for much faster than replaced."""
_SELF_CLOSED = re.compile(rf"<((?i:{'|'.join(sorted(DROPPED))}))\b([^<>]*)/>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_KNOWN_TAG = re.compile(
    rf"<(?:/?\s*(?:{_KNOWN})(?=[\s/>:])[^<>]*|/?[A-Za-z][\w:.-]*\s[^<>]*=[^<>]*|!--.*?--)>", re.IGNORECASE | re.DOTALL
)
_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_OPEN_TAG = re.compile(r"<(?=/?(?i:script|iframe|style|object|embed|svg|img|meta|link|base|form)\b)")
_DOUBLE = re.compile(
    r"<(?:/(?i:p|div|a|li|ul|strong|em|b|i|span|h[1-6]|blockquote|table|figure)\s*>|(?i:br|img|p|a|hr)(?:\s[^<>]*)?/?>)"
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>?")
_IMG = re.compile(r'<img((?:\s+[a-z-]+="[^"]*")*)\s*/?>')
_ATTR = re.compile(r'\s+([a-z-]+)="([^"]*)"')
_BEACON = re.compile(r"(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)|display\s*:\s*none|visibility\s*:\s*hidden")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


def line(raw: str) -> str:
    """Plain text as one line: no controls, no lone surrogates, no direction overrides, single blanks, NFC."""
    joined = " ".join(raw.split())
    if joined.isprintable():
        return unicodedata.normalize("NFC", joined)
    return unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", joined).split()))


def title(raw: str) -> str:
    """A title as text in one line: tags gone, and character references resolved when they were escaped twice."""
    raw = raw[:MAX_TITLE]
    if "<" not in raw and "&" not in raw and "]]>" not in raw:
        return line(raw)
    return line(_untag(unescape(_untag(_MARKERS.sub("", raw)))))


def unescape(raw: str) -> str:
    """Character references resolved once; only complete ones, so that `R&D` and `a?b=1&copy=2` stay."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), raw) if "&" in raw else raw


def fragment(raw: str, *bases: str | None) -> str:
    """Markup as harmless HTML: allow-listed tags, absolute http and https links, no one-pixel pictures."""
    mended = prepared(raw)
    if not mended:
        return ""
    harmless = _seen(_sanitiser(*bases).clean(mended))
    if "<img" in harmless:
        harmless = _IMG.sub(_picture, harmless)
    return unicodedata.normalize("NFC", harmless).strip()


@lru_cache(maxsize=8)
def _sanitiser(*bases: str | None) -> nh3.Cleaner:
    """What makes markup of one document harmless; to set one up takes as long as to use it."""

    def keep(tag: str, name: str, value: str) -> str | None:
        if name not in _LINKS:
            return _seen(value)
        link = absolute(value, *bases)
        return link if link and len(link) <= MAX_URL else None

    return nh3.Cleaner(
        tags=set(SHOWN),
        attributes=ATTRIBUTES,
        clean_content_tags=set(DROPPED),
        attribute_filter=keep,
        url_schemes={"http", "https"},
        filter_style_properties={"width", "height", "display", "visibility"},
        link_rel="noopener noreferrer",
    )


def plain(raw: str) -> str:
    """Text without markup, one line per paragraph; a single line break inside a sentence is a blank."""
    paragraphs: list[str] = []
    for part in re.split(r"\n[ \t]*\n", raw.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line(one) for one in part.split("\n")]
        joined = ""
        for one in filter(None, lines):
            wraps = len(joined) >= 60 and joined[-1] not in '.!?。！？…:：;”"」'
            joined = f"{joined} {one}" if wraps else f"{joined}\n{one}" if joined else one
        if joined:
            paragraphs.append(joined)
    return opened("\n".join(paragraphs))


def opened(text: str) -> str:
    """Text in which no tag that acts can be taken for markup."""
    return _OPEN_TAG.sub("‹", text)


def escape(raw: str) -> str:
    """Plain text as an HTML fragment: its paragraphs stay."""
    return "<br>".join(html.escape(one, quote=False) for one in plain(raw).split("\n"))


def _seen(text: str) -> str:
    """The text without characters that nobody sees; line breaks stay."""
    return text.translate(_CONTROLS) if text.isascii() else _UNSEEN.sub("", text)


def _mended(raw: str) -> str:
    if "]]>" in raw or _MARKED.search(raw):
        raw = _MARKERS.sub("", raw)
    return (_SELF_CLOSED.sub(r"<\1\2></\1>", raw) if "/>" in raw else raw).strip()


@lru_cache(maxsize=4)
def prepared(raw: str) -> str:
    """Markup before sanitising: leftover CDATA marks and empty-element forms mended, markup escaped twice opened.

    Kept for a moment, as what is shown of a body and its text are made one after the other.
    """
    raw = _mended(raw)
    if "&lt;" in raw and not _DOUBLE.search(raw):
        opened = unescape(raw)
        if _DOUBLE.search(opened):
            raw = _mended(opened)
    return _TAG.sub(" ", raw) if _too_deep(raw) else raw


def _too_deep(raw: str) -> bool:
    """Whether elements are nested so deeply that a tree of them would take quadratic time."""
    if raw.count("<") <= MAX_DEPTH:
        return False
    depth, opened = 0, Counter[str]()
    for match in _TAG.finditer(raw):
        name = match[2].lower()
        if match[1] and opened[name]:
            opened[name] -= 1
            depth -= 1
        elif not match[1] and name not in VOID:
            opened[name] += 1
            depth += 1
        if depth > MAX_DEPTH:
            return True
    return False


def _untag(raw: str) -> str:
    if "<" not in raw:
        return raw
    return _OPEN_TAG.sub("", _KNOWN_TAG.sub("", _HIDDEN.sub(" ", raw)))


def _picture(match: re.Match[str]) -> str:
    """An `img` of the sanitised output as it stays, or nothing when nobody could see it."""
    found = dict(_ATTR.findall(match[1]))
    tiny = any(found.get(side, "").strip().removesuffix("px") in ("0", "1") for side in ("width", "height"))
    if tiny or not found.get("src") or _BEACON.search(found.get("style", "")):
        return ""
    return "<img" + "".join(f' {name}="{value}"' for name, value in found.items() if name != "style") + ">"


def looks_like_markup(raw: str) -> bool:
    """Whether text that calls itself plain is markup all the same."""
    return bool(_DOUBLE.search(raw)) or ("&lt;" in raw and bool(_DOUBLE.search(unescape(raw))))
