"""Words of topics beside sentences in which they, or what holds them, mean something else."""

from pathlib import Path

import pytest

from chipwire.enrich.topics import Topics
from tests.cases import every

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def topics() -> Topics:
    return Topics.load(DATA)


@every(
    ("lang", "title", "body", "given"),
    [
        ("zh-Hans", "阀门厂改做真空泵", "台积电是它的老主顾。", {"semiconductor"}),
        ("zh-Hans", "台积电换了一批阀门", "阀门厂在宁波。", {"foundry", "semiconductor"}),
        ("ko", "팹리스 셋이 건물을 나눠 쓴다", "", {"semiconductor"}),
        ("ko", "파운드리 단지에 소방서", "둘째 서다.", {"foundry", "semiconductor"}),
        ("en", "Fab gets a second level crossing", "", {"semiconductor"}),
        ("en", "Foundry gets a second level crossing", "", {"foundry", "semiconductor"}),
    ],
)
def test_a_customer_of_a_foundry_and_a_fab_are_none(
    topics: Topics, lang: str, title: str, body: str, given: set[str]
) -> None:
    assert set(topics.tag(title, body, lang)[0]) & {"foundry", "semiconductor"} == given


@every(
    ("topic", "lang", "title", "given"),
    [
        ("labour", "en", "Maker of sensors hires forty welders, pays severance to six", True),
        ("labour", "en", "Steve Jobs portrait hung in the town hall", False),
        ("labour", "en", "Payrolls report is due; jobs report too", False),
        ("labour", "zh-Hans", "传感器厂扩招焊工，加班费翻倍", True),
        ("labour", "zh-Hans", "山城加开夜班公交", False),
        ("labour", "ja", "工員の夜勤手当を引き上げ", True),
        ("labour", "ja", "新しい検査法、二社に採用", False),
        ("labour", "ko", "용접공 연봉 올리고 야근 줄인다", True),
        ("labour", "id", "Pabrik sensor rumahkan tukang las", True),
        ("labour", "es", "Los operarios cobrarán los turnos de domingo", True),
        ("labour", "hi", "कारखाने में भर्ती, वेतन भी बढ़ा", True),
        ("earnings", "zh-Hans", "公司每十股派息两元", True),
        ("labour", "zh-Hans", "公司三年未分红", False),
        ("markets", "en", "Exporters' stock market value shrinks", True),
        ("foundry", "en", "Bond yields climb before the auction", False),
        ("foundry", "en", "Process yields climb before the audit", True),
        ("markets", "zh-Hans", "午后板块翻红，散户观望", True),
        ("markets", "ja", "国債の銘柄を入れ替え", True),
        ("markets", "ja", "眼鏡店、価格下げを競う", False),
        ("markets", "fr", "Le titre recule en Bourse", True),
        ("energy", "en", "Wind turbines stand still for the geese", True),
        ("energy", "en", "Wind ensemble plays in the quarry", False),
        ("energy", "ko", "풍력 날개 실은 배 입항", True),
        ("energy", "zh-Hans", "水电工阿姨修好了水管", False),
        ("energy", "de", "Windräder stehen wegen Vogelflug still", True),
        ("legal", "en", "Tribunal overturns the fines", True),
        ("legal", "en", "Hearing aids get lighter", False),
        ("legal", "ja", "公取委、部品商社に立ち入り", True),
        ("legal", "tr", "Rekabet Kurulu'ndan yeni soruşturma", True),
        ("research", "en", "New study of moss finds a slow clock", True),
        ("research", "ja", "東北大、苔の時計を解明", True),
        ("research", "en", "Her study mode is a locked door", False),
        ("product", "zh-Hans", "旅行社开卖慢车联票", True),
        ("product", "zh-Hans", "山里修新机场", False),
        ("product", "ko", "대학 입학 시험 문제 논란", False),
        ("product", "de", "Klappfahrrad kommt in den Handel", True),
        ("robotics", "ja", "無人バス、坂道で止まる", True),
        ("robotics", "de", "Autonomer Bus hält vor Gänsen", True),
        ("security", "id", "Data bocor, bank minta maaf", True),
        ("security", "id", "Atap sekolah bocor", False),
        ("security", "zh-Hans", "木马程序藏进台历", True),
        ("security", "zh-Hans", "游乐园换了新木马", False),
        ("policy", "zh-Hans", "市里发算力券", True),
        ("policy", "zh-Hans", "证券公司搬家", False),
        ("deals", "id", "Konglomerat caplok pabrik kabel", True),
        ("deals", "en", "Cable start-up raises 40 million", True),
        ("deals", "en", "Bakery raises its prices", False),
        ("software", "ja", "ソフトバンク球団が連敗", False),
        ("software", "ja", "会計ソフトを作り直す", True),
    ],
)
def test_a_word_speaks_for_its_topic_alone(topics: Topics, topic: str, lang: str, title: str, given: bool) -> None:
    assert (topic in topics.tag(title, "", lang)[0]) == given
