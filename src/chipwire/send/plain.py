"""Foreign text made harmless: one line, no controls, no direction tricks, cut between sentences or words."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urlsplit

FSI, PDI = "\u2068", "\u2069"
_SPACES = re.compile(r"[\s\u0085\u00a0\u2028\u2029\u3000]+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u061c\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_NEEDLESS = re.compile(
    f"{FSI}([^{FSI}{PDI}\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]*){PDI}"
)
"""Around what is in no block of scripts that run right to left (Unicode, DerivedBidiClass)."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SHORT = ("Inc", "Corp", "Co", "Ltd", "Mr", "Mrs", "Ms", "Dr", "Prof", "No", "Nr", "vs", "St", "Mrd", "Mio", "bzw")
_GOES_ON = "".join(rf"(?<!\b{short}\.)" for short in (r"\w", r"\d\d", *_SHORT))
"""Not behind "U.S.", "Inc." or the day of a German date: better a sentence too many than half of one."""
_SENTENCE = re.compile(rf"(?<=[.!?…]){_GOES_ON}[\"'”’»)\]]*\s+|(?<=[。！？])[」』”’）]*")
_RTL = {"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "ckb", "dv"}
_BARE = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in '"<>\\^`{|}')


@lru_cache(8192)
def clean(text: str) -> str:
    """One line of visible text: breaks become spaces; controls, zero-width and direction marks go; NFC."""
    text = _SURROGATE.sub("\ufffd", text)
    text = _SPACES.sub(" ", text.replace("\x0b", " ").replace("\x0c", " "))
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text)).strip()


def isolate(text: str) -> str:
    """A foreign string for the inside of a line: its direction cannot reach what surrounds it."""
    return f"{FSI}{text}{PDI}"


def relaxed(text: str) -> str:
    """A text that runs left to right, without the isolates that hold nothing running the other way.

    Some programs show boxes for them; the others lose nothing.
    """
    return _NEEDLESS.sub(r"\1", text)


def clip(text: str, limit: int) -> str:
    """At most `limit` code points, cut at a space where one is near, never between a base and its marks."""
    if len(text) <= limit:
        return text
    cut = limit - 1
    space = text.rfind(" ", 0, cut + 1)
    if space >= cut * 0.6:
        cut = space
    while cut > 1 and (unicodedata.combining(text[cut]) or text[cut] in "\u200d\ufe0f" or text[cut - 1] == "\u200d"):
        cut -= 1
    return text[:cut].rstrip(" ,;:–—-") + "…"


def excerpt(text: str, limit: int = 260) -> str:
    """The first one or two sentences that fit, as the feed gave them; nothing is invented."""
    found = ""
    for count, sentence in enumerate(_SENTENCE.split(clean(text))):
        longer = f"{found} {sentence}".strip() if found and not found.endswith(("。", "！", "？")) else found + sentence
        if count == 2 or (found and len(longer) > limit):
            break
        found = longer
    return clip(found, limit)


def direction(lang: str) -> str:
    """'rtl' or 'ltr' for a BCP 47 tag."""
    parts = lang.split("-")
    if {"Arab", "Hebr"} & set(parts):
        return "rtl"
    return "rtl" if parts[0].lower() in _RTL and "Latn" not in parts else "ltr"


@lru_cache(8192)
def link(url: str) -> str:
    """The address in plain ASCII, or an empty string when it is not one that may be linked."""
    url = _SURROGATE.sub("", url.strip())
    if len(url) > 2000 or not url.lower().startswith(("http://", "https://")):
        return ""
    try:
        host = urlsplit(url).hostname or ""
        ascii_host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:  # of which UnicodeError is one
        return ""
    return quote(url.replace(host, ascii_host, 1), safe=_BARE) if host else ""
