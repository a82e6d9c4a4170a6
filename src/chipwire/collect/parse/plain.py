"""Entries as nearly everybody writes them, read by a table of elements; feedparser has the word on all others.

An entry is plain when each of its elements stands in the table: with no attributes but the usual, with text alone, and
not twice where one would overrule the other. What feedparser makes of such an entry hangs on nothing around it but the
language of the root, and is said here in its own terms. All other entries are left to it in a document of their own.
"""

import html
import re

from lxml import etree

from chipwire.collect.document.cut import Cut
from chipwire.collect.parse.elements import ATOM, CORE, RSS_1, SPACES, TABLE, Doubt, Found, Reader

_PREFIXES = {space: prefix for prefix, spaces in SPACES.items() for space in spaces}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ABOUT = f"{{{SPACES['rdf'][0]}}}about"
_ENTRIES = [space + name for space in CORE for name in ("item", "entry")]
_FEEDS = {space + "feed" for space in CORE}
_BINDING = re.compile(rb"""\sxmlns(?::([\w.-]+))?\s*=\s*["']([^"']*)["']""")
_STRANGE_FRAME = re.compile(rb"\bbase\s*=|<(?:[\w.-]+:)?(?:div|svg|math)\b", re.IGNORECASE)
"""What feedparser may still have in mind when the first entry begins."""
_SPOKEN = re.compile(rb"\blang\s*=", re.IGNORECASE)
_NUMBERS = re.compile(rb"&#([xX][0-9a-fA-F]+|[0-9]+);")
_PARSER = etree.XMLParser(
    encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True,
    remove_pis=True,
)  # fmt: skip


def entries(pieces: Cut) -> list[Found | None] | None:
    """Each entry of a document, None for those that are not plain; None where what is around them is not."""
    data = pieces.whole
    if not (_plain_frame(pieces.head) and all(map(_usual, set(_NUMBERS.findall(data))))):
        return None
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError:
        return None
    lang = root.get(_LANG)
    if len(_SPOKEN.findall(pieces.head)) != (lang is not None):
        return None
    lang = lang.replace("_", "-") if lang else None
    atom = root.tag in _FEEDS and not any(uri in RSS_1 for uri in root.nsmap.values())
    found = [_entry(item, lang, ATOM if atom else TABLE) for item in root.iter(*_ENTRIES)]
    return found if len(found) == len(pieces.items) else None


def _usual(number: bytes) -> bool:
    """Whether a reference stands for the character of its number, and would not be mended into another."""
    digits = number.decode()
    if len(digits) > 6:
        return False
    value = int(f"0{digits}", 16) if digits[0] in "xX" else int(digits)
    return value >= 32 and html.unescape(f"&#{digits};") == chr(value) != "\ufffd"


def _plain_frame(head: bytes) -> bool:
    """Whether prefixes stand for what they do everywhere, and no base or odd markup reaches the entries."""
    for prefix, uri in _BINDING.findall(head):
        name, space = prefix.decode(), uri.decode()
        known = name in SPACES or space in _PREFIXES
        if "&" in space or (known and _PREFIXES.get(space) != name):
            return False
    return not _STRANGE_FRAME.search(head)


def _entry(item: etree._Element, lang: str | None, table: dict[str, Reader]) -> Found | None:
    found: Found = {}
    try:
        for name, value in item.items():
            if name != _ABOUT:
                return None
            found["id"] = value
        for child in item:
            table[child.tag](found, child, lang)
    except (KeyError, Doubt):
        return None
    captioned = found.pop("captioned", False)
    return None if captioned and not (found.get("title") and "summary_detail" in found) else found
