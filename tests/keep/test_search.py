"""Every script finds itself: what was indexed in one form is found when asked in another, and nothing else is."""

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta

import pytest

from chipwire.domain import Feed
from chipwire.errors import BadQuery
from chipwire.keep.db import Store
from chipwire.keep.news import items
from chipwire.keep.queries.expression import parse
from chipwire.keep.sources import feeds
from tests.cases import every
from tests.keep.texts import NOW, TEXTS, found, read
from tests.stores import open_store

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
سامسونج ⇒ 8 19
"سامسونج" ⇒ 8
سامسون* ⇒ 8 18 19
-سامسونج ارباح ⇒
title:سامسونج ⇒ 8
title:اسواق ⇒ 19
الشركة ⇒ 8
الشركه ⇒ 8
شركة ⇒ 8
كة ⇒
إنفيديا ⇒ 19
انفيديا ⇒ 19
نفيديا ⇒
أرباح إنفيديا ⇒ 19
"ارباح انفيديا" ⇒ 19
على ⇒ 8
علي ⇒ 8
نانومتري ⇒ 18
"2 نانومتری" ⇒ 18
كارخانه ⇒ 18
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
samsung OR -chip* ⇒ 1 2 3 4 5 6 7 8 9 10 12 13 14 15 16 17 18 19
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


@every(("asked", "expected"), ASKED)
def test_finds_what_is_meant(store: Store, asked: str, expected: set[int]) -> None:
    assert found(store, asked) == expected


def test_the_set_is_as_wide_as_promised() -> None:
    assert len(ASKED) >= 40
    assert len({lang for lang, _, _ in TEXTS.values()}) >= 6


@every(
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


@every(
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
