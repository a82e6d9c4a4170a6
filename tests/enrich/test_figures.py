import json
import time
import tomllib
from pathlib import Path

import pytest

from chipwire.enrich.amounts.figures import Figures
from chipwire.enrich.amounts.numbers import cjk, plain
from chipwire.errors import ConfigError
from tests.cases import every

DATA = Path(__file__).parents[2] / "data"
CASES = [
    json.loads(line) for line in (Path(__file__).parent / "data" / "figures.jsonl").read_text("utf-8").splitlines()
]
Key = tuple[float, float, str]


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures.load(DATA)


def test_own_cases_are_read_to_the_letter(figures: Figures) -> None:
    """Values, units and qualifiers of every case, and nothing beside them."""
    wrong = []
    for case in CASES:
        found = {(f.value_low, f.value_high, f.unit): f.qualifier for f in figures.find(case["text"], case["lang"])}
        gold: dict[Key, str | None] = {
            (float(f["value_low"]), float(f["value_high"]), f["unit"]): f["qualifier"] for f in case["figures"]
        }
        if found != gold:
            wrong.append((case["text"], found, gold))
    assert wrong == []


@every(
    ("text", "lang", "values"),
    [
        ("[이코노미21 원성연] 주가는 5만 원이다.", "ko", [(5e4, 5e4)]),
        ("Sales of $3 billion to $5 billion are expected.", "en", [(3e9, 5e9)]),
        ("Sales rose from $3 billion to $5 billion.", "en", [(3e9, 3e9), (5e9, 5e9)]),
        ("Orders from 100,000 to 200,000 chips", "en", [(1e5, 2e5)]),
        ("Output grew from 1,500 to 2,500 wafers.", "en", [(1500, 1500), (2500, 2500)]),
        ("The budget fell from 3 to 2.5 billion euros.", "en", [(3e9, 3e9), (2.5e9, 2.5e9)]),
        ("Die Quote stieg von 12 auf 17 Prozent.", "de", [(12, 12), (17, 17)]),
        ("Die Quote liegt bei 12 bis 17 Prozent.", "de", [(12, 17)]),
        ("Le taux passe de 12 à 17 %.", "fr", [(12, 12), (17, 17)]),
        ("Les prix montent de 5 à 8 %.", "fr", [(5, 8)]),
        ("La tasa pasó de 12 a 17 %.", "es", [(12, 12), (17, 17)]),
        ("Será de 8% a 10% no ano.", "pt", [(8, 10)]),
        ("Subiu de 8% para 10% no ano.", "pt", [(8, 8), (10, 10)]),
        ("Доля выросла с 11 до 16%.", "ru", [(11, 11), (16, 16)]),
        ("Pangsanya naik dari 61 menjadi 84 persen.", "id", [(61, 61), (84, 84)]),
        ("稼働率は72%から81%に改善した。", "ja", [(72, 72), (81, 81)]),
        ("価格は10%から15%程度上がる。", "ja", [(10, 15)]),
        ("가동률이 68%에서 77%로 올랐다.", "ko", [(68, 68), (77, 77)]),
    ],
)
def test_a_change_is_two_figures_and_a_range_is_one(
    figures: Figures, text: str, lang: str, values: list[tuple[float, float]]
) -> None:
    assert [(f.value_low, f.value_high) for f in figures.find(text, lang)] == values


@pytest.mark.parametrize(
    ("text", "lang", "qualifier"),
    [
        ("El beneficio creció un 23 % hasta 850 millones de dólares.", "es", None),
        ("Las acciones subieron hasta un 9 %.", "es", "up_to"),
        ("Выручка выросла на 20% до 16 млрд рублей.", "ru", None),
        ("Завод даст до 16 млрд рублей.", "ru", "up_to"),
        ("यह चिप 28 नैनोमीटर तकनीक पर बनी है।", "hi", None),
    ],
)
def test_where_a_change_leads_is_no_limit(figures: Figures, text: str, lang: str, qualifier: str | None) -> None:
    assert figures.find(text, lang)[-1].qualifier == qualifier


@every(
    ("text", "lang", "values"),
    [
        ("Driver for RX 9070 XT boards", "en", []),
        ("It sold 9,070 boards", "en", [(9070, "units")]),
        ("日経平均は前日比412円高の5万1204円。", "ja", []),
        ("ソニー株は412円高の5204円。", "ja", [(5204, "JPY")]),
        ("Le groupe lève 105 M€", "fr", [(105e6, "EUR")]),
        ("Une tour de 105 m.", "fr", []),
        ("售价¥2,999起", "zh-Hans", [(2999, "CNY")]),
        ("価格は￥2,999", "ja", [(2999, "JPY")]),
        ("มูลค่า 3.2 หมื่นล้านบาทในปีนี้", "th", [(32e9, "THB")]),
        ("İşlemciler üç milyar dolar etti.", "tr", [(3e9, "USD")]),
    ],
)
def test_what_editors_write_and_what_is_none(
    figures: Figures, text: str, lang: str, values: list[tuple[float, str]]
) -> None:
    assert [(f.value_low, f.unit) for f in figures.find(text, lang)] == values


def test_a_star_stands_for_endings_only() -> None:
    """Anywhere else it would be a character that no text has."""
    for language in tomllib.loads((DATA / "figures.toml").read_text("utf-8"))["languages"].values():
        words = [*language.get("nouns", ()), *language.get("multipliers", ()), *language.get("words", ())]
        words += [word for unit in language.get("units", {}).values() for word in unit]
        assert [word for word in words if "*" in word[:-1]] == []


def test_own_cases_are_enough() -> None:
    assert len(CASES) >= 150
    assert len({case["lang"] for case in CASES}) >= 6
    assert sum(not case["figures"] for case in CASES) >= 20, "texts whose numbers are no figures"


def test_the_span_is_what_was_read(figures: Figures) -> None:
    text = "Das Werk kostet 2,5 Mrd. Euro; 40\u202f000 Wafer im Monat sind geplant."
    for figure in figures.find(text, "de"):
        assert text[figure.start : figure.end] == figure.text


@pytest.mark.parametrize(
    ("text", "lang"), [("票价约八十元人民币", "zh-Hans"), ("새 칩은 4나노", "ko"), ("料金は3割", "ja")]
)
def test_a_figure_at_the_end_of_a_text_ends_with_it(figures: Figures, text: str, lang: str) -> None:
    assert [figure.end for figure in figures.find(text, lang)] == [len(text)]


def test_a_value_counts_once_and_keeps_its_qualifier(figures: Figures) -> None:
    found = figures.find("Seoul pledges $4 billion\nThe pledge of about $4 billion is new.", "en")
    assert [(f.value_low, f.qualifier) for f in found] == [(4e9, "about")]


def test_full_width_and_unknown_languages(figures: Figures) -> None:
    assert [(f.value_low, f.unit) for f in figures.find("投資額は１５００億円", "ja")] == [(1500e8, "JPY")]
    assert [(f.value_low, f.unit) for f in figures.find("Gjaldið er $3 million", "is")] == [(3e6, "USD")]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "fr", "ko"])
@pytest.mark.parametrize(
    "text",
    ["7" * 100_000, "1,234," * 17_000, "5% 3 billion, " * 1_000, "12 345 " * 4_000, "3万" * 15_000, "$1 " * 4_000],
)
def test_digits_without_end_do_not_hang(figures: Figures, lang: str, text: str) -> None:
    before = time.process_time()
    figures.find(text, lang)
    assert time.process_time() - before < 5


@every(
    ("literal", "decimal", "value"),
    [
        ("1,234.5", ".", 1234.5),
        ("1.234,5", ",", 1234.5),
        ("1.234", ",", 1234),
        ("1.234", ".", 1.234),
        ("22,00,000", ".", 2_200_000),
        ("100,000", ",", 100_000),
        ("0,125", ",", 0.125),
        ("12 500", ",", 12_500),
        ("1.2.3", ".", None),
        ("1,23,4", ".", None),
    ],
)
def test_plain_numbers(literal: str, decimal: str, value: float | None) -> None:
    parsed = plain(literal, decimal)
    assert (parsed[0] if parsed else None) == value


@every(
    ("literal", "value"),
    [
        ("13만9800", 139_800),
        ("19조6000억", 19.6e12),
        ("1.6万亿", 1.6e12),
        ("三百二十", 320),
        ("3千5百億", 3500e8),
        ("两万", 20_000),
        ("一點○五兆", 1.05e12),
        ("六十二点三", 62.3),
    ],
)
def test_cjk_numbers(literal: str, value: float) -> None:
    parsed = cjk(literal)
    assert parsed is not None
    assert parsed[0] == value


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "figures.toml").write_text("[scales]\nnm = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"figures\.toml"):
        Figures.load(tmp_path)
    with pytest.raises(ConfigError, match="missing"):
        Figures.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Twenty-five million dollars", 25e6),
        ("two dozen servers", 24),
        ("half a billion euros", 5e8),
        ("sixty percent", 60),
    ],
)
def test_spelled_numbers(figures: Figures, text: str, value: float) -> None:
    assert [f.value_low for f in figures.find(text, "en")] == [value]
