"""The pieces that pages are made of: pictures, marks, order, words; pure."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from chipwire.domain import utc
from chipwire.serve import charts
from chipwire.serve.pages import filter_bar, formatting, item, ranking, search, statements
from chipwire.serve.pages.highlights import Span, marked, meaning, paragraphs
from tests.examples import examples

NOW = utc(2026, 11, 20, 12)


def dot(key: int, lang: str, minutes: int, kind: str = "translation", of: int | None = None) -> charts.Dot:
    return charts.Dot(
        key, lang, formatting.language(lang), NOW + timedelta(minutes=minutes), kind, f"Outlet <{key}>", of
    )


def test_a_lineage_runs_from_left_to_right_in_lanes() -> None:
    picture = charts.lineage([dot(1, "en", 0, "origin"), dot(2, "zh", 60), dot(3, "en", 120, "copy", 1)], "way")
    svg = etree.fromstring(str(picture))
    places = [(d.get("x"), d.get("y")) for d in svg.iter("svg") if "dot" in d.get("class", "")]
    xs = [float(x.rstrip("%")) for x, _ in places]
    assert xs == sorted(xs)
    assert places[0][1] == places[2][1] != places[1][1]
    assert [line.get("class") for line in svg.iter("line") if "thread" in line.get("class")] == [
        "thread translation",
        "thread copy",
    ]
    assert "Outlet &lt;1&gt;" in picture


def test_reports_of_one_moment_make_a_picture_too() -> None:
    assert "100%" in charts.lineage([dot(1, "en", 0, "origin"), dot(2, "ar", 0)], "way")


@pytest.mark.parametrize("minutes", [[0, 0, 0], [0, 1, 1440], [0, 1440, 1440], [0] * 40 + [1440] * 40])
def test_no_report_hides_another(minutes: list[int]) -> None:
    """Each dot of a lane stands beside the others, in the order of time and inside the picture."""
    dots = [dot(n, "en", at, "rewrite" if n else "origin") for n, at in enumerate(minutes)]
    along = [float(x) for x in re.findall(r'class="dot [a-z]+" x="([\d.]+)%"', charts.lineage(dots, "way"))]
    least = min(1.8, 30 / len(minutes))
    assert len(along) == len(minutes)
    assert all(b - a >= least - 0.02 for a, b in pairwise(along))
    assert 4 <= min(along) <= max(along) <= 96


def test_columns_add_up() -> None:
    days = [(date(2026, 11, n), {"en": n, "zh": 1}) for n in range(1, 31)]
    svg = etree.fromstring(str(charts.bars(days, ["en", "zh"], "A & B")))
    last = [float(r.get("height")) for r in svg.xpath("//g[last()]/rect[@class != 'whole']")]
    assert round(sum(last)) == 120 - 14 - 18
    assert [r.get("class") for r in svg.xpath("//g[1]/rect")] == ["whole", "hue0", "hue1"]


def test_the_ninth_language_is_another() -> None:
    assert charts.hue("xx", ["en"]) == charts.hue("i", list("abcdefghi")) == "hue7"


@pytest.mark.parametrize(("seconds", "says"), [(59, "moments"), (60, "1 min"), (5400, "1.5 h"), (86400, "1 d")])
def test_a_lag_is_told_in_its_largest_unit(seconds: float, says: str) -> None:
    assert formatting.lag(seconds) == says


def test_a_sparkline_marks_failures() -> None:
    svg = etree.fromstring(str(charts.sparkline([0, 3, 0], "checks", failed=[2], room=30)))
    assert [r.get("class") for r in svg.iter("rect")] == ["none", "some", "bad"]


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=8),
)
@examples()
def test_marks_lose_nothing(text: str, places: list[tuple[int, int]]) -> None:
    pieces = marked(text, [Span(max(0, a), b, "company", "") for a, b in places])
    assert "".join(piece.text for piece in pieces) == text
    told = "".join(piece.text for line in paragraphs(pieces) for piece in line)
    assert told == text.replace("\n", "")


def test_the_longest_mark_at_a_place_counts() -> None:
    pieces = marked("Samsung Electronics fell", [Span(0, 7, "company", "a"), Span(0, 19, "company", "b")])
    assert [(piece.text, piece.label) for piece in pieces] == [("Samsung Electronics", "b"), (" fell", "")]


def test_figures_are_written_in_one_way() -> None:
    base = {"value_low": 100_000.0, "value_high": 350_000.0, "unit": "units", "qualifier": "up_to"}
    assert meaning(base) == "up to 350,000 units"
    assert meaning({**base, "qualifier": None}) == "100,000–350,000 units"
    assert meaning({"value_low": 1.6e11, "value_high": 1.6e11, "unit": "CNY"}) == "160 billion CNY"
    assert meaning({"value_low": 12.5, "value_high": 12.5, "unit": "%", "qualifier": "about"}) == "about 12.5%"


def story(ident: int, hours: int, outlets: int) -> dict[str, object]:
    return {"id": ident, "at": NOW - timedelta(hours=hours), "n_outlets": outlets}


def test_new_and_large_come_first() -> None:
    order = [s["id"] for s in ranking.ranked([story(1, 1, 1), story(2, 6, 15), story(3, 40, 3), story(1, 1, 1)])]
    assert order == [2, 1, 3]


def test_the_first_and_the_widest_lead() -> None:
    (made,), _ = ranking.sections({"a": [story(1, 1, 1), story(2, 2, 2), story(3, 3, 9)]}, {}, 4)
    assert made.leads == {1, 3}
    (few,), _ = ranking.sections({"a": [story(1, 1, 1), story(2, 2, 2)]}, {}, 4)
    assert few.leads == {1}
    assert ranking.Section("a", "A", (), ()).leads == frozenset()


def test_a_story_of_two_companies_is_told_under_the_first() -> None:
    made, told = ranking.sections({"a": [story(1, 1, 1)], "b": [story(1, 1, 1), story(2, 2, 1)]}, {"a": "A"}, 4)
    assert [([s["id"] for s in part.stories], [s["id"] for s in part.above]) for part in made] == [
        ([1], []),
        ([2], [1]),
    ]
    assert told == {1, 2}


def reported(ident: int, *claims: tuple[str, str | None, str], figures: tuple[int, ...] = ()) -> dict[str, object]:
    """A report with claims as (kind, speaker, text) and amounts of units."""
    made = [{"unit": "units", "value_low": n, "value_high": n, "text": f"{n:,}"} for n in figures]
    return {"id": ident, "claims": [dict(zip(("kind", "speaker", "text"), c, strict=True)) for c in claims],
            "figures": made}  # fmt: skip


def test_claims_are_told_once_with_their_other_wordings() -> None:
    reports = [
        reported(1, ("denial", "acme", "Acme denies."), ("claim", "anonymous sources", "Two people said so.")),
        reported(2, ("denial", "acme", "acme  DENIES."), ("denial", "acme", "Acme calls it wrong.")),
    ]
    told = statements.claims(reports, {"acme": "Acme"})
    assert [(c["kind"], [q["text"] for q in c["quotes"]]) for c in told] == [
        ("claim", ["Two people said so."]),
        ("denial", ["Acme denies.", "Acme calls it wrong."]),
    ]
    assert statements.stands(told) == [("claim", "from anonymous sources"), ("denial", "denied by Acme")]


def test_amounts_that_most_reports_have_come_first() -> None:
    reports = [reported(1, figures=(7, 9)), reported(2, figures=(9, 9))]
    assert [(row["meaning"], row["reports"]) for row in statements.figures(reports)] == [
        ("9 units", [1, 2]),
        ("7 units", [1]),
    ]


@given(st.text(max_size=60), st.integers(1, 40))
@examples()
def test_an_excerpt_is_a_beginning(text: str, room: int) -> None:
    short = formatting.excerpt(text, room)
    assert text.startswith(short.removesuffix("…")) or short == text
    assert len(short) <= room + 1


def test_an_excerpt_ends_at_a_word_and_counts_wide_letters_twice() -> None:
    assert formatting.excerpt("chips are made of sand", 12) == "chips are…"
    assert formatting.excerpt("芯片半导体", 6) == "芯片半…"


def test_outlets_that_would_touch_have_no_name_twice() -> None:
    picture = charts.lineage([dot(1, "en", 0, "origin"), dot(2, "en", 100), dot(3, "en", 101)], "way")
    assert picture.count('class="name') == 2


def test_wanted_words_are_marked_unwanted_are_not() -> None:
    assert filter_bar.terms('title:SeedChip OR "inference chip" -H200 semi*') == ["inference chip", "seedchip", "semi"]
    text = "x" * 400 + " SeedChip " + "y" * 400
    shown = search.snippet(text, ["seedchip"])
    assert "SeedChip" in shown
    assert len(shown) < 300
    assert [s.start for s in search.hits("a SeedChip, seedchip", ["seedchip"])] == [2, 12]


def test_a_snippet_is_cut_between_words_and_shows_the_word_in_every_script() -> None:
    text = "Packaging halls are full until the spring. " * 12 + "The part is called SeedChip. " + "More follows. " * 30
    shown = search.snippet(text, ["seedchip"])
    assert shown.startswith("…")
    assert f" {shown[1:-1]}" in text
    assert text[text.index(shown[1:-1]) + len(shown) - 2 :][0] in " ."
    assert search.snippet(text, ["halls"]) == search.snippet(text, []) == formatting.excerpt(text, search.ROOM)
    han = "晶圆厂的产线已经满载" * 30
    assert "种子芯片" in search.snippet(han[:150] + "种子芯片" + han, ["种子芯片"])
    assert search.snippet("种子芯片", ["芯片"]) == "种子芯片"


def test_times_and_languages_in_words() -> None:
    assert formatting.ago(NOW - timedelta(minutes=5), NOW) == "5 min ago"
    assert formatting.ago(NOW + timedelta(hours=3), NOW) == "in 3 h"
    assert formatting.ago(NOW, NOW) == "just now"
    assert formatting.lag(5400) == "1.5 h"
    assert formatting.language("zh-Hant") == "Chinese (Traditional)"
    assert formatting.language("x-nobody") == "x-nobody"
    assert formatting.day(utc(2026, 11, 3)) == "Tuesday 3 November 2026"


def test_languages_are_written_as_cldr_says() -> None:
    assert [formatting.direction(tag) for tag in ("ar", "fa", "he", "en", "")] == ["rtl", "rtl", "rtl", "ltr", "ltr"]
    for tag in ("ckb", "dv", "ks", "ks-Deva", "ku", "nqo", "pa-Arab", "syr", "ur", "yi", "zh-Hant"):
        assert formatting.direction(tag) == Locale.parse(tag, sep="-").text_direction, tag


def test_a_word_speaks_once_for_its_company() -> None:
    said = [("a", "Acme", "title"), ("b", "Bolt", "body"), ("a", "Acme", "body"), ("a", "Acme", "body")]
    evidence = [{"slug": s, "alias": w, "zone": z, "rule": "brand", "start": 0, "end": 4} for s, w, z in said]
    told = [(row["slug"], row["zones"], row["times"]) for row in item._reasons(evidence)]
    assert told == [("a", ["title", "body"], 3), ("b", ["body"], 1)]


def test_only_web_addresses_are_links() -> None:
    assert formatting.outward("https://a.example/1") == "https://a.example/1"
    for evil in (
        "javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "http://[",
        None,
        "",
    ):
        assert formatting.outward(evil) == ""
