"""Zone names: those the world agrees on, and those that mean different places in different languages."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

_HOURS: dict[str, float] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1,
    "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "мск": 3, "msd": 4, "trt": 3, "pkt": 5, "npt": 5.75, "ict": 7, "wib": 7,
    "wita": 8, "wit": 9, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8, "phst": 8, "awst": 8, "jst": 9, "kst": 9,
    "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "sast": 2, "wat": 1, "cat": 2, "eat": 3,
    "brt": -3, "brst": -2, "art": -3, "clt": -4, "cot": -5, "pet": -5, "nst": -3.5, "ndt": -2.5, "adt": -3,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
    "北京时间": 8, "北京時間": 8, "台北時間": 8, "台灣時間": 8, "香港時間": 8,
    "日本時間": 9, "한국시간": 9,
}  # fmt: skip
_PLACES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
_BY_LANGUAGE: dict[str, dict[str, float]] = {
    "cst": {"zh": 8, "": -6},
    "ist": {"he": 2, "ga": 1, "": 5.5},
    "bst": {"bn": 6, "": 1},
    "ast": {"ar": 3, "": -4},
    "pst": {"fil": 8, "tl": 8, "": -8},
    "gst": {"ar": 4, "en": 4},
}
_ONE_ZONE = {
    "ko": "Asia/Seoul",
    "ja": "Asia/Tokyo",
    "zh": "Asia/Shanghai",
    "vi": "Asia/Ho_Chi_Minh",
    "th": "Asia/Bangkok",
}
_OFFSET = re.compile(r"([+-]) ?(\d{1,2})(?::?(\d{2}))?(?::?00)?$")


@cache
def named(name: str, lang: str | None) -> tzinfo | None:
    """The zone of a lower-case name in a feed of this language; None when nobody can know."""
    if name in _PLACES:
        return ZoneInfo(_PLACES[name])
    hours = _HOURS.get(name)
    if name in _BY_LANGUAGE:
        meanings = _BY_LANGUAGE[name]
        hours = meanings.get(_base(lang), meanings.get(""))
    return None if hours is None else timezone(timedelta(hours=hours))


def offset(text: str) -> tzinfo | None:
    """The zone of '+0900', '+09:00', '-3' and the like; None when it is beyond what clocks on earth show."""
    match = _OFFSET.match(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > 14 * 60 or int(match[3] or 0) > 59:
        return None
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes)) if minutes else UTC


def by_language(lang: str | None) -> tzinfo | None:
    """The one zone in which a language is written, for times that name none."""
    name = _ONE_ZONE.get(_base(lang))
    return ZoneInfo(name) if name else None


def _base(lang: str | None) -> str:
    return (lang or "").lower().replace("_", "-").split("-")[0]
