"""From bytes to characters: what document and server say about the encoding, and what the bytes say themselves."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHAPES = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
    (b"{\x00", "utf-16-le"),
    (b"\x00{", "utf-16-be"),
)
_WIDER = {
    narrow: wide
    for wide, names in {
        "gb18030": "gb2312 gbk gb_2312-80 x-gbk cp936",
        "cp949": "euc-kr euckr ks_c_5601-1987 ks_c_5601 ksc5601",
        "cp932": "shift_jis shift-jis sjis x-sjis windows-31j ms_kanji",
        "big5hkscs": "big5 big-5 x-x-big5",
        "cp1252": "iso-8859-1 latin1 latin-1 us-ascii ascii",
        "cp1254": "iso-8859-9",
        "cp874": "tis-620 iso-8859-11",
        "cp1251": "win-1251 x-cp1251",
        "utf-8": "utf8 utf-8mb4 unicode",
    }.items()
    for narrow in names.split()
}
_BY_LANGUAGE = {
    "zh-hant": ("big5hkscs", "gb18030"), "zh": ("gb18030", "big5hkscs"), "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",), "ru": ("cp1251", "koi8-r"), "uk": ("cp1251",), "vi": ("cp1258",), "tr": ("cp1254",),
    "el": ("cp1253",), "th": ("cp874",), "pl": ("cp1250",), "cs": ("cp1250",), "hu": ("cp1250",), "he": ("cp1255",),
    "ar": ("cp1256",),
}  # fmt: skip
_STATEFUL = ("iso2022", "iso-2022", "hz", "utf-7", "utf7")
_SURROGATES = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_CYRILLIC = re.compile(r"(?<![A-Za-z])[А-Яа-яЁёІіЇїЄє]{3,}(?![A-Za-z])")
_CHINESE = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uff5e]")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']\s*([A-Za-z0-9._:+-]+)""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:+-]+)""", re.IGNORECASE)


def decode(body: bytes, content_type: str | None = None, lang: str | None = None) -> tuple[str, str | None]:
    """The characters of a document and, when the declaration was not right, a problem in words.

    A byte order mark decides; then bytes that are valid UTF-8 are UTF-8 whatever is declared; then the declarations
    of the document and of the server, in wider variants (GB2312 as GB18030); then what `lang` makes likely.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), None
    for shape, name in _SHAPES:
        if body.lstrip(b" \t\r\n").startswith(shape):
            return body.decode(name, "replace"), None
    return _judge(body, _declared(body, content_type), lang)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Names of usable encodings: the document's own word first, since servers guess."""
    names = []
    if found := _DECLARED.match(body[:400]):
        names.append(found[1].decode("ascii"))
    if content_type and (charset := _CHARSET.search(content_type)):
        names.append(charset[1])
    usable = []
    for name in names:
        name = _WIDER.get(name.lower(), name.lower())
        try:
            codecs.lookup(name)
            b"".decode(name)
        except (LookupError, ValueError):
            continue
        usable.append(name)
    return usable


def _judge(body: bytes, declared: list[str], lang: str | None) -> tuple[str, str | None]:
    for name in declared:
        if name.startswith(_STATEFUL):
            return body.decode(name, "replace"), None
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    if _SURROGATES.search(body):
        whole = body.decode("utf-8", "surrogatepass") if _is_utf8(body, "surrogatepass") else None
        if whole is not None:
            joined = whole.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
            return joined, "surrogates in UTF-8 were joined"
    if _mostly_utf8(body):
        return _patched(body), "some bytes are not UTF-8; read as Windows-1252"
    likely = _likely(lang)
    for name in [name for name in declared if not name.startswith("utf")]:
        try:
            text = body.decode(name)
        except (UnicodeDecodeError, ValueError):
            continue
        if name != "cp1252" or not _garbled(text):
            return text, None
    return _guess(body, declared, likely)


def _guess(body: bytes, declared: list[str], likely: tuple[str, ...]) -> tuple[str, str]:
    """The best of the encodings that fit: those of the language first, then the widespread ones."""
    said = declared[0] if declared else "nothing"
    best, score = None, -1.0
    for rank, name in enumerate(
        dict.fromkeys([*likely, "gb18030", "cp949", "cp932", "euc_jp", "big5hkscs", "cp1251", "koi8-r"])
    ):
        try:
            text = body.decode(name)
        except (UnicodeDecodeError, ValueError):
            continue
        value = _plausible(text, name) + (0.3 if name in likely else 0) - rank / 1000
        if value > score and value > 0.5:
            best, score = (name, text), value
    if best:
        return best[1], f"the encoding is declared as {said} but reads as {best[0]}"
    for name in declared:
        if not name.startswith("utf"):
            return body.decode(name, "replace"), f"bytes that do not fit the declared encoding {name} were replaced"
    return _patched(body), f"the encoding is declared as {said}, which does not fit; read as Windows-1252"


def _likely(lang: str | None) -> tuple[str, ...]:
    tag = (lang or "").lower()
    if tag in ("zh-tw", "zh-hk", "zh-mo"):
        tag = "zh-hant"
    return _BY_LANGUAGE.get(tag) or _BY_LANGUAGE.get(tag.split("-")[0], ())


def _mostly_utf8(body: bytes) -> bool:
    """Whether multi-byte sequences outnumber the stray bytes clearly."""
    text = body.decode("utf-8", "replace")
    stray = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - stray
    return good > 4 * stray


def _is_utf8(body: bytes, errors: str) -> bool:
    try:
        body.decode("utf-8", errors)
    except UnicodeDecodeError:
        return False
    return True


def _patched(body: bytes) -> str:
    return body.decode("utf-8", "chipwire.cp1252")


def _stray(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("chipwire.cp1252", _stray)


def _garbled(text: str) -> bool:
    """Whether a one-byte reading looks like a misread multi-byte or Cyrillic one: most of it in runs beyond ASCII."""
    high = sum(1 for char in text if char > "\x7f")
    runs = sum(len(run) for run in re.findall(r"[\x80-\uffff]{4,}", text))
    return high > 40 and runs > high / 2


def _plausible(text: str, name: str) -> float:
    """0 to 1: the share of everyday characters among those beyond ASCII."""
    high = [char for char in text if char > "\x7f"]
    if not high:
        return 0.0
    if name == "cp949":
        good = sum("\uac00" <= char <= "\ud7a3" for char in high)
    elif name in ("cp932", "euc_jp"):
        kana = sum("\u3040" <= char <= "\u30ff" for char in high)
        good = sum("\u4e00" <= char <= "\u9fff" for char in high) + kana if kana > len(high) / 10 else 0
    elif name in ("cp1251", "koi8-r"):
        good = sum(char.islower() for word in _CYRILLIC.findall(text) for char in word)
    elif name in ("gb18030", "big5hkscs"):
        good = int(sum(bool(_CHINESE.match(char)) for char in high) * _common_share(text))
    else:
        good = len(high) // 2
    return good / len(high)


def _common_share(text: str) -> float:
    """Near 1 when the commonest characters of Chinese prose turn up as often as they should."""
    common = "的一是在了和有中大为上公司这不发国年月日人能業業业工能片芯為與"
    share = sum(text.count(char) for char in set(common)) / max(1, sum(1 for char in text if char > "\x7f"))
    return min(1.0, 0.4 + share * 12)
