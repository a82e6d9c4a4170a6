"""Before the XML parser: what would stop it or slow it down is taken out of the text, in linear time."""

import html
import re

from chipwire.collect.document.namespaces import PREFIXES

MAX_ENTRIES = 2000
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:rss|feed|rdf|channel|urlset|sitemapindex)(?=[\s/>])", re.IGNORECASE)
_ROOT_NAME = re.compile(r"<([A-Za-z][\w.:-]*)")
_EMPTY_ROOT = re.compile(r"<[^<>]*/>\s*$")
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)(?=[\s/>])", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,6});|#(\d{1,7});|([A-Za-z][\w.-]{0,40});)?")
_PAIR = re.compile(
    r"&#(5[5-6]\d{3});&#(5[6-7]\d{3});|&#[xX]([dD][89abAB][0-9a-fA-F]{2});&#[xX]([dD][c-fC-F][0-9a-fA-F]{2});"
)
_ENTITY = re.compile(r"""<!ENTITY\s+(\w+)\s+(?:"([^"&%<]*)"|'([^'&%<]*)')\s*>""")
_ENTRY = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]*>")
_PREFIXED = re.compile(r"</?([A-Za-z_][\w.-]*):|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=")
_DECLARED = re.compile(r"\sxmlns:([A-Za-z_][\w.-]*)\s*=")
_PROLOG = re.compile(r"[\s>]*<(!--|\?)")
_MEDIA = re.compile(r"<(/?)media:(title|description)\b[^<>]*?(/?)>", re.IGNORECASE)
_TAG = re.compile(r"<!\[CDATA\[.*?\]\]>|<(/?)([A-Za-z][\w.:-]*)[^<>]*>", re.DOTALL)
_NEVER_CLOSED = {"br", "hr", "img", "input", "meta", "wbr"}
_RESERVED = re.compile(r"<(/?)(links|authors|contributors|publishers|\w+_detail|\w+_parsed)(?=[\s/>])", re.IGNORECASE)
"""Elements whose names feedparser uses for lists of its own, and would write over."""
_SPACED = re.compile(r"""(\sxmlns(?::[\w.-]+)?\s*=\s*)("[^"<>]*\s[^"<>]*"|'[^'<>]*\s[^'<>]*')""")
"""Blanks in the name of a namespace: expat hands them on in a way that feedparser stumbles over."""
_XML_SAFE = {"lt", "gt", "amp", "quot", "apos"}


def is_page(text: str) -> bool:
    """Whether this is an HTML page rather than a feed."""
    start = text[:4000].lstrip()
    return _ROOT.search(start) is None and _PAGE.search(start) is not None


def repaired(text: str) -> tuple[str, int, list[str]]:
    """The document fit for an XML parser, how many entries its markup begins, and what had to be mended, in words.

    Gone: everything before the root and after its end, the document type with its entities (the plain ones are put
    in), comments, processing instructions, characters XML forbids. Mended: bare ampersands, HTML's entities, prefixes
    that nobody declared, CDATA that never ends. Titles and descriptions of pictures are renamed, lest feedparser takes
    them for those of the entry. What comes after 2,000 entries is counted and left out.
    """
    prolog = _prolog(text)
    start = _ROOT.search(text, prolog) or _ROOT_NAME.search(text, prolog)
    if start is None:
        return "", 0, []
    entities = {name: one or two for name, one, two in _ENTITY.findall(text[: start.start()][:20_000])[:100]}
    body = _trimmed(text[start.start() :])
    clean = _ILLEGAL.sub("", body)
    pieces: list[str] = []
    markup: list[str] = []
    count = 0
    for is_cdata, piece in _segments(clean):
        if is_cdata and count <= MAX_ENTRIES:
            pieces.append(f"<![CDATA[{piece}]]>")
        elif not is_cdata:
            before, count = count, count + len(_ENTRY.findall(piece))
            if before <= MAX_ENTRIES:
                piece = _MEDIA.sub(r"<\1media:alt\2\3>", _until(piece, MAX_ENTRIES - before))
                piece = _RESERVED.sub(r"<\1other-\2", piece)
                piece = _SPACED.sub(lambda match: match[1] + "".join(match[2].split()), piece)
                pieces.append(_references(piece, entities).replace("]]>", "]]&gt;"))
                markup.append(piece)
    names = _undeclared("".join(markup))
    whole = "".join(pieces)
    closed = _closed(whole)
    problems = [f"characters that XML forbids: {len(body) - len(clean)}"] if len(body) > len(clean) else []
    if count > MAX_ENTRIES:
        problems.append(f"over {MAX_ENTRIES} entries, left out: {count - MAX_ENTRIES}")
    elif closed != whole:
        problems.append("the document breaks off before its end")
    if names:
        problems.append(f"prefixes that nobody declared: {', '.join(names)}")
    return _with_prefixes(closed, names), min(count, MAX_ENTRIES), problems


def _until(piece: str, room: int) -> str:
    """The markup up to the first entry there is no room for."""
    for number, match in enumerate(_ENTRY.finditer(piece)):
        if number == room:
            return piece[: match.start()]
    return piece


def _prolog(text: str) -> int:
    """Where the comments and instructions before the root end."""
    place = 0
    while match := _PROLOG.match(text, place):
        end = text.find("-->" if match[1] == "!--" else "?>", match.end())
        if end < 0:
            break
        place = end + 2
    return place


def _trimmed(body: str) -> str:
    """From the root's start to its end tag, where it has one."""
    name = _ROOT_NAME.match(body)
    end = f"</{name[1]}" if name else ""
    place = body.rfind(end) if end else -1
    if place < 0:
        return body
    close = body.find(">", place)
    return body[: close + 1] if close >= 0 else body[:place] + end + ">"


def _closed(text: str) -> str:
    """A document that breaks off, with its open elements closed from the last entry on."""
    root = _ROOT_NAME.match(text)
    if root is None or text.rstrip().endswith(f"</{root[1]}>") or _EMPTY_ROOT.match(text):
        return text
    if text.rfind("<") > text.rfind(">"):
        text = text[: text.rfind("<")]
    starts = [match.start() for match in _ENTRY.finditer(text)]
    start = starts[-1] if starts else root.end()
    outer = [name for name in (root[1], "channel") if text.count(f"</{name}>") < text.count(f"<{name}")]
    opened: list[str] = []
    for match in _TAG.finditer(text, start):
        if match[0].startswith("<!"):
            continue
        if match[1] and match[2] in opened:
            del opened[len(opened) - 1 - opened[::-1].index(match[2]) :]
        elif not match[1] and not match[0].endswith("/>") and match[2].lower() not in _NEVER_CLOSED:
            opened.append(match[2])
        if len(opened) > 100:
            return text
    return text + "".join(f"</{name}>" for name in reversed(outer + opened))


def _segments(text: str) -> list[tuple[bool, str]]:
    """The text cut into markup (False) and the insides of CDATA (True); comments and instructions are left out."""
    found: list[tuple[bool, str]] = []
    place, size = 0, len(text)
    ends = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>", "<!DOCTYPE": ">"}
    starts = re.compile(r"<!--|<!\[CDATA\[|<\?|<!DOCTYPE")
    missing: set[str] = set()
    while place < size:
        match = starts.search(text, place)
        if match is None:
            found.append((False, text[place:]))
            break
        if match.start() > place:
            found.append((False, text[place : match.start()]))
        mark = match[0]
        end = -1 if mark in missing else text.find(ends[mark], match.end())
        if end < 0:
            missing.add(mark)
            place = match.end()
            continue
        if mark == "<![CDATA[":
            found.append((True, text[match.end() : end]))
        place = end + len(ends[mark])
    return found


def _references(piece: str, entities: dict[str, str]) -> str:
    if "&" not in piece:
        return piece

    def mended(match: re.Match[str]) -> str:
        hexadecimal, decimal, name = match.groups()
        if name:
            if name in _XML_SAFE:
                return match[0]
            value = entities.get(name) or html.unescape(match[0])
            return html.escape(value) if value != match[0] else f"&amp;{name};"
        if hexadecimal or decimal:
            value = html.unescape(match[0])
            return match[0] if value in {"<", ">", "&", '"', "'"} else value.replace("\ufffd", "")
        return "&amp;"

    return _REFERENCE.sub(mended, _PAIR.sub(_astral, piece))


def _astral(match: re.Match[str]) -> str:
    """Two references to the halves of one character, as some writers of UTF-16 make them."""
    high, low = (int(match[1]), int(match[2])) if match[1] else (int(match[3], 16), int(match[4], 16))
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return ""


def _undeclared(markup: str) -> list[str]:
    tags = "".join(_MARKUP.findall(markup))
    used = {one or two for one, two in _PREFIXED.findall(tags)} - {"xml", "xmlns"}
    return sorted(used - set(_DECLARED.findall(markup)))[:50]


def _with_prefixes(text: str, names: list[str]) -> str:
    root = _ROOT_NAME.match(text)
    if not names or root is None:
        return text
    added = "".join(f' xmlns:{name}="{PREFIXES.get(name, "urn:undeclared:" + name)}"' for name in names)
    return text[: root.end()] + added + text[root.end() :]
