"""Every script finds itself: what was indexed in one form is found when asked in another, and nothing else is."""

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from chipwire.domain import Entry, Feed, Read, Tags, utc
from chipwire.errors import BadQuery
from chipwire.keep import backup
from chipwire.keep.db import Store
from chipwire.keep.news import items, search
from chipwire.keep.queries import query
from chipwire.keep.queries.expression import parse
from chipwire.keep.sources import feeds
from tests.stores import open_store

NOW = utc(2026, 11, 20, 8)
TEXTS = {
    1: (
        "id",
        "ByteDance rancang cip SeedChip bersama Samsung",
        "Raksasa internet itu berunding soal 100.000 unit cip inferensi.",
    ),
    2: (
        "en",
        "ByteDance in talks with Samsung over SeedChip",
        "The inference chip would ship next year, and nobody at the foundry commented.",
    ),
    3: ("zh", "字节跳动自研AI芯片,拟由三星电子代工", "知情人士称,今年产量为十万颗。台积电没有回应。"),
    4: ("zh", "台積電熊本廠量產進度超前", "三星電子與英特爾也在爭取客戶,百度崑崙芯未置評。"),
    5: ("ko", "삼성전자, 바이트댄스와 AI 칩 위탁생산 협의", "하이닉스의 고대역폭 메모리도 함께 논의된다."),
    6: ("ja", "サムスン、バイトダンスのAI半導体を受託生産へ", "量産は来年。キオクシアとソニーも注目する。"),
    7: ("ru", "Байтдэнс обсуждает с Самсунгом выпуск чипов", "Ёмкость заказа составит сто тысяч микросхем."),
    8: ("ar", "بايت دانس تبحث مع سامسونج تصنيع رقاقة", "قالت الشَّرِكَةُ إنها لا تعلّق على الشائعات."),
    9: ("hi", "बाइटडांस सैमसंग के साथ चिप पर बात कर रही है", "कंपनी ने टिप्पणी नहीं की।"),
    10: ("vi", "Samsung đàm phán sản xuất chíp cho ByteDance", "Nhà máy ở Thái Nguyên sẽ đóng gói."),
    11: (
        "de",
        "Größere Fabrik in Dresden: Förderung für Chips",
        "Die Übernahme durch Naïve Systems GmbH ist vom Tisch.",
    ),
    12: ("tr", "İstanbul'da yonga tasarımı merkezi açıldı", "Işık hızında bağlantılar üzerinde çalışılıyor."),
    13: (
        "en",
        "AT&T and C++ builders weigh the H200 against the MI300X",
        "A price of $2.5bn was named; x86-64 servers stay.",
    ),
    14: ("zh", "百度昆仑芯P800点亮三万卡集群", "寒武纪与华为昇腾同日公布进展。"),
    15: ("en", "NVIDIA half-width test for ＮＶＩＤＩＡ and ﾊﾟﾅｿﾆｯｸ", "Fullwidth letters come from old systems."),
    16: ("th", "ซัมซุงเจรจาผลิตชิปให้ไบต์แดนซ์", "โรงงานจะเริ่มปีหน้า และทำกำไร"),
    17: ("km", "ក្រុមហ៊ុនសាំសុងផលិតបន្ទះឈីប", "ຊຳຊຸງຜະລິດຊິບ ဆမ်ဆောင်းချစ်ပ်ထုတ်"),
}
CASES = """
三星 ⇒ 3 4
百度 ⇒ 4 14
삼성 ⇒ 5
量産 ⇒ 4 6
量产 ⇒ 4 6
华为 ⇒ 14
華為 ⇒ 14
芯片 ⇒ 3
칩 ⇒ 5
하이닉스 ⇒ 5
메모리 ⇒ 5
台积电 ⇒ 3 4
台積電 ⇒ 3 4
昆仑芯 ⇒ 4 14
崑崙芯 ⇒ 4 14
字節跳動 ⇒ 3
三星電子 ⇒ 3 4
サムスン ⇒ 6
ﾊﾞｲﾄﾀﾞﾝｽ ⇒ 6
パナソニック ⇒ 15
nvidia ⇒ 15
ＮＶＩＤＩＡ ⇒ 15
samsung ⇒ 1 2 10
größere ⇒ 11
grosse* ⇒ 11
foerderung OR forderung ⇒ 11
naive ⇒ 11
dam phan ⇒ 10
san xuat ⇒ 10
самсунгом ⇒ 7
чип* ⇒ 7
ёмкость ⇒ 7
емкость ⇒ 7
سامسونج ⇒ 8
الشركة ⇒ 8
सैमसंग ⇒ 9
बाइटडांस ⇒ 9
istanbul* ⇒ 12
bytedance samsung ⇒ 1 2 10
seedchip OR 字节跳动 ⇒ 1 2 3
bytedance -seedchip ⇒ 10
"in talks with" ⇒ 2
"with talks in" ⇒
title:samsung ⇒ 1 2 10
title:inferensi ⇒
title:(samsung -seedchip) ⇒ 10
seed* ⇒ 1 2
(seedchip OR 삼성) -commented ⇒ 1 5
samsung AND seedchip AND chip ⇒ 2
-bytedance -三星 -삼성 title:chips ⇒ 11
"三星电子代工" ⇒ 3
三星代工 ⇒
AI ⇒ 3 5 6
ซัมซุง ⇒ 16
ชิป ⇒ 16
ชิ ⇒ 16
ไบต์แดนซ์ ซัมซุง ⇒ 16
"ผลิตชิป" ⇒ 16
"ชิปผลิต" ⇒
กำไร ⇒ 16
title:ไบต์* ⇒ 16
ซุม ⇒
សាំសុង ⇒ 17
ຊິບ ⇒ 17
ချစ်ပ် ⇒ 17
h200 ⇒ 13
AT&T ⇒ 13
c++ ⇒ 13
x86-64 ⇒ 13
P800 ⇒ 14
2.5bn ⇒ 13
samsung OR -chip* ⇒ 1 2 3 4 5 6 7 8 9 10 12 13 14 15 16 17
"""
ASKED = [
    (asked, {int(number) for number in expected.split()})
    for asked, expected in (line.split(" ⇒") for line in CASES.strip().splitlines())
]
"""Two-character names, both Chinese scripts, kana and its widths, accents, other scripts, the language itself."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with closing(open_store(tmp_path_factory.mktemp("search") / "s.db")) as opened:
        with opened.write() as c:
            feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
            for number, (lang, title, text) in TEXTS.items():
                items.add(c, "f", [read(number, lang, title, text)], NOW + timedelta(minutes=number))
        yield opened


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Store]:
    """A store with one feed and no items, that a test may change."""
    with closing(open_store(tmp_path / "s.db")) as opened:
        with opened.write() as c:
            feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
        yield opened


def read(number: int, lang: str, title: str, text: str) -> Read:
    url = f"https://f.example/{number}"
    entry = Entry(uid=str(number), url=url, title=title, text=text)
    return Read(entry=entry, url=url, content_hash=f"{title}{text}", tags=Tags(lang=lang))


def found(store: Store, asked: str) -> set[int]:
    with store.read() as c:
        return set(query.ids(c, query.Filter(words=parse(asked)), limit=100))


@pytest.mark.parametrize(("asked", "expected"), ASKED, ids=[asked for asked, _ in ASKED])
def test_finds_what_is_meant(store: Store, asked: str, expected: set[int]) -> None:
    assert found(store, asked) == expected


def test_the_set_is_as_wide_as_promised() -> None:
    assert len(ASKED) >= 40
    assert len({lang for lang, _, _ in TEXTS.values()}) >= 6


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ('chips "never closed', 6),
        ('"', 0),
        ("(a b", 0),
        ("a) b", 1),
        ("a OR", 4),
        ("OR", 0),
        ("()", 1),
        ("a AND", 5),
        ("", 0),
        ("!!! …", 0),
        ("company:nvidia", 0),
        ("chip lang:zh", 5),
        ("a*", 0),
        ("x" * 1001, 1000),
        ("(" * 40 + "chip" + ")" * 40, 21),
        ("-" * 500 + "chip", 21),
        ("title:" * 100 + "chip", 126),
    ],
)
def test_a_mistake_is_placed(asked: str, place: int) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(asked)
    assert (caught.value.parameter, caught.value.place) == ("q", place)


@pytest.mark.parametrize(
    "asked",
    [
        "NEAR(a b)",
        "NEAR/3",
        "a NEAR b",
        "{title body}: chip",
        "title : chip",
        "chip*",
        'a "b*" c',
        "^chip",
        "a + b",
        "'; DROP TABLE item; --",
        'x" OR 1=1 --',
        "\\",
        "a\0b",
        "\0",
        "%",
        "*",
        "**",
        "chip**",
        '"chip"*',
        '"*"',
        "item_fts MATCH 'x'",
        "rowid:1",
        "a NOT b",
        "NOT a",
        "\ud7ff\uffff",
        "🧠🧠",
        "\u202eabc",
        "a" * 1000,
        "a " * 500,
        "(" * 20 + "a",
        '"a" ' * 250,
        "chip AND NOT (samsung OR NOT seed*)",
        "null",
        "title:title:chip",
        "ﷺ" * 300,
        "e\u0301" * 400,
        "-a " * 300,
        "a OR " * 190 + "b",
    ],
)
def test_hostile_words_find_or_are_refused(store: Store, asked: str) -> None:
    with suppress(BadQuery):
        found(store, asked)


def test_a_changed_item_is_found_by_its_new_words_only(own: Store) -> None:
    with own.write() as c:
        items.add(c, "f", [read(1, "en", "Kiln prices rise", "older wording")], NOW)
    with own.write() as c:
        items.add(c, "f", [read(1, "en", "Kiln prices fall", "newer wording")], NOW)
    assert found(own, "rise") == found(own, "older") == set()
    assert found(own, "fall newer") == {1}


def test_the_index_is_made_anew_when_its_normal_form_is_older(own: Store) -> None:
    with own.write() as c:
        items.add(c, "f", [read(1, "zh", "台積電", "")], NOW)
        empty = "INSERT INTO item_fts(item_fts) VALUES ('delete-all')"
        c.exec_driver_sql("DELETE FROM item_fts" if own.shared else empty)
        c.exec_driver_sql("UPDATE meta SET value = 'older' WHERE key = 'search_form'")
    assert found(own, "台积电") == set()
    with own.write() as c:
        search.create(c)
    assert found(own, "台积电") == {1}


@pytest.mark.sqlite
def test_an_index_from_before_south_east_asian_words_were_parted_gets_what_it_lacks(own: Store) -> None:
    with own.write() as c:
        items.add(c, "f", [read(16, *TEXTS[16]), read(1, *TEXTS[1])], NOW)
        rows = search._WORDS(c, [1, 2])
        search._CUT(c, [search._spelled(row) for row in rows])
        search._PUT(c, [search._spelled(row, search._BEFORE) for row in rows])
        c.exec_driver_sql("UPDATE meta SET value = ? WHERE key = 'search_form'", (search._BEFORE,))
    assert found(own, "ซัมซุง") == set()
    with own.write() as c:
        search.create(c)
        assert search.is_current(c)
        assert backup.integrity(c, full_text=True) == []
    assert len(found(own, "ซัมซุง")) == len(found(own, "seedchip")) == 1
    with own.write() as c:
        items.add(c, "f", [read(16, "th", "ชิปใหม่", "")], NOW)
    assert found(own, "ซัมซุง") == set()
    assert len(found(own, "ชิปใหม่")) == 1


def test_summary_words_are_found_without_their_markup() -> None:
    assert search.body("<p>Wafers &amp; masks</p>", "") == " Wafers & masks \n"
    assert search.body("masks", "wafers and masks") == "wafers and masks"


def segments(store: Store) -> int:
    with store.read() as c:
        return int(c.exec_driver_sql("SELECT count(DISTINCT segid) FROM item_fts_idx").scalar() or 0)


def merged(store: Store) -> int:
    """Steps until nothing is left to merge."""
    steps, more = 0, True
    while more:
        with store.write() as c:
            more = search.merge(c)
        steps += 1
    return steps


def test_what_commits_leave_apart_is_merged_and_nothing_is_lost(tmp_path: Path) -> None:
    """On PostgreSQL there is nothing to merge."""
    store = open_store(tmp_path / "s.db")
    with store.write() as c:
        feeds.add(c, Feed(id="f", url="https://f.example/feed", title="F"))
    for number in range(1, 150):
        with store.write() as c:
            items.add(c, "f", [read(number, "en", f"wafer n{number}", f"三星 kiln {number % 7}")], NOW)
    with store.write() as c:
        search.remove(c, [5])
        search.index(c, [5])
    if store.shared:
        assert merged(store) == 1
        return
    many = segments(store)
    with store.write() as c:
        assert search.merge(c)
    store.close()  # as after a crash between two steps
    store = open_store(tmp_path / "s.db")
    assert merged(store) >= 1
    assert segments(store) < many
    assert all(found(store, f"n{number}") == {number} for number in range(1, 150))
    assert found(store, "三星 3") == set(range(3, 150, 7))
    with store.write() as c:
        assert backup.integrity(c, full_text=True) == []
        assert not search.merge(c)
    store.close()
