from pathlib import Path

import pytest

from chipwire.enrich.claims import Claims
from chipwire.errors import ConfigError

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def claims() -> Claims:
    return Claims.load(DATA)


def named(body: str, **names: str) -> list[tuple[int, int, str]]:
    """Every place of each name, as the tagger would hand them over."""
    found = []
    for slug, name in names.items():
        start = body.find(name)
        while start >= 0:
            found.append((start, start + len(name), slug))
            start = body.find(name, start + 1)
    return sorted(found)


@pytest.mark.parametrize(
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
        ("ar", "رفضت Acme التعليق. رفضت التعليق.", "no-comment"),
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
    ],
)
def test_denials_and_refusals(claims: Claims, lang: str, body: str, kind: str) -> None:
    found = claims.find(body, lang, named(body, acme="Acme"))
    assert [(claim.kind, claim.about) for claim in found if claim.kind != "claim"] == [(kind, "acme")]
    assert all(claim.text in body for claim in found)


@pytest.mark.parametrize(
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


def test_two_companies_decline_together(claims: Claims) -> None:
    body = "Zeta makes lids. Acme and Beta declined to comment."
    found = claims.find(body, "en", named(body, acme="Acme", beta="Beta", zeta="Zeta"))
    assert [claim.about for claim in found] == ["acme", "beta"]


def test_the_company_of_the_sentence_before_speaks(claims: Claims) -> None:
    body = "Acme opened a plant. The company called the report groundless."
    assert [claim.speaker for claim in claims.find(body, "en", named(body, acme="Acme"))] == ["acme"]


def test_what_unnamed_people_say(claims: Claims) -> None:
    body = "The order is worth $3 billion, according to two people familiar with it. Acme Inc. declined to comment."
    found = claims.find(body, "en", named(body, acme="Acme"))
    assert [(claim.kind, claim.speaker) for claim in found] == [("claim", "anonymous_sources"), ("no-comment", "acme")]
    assert found[1].text == "Acme Inc. declined to comment."


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "claims.toml").write_text("[languages.en]\nnonsense = []\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"claims\.toml"):
        Claims.load(tmp_path)


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "Acme wants its chips from Umbra, sources said. The company declined to comment."),
        ("de", "Acme will Chips von Umbra kaufen. Das Unternehmen wollte sich nicht äußern."),
        ("id", "Acme akan membeli cip dari Umbra. Perusahaan itu menolak berkomentar."),
        ("zh-Hans", "Acme拟由Umbra代工芯片。公司拒绝就此置评。"),
        ("ko", "Acme는 Umbra에 칩 생산을 맡길 계획이다. 회사는 논평을 거부했다."),
    ],
)
def test_the_company_is_the_one_spoken_of_not_the_partner_named_last(claims: Claims, lang: str, body: str) -> None:
    found = claims.find(body, lang, named(body, acme="Acme", umbra="Umbra"))
    assert [claim.speaker for claim in found if claim.kind == "no-comment"] == ["acme"]


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "An Acme spokesperson said reports that it was in talks with Umbra were inaccurate."),
        ("en", "According to Umbra's lawyers the deal stands, but Acme told investors that the report was false."),
        ("en", "Umbra held talks with Bolt, Acme denied nothing else, and Acme called the report about Umbra untrue."),
        ("zh-Hans", "Acme发言人周四表示，有关公司与Umbra洽谈代工的报道不实。"),
        ("zh-Hant", "Acme回應稱，與Umbra合作的消息不實。"),
        ("zh-Hans", "Acme发言人表示，与Umbra洽谈的报道不实。公司称，双方没有合作。"),
        ("ko", "Acme가 Umbra와 협의 중이라는 보도를 부인했다."),
        ("ja", "Acmeは、Umbraと協議しているとの報道を否定した。"),
        ("ja", "AcmeはUmbraと協議しているとの報道は事実ではないと述べた。"),
        ("ko", "Acme는 Umbra와 협의 중이라는 보도는 사실이 아니라고 밝혔다."),
        ("ko", "Acme 대변인은 Umbra와 협의 중이라는 보도는 사실무근이라고 밝혔다."),
        ("id", "Juru bicara Acme mengatakan laporan tentang pembicaraan dengan Umbra tidak benar."),
        ("de", "Ein Sprecher von Acme nannte den Bericht über Umbra unzutreffend."),
        ("fr", "Acme a affirmé que l'article sur Umbra était inexact."),
        ("es", "Acme aseguró que lo publicado sobre Umbra no es cierto."),
    ],
)
def test_who_calls_a_report_untrue_is_not_whom_it_is_about(claims: Claims, lang: str, body: str) -> None:
    found = claims.find(body, lang, named(body, acme="Acme", umbra="Umbra"))
    assert [claim.speaker for claim in found if claim.kind == "denial"] == ["acme"] * len(found)
    assert found


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "Acme makes chips. The company said it was not in talks with Umbra."),
        ("en", "Acme makes chips. It has denied having sold any of them to Umbra."),
        ("en", 'Umbra wants the chips. The report is "untrue", said a spokesperson for Acme.'),
        ("zh-Hans", "Acme发言人回应。公司目前没有与Umbra洽谈。"),
    ],
)
def test_who_is_named_after_a_denial_need_not_speak(claims: Claims, lang: str, body: str) -> None:
    found = claims.find(body, lang, named(body, acme="Acme", umbra="Umbra"))
    assert [claim.speaker for claim in found if claim.kind == "denial"] == ["acme"]


@pytest.mark.parametrize(
    ("lang", "body", "speaker"),
    [
        ("en", "The report on Umbra's order is untrue, according to the foundry Acme.", "acme"),
        ("id", "Kabar itu tidak akurat menurut Acme.", "acme"),
        ("fr", "Selon Acme, le contrat prêté à Umbra est une information infondée.", "acme"),
        ("de", "Der Bericht über Umbra ist laut Acme haltlos.", "acme"),
        ("ru", "Umbra ведёт переговоры. Это не соответствует действительности, заявили в Acme.", "acme"),
    ],
)
def test_who_says_so_may_be_named_behind_a_word_for_it(claims: Claims, lang: str, body: str, speaker: str) -> None:
    found = claims.find(body, lang, named(body, acme="Acme", umbra="Umbra"))
    assert [claim.speaker for claim in found if claim.kind == "denial"] == [speaker]


@pytest.mark.parametrize(
    ("body", "speaker"),
    [
        ("Regulators sued Penumbra, Acme and others. Penumbra declined to comment.", None),
        ("Acme signs in Berlin. Officials in Berlin approve. Berlin declined to comment.", None),
        ("Acme grows, said Vera Brandt, its chief. Brandt declined to comment on prices.", "vera"),
        ("Acme told The Ledger that the plant would open. The company declined to comment on prices.", "acme"),
        ("Acme opens a plant, said its Chief of Staff. A spokesperson declined to comment on prices.", "acme"),
        ("Acme opens a plant. Spokespeople declined to comment on prices.", "acme"),
    ],
)
def test_a_sentence_on_somebody_else_is_not_the_word_of_the_company_before(
    claims: Claims, body: str, speaker: str | None
) -> None:
    """Somebody else has a name in an earlier sentence, and a company's own people may be named by half of theirs."""
    found = claims.find(body, "en", named(body, acme="Acme", vera="Vera Brandt"))
    assert [claim.speaker for claim in found] == [speaker]


def test_of_two_that_speak_the_last_calls_it_untrue(claims: Claims) -> None:
    """Where nobody is said to speak it is the company nearest before, and with it those joined to it."""
    for body, speakers in [
        ("Acme said it had an order, and Umbra told the paper that the report was untrue.", ["umbra"]),
        ("Acme and Umbra said the report was untrue.", ["acme", "umbra"]),
        ("For Acme, and even more so for Umbra, the report is groundless.", ["umbra"]),
    ]:
        found = claims.find(body, "en", named(body, acme="Acme", umbra="Umbra"))
        assert [claim.speaker for claim in found] == speakers, body


@pytest.mark.parametrize(
    ("lang", "body", "speakers"),
    [
        ("en", "Acme builds what Bolt has drawn. Both companies declined to comment.", ["acme", "bolt"]),
        ("en", "Acme met Bolt and Cord. Both companies declined to comment.", [None]),
        ("en", "Acme opened a plant. Bolt sent flowers. Neither company would comment.", [None]),
        ("ko", "Acme가 Bolt와 만났다. 두 회사는 논평을 거부했다.", ["acme", "bolt"]),
        ("zh-Hant", "Acme與Bolt會面。兩家公司均不予置評。", ["acme", "bolt"]),
        ("id", "Acme bertemu Bolt. Kedua perusahaan menolak berkomentar.", ["acme", "bolt"]),
    ],
)
def test_both_are_the_two_of_the_sentence_before(claims: Claims, lang: str, body: str, speakers: list[str]) -> None:
    found = claims.find(body, lang, named(body, acme="Acme", bolt="Bolt", cord="Cord"))
    assert [claim.speaker for claim in found] == speakers
