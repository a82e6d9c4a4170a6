"""Names that are words, places or other things, too: which sense they have, by what stands around them."""

import json
from pathlib import Path

from chipwire.enrich.tagger import Tagger
from tests.cases import every
from tests.enrich.conftest import slugs, tagged, written


@every(
    ("lang", "text", "expected"),
    [
        ("en", "Rubin systems ship in autumn, with faster memory chips and GPU boards", {"nvidia"}),
        ("en", "Rubin Observatory opens its shutter", set()),
        ("en", "Blackwell chips are sold out", {"nvidia"}),
        ("en", "Mayor Blackwell opens a park", set()),
        ("zh", "豆包月活用户突破两亿", {"bytedance"}),
        ("zh", "红豆包出锅了", set()),
        ("es", "Estoy pensando en la IA", set()),
        ("id", "Harga Galaxy A07 turun", {"samsung"}),
        ("en", "Astronomers image galaxy M87 again", set()),
        ("id", "Warung ini pakai Gemini untuk meracik menu", {"google"}),
        ("es", "Imagen creada con inteligencia artificial engaña a miles", set()),
        ("es", "Veo 3.1 llega a España", {"google"}),
        ("tr", "Millî takım eleme turunda, yapay zekâ tahmini", set()),
        ("it", "L'alveo del fiume si è alzato, chip sott'acqua", set()),
        ("de", "Ethik-Kodex für KI-Firmen vorgestellt", set()),
        ("id", "Nikah siri viral di aplikasi AI", set()),
        ("en", "High-flyer Nvidia slides", {"nvidia"}),
        ("zh", "被豆包气哭的人出现了", {"bytedance"}),
        ("zh", "赶集买豆包的人排到桥头", set()),
        ("zh", "飞猪五一免单加码", {"alibaba"}),
        ("zh", "寒武纪股价大涨", {"cambricon"}),
        ("zh", "寒武纪的三叶虫化石", set()),
        ("ko", "메타, 스마트안경 출시", {"meta"}),
        ("ko", "메타세쿼이아 길을 걷다", set()),
        ("ja", "アームの新設計が車載半導体に", {"arm"}),
        ("ja", "クレーンのアームが折れた", set()),
        ("fr", "Le Smic augmente en janvier", set()),
        ("fr", "SMIC grave des puces en 5 nm", {"smic"}),
        ("en", "arm injury rules pitcher out", set()),
    ],
)
def test_ambiguous_names_need_their_context(tagger: Tagger, lang: str, text: str, expected: set[str]) -> None:
    assert slugs(tagger, text, lang=lang) == expected


@every(
    ("lang", "text", "expected"),
    [
        ("en", "MU up 4% as Nasdaq futures steady", {"micron"}),
        ("en", "MU score twice and win", set()),
        ("en", "Loans: 5/1 ARM up 0.1% as mortgage lenders wait for quarterly data", set()),
        ("en", "Alibaba and Ant share a campus", {"alibaba", "ant-group"}),
        ("en", "Ant and bee share a hive", set()),
        ("en", "Jensen scores. Huang was sent off.", set()),
        ("en", "Chipzilla blinks on the eve of Team Red launch", {"intel", "amd"}),
        ("id", "Meta, penari cilik. Ia berlatih sejak kecil.", set()),
        ("fr", "Meta paie. L'IA coûte cher.", {"meta"}),
        ("ar", "حرائق الأمازون تتراجع", set()),
        ("tr", "Amazon kadınları sergisi açıldı", set()),
        ("id", "Perwira intel Kodam donor darah", set()),
        ("en", "TSM ADRs gain 3%; stock in Taipei flat", {"tsmc"}),
        ("cs", "Spor mezi Applem a Googlem", {"apple", "google"}),
        ("ko", "인스타에 올린 김밥", {"meta"}),
        ("zh", "“寒王”再登顶", {"cambricon"}),
        ("zh", "鸿蒙初辟,天地未分", set()),
        ("zh", "鸿蒙未来三年装进一亿台家电", {"huawei"}),
        ("zh", "微软发布小模型", {"microsoft"}),
        ("zh", "微软发糕蒸二十分钟", set()),
        ("zh", "谷歌声称纠错快了一倍", {"google"}),
        ("zh", "山谷歌声不断，牧民剪羊毛", set()),
        ("zh", "美光年底量产新一代内存", {"micron"}),
        ("zh", "两位字节员工离职", {"bytedance"}),
        ("ja", "マイクロンの広島工場に補助金", {"micron"}),
        ("ja", "髪は80マイクロンの太さ", set()),
        ("ja", "米アルファベットの株価が最高値", {"google"}),
    ],
)
def test_calls_and_look_alikes(tagger: Tagger, lang: str, text: str, expected: set[str]) -> None:
    assert slugs(tagger, text, lang=lang) == expected


SENSES = [json.loads(line) for line in (Path(__file__).parent / "data/senses.jsonl").read_text("utf-8").splitlines()]


def test_a_name_is_told_from_the_word_it_also_is(tagger: Tagger) -> None:
    """Own sentences in which a company's name is another word, a place, a person, a firm, or itself."""
    found = zip(SENSES, tagged(tagger, written(SENSES)), strict=True)
    differing = {item["id"]: tags.companies.keys() ^ item["companies"] for item, tags in found}
    assert {name: wrong for name, wrong in differing.items() if wrong} == {}


def test_one_sense_in_one_report(tagger: Tagger) -> None:
    """What a look-alike contains means the same further on, unless its trade is spoken of."""
    assert slugs(tagger, "三星鄉的蔥田", "三星的農夫清晨五點下田。", "zh-Hant") == set()
    assert slugs(tagger, "三星鄉的蔥田", "鄰居三星的股價週五大漲，晶片缺貨。", "zh-Hant") == {"samsung"}
