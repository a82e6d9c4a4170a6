"""Denials and refusals, in their languages, and what is neither."""

from pathlib import Path

import pytest

from chipwire.enrich.claims import Claims
from chipwire.errors import ConfigError
from tests.cases import every
from tests.enrich.conftest import named

DATA = Path(__file__).parents[2] / "data"


@every(
    ("lang", "body", "kind"),
    [
        ("en", "Acme declined to comment.", "no-comment"),
        ("en", "A spokesperson of Acme said that it does not discuss its prices.", "no-comment"),
        ("en", "Acme said the report was groundless.", "denial"),
        ("en", 'Acme called the story "untrue".', "denial"),
        ("zh-Hans", "Acme拒绝就此置评。", "no-comment"),
        ("zh-Hant", "Acme不予置評。", "no-comment"),
        ("zh-Hans", "Acme发言人称，该消息与事实不符。", "denial"),
        ("ja", "Acmeはコメントを控えた。", "no-comment"),
        ("ja", "Acmeは報道を否定した。", "denial"),
        ("ko", "Acme는 논평을 거부했다.", "no-comment"),
        ("ko", 'Acme는 "사실무근"이라고 밝혔다.', "denial"),
        ("ko", 'Acme는 "협의한 바 없다"고 했다.', "denial"),
        ("ko", "Acme는 고객에 대해서는 확인할 수 없다고 했다.", "no-comment"),
        ("id", "Acme menolak berkomentar.", "no-comment"),
        ("id", "Acme membantah kabar tersebut.", "denial"),
        ("de", "Acme wollte sich nicht äußern.", "no-comment"),
        ("de", "Acme wies den Bericht entschieden zurück.", "denial"),
        ("de", "Acme führe keine Gespräche, hieß es in einer Mitteilung.", "denial"),
        ("fr", "Acme n'a pas souhaité commenter.", "no-comment"),
        ("fr", "Acme a démenti ces informations.", "denial"),
        ("es", "Acme declinó hacer comentarios.", "no-comment"),
        ("es", "Acme desmintió la noticia.", "denial"),
        ("pt", "A Acme não quis comentar.", "no-comment"),
        ("it", "Acme ha smentito la notizia.", "denial"),
        ("ru", "В Acme от комментариев отказались.", "no-comment"),
        ("ru", "Компания Acme опровергла сообщение.", "denial"),
        ("vi", "Acme từ chối bình luận.", "no-comment"),
        ("vi", "Acme phủ nhận thông tin này.", "denial"),
        ("tr", "Acme iddiaları yalanladı.", "denial"),
        ("tr", "İstanbul'da Acme iddiaları yalanladı.", "denial"),
        ("pl", "Firma Acme odmówiła komentarza.", "no-comment"),
        ("ar", "رفضت Acme التعليق.", "no-comment"),
        ("hi", "Acme ने टिप्पणी करने से इनकार किया।", "no-comment"),
        ("th", "ด้าน Acmeปฏิเสธที่จะให้ความเห็น", "no-comment"),
        ("th", "Acme ระบุว่ารายงานดังกล่าวไม่เป็นความจริง", "denial"),
        ("fr", "Acme n’a pas souhaité s’exprimer.", "no-comment"),
        ("en", "Acme would not be drawn on its customers.", "no-comment"),
        ("en", "Acme rejected a report that it had sought a buyer.", "denial"),
        ("ja", "Acmeは個別の取引先についてお答えしていないとした。", "no-comment"),
        ("zh-Hans", "Acme称该报道纯属市场臆测。", "denial"),
        ("ru", "В Acme отказались обсуждать новые правила.", "no-comment"),
        ("de", "Acme äußert sich grundsätzlich nicht zu Gerüchten.", "no-comment"),
        ("pt", "A Acme disse que não comentaria.", "no-comment"),
        ("tr", "Acme görüş bildirmeyi reddetti.", "no-comment"),
        ("es", "Acme calificó de «invención» la noticia.", "denial"),
        ("de", "Acme nannte den Bericht blanken Unsinn.", "denial"),
        ("zh-Hans", "Acme未就此与任何一方进行磋商。", "denial"),
        ("ko", "Acme는 보도가 사실과 전혀 다르다고 밝혔다.", "denial"),
        ("vi", "Acme từ chối nói thêm về đề xuất.", "no-comment"),
        ("en", "Acme had nothing further to say.", "no-comment"),
        ("en", "Acme turned down an opportunity to comment.", "no-comment"),
        ("en", "Acme took issue with a weekly's report.", "denial"),
        ("en", 'Acme maintains that the story is "seriously misleading".', "denial"),
        ("zh-Hant", "Acme對傳聞一概不回應。", "no-comment"),
        ("zh-Hans", "Acme称有关说法完全错误。", "denial"),
        ("ja", "Acmeは取引先については話さない方針だ。", "no-comment"),
        ("ja", "Acmeは「そうした事実は一切ない」とした。", "denial"),
        ("ko", 'Acme는 "덧붙일 말이 없다"고 했다.', "no-comment"),
        ("ko", 'Acme는 "그런 계약은 없다"고 못 박았다.', "denial"),
        ("id", "Acme tak bersedia memberikan keterangan.", "no-comment"),
        ("id", "Kabar itu disangkal Acme, kata Acme.", "denial"),
        ("de", "Acme gab dazu keine Stellungnahme ab.", "no-comment"),
        ("de", "„Das stimmt so nicht“, sagte ein Acme-Sprecher.", "denial"),
        ("fr", "Acme a répondu ne pas vouloir commenter.", "no-comment"),
        ("fr", "Acme a balayé ces rumeurs.", "denial"),
        ("es", "Acme eludió pronunciarse.", "no-comment"),
        ("es", "Acme rechazó de plano las acusaciones.", "denial"),
        ("pt", "A Acme disse que não tem nada a declarar.", "no-comment"),
        ("pt", "A Acme rebateu as acusações.", "denial"),
        ("ru", "В Acme ушли от ответа.", "no-comment"),
        ("ru", "Компания Acme отвергла эти сообщения.", "denial"),
        ("vi", "Acme né tránh bình luận.", "no-comment"),
        ("vi", "Acme phản bác cáo buộc.", "denial"),
        ("tr", "Acme değerlendirmede bulunmaktan imtina etti.", "no-comment"),
        ("tr", "Acme iddiaları tekzip etti.", "denial"),
        ("th", "Acme ไม่ขอตอบคำถามนี้", "no-comment"),
        ("th", "Acme ปัดข่าวขายโรงงาน", "denial"),
        ("en", "Acme said that, contrary to a newspaper's report, it will stay.", "denial"),
        ("en", 'The rumours were "pure invention", said Acme.', "denial"),
        ("de", "Acme bleibt entgegen anderslautenden Berichten in Ulm, sagte Acme.", "denial"),
        ("ko", "Acme는 보도와 달리 공장을 팔지 않는다고 밝혔다.", "denial"),
        ("id", "Acme ogah berkomentar.", "no-comment"),
        ("tr", "Acme yorumda bulunmayacağını bildirdi.", "no-comment"),
        ("zh-Hant", "Acme表示現階段不宜評論。", "no-comment"),
        ("fr", "Acme n'a rien voulu dire.", "no-comment"),
    ],
)
def test_denials_and_refusals(claims: Claims, lang: str, body: str, kind: str) -> None:
    found = claims.find(body, lang, named(body, acme="Acme"))
    assert [(claim.kind, claim.about) for claim in found if claim.kind != "claim"] == [(kind, "acme")]
    assert all(claim.text in body for claim in found)


@every(
    ("lang", "body"),
    [
        ("en", "Acme did not respond to a request. It did not deny the talks."),
        ("en", "Acme was denied a licence. The court denied the motion."),
        ("en", "Acme neither confirmed nor denied it."),
        ("en", "Acme did not say how many chips it needs."),
        ("zh-Hans", "Acme没有否认此事，也未回复邮件。"),
        ("ja", "Acmeは計画を否定しなかった。"),
        ("ko", "Acme는 보도를 부인하지 않았다. 답변은 오지 않았다."),
        ("id", "Acme tidak membantah kabar itu."),
        ("de", "Acme dementierte den Bericht nicht."),
        ("fr", "Acme n'a pas démenti."),
        ("es", "Acme no negó la información."),
        ("ru", "В Acme не опровергли сообщение."),
        ("th", "Acme ไม่ได้ปฏิเสธข่าวนี้"),
        ("en", "Acme opened a museum. There are no plans to charge."),
        ("zh-Hans", "Acme将追究散布不实信息者的责任。"),
        ("en", "A Dutch court has denied Acme access. The judge rejected Acme's claims."),
        ("en", "Acme dismissed 200 people, a report says."),
        ("en", "For years Acme kept its chips to itself."),
        ("en", "Officials denied Acme a second request. A judge rejected a motion to dismiss claims against Acme."),
        ("en", "Nobody in the argument disputes that diversion of Acme's chips happens."),
        ("ko", "Acme가 사내 챗봇을 도입했다. 잘못된 답변은 절반으로 줄었다."),
        ("en", "Acme was wrong about the weather. The two founders do not speak."),
        ("zh-Hans", "检方指控三人以虚假名义向Acme订货。Acme拟斥资建厂。"),
        ("ko", "Acme 직원들은 아무 말도 하지 않는다."),
        ("pt", "Moradores contestam a licença da Acme."),
    ],
)
def test_neither_a_denial_nor_a_refusal(claims: Claims, lang: str, body: str) -> None:
    assert [claim for claim in claims.find(body, lang, named(body, acme="Acme")) if claim.kind != "claim"] == []


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "Acme may charge for its assistant, a newspaper report says. Acme has no plans to charge."),
        ("zh-Hans", "有传闻称助手将收费。Acme表示没有计划收费。"),
        ("de", "Laut einem Bericht will Acme eine Gebühr erheben. Acme hat keine Pläne dafür."),
    ],
)
def test_no_plan_denies_what_was_reported(claims: Claims, lang: str, body: str) -> None:
    """Without a report to answer it is news of its own."""
    found = claims.find(body, lang, named(body, acme="Acme"))
    assert [(claim.kind, claim.speaker) for claim in found] == [("denial", "acme")]


def test_where_a_longer_beginning_does_not_go_on_a_shorter_one_may(claims: Claims) -> None:
    """拒绝就*发表 begins as 拒绝*置评 does."""
    for body in ("Acme拒绝就草案置评。", "Acme拒绝就草案发表看法。"):
        assert [claim.kind for claim in claims.find(body, "zh", named(body, acme="Acme"))] == ["no-comment"]


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "claims.toml").write_text("[languages.en]\nnonsense = []\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"claims\.toml"):
        Claims.load(tmp_path)
