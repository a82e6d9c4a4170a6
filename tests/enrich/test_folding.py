"""Spellings made comparable, and the way back to the original."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from chipwire.enrich.text.folding import fold
from tests.cases import every
from tests.examples import examples


@every(
    ("original", "expected"),
    [
        ("ＮＶＩＤＩＡ", "nvidia"), ("ｻﾑｽﾝ", "サムスン"), ("輝達與三星電子", "辉达与三星电子"), ("NVİDİA", "nvidia"),
        ("Samsung&#39;s", "samsung's"), ("AT&amp;T", "at&t"), ("Nvi\u00addia\u200b", "nvidia"), ("’s", "'s"),
        ("أنفيديا", "انفيديا"), ("سامسونـج", "سامسونج"), ("昇腾", "昇腾"), ("Snapdragon™", "snapdragon "),
    ],
)  # fmt: skip
def test_spellings_meet(original: str, expected: str) -> None:
    assert fold(original).lower == expected


def test_decomposed_hangul_is_composed_and_leads_back() -> None:
    original = unicodedata.normalize("NFD", "삼성전자")
    folded = fold(original)
    assert folded.text == "삼성전자"
    assert folded.span(0, 4) == (0, len(original))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
@examples()
def test_offsets_stay_inside_and_in_order(original: str) -> None:
    folded = fold(original)
    assert len(folded.text) == len(folded.lower)
    last = 0
    for place in range(len(folded.text)):
        start, end = folded.span(place, place + 1)
        assert last <= start < end <= len(original)
        last = start


@given(st.text(alphabet="abc&#39;ＡｻＤ한\u200b 三輝", max_size=30))
@examples()
def test_folding_twice_changes_nothing_more(original: str) -> None:
    once = fold(original.replace("&", "")).text
    assert fold(once).text == once
