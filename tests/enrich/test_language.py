import pytest

from chipwire.domain.language import normal
from chipwire.enrich.text.language import identify
from tests.cases import every


@every(
    ("text", "lang"),
    [
        ("Chipmaker doubles output at its Oregon plant", "en"),
        ("Chiphersteller verdoppelt Produktion in Dresden", "de"),
        ("Le fabricant de puces double sa production à Grenoble", "fr"),
        ("El fabricante de chips duplica la producción en Málaga", "es"),
        ("A fabricante de chips dobra a produção em Campinas", "pt"),
        ("Il produttore di chip raddoppia la produzione a Catania", "it"),
        ("Pabrik chip itu akan menggandakan produksinya tahun depan", "id"),
        ("Nhà máy chip sẽ tăng gấp đôi sản lượng vào năm sau", "vi"),
        ("Çip üreticisi gelecek yıl üretimini ikiye katlayacak", "tr"),
        ("Producent chipów podwoi produkcję w przyszłym roku", "pl"),
        ("Производитель чипов удвоит выпуск в следующем году", "ru"),
        ("شركة الرقائق تضاعف إنتاجها العام المقبل", "ar"),
        ("चिप कंपनी अगले साल उत्पादन दोगुना करेगी", "hi"),
        ("芯片厂商明年产量将翻一番", "zh-Hans"),
        ("晶片廠商明年產量將倍增", "zh-Hant"),
        ("恒指升百點 上水邨商戶減價", "zh-Hant"),
        ("日本銀行金融政策決定会合", "ja"),
        ("半導体メーカー、来年の生産を倍増へ", "ja"),
        ("반도체 업체, 내년 생산량 두 배로", "ko"),
        ("NVIDIA GTC 2026：全新GPU发布", "zh-Hans"),
        ("TSMC, 2나노 양산", "ko"),
        ("iPhone 18 Pro Max 开箱", "zh-Hans"),
        ("OpenAI发布GPT-6 Turbo API", "zh-Hans"),
        ("ByteDance's 豆包 phone sells out", "en"),
        ("The outlet 한빛경제 said the plant in Giheung would close next year", "en"),
    ],
)
def test_headlines_without_a_prior(text: str, lang: str) -> None:
    assert identify(text) == lang


@every(
    ("text", "prior", "lang"),
    [
        ("三星電子 半導体 新棟 着工", "ja", "ja"),
        ("エヌビディアの新製品", "zh", "ja"),
        ("台積公司", "zh-TW", "zh-Hant"),
        ("Harga chip naik", "ms", "ms"),
        ("Harga chip naik", "id-ID", "id"),
        ("2026-11-23", "de", "de"),
        ("", None, "en"),
        ("半导体设备厂商", "en", "zh-Hans"),
    ],
)
def test_the_feed_decides_what_the_text_leaves_open(text: str, prior: str | None, lang: str) -> None:
    assert identify(text, prior) == lang


@pytest.mark.parametrize(
    ("text", "prior", "lang"),
    [
        (
            "Vláda rozhodla, že na nový závod dá peníze z fondu, který je od roku 2020, a po volbách do léta.",
            "pl",
            "cs",
        ),
        ("Уряд вирішив, що на новий завод не дадуть грошей, і до літа по всій країні буде багато розмов.", "ru", "uk"),
        ("Правителството реши, че от новия завод не се очаква печалба по план и на първо време с кредит.", "ru", "bg"),
        ("Rząd zdecydował, że na nowy zakład nie da pieniędzy z funduszu, który jest od dawna w planie.", "pl", "pl"),
    ],
)
def test_words_that_neighbours_share_do_not_make_a_text_one_of_the_feed_s_language(
    text: str, prior: str, lang: str
) -> None:
    assert identify(text, prior) == lang


@every(
    ("tag", "expected"),
    [
        ("zh-CN", "zh-Hans"),
        ("zh_TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("en-US", "en"),
        ("in", "id"),
        ("mul", None),
        (None, None),
        ("", None),
    ],
)
def test_declared_tags(tag: str | None, expected: str | None) -> None:
    assert normal(tag) == expected
