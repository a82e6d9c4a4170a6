"""Where boilerplate that a feed has run into a story ends, and where it begins."""

from chipwire.enrich.tagger import Tagger
from tests.cases import every

SENTENCES_BEHIND = [
    (
        "en",
        "micron",
        "Snow fell. Read also: Nvidia Opens a Larger Office in Porto Crates marked for Micron stood outside.",
    ),
    ("en", "baidu", "It rained. Tagged: Nvidia, Samsung, AI chips iQiyi buys the rights in April."),
    ("en", "broadcom", "It rained. Photo: Samsung Electronics $AVGO gained a little."),
    ("id", "amazon", "Hujan turun. Baca juga: Nvidia Buka Kantor Besar di Surabaya Pelanggannya antara lain Amazon."),
    ("id", "micron", 'Hujan turun. Tag: Nvidia, Samsung "Micron, katanya, paling mahal," kata pedagang.'),
    ("ko", "micron", "비가 왔다. 관련기사: 엔비디아, 새 서버 공개 마이크론은 늦다."),
    ("ko", "google", "비가 왔다. 공유하기: 페이스북 트위터 카카오톡 유튜브는 조용하다."),
    ("ko", "nvidia", "비가 왔다. 공유하기: 페이스북 트위터 카카오톡 밴드 지포스도 비싸다."),
    ("zh", "tencent", "下雨了。 相关阅读：英伟达推出新服务器 腾讯没有跟。"),
    ("zh", "bytedance", "下雨了。 分享到：微信 微博 QQ空间 抖音 抖音电商提高了补贴。"),
    ("zh", "tencent", "分享到：微博 QQ空间 抖音\n微信电脑版下周更新。"),
    ("ja", "smic", "雨が降った。 YouTubeチャンネル登録はこちら SMIC向けの装置は止まった。"),
    ("ja", "google", "雨が降った。 シェアする：Facebook | X | LINE ユーチューブは応じた。"),
    (
        "id",
        "amazon",
        "Hujan turun. Baca juga: Nvidia Buka Kantor untuk Peneliti Muda Pesaingnya, Blibli, memilih Amazon.",
    ),
    ("vi", "micron", "Trời mưa. Đọc thêm: Nvidia mở văn phòng mới ở thành phố lớn Ở Mỹ, Micron và hai hãng khác giảm."),
    ("vi", "bytedance", "Trời mưa. Xem thêm: Nvidia mở văn phòng mới ở thành phố lớn TikTok Shop tài trợ bàn ghế."),
]


@every(("lang", "slug", "body"), SENTENCES_BEHIND)
def test_the_sentence_behind_boilerplate_keeps_its_company(tagger: Tagger, lang: str, slug: str, body: str) -> None:
    assert list(tagger.tag("", body, lang=lang).companies) == [slug]


NOTHING_TO_SAY = [
    ("en", "No experience is needed. Topics: bells, Ely, Google Maps, singing Follow us on Facebook and TikTok."),
    ("en", "Forty goats arrive. People also ask: Is Nvidia a good buy? What is Meta AI? Who owns TikTok?"),
    ("en", "The vote is on Monday. Share this story: Facebook | Twitter | WhatsApp | LinkedIn more than ever matters."),
    ("zh", "票价不变。热门评论　我要评论　登录　微信登录　QQ登录　支付宝登录 关注我们的微信公众号。"),
    ("zh", "票价不变😂 扫描二维码，关注微信公众号。"),
    ("ko", "요금은 그대로다. 관련종목 | 삼성전자 005930 | SK하이닉스 000660 틱톡에서 본지를 팔로우하세요."),
    ("ja", "片道120円。あなたにおすすめ　アップルの食堂／エヌビディア株の次 インスタグラムのフォローをお願いします。"),
    ("ja", "片道120円。Facebook／X／LINEでシェア （写真提供：エヌビディア）"),
]


@every(("lang", "body"), NOTHING_TO_SAY)
def test_boilerplate_behind_boilerplate_tags_nobody(tagger: Tagger, lang: str, body: str) -> None:
    assert tagger.tag("", body, lang=lang).companies == {}


def test_a_code_in_brackets_is_no_label(tagger: Tagger) -> None:
    body = "Read also: Nvidia opens an office.\n(NYSE: TSM) had risen for a week."
    assert list(tagger.tag("Depositary receipts slip", body, lang="en").companies) == ["tsmc"]


def test_a_box_between_them_parts_no_words(tagger: Tagger) -> None:
    """What speaks for a name in the title is as near as it was before a long box stood between them."""
    story = "Its assistant still runs on models from OpenAI, and administrators may remove the desktop icon."
    box = "Most read: " + " | ".join(["The mayor opens a bridge over the northern river again"] * 4)
    title = "Copilot to lose its key"
    assert "microsoft" in tagger.tag(title, story, lang="en").companies
    assert "microsoft" in tagger.tag(title, f"{box}\n{story}", lang="en").companies
