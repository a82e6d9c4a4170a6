"""Fingerprints are compact, stable, self-contained; a lexicon file that is wrong says so."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chipwire.domain import Claim, Figure, Tags, utc
from chipwire.enrich.stories.anchors import Kind, Zone, anchor_key, figure_weight
from chipwire.enrich.stories.fingerprint import decode, fingerprint, name_key
from chipwire.enrich.stories.lexicon import Lexicon
from chipwire.enrich.stories.model import Model
from chipwire.enrich.text.terms import sentences, sequence, terms
from chipwire.errors import ConfigError
from tests.cases import every

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load(DATA)


def take(lexicon: Lexicon, title: str, body: str, lang: str) -> bytes:
    tags = Tags(
        lang=lang,
        companies={"samsung": "about", "tsmc": "mention"},
        figures=[Figure(text="4.5", value_low=4.5e12, value_high=4.5e12, unit="KRW")],
        credit="Harbour Wire",
    )
    return fingerprint(
        title, body, lang, utc(2026, 3, 4, 5), "pier-gazette", "https://www.pier.example/a", tags, lexicon
    )


def test_round_trip(lexicon: Lexicon) -> None:
    seen = decode(take(lexicon, "Samsung plans", "A first sentence. A second, about HBM4 in Taylor.", "en"))
    assert seen is not None
    assert (seen.lang, seen.published) == ("en", int(datetime(2026, 3, 4, 5, tzinfo=UTC).timestamp()))
    assert (seen.feed, seen.credit) == (name_key("Pier Gazette"), name_key("harbour-wire"))
    kinds = {(anchor.kind, anchor.key): anchor for anchor in seen.anchors}
    assert kinds[Kind.COMPANY, anchor_key(Kind.COMPANY, "samsung")].zone == Zone.TITLE
    assert kinds[Kind.COMPANY, anchor_key(Kind.COMPANY, "tsmc")].zone == Zone.BODY
    assert (Kind.FIGURE, anchor_key(Kind.FIGURE, "4.5e+12 KRW")) in kinds
    assert (Kind.PRODUCT, anchor_key(Kind.PRODUCT, "hbm4")) in kinds


@pytest.mark.parametrize(
    ("body", "zone"),
    [("It was a bad joke, Acme said.\nMore.", Zone.LEAD), ("News.\nIt was a bad joke, Acme said.", Zone.BODY)],
)
def test_a_denial_is_an_act_in_whatever_words(lexicon: Lexicon, body: str, zone: Zone) -> None:
    claim = Claim(kind="denial", text="It was a bad joke, Acme said.", speaker="acme", about="acme")
    tags = Tags(lang="en", claims=[claim])
    seen = decode(fingerprint("Acme", body, "en", None, "a", "https://a.example/b", tags, lexicon))
    assert seen is not None
    acts = [anchor.zone for anchor in seen.anchors if anchor.key == anchor_key(Kind.ACT, "denial")]
    assert acts == [zone]


def test_same_text_same_bytes_and_small(lexicon: Lexicon) -> None:
    body = "A sentence of nine plain words about one plant. " * 12
    assert take(lexicon, "T", body, "en") == take(lexicon, "T", body, "en")
    assert len(take(lexicon, "T", body * 200, "en")) < 6000


@pytest.mark.parametrize("data", [b"", b"\x00", b"\xff" * 200])
def test_other_versions_are_not_read(data: bytes) -> None:
    assert decode(data) is None


@every(
    ("lang", "text"),
    [
        ("en", "An earthquake near Tainan"), ("zh-Hant", "台南地震"), ("zh-Hans", "台南地震"), ("ko", "타이난 지진"),
        ("ja", "台南で地震"), ("de", "Erdbeben bei Tainan"), ("fr", "Un séisme près de Tainan"),
        ("vi", "Động đất ở Đài Nam"), ("es", "Terremoto en Tainan"), ("id", "Gempa di Tainan"),
        ("ru", "Землетрясение в Тайнане"),
    ],
)  # fmt: skip
def test_concepts_are_one_in_every_language(lexicon: Lexicon, lang: str, text: str) -> None:
    assert {"earthquake", "tainan"} <= {concept.id for concept in lexicon.find(text, lang)}


def test_forms_stand_at_word_limits(lexicon: Lexicon) -> None:
    assert "ipo" not in {c.id for c in lexicon.find("A hippo in the zoo", "en")}
    assert "india" not in {c.id for c in lexicon.find("微软在印度尼西亚投资", "zh-Hans")}
    assert "wafer" in {c.id for c in lexicon.find("Wafers are short", "en")}


def test_title_lead_and_rest_are_as_each_alone(lexicon: Lexicon) -> None:
    title, lead, rest = (
        "TSMC buys wafers in Chinese",
        "Tainan: an earthquake stops wafer plants in the U.S. and",
        "Chinese Indonesia. The IPO waits; 台南 too.",
    )
    title_found, lead_found, rest_found = (lexicon.find(part, "en") for part in (title, lead, rest))
    assert lexicon.apart(title, f"{lead}\n{rest}", "en") == (title_found, lead_found, rest_found)
    assert lexicon.apart(title, lead, "en") == (title_found, lead_found, [])
    assert lexicon.apart("", "", "en") == ([], [], [])


@pytest.mark.parametrize(
    ("lang", "text", "named"),
    [
        ("en", "Voltgate hired Ms Okonjo. Meanwhile iVox and HBM4-class parts wait.", {"okonjo", "ivox", "hbm4"}),
        ("en", "“Voltgate” grows, Pier-side 5G too", {"voltgate", "pier", "5g"}),
        ("zh", "Voltgate和ab以及3D封装，mini版", {"voltgate", "3d", "mini"}),
    ],
)
def test_names_are_capitals_inside_of_sentences(lang: str, text: str, named: set[str]) -> None:
    seen = decode(fingerprint("", text, lang, None, "f", "https://pier.example/a", Tags(lang=lang), Lexicon({})))
    assert seen is not None
    found = {anchor.key for anchor in seen.anchors if anchor.kind == Kind.NAME}
    assert found == {anchor_key(Kind.NAME, name) for name in named}


def test_terms_of_every_script() -> None:
    assert terms("Chipmakers raised 1,200 prices", "en") == ["chipmak", "raised", "1.200", "prices"]
    assert terms("台積電", "zh-Hant") == terms("台积电", "zh-Hans") == ["台积", "积电"]
    assert terms("삼성전자", "ko") == ["삼성", "성전", "전자"]
    assert terms("すること", "ja") == []


def test_sentences_of_every_script() -> None:
    text = 'He said "No." Then 3.5 nm…  Why?! \n\nA heading\n台积电扩产。三星也是！ end'
    assert sentences(text) == [
        'He said "No.',
        "Then 3.5 nm…",
        "Why?!",
        "A heading",
        "台积电扩产。",
        "三星也是！",
        "end",
    ]
    keys = sequence(sentences("One two. 台积电。\n...\nThree"), "en", 6)
    assert [place for place, key in enumerate(keys) if key == 0] == [2, 5]


def test_rarer_amounts_weigh_more() -> None:
    assert figure_weight(1000, "units") < figure_weight(36_000, "units") < figure_weight(139_800, "KRW")


def test_wrong_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "places.toml").write_text('[[concept]]\nid = "x"\nkind = "planet"\n')
    with pytest.raises(ConfigError, match=r"places\.toml"):
        Lexicon.load(tmp_path)
    with pytest.raises(ConfigError, match=r"stories\.toml"):
        Model.load(tmp_path)


def test_read_also_lines_make_no_likeness(lexicon: Lexicon) -> None:
    """Of two pages of one outlet, those lines are often the only words in common."""
    report, line = "A plant opens in the spring.", " Read also: Samsung raises HBM4 output in Taylor."
    spans = [(len(report), len(report + line))]

    def read(body: str, boilerplate: list[tuple[int, int]]) -> bytes:
        tags = Tags(lang="en", boilerplate=boilerplate)
        return fingerprint("T", body, "en", None, "pier-gazette", "https://www.pier.example/a", tags, lexicon)

    alone, beside, unmarked = (decode(read(*of)) for of in ((report, []), (report + line, spans), (report + line, [])))
    assert alone is not None
    assert beside is not None
    assert unmarked is not None
    assert (beside.body, beside.anchors) == (alone.body, alone.anchors)
    assert unmarked.anchors != alone.anchors
