"""What is told again of a report that its outlet gives anew: other facts, not other words."""

import json
import random
from pathlib import Path

import pytest

from chipwire.enrich.corrections import Change, Corrections
from chipwire.enrich.rewording import Version
from chipwire.enrich.tagger import Tagger
from chipwire.enrich.text.sentence import spans
from tests.cases import every

DATA = Path(__file__).parents[2] / "data"
RULES = Corrections.load(DATA)
Told = tuple[str, str, str, str, str]

CORRECTED: list[Told] = [
    # language, headline and text before, headline and text after
    ("en", "Samsung to invest 4 trillion won in HBM", "The line opens in May.",
     "Samsung to invest 400 billion won in HBM", "The line opens in May."),
    ("en", "Samsung plans an HBM line", "Samsung will spend 4 trillion won on a line in Pyeongtaek. It opens in May.",
     "Samsung plans an HBM line", "Samsung will spend 400 billion won on a line in Pyeongtaek. It opens in May."),
    ("en", "Intel delays its fab in Ohio to 2030", "", "Intel delays its fab in Ohio to 2031", ""),
    ("en", "Samsung to build ByteDance's inference chip", "", "SK hynix to build ByteDance's inference chip", ""),
    ("en", "TSMC raises its capital spending", "", "TSMC cuts its capital spending", ""),
    ("en", "Samsung wins Nvidia's order for HBM4", "", "Samsung has not won Nvidia's order for HBM4", ""),
    ("en", "ByteDance talks to Samsung", "Two people said so.",
     "ByteDance talks to Samsung", "Two people said so. Samsung denied the report."),
    ("en", "Nvidia opens a lab", "The lab is in Hsinchu.",
     "Nvidia opens a lab", "The lab is in Hsinchu. Correction: An earlier version of this article named another city."),
    ("en", "LIVE updates: Nvidia's results", "Revenue is out.",
     "LIVE updates: Nvidia's results", "Revenue is out. This entry has been corrected to say Wednesday."),
    ("en", "Nvidia opens a lab", "The lab is large.", "UPDATE 1-CORRECTED-Nvidia opens a lab", "The lab is large."),
    ("id", "Samsung investasi Rp4 triliun untuk HBM", "", "Samsung investasi Rp400 miliar untuk HBM", ""),
    ("id", "Nvidia buka lab di Batam", "", "RALAT: Nvidia buka lab di Batam", ""),
    ("de", "Samsung investiert 4 Milliarden Euro in HBM-Werk", "",
     "Samsung investiert 400 Millionen Euro in HBM-Werk", ""),
    ("de", "Nvidia baut Labor in München", "", "Korrektur: Nvidia baut Labor in München", ""),
    ("fr", "Samsung investit 4 milliards d'euros dans la mémoire HBM", "",
     "Samsung investit 400 millions d'euros dans la mémoire HBM", ""),
    ("fr", "STMicroelectronics ferme son usine", "", "STMicroelectronics ne ferme pas son usine", ""),
    ("es", "Samsung invertirá 4.000 millones de euros en HBM", "",
     "Samsung invertirá 400 millones de euros en HBM", ""),
    ("es", "Nvidia abre un centro", "El centro es grande.",
     "Nvidia abre un centro", "El centro es grande. Corrección: una versión anterior nombraba otra ciudad."),
    ("pt", "Samsung investirá 4 bilhões de dólares em HBM", "", "Samsung investirá 400 milhões de dólares em HBM", ""),
    ("it", "Samsung investe 4 miliardi di euro nelle memorie", "",
     "Samsung investe 400 milioni di euro nelle memorie", ""),
    ("nl", "ASML verkoopt machines aan Samsung", "", "Rectificatie: ASML verkoopt machines aan Samsung", ""),
    ("pl", "Intel wybuduje zakład pod Wrocławiem", "", "Intel nie wybuduje zakładu pod Wrocławiem", ""),
    ("ru", "Samsung вложит 4 млрд долларов в память HBM", "", "Samsung вложит 400 млн долларов в память HBM", ""),
    ("ru", "Nvidia откроет центр", "", "Исправлено: Nvidia откроет центр", ""),
    ("tr", "Samsung, HBM için 4 milyar dolar yatıracak", "", "Samsung, HBM için 400 milyon dolar yatıracak", ""),
    ("vi", "Samsung đầu tư 4 tỷ USD vào HBM", "", "Samsung đầu tư 400 triệu USD vào HBM", ""),
    ("zh-Hans", "三星将投资4万亿韩元建HBM产线", "", "三星将投资4000亿韩元建HBM产线", ""),
    ("zh-Hans", "台积电上调资本支出", "", "台积电下调资本支出", ""),
    ("zh-Hant", "台積電在高雄設廠", "", "【更正】台積電在高雄設廠", ""),
    ("ja", "サムスン、HBMに4兆ウォン投資", "", "サムスン、HBMに4000億ウォン投資", ""),
    ("ja", "エヌビディアが拠点を開設", "", "訂正-エヌビディアが拠点を開設", ""),
    ("ko", "삼성전자, HBM에 4조원 투자", "", "삼성전자, HBM에 4000억원 투자", ""),
    ("ko", "엔비디아 연구소 개소", "", "[정정] 엔비디아 연구소 개소", ""),
    ("ar", "سامسونغ تفتتح مصنعا للرقائق", "", "تصحيح: سامسونغ تفتتح مصنعا للرقائق", ""),
    ("hi", "सैमसंग नया कारखाना खोलेगा", "", "सैमसंग नया कारखाना नहीं खोलेगा", ""),
]  # fmt: skip
REWRITTEN: list[Told] = [
    ("en", "Samsung plans an HBM line", "Samsung will spend 4 trillion won, it said. It opens in May.",
     "Samsung plans an HBM line", "Samsung will spend 4 trillion won it said; it opens in May."),
    ("en", "Nvidia reports record revenue", "Nvidia reported revenue of $57 billion, up 62%.",
     "Nvidia beats expectations", "On Wednesday Nvidia beat what analysts had expected: revenue came to $57 billion in "
     "the third quarter, and $65 billion are to follow."),
    ("en", "LIVE: Nvidia's results", "Revenue is $57 billion.",
     "LIVE: Nvidia's results", "Revenue is $58 billion. Margins are 75%. The chief executive speaks."),
    ("en", "Nvidia's chief visits Taipei", "He landed on Monday with 30 managers.",
     "Nvidia's chief visits Taipei", "He landed on Monday with 30 managers. On Tuesday he met 200 engineers of TSMC."),
    ("en", "Nvidia shares rise 3%", "Nvidia shares rose 3% to $180.",
     "Nvidia shares rise 5%", "Nvidia shares rose 5% to $184."),
    ("en", "Nvidia shares rise in early trading", "", "Nvidia shares fall in early trading", ""),
    ("en", "ByteDance to spend 160 billion yuan on AI", "", "ByteDance to spend $22 billion on AI", ""),
    ("en", "ByteDance to spend about $22 billion on AI", "", "ByteDance to spend $21.9 billion on AI", ""),
    ("en", "Samsung did not disclose the price of its HBM4", "",
     "Samsung declined to disclose the price of its HBM4", ""),
    ("en", "TSMC opens a plant", "TSMC denied a delay. It opens in May.",
     "TSMC opens a plant", "It opens in May. TSMC again denied a delay."),
    ("id", "Samsung bangun pabrik HBM", "Samsung menanam Rp4 triliun di pabrik itu.",
     "Samsung bangun pabrik HBM", "Di pabrik itu Samsung menanam modal senilai Rp4 triliun, kata perusahaan."),
    ("de", "Infineon baut in Dresden", "Die Fabrik kostet 5 Milliarden Euro.",
     "Infineon baut in Dresden", "Die Fabrik kostet fünf Milliarden Euro, wie es heißt."),
    ("zh-Hans", "英伟达股价上涨3%", "", "英伟达股价上涨5%", ""),
    ("ja", "サムスンが工場を建設", "投資額は4兆ウォン。", "サムスンが新工場を建設へ", "投資額は4兆ウォンになる。"),
    ("ko", "삼성전자 공장 착공", "투자액은 4조원이다.", "삼성전자 새 공장 착공", "투자액은 4조원 규모다."),
    ("ru", "Samsung строит завод", "Завод стоит 4 млрд долларов.",
     "Samsung строит завод", "Завод обойдётся в 4 млрд долларов."),
]  # fmt: skip


def change(tagger: Tagger, told: Told) -> Change | None:
    lang, *said = told
    before, after = (Version(title, body, tagger.tag(title, body, lang=lang)) for title, body in (said[:2], said[2:]))
    return RULES.between(before, after)


@every("told", CORRECTED)
def test_another_fact_is_a_correction(tagger: Tagger, told: Told) -> None:
    found = change(tagger, told)
    assert found is not None
    assert found.now in (told[3], *told[4].replace(". ", ".\n").split("\n"))
    assert found.before in ("", told[1], *told[2].replace(". ", ".\n").split("\n"))


@every("told", REWRITTEN)
def test_other_words_are_none(tagger: Tagger, told: Told) -> None:
    assert change(tagger, told) is None


def test_the_same_again_is_none(tagger: Tagger) -> None:
    for lang, *_, title, body in CORRECTED:
        assert change(tagger, (lang, title, body, title, body)) is None


@pytest.mark.slow
def test_a_text_that_is_cut_or_put_in_another_order_is_not_corrected(tagger: Tagger) -> None:
    """As feeds do that give a beginning today and the whole tomorrow; what grows may bring a denial, which is one."""
    dice, seen = random.Random(5), 0
    for line in (DATA / "quality.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        said = [item["body"][start:end] for start, end in spans(item["body"])]
        for other in (said[: len(said) // 2], said[1:], dice.sample(said, len(said))):
            versions = (item["title"], "\n".join(said), item["title"], "\n".join(other))
            assert change(tagger, (item["lang"], *versions)) is None
            seen += 1
    assert seen > 500


def test_what_is_quoted_is_the_sentence(tagger: Tagger) -> None:
    assert change(tagger, CORRECTED[1]) == Change(
        "Samsung will spend 4 trillion won on a line in Pyeongtaek.",
        "Samsung will spend 400 billion won on a line in Pyeongtaek.",
    )
    long = change(tagger, ("en", "Chips", "", "Chips", "Correction: " + "a word, " * 200))
    assert long is not None
    assert len(long.now) == 400
    assert change(tagger, CORRECTED[6]) == Change("", "Samsung denied the report.")
