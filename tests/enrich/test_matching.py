"""Boundaries, longest match and misspellings on their own."""

from pathlib import Path

import pytest

from chipwire.enrich.names.typos import one_slip, plain_slip
from chipwire.enrich.tagger import Tagger
from chipwire.enrich.text.folding import fold_word
from chipwire.enrich.text.spelling import Boundaries, Endings, declined, loose_end
from tests.cases import every

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def endings() -> Endings:
    return Endings.load(DATA)


@every(
    ("text", "name", "kind", "lang", "right"),
    [
        ("samsungnya", "samsung", "latin", "id", True),
        ("samsungnya", "samsung", "latin", "en", False),
        ("samsung's", "samsung", "latin", "en", True),
        ("samsunggate", "samsung", "latin", "en", False),
        ("googlechefen", "google", "latin", "sv", True),
        ("googlechefen", "google", "latin", "fi", False),
        ("삼성은", "삼성", "hangul", "ko", True),
        ("삼성에서는", "삼성", "hangul", "ko", True),
        ("삼성동", "삼성", "hangul", "ko", False),
        ("アームチェア", "アーム", "kana", "ja", False),
        ("アームの", "アーム", "kana", "ja", True),
        ("самсунга", "самсунг", "cyrillic", "ru", True),
    ],
)
def test_right_boundaries(endings: Endings, text: str, name: str, kind: str, lang: str, right: bool) -> None:
    boundaries = Boundaries(endings)
    assert boundaries.right(text, len(name), kind, lang) is right


def test_arabic_prefixes_do_not_hide_a_name(endings: Endings) -> None:
    boundaries = Boundaries(endings)
    assert boundaries.left("وسامسونج", 1, "arabic")
    assert not boundaries.left("مسامسونج", 1, "arabic")


def test_hebrew_prefixes_do_not_hide_a_name(endings: Endings) -> None:
    boundaries = Boundaries(endings)
    assert boundaries.left("ומיקרון", 1, "hebrew")
    assert not boundaries.left("קמיקרון", 1, "hebrew")


def test_persian_letters_are_those_of_arabic() -> None:
    assert fold_word("هواوی") == fold_word("هواوي")
    assert fold_word("مدیاتک") == fold_word("مدياتك")


def test_names_decline(endings: Endings) -> None:
    assert {"алибабы", "алибабе"} <= set(declined("алибаба", endings))
    assert {"nvidii", "nvidię"} <= set(declined("nvidia", endings))
    assert {"applu", "applem"} <= set(declined("apple", endings))
    assert declined("intel", endings) == []


@every(
    ("word", "name", "plain"),
    [
        ("qualcom", "qualcomm", True),
        ("micorsoft", "microsoft", True),
        ("broadcast", "broadcom", False),
        ("microsolt", "microsoft", True),
        ("quelcomm", "qualcomm", False),
        ("nvdia", "nvidia", False),
        ("alibba", "alibaba", True),
        ("tencnt", "tencent", True),
        ("samsun", "samsung", False),
        ("mediate", "mediatek", False),
        ("エヌビデイア", "エヌビディア", True),
        ("エヌビタィア", "エヌビディア", False),
    ],
)
def test_slips_of_long_names_that_need_no_context(word: str, name: str, plain: bool) -> None:
    assert plain_slip(word, name) is plain


def test_cue_words_may_have_short_endings() -> None:
    assert loose_end("chips", 4, "latin", 4)
    assert not loose_end("aisle", 2, "latin", 1)
    assert loose_end("芯片厂", 2, "han", 0)


@every(
    ("word", "slip"),
    [
        ("nvida", True),
        ("nvidiaa", True),
        ("nvidla", True),
        ("nvidai", True),
        ("nvidia", False),
        ("nvd", False),
        ("vindai", False),
    ],
)
def test_one_slip(word: str, slip: bool) -> None:
    assert one_slip(word, "nvidia") is slip


def test_the_longest_of_overlapping_words_wins(tagger: Tagger) -> None:
    for text in ("其中芯片最贵", "中美光伏谈判", "持续高通胀", "甚至强调", "带领英格兰队"):
        assert tagger.tag(text, "", lang="zh").companies == {}, text
    assert set(tagger.tag("中芯国际与美光科技", "", lang="zh").companies) == {"smic", "micron"}
