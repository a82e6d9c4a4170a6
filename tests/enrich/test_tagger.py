"""What the tagger says of whole items: evidence, the contract of `chipwire tag -`, look-alikes, new companies."""

import json
import shutil
from pathlib import Path

import pytest

from chipwire.enrich.looks import Written
from chipwire.enrich.tagger import Tagger, as_json
from chipwire.errors import ConfigError
from tests.enrich.conftest import tagged, written

ROOT = Path(__file__).parents[2]
LOOKALIKES = [
    json.loads(line)
    for name in ("lookalikes.jsonl", "lookalikes_2.jsonl")
    for line in (Path(__file__).parent / "data" / name).read_text(encoding="utf-8").splitlines()
]
"""The second file, 150 in fifteen languages, was written before its first trial: 3 were tagged then."""

TITLE = "ByteDance Kembangkan Chip AI SeedChip, Gandeng Samsung"
BODY = """ByteDance tengah menyiapkan chip inferensi dan berbicara dengan Samsung soal produksinya, kata dua sumber.
Baca Juga: TikTok Shop Tambah Fitur Belanja Langsung
Alibaba sudah punya Zhenwu dan Baidu punya Kunlunxin, sedangkan pasokan Nvidia H200 masih terbatas.
Foto: Qualcomm"""


def test_the_founding_story(tagger: Tagger) -> None:
    tags = tagger.tag(TITLE, BODY, lang="id")
    assert tags.companies == {
        "bytedance": "about", "samsung": "about", "alibaba": "mention", "baidu": "mention", "nvidia": "mention",
    }  # fmt: skip
    assert tags.lang == "id"


def test_items_tagged_together_are_tagged_as_each_by_itself(tagger: Tagger) -> None:
    """What a step knows of one item says nothing of the next; of the last a line is a box."""
    texts: list[Written] = [
        (item["title"], item["body"], item["lang"])
        for item in map(json.loads, (ROOT / "data/quality.jsonl").read_text().splitlines()[::6])
    ]
    texts.append((TITLE, BODY, None))
    boxes: list[list[tuple[int, int]]] = [[] for _ in texts]
    boxes[-1] = [(BODY.index("Alibaba"), BODY.index("\nFoto"))]
    together = tagger.said(tagger.look(texts), boxes)
    alone = [tagger.said(tagger.look([text]), [box])[0] for text, box in zip(texts, boxes, strict=True)]
    assert together == alone
    assert len(together) > 40
    assert {one.lang for one in together} >= {"en", "zh-Hans", "ko", "id"}
    assert "alibaba" not in together[-1].companies


def test_evidence_points_into_the_original(tagger: Tagger) -> None:
    body = "ＮＶＩＤＩＡ と サム\u200bスン は合意した。Samsung&#39;s 担当者は話さなかった。"
    tags = tagger.tag("半導体の合意", body, lang="ja")
    spans = {body[e.start : e.end] for e in tags.evidence if e.zone != "title"}
    assert spans == {"ＮＶＩＤＩＡ", "サム\u200bスン", "Samsung"}


def test_evidence_says_by_what_rule(tagger: Tagger) -> None:
    rules = {e.alias: e.rule for e in tagger.tag(TITLE, BODY, lang="id").evidence}
    assert rules["SeedChip"] == "product implies company"
    assert rules["ByteDance"] == "legal name"
    assert rules["Zhenwu"].startswith("product implies company; context:")


def test_a_place_counts_once_for_a_company_that_has_two_conditions_for_one_name(tagger: Tagger) -> None:
    body = "Pupils of Larry Page compared Gemini with Copilot for a day; ARM, Gemini and ARM again, wrote Copilot."
    places = [(e.slug, e.start, e.end) for e in tagger.tag("Harbour school", body, lang="en").evidence]
    assert {"google", "microsoft"} <= {slug for slug, _, _ in places}
    assert len(places) == len(set(places))


def test_json_has_the_keys_of_the_contract(tagger: Tagger) -> None:
    line = as_json("x1", tagger.tag(TITLE, BODY, lang="id"))
    assert list(line) == ["id", "lang", "companies", "topics", "evidence", "figures", "credit"]
    assert set(line["evidence"][0]) == {"slug", "alias", "start", "end", "zone", "rule"}
    json.dumps(line)


def test_an_empty_item_has_no_tags(tagger: Tagger) -> None:
    assert tagger.tag("", "", lang="en").companies == {}


@pytest.mark.slow
def test_look_alikes_tag_in_at_most_two_of_a_hundred(tagger: Tagger) -> None:
    found = zip(LOOKALIKES, tagged(tagger, written(LOOKALIKES)), strict=True)
    wrong = [x["id"] for x, tags in found if tags.companies]
    assert len(LOOKALIKES) >= 900
    assert len(wrong) <= len(LOOKALIKES) * 0.02, wrong


@pytest.mark.slow
def test_a_company_is_added_by_toml_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("*.db*", "demo"))
    with (data / "companies.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[company.kestrel]\nname = "Kestrel Semiconductor"\n'
            '[[company.kestrel.alias]]\nkind = "legal"\ntexts = ["Kestrel Semiconductor", "ケストレル半導体"]\n'
        )
    tagger = Tagger.load(data)
    tags = tagger.tag("ケストレル半導体が上場", "Kestrel Semiconductor raised money.", lang="ja")
    assert tags.companies == {"kestrel": "about"}
    assert tagger.companies["kestrel"].name == "Kestrel Semiconductor"


def _company(slug: str, text: str) -> str:
    """A company of one alias as companies.toml has it."""
    head = f'[company."{slug}"]\nname = "X"\ncountry = "DE"\n'
    return head + f'[[company."{slug}".alias]]\nkind = "brand"\ntexts = ["{text}"]\n'


@pytest.mark.parametrize(
    ("file", "broken", "place"),
    [
        ("companies.toml", '[company.x]\nname = "X"\n[[company.x.alias]]\nkind = "label"\ntexts = ["X"]\n', "kind"),
        ("companies.toml", '[company.x]\nname = "X"\nalias = []\n', "company.x.alias"),
        ("companies.toml", "[company.x\n", "not valid TOML"),
        ("companies.toml", _company("Red Lion", "X"), "company.Red Lion"),
        ("companies.toml", _company("Xenon", "X"), "company.Xenon"),
        ("companies.toml", _company("x", ""), "company.x.alias.0.texts.0"),
        ("companies.toml", _company("x", " "), "company.x.alias.0.texts.0"),
        ("companies.toml", _company("x", "…"), "company.x.alias.0.texts.0"),
        ("companies.toml", _company("x", "X").replace("DE", "Germany"), "company.x.country"),
        ("cues.toml", "[cue]\nchip = 3\n", "cue.chip"),
        ("traps.toml", "phrases = []\n", "phrases"),
        ("tickers.toml", "before = 1\n", "before"),
        ("roles.toml", "[weights]\nbias = 1.0\n", "fit_roles"),
        ("standing.toml", "joiners = []\nhouses = []\n[likened]\nen = ['like']\n", "standing.toml"),
    ],
)
def test_a_mistake_in_data_names_file_and_place(tmp_path: Path, file: str, broken: str, place: str) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("*.db*", "demo"))
    (data / file).write_text(broken, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Tagger.load(data)
    assert file in str(caught.value)
    assert place in str(caught.value)
    assert "\n" not in str(caught.value), "one line, whatever pydantic says"


def test_a_name_claimed_twice_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("*.db*", "demo"))
    with (data / "companies.toml").open("a", encoding="utf-8") as file:
        file.write('[company.x]\nname = "X"\n[[company.x.alias]]\nkind = "legal"\ntexts = ["Nvidia"]\n')
    with pytest.raises(ConfigError, match="unique to both nvidia and x"):
        Tagger.load(data)
