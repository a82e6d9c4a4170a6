from pathlib import Path

import pytest

from chipwire.enrich.origin import Credits
from chipwire.errors import ConfigError
from tests.cases import every

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def credits() -> Credits:
    return Credits.load(DATA)


@every(
    ("lang", "title", "body", "name"),
    [
        ("en", "Plant to close", "LISBON, March 3 (Reuters) - The plant will close.", "Reuters"),
        ("en", "Plant to close - Bloomberg", "The plant will close.", "Bloomberg"),
        ("en", "Plant to close", "The plant will close, Reuters reported on Monday.", "Reuters"),
        ("en", "Plant to close", "Two managers told the Financial Times so.", "Financial Times"),
        ("en", "Plant to close", "It will close.\nSource: Copper Valley Gazette", "Copper Valley Gazette"),
        ("en", "Plant to close", "The Copper Valley Gazette reported that it will close.", "The Copper Valley Gazette"),
        ("id", "Pabrik Ditutup", "Pabrik itu ditutup.\nSumber: Reuters", "Reuters"),
        ("th", "ปิดโรงงาน", "โรงงานจะปิดในปี 2570 ที่มา: กรุงเทพธุรกิจ", "Krungthep Turakij"),
        ("zh-Hans", "工厂将关闭", "工厂将关闭。 责任编辑：某某 来源：滨海财经 工人表示遗憾。", "滨海财经"),
        ("vi", "Theo Reuters, nhà máy đóng cửa", "Công nhân được báo trước.", "Reuters"),
        ("sv", "Fabriken stängs", "Fabriken stängs, rapporterar TT.", "TT"),
        ("id", "Pabrik Ditutup", "BATAM (ANTARA) - Pabrik itu ditutup.", "Antara"),
        ("id", "Pabrik Ditutup", "Pabrik ditutup, demikian dilansir Bloomberg, Senin.", "Bloomberg"),
        ("zh-Hans", "工厂将关闭", "据路透社报道，工厂将关闭。", "Reuters"),
        ("zh-Hans", "工厂将关闭", "工厂将关闭。\n（来源：滨海财经）", "滨海财经"),
        ("zh-Hant", "工廠將關閉", "（中央社高雄3日電）工廠將關閉。", "CNA"),
        ("ja", "工場閉鎖へ", "【ソウル共同】工場を閉鎖する。", "Kyodo"),
        ("ja", "工場閉鎖へ", "ロイター通信によると、工場を閉鎖する。", "Reuters"),
        ("ko", "공장 폐쇄", "(서울=연합뉴스) 공장을 닫는다.", "Yonhap"),
        ("ko", "공장 폐쇄", "공장을 닫는다고 로이터통신이 3일 보도했다.", "Reuters"),
        ("ko", "공장 폐쇄", "뉴욕타임스(NYT)에 따르면 공장을 닫는다.", "The New York Times"),
        ("en", "Mill sued, Bloomberg says", "The suit was filed on Monday, Bloomberg reported.", "Bloomberg"),
        ("en", "New York Times sues mill", "BOSTON (Reuters) - The New York Times said it lost paper.", "Reuters"),
        ("de", "Werk schließt", "Dresden (dpa) - Das Werk schließt.", "dpa"),
        ("de", "Werk schließt", "Das Werk schließt, wie das Handelsblatt berichtet.", "Handelsblatt"),
        ("de", "Werk schließt", "Das Werk schließt. Die Stadt bedauert es.\nMit Material von dpa", "dpa"),
        ("fr", "Usine fermée", "L'usine ferme.\n(avec AFP)", "AFP"),
        ("fr", "Usine fermée", "L'usine ferme, selon l'agence Bloomberg.", "Bloomberg"),
        ("es", "Cierre de planta", "Sevilla, 3 mar (EFE).- La planta cierra.", "EFE"),
        ("ru", "Завод закроют", "МОСКВА, 3 марта. /ТАСС/. Завод закроют.", "TASS"),
        ("ru", "Завод закроют", "Об этом сообщило агентство Reuters.", "Reuters"),
        ("vi", "Nhà máy đóng cửa", "Nhà máy đóng cửa.\nTheo TTXVN", "VNA"),
        ("ms", "Kilang ditutup", "Kilang itu akan ditutup, menurut Reuters.", "Reuters"),
        ("pt", "Fábrica fecha", "A fábrica fecha, segundo a Reuters.", "Reuters"),
        ("it", "Chiude lo stabilimento", "Roma (ANSA) - Chiude lo stabilimento.", "ANSA"),
        ("de", "Werk schließt", "Das Werk schließt.\n\ndpa", "dpa"),
        ("en", "Plant to close", "The plant will close.\n(Reporting by Reuters)", "Reuters"),
        ("ko", "공장 폐쇄", "공장을 닫는다.\n[제공=연합뉴스]", "Yonhap"),
        ("ko", "공장 폐쇄", "공장을 닫는다고 나루일보가 3일 보도했다.", "나루일보"),
        ("zh-Hans", "工厂将关闭", "工厂将关闭。\n来源：滨海财经 编辑：某某", "滨海财经"),
        ("zh-Hans", "工厂将关闭", "工厂将关闭。\n文章来源：滨海财经", "滨海财经"),
        ("ru", "Завод не закроют", "Завод опроверг сообщение Reuters.", "Reuters"),
        ("en", "Plant to close", "Tokyo, Kyodo News - The plant will close.", "Kyodo"),
        ("ru", "Завод закроют", "МОСКВА, 3 марта — РИА Новости. Завод закроют.", "RIA Novosti"),
        ("ru", "Завод закроют", "Москва. 3 марта. ИНТЕРФАКС - Завод закроют.", "Interfax"),
        ("ms", "Kilang ditutup", "MELAKA (Bernama) -- Kilang itu akan ditutup.", "Bernama"),
        ("zh-Hans", "工厂将关闭", "财联社5月4日电，工厂将关闭。", "Cailianshe"),
        ("ja", "工場閉鎖へ", "日本経済新聞の取材で分かった。", "Nikkei"),
        ("tr", "Tesis kapanıyor", "İZMİR, (DHA) - Tesis kapanıyor.", "DHA"),
        ("ar", "إغلاق المصنع", "قالت رويترز إن المصنع سيغلق.", "Reuters"),
        ("th", "ปิดโรงงาน", "สำนักข่าวรอยเตอร์รายงานว่า โรงงานจะปิด", "Reuters"),
        ("uk", "Завод закриють", "Завод закриють, повідомляє Укрінформ.", "Ukrinform"),
    ],
)
def test_credits(credits: Credits, lang: str, title: str, body: str, name: str) -> None:
    assert credits.find(title, body, lang) == name


@every(
    ("lang", "title", "body"),
    [
        ("en", "Plant to close", "LISBON - The plant will close in May."),
        ("en", "Plant to close", "Analysts in a Reuters poll had expected it."),
        ("en", "A history of Bloomberg terminals", "The Bloomberg terminal turned forty."),
        ("en", "Firm reports loss", "Harbour Foods reported a loss. The report said more was to come."),
        ("id", "Pabrik Ditutup", "Sumber daya listrik: cukup untuk dua pabrik."),
        ("ja", "株が続伸", "東京市場で日経平均株価は続伸した。"),
        ("ja", "工場を新設", "米港社と米湾社は3日、共同で工場を新設すると発表した。"),
        ("zh-Hans", "工厂将关闭", "双方将共同投资，消息来源尚不清楚。"),
        ("ko", "공장 폐쇄", "공장을 닫는다. 자료는 다음 주 공개된다."),
        ("zh-Hant", "工廠將關閉", "工廠將關閉。（圖／路透）"),
        ("ko", "공장 폐쇄", "공장을 닫는다. (사진=연합뉴스)"),
        ("en", "Plant to close", "The plant, Bloomberg terminals and all - will close."),
        ("en", "New York Times sues mill", "The New York Times said it had lost paper."),
        ("ko", "뉴욕타임스, 제지 공장 고소", "종이를 빼앗겼다며 고소했다고 뉴욕타임스가 전했다."),
    ],
)
def test_own_text_has_no_credit(credits: Credits, lang: str, title: str, body: str) -> None:
    assert credits.find(title, body, lang) is None


def test_the_printed_form_is_kept(credits: Credits) -> None:
    credit = credits.credit("공장 폐쇄", "공장을 닫는다고 로이터통신이 3일 보도했다.", "ko")
    assert credit is not None
    assert (credit.name, credit.printed) == ("Reuters", "로이터통신")


def test_a_source_line_beats_a_quotation(credits: Credits) -> None:
    body = "Bloomberg reported a similar case last year.\nThe plant will close.\nSource: Reuters"
    assert credits.find("Plant to close", body, "en") == "Reuters"


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "credits.toml").write_text("hints = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"credits\.toml"):
        Credits.load(tmp_path)
