"""The words of dates in one language: names from CLDR, and the small words that stand between the numbers."""

from dataclasses import dataclass, field
from functools import cache

from babel import Locale, UnknownLocaleError

LANGUAGES = (
    "en", "de", "fr", "es", "pt", "it", "nl", "id", "ms", "ru", "uk", "vi", "tr", "pl", "cs", "sv", "da", "nb", "fi",
    "hu", "ro", "el", "th", "hi", "ar", "he",
)  # fmt: skip
_FILLERS = {
    "en": "the at on of by o'clock hrs",
    "de": "den dem der am um uhr",
    "fr": "le la à a de du heures heure h",
    "es": "de del el a las la los h horas",
    "pt": "de do da dos às as h horas",
    "it": "il alle ore del",
    "nl": "om uur op",
    "id": "pukul jam tanggal pada",
    "ms": "pukul jam pada",
    "ru": "в г года г. год",
    "uk": "о в р року р.",
    "vi": "ngày lúc năm giờ vào",
    "tr": "saat günü",
    "pl": "o godz r roku godz.",
    "cs": "v ve hod",
    "sv": "den kl klockan",
    "da": "den kl d",
    "nb": "den kl",
    "fi": "klo ta",
    "hu": "órakor",
    "ro": "la ora",
    "el": "στις",
    "th": "เวลา น. น วันที่",
    "hi": "को बजे",
    "ar": "في الساعة",
    "he": "ב בשעה",
}
_MONTHS = {
    "en": {"sept": 9},
    "id": {"agt": 8, "ags": 8, "agust": 8, "nop": 11, "nopember": 11, "pebruari": 2, "peb": 2, "mrt": 3},
    "de": {"jänner": 1, "feber": 2, "maerz": 3, "mrz": 3, "sept": 9, "jan": 1, "okt": 10, "dez": 12},
    "es": {"set": 9, "setiembre": 9, "sep": 9, "sept": 9},
    "fr": {"fevrier": 2, "aout": 8, "decembre": 12, "fev": 2, "dec": 12},
    "tr": {"subat": 2, "agustos": 8, "eylul": 9, "kasim": 11, "aralik": 12},
    "ru": {"сент": 9, "нояб": 11, "февр": 2, "мая": 5, "май": 5, "сен": 9, "ноя": 11, "фев": 2},
    "vi": {f"tháng {number}": number for number in range(1, 13)} | {f"thg {number}": number for number in range(1, 13)},
    "pt": {"marco": 3},
}
_DAYS = {
    "en": ["tues", "thur", "thurs", "weds"],
    "id": ["jum'at", "jumat", "ahad"],
    "vi": ["thứ 2", "thứ 3", "thứ 4", "thứ 5", "thứ 6", "thứ 7", "cn"],
    "es": ["miercoles", "sabado"],
}
_HALVES = {
    "en": {"a.m.": "am", "p.m.": "pm", "a.m": "am", "p.m": "pm", "noon": "noon"},
    "es": {"a. m.": "am", "p. m.": "pm", "a.m.": "am", "p.m.": "pm"},
    "vi": {"sáng": "am", "chiều": "pm", "sa": "am", "ch": "pm"},
    "hi": {"पूर्वाह्न": "am", "अपराह्न": "pm"},
    "ar": {"ص": "am", "م": "pm"},
    "tr": {"öö": "am", "ös": "pm"},
    "ms": {"pg": "am", "ptg": "pm"},
    "el": {"π.μ.": "am", "μ.μ.": "pm"},
}


@dataclass(frozen=True)
class Lexicon:
    """Lower-case words and phrases; `phrases` holds them all, the longest first."""

    months: dict[str, int]
    days: frozenset[str]
    halves: dict[str, str]
    fillers: frozenset[str]
    phrases: list[str] = field(default_factory=list)


@cache
def lexicon(lang: str) -> Lexicon | None:
    """The words of a language, None when CLDR does not know it."""
    base = lang.lower().replace("_", "-").split("-")[0]
    base = {"no": "nb", "in": "id", "iw": "he"}.get(base, base)
    try:
        locale = Locale.parse(base)
    except (UnknownLocaleError, ValueError):
        return None
    months = {
        _plain(name): number
        for context in ("stand-alone", "format")
        for width in ("abbreviated", "wide")
        for number, name in locale.months[context][width].items()
    }
    months = {name: number for name, number in months.items() if not name.isdigit()} | _MONTHS.get(base, {})
    if base == "he":  # the preposition is written as one word with the month
        months |= {"ב" + name: number for name, number in months.items()}
    days = {
        _plain(name)
        for context in ("stand-alone", "format")
        for width in ("abbreviated", "wide")
        for name in locale.days[context][width].values()
    } | set(_DAYS.get(base, []))
    halves = {"am": "am", "pm": "pm"} | _HALVES.get(base, {})
    fillers = frozenset(_FILLERS.get(base, "").split())
    phrases = sorted({*months, *days, *halves, *fillers}, key=len, reverse=True)
    return Lexicon(months, frozenset(days), halves, fillers, phrases)


def _plain(name: str) -> str:
    return name.lower().replace("i\u0307", "i").rstrip(".").strip()
