"""What marks off boilerplate and what only looks like it: bullets, bars, headings, paywalls."""

import pytest

from chipwire.enrich.tagger import Tagger
from tests.cases import every


@pytest.mark.parametrize(
    "row",
    [
        "▶ 네이버에서 구독하기 ▶ 유튜브 '반도체 읽어주는 기자'",
        "▶ 유튜브 '반도체 읽어주는 기자' ▶ 네이버에서 구독하기",
        "▶ 네이버 구독 ▶ 유튜브 보기 ▶ 카카오톡 제보 페이스북에서 본지를 팔로우하세요.",
    ],
)
def test_buttons_between_bullets_are_one_row(tagger: Tagger, row: str) -> None:
    assert not tagger.tag("섬마을 해바라기", f"주민이 씨를 모았다. {row}", lang="ko").companies


def test_a_sentence_behind_a_bullet_is_no_button(tagger: Tagger) -> None:
    body = "주민이 씨를 모았다. ▶ 네이버에서 구독하기 ▶ 유튜브 '섬마을'이 이를 알렸다."
    assert "google" in tagger.tag("섬마을 해바라기", body, lang="ko").companies


@every(
    ("lang", "said", "asked"),
    [
        ("en", "Nvidia weighs a stake in an optics maker.", "Subscribe to continue reading about Samsung."),
        ("en", "Nvidia weighs a stake in an optics maker.", "Read the full story with a subscription."),
        ("zh-Hans", "英伟达考虑入股一家光学企业。", "本文仅限会员阅读。"),
        ("zh-Hant", "輝達考慮入股一家光學企業。", "本文為付費內容，訂閱後閱讀全文。"),
        ("ja", "エヌビディアは光学メーカーへの出資を検討している。", "この記事は会員限定です。"),
        ("ko", "엔비디아가 광학 업체 지분 인수를 검토하고 있다.", "구독 후 계속 읽을 수 있습니다."),
        ("de", "Nvidia erwägt den Einstieg bei einem Optikhersteller.", "Dieser Artikel ist Abonnenten vorbehalten."),
        ("fr", "Nvidia envisage d'entrer chez un opticien.", "Il vous reste 80 % de cet article à lire."),
        ("es", "Nvidia estudia entrar en un fabricante de óptica.", "Contenido exclusivo para suscriptores."),
        ("id", "Nvidia mempertimbangkan saham di pembuat optik.", "Berlangganan untuk membaca selengkapnya."),
        ("ru", "Nvidia рассматривает покупку доли.", "Материал доступен только подписчикам."),
        ("ar", "تدرس إنفيديا شراء حصة في شركة بصريات.", "هذا المقال للمشتركين فقط."),
    ],
)
def test_what_a_paywall_says_is_no_part_of_the_report(tagger: Tagger, lang: str, said: str, asked: str) -> None:
    """Neither on a line of its own nor behind the only sentence that a feed gives."""
    for between in (" ", "\n"):
        body = said + between + asked
        spans = tagger.tag("Title", body, lang=lang).boilerplate
        assert "".join(body[start:end] for start, end in spans).strip() == asked


@every(
    ("lang", "body"),
    [
        ("en", "OpenAI's new tool is available to subscribers only. Nvidia supplies the chips."),
        ("zh-Hans", "字节跳动表示，用户订阅后可使用豆包专业版。付费内容收入增长两成。"),
        ("de", "Die Funktion ist Abonnenten vorbehalten, sagte OpenAI. Nvidia liefert die Chips."),
        ("fr", "La fonction est réservée aux abonnés, dit OpenAI. Nvidia fournit les puces."),
        ("es", "OpenAI lanza un modelo exclusivo para suscriptores. Nvidia pone los chips."),
        ("ru", "Функция доступна только подписчикам, сообщила OpenAI. Чипы поставляет Nvidia."),
    ],
)
def test_what_a_product_keeps_for_its_subscribers_is_news(tagger: Tagger, lang: str, body: str) -> None:
    assert tagger.tag("Title", body, lang=lang).boilerplate == []


def test_a_heading_needs_a_story_before_it(tagger: Tagger) -> None:
    """A feed's summary that breaks off is no list of headlines."""
    assert "nvidia" in tagger.tag("Racks", "More from Nvidia this spring than last", lang="en").companies
    assert "samsung" in tagger.tag("Union", "It rained. More than 300 at Samsung will march", lang="en").companies


@every(
    ("lang", "body", "company"),
    [
        ("en", "Trading was thin. Closing prices: Nvidia 181.20 | AMD 160.05 | Intel 31.10", "amd"),
        ("en", "It is a fine phone.\nSpecs: Snapdragon 8 Elite | 12 GB memory | 5,000 mAh", "qualcomm"),
        ("en", "Three deals were signed.\nWinners: Samsung and its suppliers | Losers: Intel and its bankers", "intel"),
        ("de", "Zwei Karten kamen auf die Bühne. Im Vergleich: Radeon 9090 | GeForce 6080", "nvidia"),
        ("ko", "세 건의 계약이 있었다. 종가: 삼성전자 8만1000원 | SK하이닉스 30만원", "sk-hynix"),
        ("ja", "三つの契約があった。終値：エヌビディア 181ドル｜AMD 160ドル", "amd"),
    ],
)
def test_what_bars_part_is_headlines_only_where_it_reads_like_them(
    tagger: Tagger, lang: str, body: str, company: str
) -> None:
    assert company in tagger.tag("Chip notes", body, lang=lang).companies


def test_what_bars_part_ends_where_something_else_begins(tagger: Tagger) -> None:
    body = "It was slow. Around the web: Why Samsung sold its land | What is Qwen? Clocks in Micron's halls ran on."
    assert list(tagger.tag("The pier clock", body, lang="en").companies) == ["micron"]


def test_boilerplate_is_told_in_the_code_points_of_the_body(tagger: Tagger) -> None:
    body = "㈱テストは①号機を発表した。\nあわせて読みたい：エヌビディアの新製品\n量産は５月からになる。"
    (span,) = tagger.tag("新しい装置", body, lang="ja").boilerplate
    assert body[slice(*span)].strip() == "あわせて読みたい：エヌビディアの新製品"
