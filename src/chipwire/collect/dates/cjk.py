"""Dates of Chinese, Japanese and Korean prose: 2024年3月5日 下午3:05, 令和6年3月5日, 2024년 3월 5일 오후 3시 5분."""

import re

from chipwire.collect.dates.moment import Moment, hour24
from chipwire.collect.dates.tail import in_zone

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_NUMERALS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_TENS = re.compile(r"([二两三四五六七八九]?)十([一二三四五六七八九]?)(?=[年月日号號时時点點分秒])")
_UNITS = re.compile(r"[〇零○一二三四五六七八九]+(?=[年月日号號时時点點分秒])")
_DATE = re.compile(
    r"(?:公元|西元|西暦)? ?(?P<era>令和|平成|昭和|民國|民国)? ?(?P<year>\d{1,4}|元) ?[年년] ?"
    r"(?P<month>\d{1,2}) ?[月월] ?(?P<day>\d{1,2}) ?[日号號일]?"
)
_WEEKDAY = re.compile(
    r" ?[(（]?(?:(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|[日月火水木金土](?:曜日?)?"
    r"|[월화수목금토일](?:요일?)?)[)）]?"
    r"(?![\d가-힣])"
)
_TIME = re.compile(
    r" ?(?P<half>上午|下午|午前|午後|凌晨|清晨|早上|早晨|中午|傍晚|晚上|晚间|晚間|夜|深夜"
    r"|오전|오후|새벽|저녁|낮|am|pm)?"
    r" ?(?P<hour>\d{1,2}) ?(?::|時|时|点|點|시) ?(?P<minute>\d{1,2}|半)?"
    r"(?:(?: ?[分분])? ?:? ?(?P<second>\d{1,2}) ?[秒초]?| ?[分분])?(?:[.]\d+)? ?(?P<late>am|pm)?"
)
_HALVES = {
    word: half
    for half, words in {
        "am": "上午 午前 凌晨 清晨 早上 早晨 오전 새벽 am",
        "noon": "中午 낮",
        "pm": "下午 午後 傍晚 오후 저녁 pm",
        "night": "晚上 晚间 晚間 夜 深夜",
    }.items()
    for word in words.split()
}


def read(text: str, lang: str | None) -> Moment | None:
    """The moment of a normalised string in these scripts, else None; years of two digits are not guessed."""
    if not re.search("[年년]", text):
        return None
    text = _digits(text)
    match = _DATE.search(text)
    if match is None or (match.start() and not _WEEKDAY.fullmatch(text[: match.start()].strip())):
        return None
    year = _year(match["year"], match["era"])
    if year is None:
        return None
    rest = _WEEKDAY.sub("", text[match.end() :], count=1).strip(" ,")
    return _timed(Moment(year, int(match["month"]), int(match["day"])), rest, lang)


def _timed(found: Moment, rest: str, lang: str | None) -> Moment | None:
    if match := _TIME.match(rest):
        half = _HALVES.get(match["half"] or match["late"] or "")
        hour = _hour(int(match["hour"]), half)
        if hour is None:
            return None
        minute = 30 if match["minute"] == "半" else int(match["minute"] or 0)
        found.hour, found.minute, found.second = hour, minute, int(match["second"] or 0)
        rest = rest[match.end() :].strip(" ,")
    return in_zone(found, re.sub(r"^(?:发布|發布|更新|発表)$", "", rest), lang)


def _hour(hour: int, half: str | None) -> int | None:
    """As `hour24`; the small hours of a night have two readings and are not guessed."""
    if half != "night":
        return hour24(hour, half)
    return hour + 12 if 6 <= hour <= 11 else hour if 18 <= hour <= 23 else None


def _year(raw: str, era: str | None) -> int | None:
    if era:
        return _ERAS[era] + (1 if raw == "元" else int(raw))
    return int(raw) if len(raw) == 4 else None


def _digits(text: str) -> str:
    """Han numerals as digits: 二〇二四年三月十五日 → 2024年3月15日."""
    text = _TENS.sub(_tens, text)
    return _UNITS.sub(lambda match: match[0].translate(_NUMERALS), text)


def _tens(match: re.Match[str]) -> str:
    tens = match[1].translate(_NUMERALS) or "1"
    return tens + (match[2].translate(_NUMERALS) or "0")
