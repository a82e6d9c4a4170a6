"""Which names count under which conditions."""

import json
from pathlib import Path

import pytest

from chipwire.enrich.tagger import Tagger
from tests.cases import every
from tests.enrich.conftest import slugs, tagged, written


@every(
    ("lang", "text", "expected"),
    [
        ("en", "Samsung Electronics and Nvidia signed", {"samsung", "nvidia"}),
        ("ko", "삼성전자가 엔비디아와 손잡았다", {"samsung", "nvidia"}),
        ("ko", "구글은 애플과 합의했다고 밝혔다", {"google", "apple"}),
        ("ko", "틱톡서 번진 춤", {"bytedance"}),
        ("ko", "탈엔비디아 바람에 제2의애플 찾기", {"nvidia", "apple"}),
        ("ko", "일반인텔리전스와 탈삼진", set()),
        ("zh", "阿里巴巴与腾讯合资建厂", {"alibaba", "tencent"}),
        ("zh", "聯發科與輝達合作開發晶片", {"mediatek", "nvidia"}),
        ("ja", "サムスン電子とマイクロンが増産", {"samsung", "micron"}),
        ("ru", "Акции Алибабы и Самсунга выросли", {"alibaba", "samsung"}),
        ("ar", "وسامسونج تتفق مع إنفيديا", {"samsung", "nvidia"}),
        ("he", "בייטדאנס וסמסונג חתמו", {"bytedance", "samsung"}),
        ("hi", "सैमसंग और माइक्रोसॉफ्ट ने साझेदारी की", {"samsung", "microsoft"}),
        ("th", "ซัมซุงจับมือเอ็นวิเดียตั้งโรงงาน", {"samsung", "nvidia"}),
        ("tr", "Samsung'un Nvidia'dan aldığı sipariş", {"samsung", "nvidia"}),
        ("pl", "Samsunga i Nvidii nie stać na spór", {"samsung", "nvidia"}),
        ("fi", "Samsungin ja Nvidian tehdas", {"samsung", "nvidia"}),
        ("id", "Samsungnya rusak, Huawei-nya hilang", {"samsung", "huawei"}),
        ("de", "Samsungs und Nvidias Streit", {"samsung", "nvidia"}),
    ],
)
def test_names_in_their_languages(tagger: Tagger, lang: str, text: str, expected: set[str]) -> None:
    assert slugs(tagger, text, lang=lang) == expected


@every(
    ("lang", "text", "expected"),
    [
        ("id", "Meta-nya lagi error sejak pagi", {"meta"}),
        ("id", "Meta-nya berubah, pemain gim mengeluh server lagi error", set()),
        ("en", "Samsung SDI and Samsung Biologics rose", {"samsung-group"}),
        ("en", "Samsung Biologics hires. Samsung wants 300 more people in Incheon.", {"samsung-group"}),
        ("en", "Samsung Securities likes Samsung Electronics", {"samsung-group", "samsung"}),
        ("ko", "삼성물산과 삼성전자", {"samsung-group", "samsung"}),
        ("ko", "삼성, KIA 꺾고 프로야구 선두…투수진 호투", {"samsung-group"}),
        ("zh", "三星生命与三星电子", {"samsung-group", "samsung"}),
        ("zh", "蚂蚁集团与支付宝", {"ant-group"}),
        ("en", "Ant Group, an affiliate, lends out Alipay patents", {"ant-group"}),
        ("ko", "삼성바이오, 인적분할 주총서 승인", {"samsung-group"}),
    ],
)
def test_sister_companies_are_kept_apart(tagger: Tagger, lang: str, text: str, expected: set[str]) -> None:
    assert slugs(tagger, text, lang=lang) == expected


@every(
    ("text", "expected"),
    [
        ("Shares of (NASDAQ: NVDA) rose", {"nvidia"}),
        ("$NVDA and $BABA lead", {"nvidia", "alibaba"}),
        ("005930.KS slides", {"samsung"}),
        ("9988.HK at a high", {"alibaba"}),
        ("The stock BIDU gained 3% on Nasdaq", {"baidu"}),
        ("MU.O closes higher", {"micron"}),
        ("Flat 9988 on the ninth floor", set()),
        ("MU beat Arsenal", set()),
        ("The plot covers 700 hectares", set()),
        ("Banquets for up to 5,000 yuan (US$700 a table)", set()),
        ("Bus 700 stops there, a bus that the US 700 times refused", set()),
        ("Tencent's listing (HKEX: 700)", {"tencent"}),
        ("A rise for (SEHK: 700)", {"tencent"}),
        ("NVDA is a screen reader for blind users", set()),
        ("NVDA, TSM and MSFT lead", {"nvidia", "tsmc", "microsoft"}),
        ("NVDA, JAWS and VO lead a survey", set()),
    ],
)
def test_tickers_count_where_tickers_are_written(tagger: Tagger, text: str, expected: set[str]) -> None:
    assert slugs(tagger, text) == expected


@every(
    ("lang", "text", "expected"),
    [
        ("en", "Nvdia unveils a GPU", {"nvidia"}),
        ("en", "Samsng cuts memory chip output", {"samsung"}),
        ("en", "Qualcomn modem for phones", {"qualcomm"}),
        ("ko", "엔비디어 반도체 공급", {"nvidia"}),
        ("en", "Macron meets chip makers", set()),
        ("en", "Samsun port gets a crane", set()),
        ("en", "Goggles for chip workers", set()),
        ("ko", "미디어택 반도체 신제품", {"mediatek"}),
        ("ko", "소셜 미디어를 통해 번진 반도체 투자 열기", set()),
        ("ko", "마이크는 내려놓고 메모리 반도체 강연", set()),
        ("ko", "벽면을 채운 미디어월, 반도체 행사장", set()),
        ("ko", "SK브로드밴드, AI 반도체 데이터센터 착공", set()),
        ("ja", "電源コンセントと半導体の工事", set()),
        ("de", "Jetzt in der Mediathek: KI und Prozessoren", set()),
        ("id", "Vidio tayangkan dokumenter chip AI", set()),
    ],
)
def test_misspellings_count_in_context(tagger: Tagger, lang: str, text: str, expected: set[str]) -> None:
    assert slugs(tagger, text, lang=lang) == expected


@every(
    ("text", "expected"),
    [
        ("平台积极配合芯片检查", set()),
        ("台積積極擴產，法人看好晶片", {"tsmc"}),
        ("他在微博通过视频回应芯片事故", set()),
        ("博通通过视频发布芯片", {"broadcom"}),
        ("公司在华子公司调整芯片业务", set()),
        ("新锐龙头企业推出处理器", set()),
        ("王鹏飞书记考察软件企业", set()),
        ("第三季度厂商芯片出货增加", set()),
        ("系统包含光模块与AI芯片", set()),
        ("数字节能技术用上AI", set()),
        ("涉农企业也用处理器和显卡", set()),
        ("多国代表访华为何而来", set()),
        ("走访华为手机工厂", {"huawei"}),
        ("投入一百万元宝马车里有AI", set()),
        ("提升腾讯云份额", {"tencent"}),
        ("AI助手有求必应", set()),
        ("芯片涨价已板上钉钉", set()),
        ("镁光灯下的芯片女王", set()),
    ],
)
def test_names_across_the_border_of_two_words(tagger: Tagger, text: str, expected: set[str]) -> None:
    assert slugs(tagger, text, lang="zh") == expected


@every(
    ("lang", "text", "expected"),
    [
        ("zh", "iPhone18Pro或涨价", {"apple"}),
        ("zh", "DeepSeekV4发布", {"deepseek"}),
        ("ja", "iPhoneFoldの価格判明", {"apple"}),
        ("en", "#iPhone18Pro leaks again", {"apple"}),
        ("zh", "据AndroidAuthority报道，新机延期", set()),
        ("zh", "MetaMask钱包升级", set()),
        ("en", "A googley-eyed robot", set()),
    ],
)
def test_a_latin_name_ends_where_its_number_or_the_next_name_begins(
    tagger: Tagger, lang: str, text: str, expected: set[str]
) -> None:
    assert slugs(tagger, text, lang=lang) == expected


@pytest.mark.parametrize(
    "text", ["write to press@samsung.com", "see https://www.google.com/maps", "at news.google.com"]
)
def test_addresses_are_no_names(tagger: Tagger, text: str) -> None:
    assert slugs(tagger, "Notice", text) == set()


def test_products_and_persons_imply_their_company(tagger: Tagger) -> None:
    tags = tagger.tag("Jensen Huang on the iPhone", "He also uses WeChat.", lang="en")
    assert set(tags.companies) == {"nvidia", "apple", "tencent"}
    assert {e.rule for e in tags.evidence} == {"person implies company", "product implies company"}


def test_every_company_is_found_by_its_display_names(tagger: Tagger) -> None:
    names = [
        (slug, name, lang.split("-")[0])
        for slug, company in tagger.companies.items()
        for lang, name in {"en": company.name, **company.names}.items()
    ]
    found = tagged(tagger, [(name, "chip AI 半導体 芯片 반도체", lang) for _, name, lang in names])
    assert [one for one, tags in zip(names, found, strict=True) if one[0] not in tags.companies] == []


NAMES = [json.loads(line) for line in (Path(__file__).parent / "data/names.jsonl").read_text("utf-8").splitlines()]


def test_names_in_nineteen_languages_are_found_and_nothing_else(tagger: Tagger) -> None:
    """Own sentences on companies as each language writes and inflects them; at most 1 in 50 may be missed or added."""
    assert len({item["lang"].split("-")[0] for item in NAMES}) >= 19
    wanted = sum(len(item["companies"]) for item in NAMES)
    found = zip(NAMES, tagged(tagger, written(NAMES)), strict=True)
    wrong = {item["id"]: tags.companies.keys() ^ item["companies"] for item, tags in found}
    assert sum(map(len, wrong.values())) <= 0.02 * wanted, {name: slugs for name, slugs in wrong.items() if slugs}
