"""Written dates from fourteen languages: each is read rightly, or not at all."""

from datetime import UTC, datetime
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from chipwire.collect import dates
from chipwire.collect.dates import usual
from chipwire.collect.dates.lexicon import LANGUAGES
from tests.cases import every
from tests.examples import examples

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
AT = "2024-03-05T15:05:00Z"
READ = [
    # ISO 8601 and its cousins
    ("2024-03-05T15:05:00Z", None, AT),
    ("2024-03-05t15:05:00z", None, AT),
    ("2024-03-06T00:05:00+09:00", None, AT),
    ("2024-03-06T00:05:00+0900", None, AT),
    ("2024-03-06T00:05+09", None, AT),
    ("2024-03-05T15:05:00.123456789Z", None, AT),
    ("2024-03-05T15:05:00,5Z", None, AT),
    ("2024-03-05 23:05:00  +0800", "zh", AT),
    ("2024-03-05T15:05Z", None, AT),
    ("20240305T150500Z", None, AT),
    ("20240305150500", None, AT),
    ("2024-065T15:05:00Z", None, AT),
    ("2024-W10-2T15:05:00Z", None, AT),
    ("2024-03-04T24:00:00Z", None, "2024-03-05T00:00:00Z"),
    ("2024-03-05", None, "2024-03-05T00:00:00Z"),
    ("2024/03/05 15:05:00", None, AT),
    ("2024-03-06 00:05:00 +0900 KST", None, AT),
    ("2024-03-06T00:05:00+09:00[Asia/Seoul]", None, AT),
    ("2024-03-05T15:05:00 UTC", None, AT),
    ("1709651100", None, AT),
    ("1709651100000", None, AT),
    # RFC 822, RFC 850, asctime, Java, JavaScript
    ("Tue, 05 Mar 2024 15:05:00 GMT", None, AT),
    ("Tue, 5 Mar 24 15:05 UT", None, AT),
    ("Tuesday, 05-Mar-24 15:05:00 GMT", None, AT),
    ("Tue Mar  5 15:05:00 2024", None, AT),
    ("Tue Mar 05 15:05:00 UTC 2024", None, AT),
    ("Wed Mar 06 2024 00:05:00 GMT+0900 (Korean Standard Time)", None, AT),
    ("Wed, 06 Mar 2024 00:05:00 KST", None, AT),
    ("2024-03-06 00:05 Korea Time", None, AT),
    ("March 5, 2024 23:05 Beijing Time", "en", AT),
    ("5 March 2024 20:35 India Standard Time", "en", AT),
    ("5 March 2024 22:05 Jakarta Time", "en", AT),
    ("Wed, 06 Mar 2024 00:05:00 JST", "en", AT),
    ("Tue, 05 Mar 2024 23:05:00 HKT", "en", AT),
    ("Tue, 05 Mar 2024 23:05:00 SGT", "en", AT),
    ("Tue, 05 Mar 2024 23:05:00 CST", "zh-Hans", AT),
    ("Tue, 05 Mar 2024 09:05:00 CST", "en-US", AT),
    ("Tue, 05 Mar 2024 20:35:00 IST", "en-IN", AT),
    ("Tue, 05 Mar 2024 17:05:00 IST", "he", AT),
    ("Tue, 05 Mar 2024 10:05 AM EST", "en", AT),
    ("Tuesday, March 5, 2024 - 1:55 PM EST", "en", "2024-03-05T18:55:00Z"),
    ("Mar 5, 2024, 10:05 a.m. ET", "en", AT),
    ("July 5, 2024, 11:05 a.m. ET", "en", "2024-07-05T15:05:00Z"),
    ("5th March 2024 at 15:05 UTC", "en", AT),
    ("5 March 2024, 3 pm UTC", "en", "2024-03-05T15:00:00Z"),
    ("Tue, 05 Sept 2023 15:05:00 +0000", None, "2023-09-05T15:05:00Z"),
    ("Tue, 05 Mar 2024 15:05:00 -0000", None, AT),
    ("Sat, 31 Dec 2016 23:59:60 GMT", None, "2016-12-31T23:59:59Z"),
    # Chinese
    ("2024年3月5日", "zh", "2024-03-05T00:00:00Z"),
    ("2024年3月5日 下午11:05", "zh-Hans", AT),
    ("2024年03月05日 23:05:00", "zh-Hant", AT),
    ("2024年3月5日（星期二）下午11时05分", "zh", AT),
    ("二〇二四年三月五日", "zh", "2024-03-05T00:00:00Z"),
    ("民國113年3月5日 23:05", "zh-Hant", AT),
    ("2024年3月5日 23:05 北京时间", None, AT),
    # Japanese
    ("令和6年3月6日 0時5分", "ja", AT),
    ("2024年3月6日(水) 午前0:05", "ja", AT),
    ("平成31年4月30日", "ja", "2019-04-30T00:00:00Z"),
    ("令和元年5月1日", "ja", "2019-05-01T00:00:00Z"),
    ("２０２４年３月６日　００：０５", "ja", AT),
    # Korean
    ("2024년 3월 5일", "ko", "2024-03-05T00:00:00Z"),
    ("2024년 3월 5일 오후 3:05", "ko", "2024-03-05T06:05:00Z"),
    ("2024년 3월 6일 수요일 오전 12시 5분", "ko", AT),
    ("2024. 3. 6. 오전 12:05", "ko", AT),
    ("2024.03.06 00:05", "ko", AT),
    # Indonesian, Malay
    ("Selasa, 5 Maret 2024 22:05 WIB", "id", AT),
    ("5 Agustus 2024 | 22.05 WIB", "id", "2024-08-05T15:05:00Z"),
    ("Selasa, 05 Mar 2024 23:05 WITA", "id", AT),
    ("5 Mac 2024 3:05 PTG MYT", "ms", "2024-03-05T07:05:00Z"),
    # Vietnamese
    ("Thứ ba, 5/3/2024, 22:05 (GMT+7)", "vi", AT),
    ("22:05 ngày 5 tháng 3 năm 2024 GMT+7", "vi", AT),
    # German, French, Spanish, Portuguese, Italian
    ("Di, 05 Mär 2024 16:05:00 +0100", "de", AT),
    ("5. März 2024, 16:05 Uhr MEZ", "de", AT),
    ("05.03.2024 15:05", "de", AT),
    ("mar., 05 mars 2024 16:05:00 +0100", "fr", AT),
    ("5 août 2024 à 17h05 CEST", "fr", "2024-08-05T15:05:00Z"),
    ("5 de marzo de 2024, 10:05 a. m. EST", "es", AT),
    ("martes 5 marzo 2024 16:05:00 +0100", "es", AT),
    ("5 de março de 2024 às 12h05 BRT", "pt", AT),
    ("05/03/2024 12:05 -0300", "pt-BR", AT),
    ("martedì 5 marzo 2024 16:05 CET", "it", AT),
    # Russian, Ukrainian, Polish, Turkish
    ("5 марта 2024 г., 18:05 МСК", "ru", AT),
    ("вт, 05 мар 2024 18:05:00 +0300", "ru", AT),
    ("5 березня 2024 р. 17:05 EET", "uk", AT),
    ("wtorek, 5 marca 2024 16:05 CET", "pl", AT),
    ("5 Mart 2024 Salı 18:05 +03:00", "tr", AT),
    # Thai, Hindi, Arabic, Hebrew
    ("5 มีนาคม 2567 22:05", "th", AT),
    ("5 मार्च 2024 20:35 IST", "hi", AT),
    ("٥ مارس ٢٠٢٤ 15:05 GMT", "ar", AT),
    ("5 במרץ 2024 17:05 IST", "he", AT),
    # where only the library knows the month, or the word behind the year
    ("15 октомври 2024 г. 10:30", "bg", "2024-10-15T10:30:00Z"),
    ("15 tháng mười 2024 10:30", "vi", "2024-10-15T03:30:00Z"),
]
UNREADABLE = [
    ("", None),
    ("yesterday", "en"),
    ("2 hours ago", "en"),
    ("昨天 15:05", "zh"),
    ("3月5日", "zh"),
    ("24年3月5日", "zh"),
    ("晚上12:05 2024年3月5日", "zh"),
    ("2024年13月5日", "zh"),
    ("2024-03", None),
    ("2024", None),
    ("2024-02-30", None),
    ("Tue, 31 Feb 2024 15:05:00 GMT", None),
    ("2024-03-05T25:05:00Z", None),
    ("2024-03-05T15:65:00Z", None),
    ("0001-01-01T00:00:00Z", None),
    ("-0001-11-30T00:00:00+00:00", None),
    ("0000-00-00 00:00:00", None),
    ("03/05/2024", None),
    ("03/05/2024 15:05", "en"),
    ("05/03/24", "de"),
    ("Tue, 05 Mar 2024 15:05:00 XYZ", None),
    ("Tue, 05 Mar 2024 15:05:00 +2500", None),
    ("Tue, 05 Mar 2024 15:05:00 EST +0900", None),
    ("Tue, 05 Mar 15:05:00 GMT", None),
    ("March 2024", "en"),
    ("5 March", "en"),
    ("Tue, 05 Mar 2024 13:05 AM", "en"),
    ("Invalid Date", None),
    ("NaN-NaN-NaN", None),
    ("null", None),
    ("{{ post.date }}", None),
    ("5 Brumaire 2024", "fr"),
    ("2024-03-05T15:05:00+09:00Z", None),
    ("99999999999999999999", None),
    ("5 March 2024 to 7 March 2024", "en"),
]


def stamp(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


@every(("raw", "lang", "expected"), READ)
def test_a_written_date_is_read(raw: str, lang: str | None, expected: str) -> None:
    assert stamp(dates.read(raw, lang)) == expected


@every(("raw", "lang"), UNREADABLE)
def test_what_cannot_be_known_is_none(raw: str, lang: str | None) -> None:
    assert dates.read(raw, lang) is None


def test_the_table_is_wide_enough() -> None:
    assert len(READ) >= 60
    assert len({lang.split("-")[0] for _, lang, _ in READ if lang}) >= 10


@given(st.text(max_size=60), st.sampled_from([None, "zh", "ko", "en", "de", "vi", "xx", "th"]))
@examples(60)
def test_no_string_stops_the_reader(raw: str, lang: str | None) -> None:
    moment = dates.read(raw, lang)
    assert moment is None or (moment.tzinfo is UTC and 1969 <= moment.year <= 2200)


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
@examples()
def test_what_the_standards_write_is_read_back(moment: datetime) -> None:
    aware = moment.replace(microsecond=0, tzinfo=UTC)
    for raw in (aware.isoformat(), aware.strftime("%a, %d %b %Y %H:%M:%S GMT"), aware.strftime("%a %b %d %H:%M:%S %Y")):
        assert dates.read(raw) == aware


FORMS = ("%a, %d %b %Y %H:%M:%S {}", "%Y-%m-%dT%H:%M:%S{}", "%Y-%m-%dT%H:%M:%S.25{}", "%Y-02-31T%H:%M:%S{}")
ZONES = ("GMT", "Z", "+0000", "-00:00", "+09:00", "-0330", "+13:59", "+1400", "+25:00", "")


@examples(60)
@given(
    st.integers(31_536_000, 7_226_582_400),
    st.sampled_from(FORMS),
    st.sampled_from(ZONES),
    st.sampled_from([None, *LANGUAGES, "en-US", "zh-Hant"]),
)
def test_usual_dates_come_out_as_all_others_do(seconds: int, form: str, zone: str, lang: str | None) -> None:
    raw = datetime.fromtimestamp(seconds, UTC).strftime(form).format(zone)
    assert dates.read(raw, lang) == dates.unusual(raw, lang)


@every("lang", [None, *LANGUAGES])
def test_english_names_of_months_mean_the_same_in_every_language(lang: str | None) -> None:
    for day, month in product(DAYS, MONTHS):
        raw = f"{day}, 07 {month} 2026 08:00:00 GMT"
        assert usual.read(raw) == dates.unusual(raw, lang) is not None
