"""Whose word a denial or a refusal is: the one who speaks, not the partner, and not who was named before."""

import pytest

from chipwire.enrich.claims import Claims
from tests.cases import every
from tests.enrich.conftest import named


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


@every(
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


def test_two_who_deny_in_one_sentence(claims: Claims) -> None:
    body = "Acme denied the report, and Umbra called it false."
    found = claims.find(body, "en", named(body, acme="Acme", umbra="Umbra"))
    assert [claim.speaker for claim in found if claim.kind == "denial"] == ["acme", "umbra"]


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("en", "Acme makes chips. The company said it was not in talks with Umbra."),
        ("en", "Acme makes chips. It has denied having sold any of them to Umbra."),
        ("en", 'Umbra wants the chips. The report is "untrue", said a spokesperson for Acme.'),
        ("zh-Hans", "Acme发言人回应。公司目前没有与Umbra洽谈。"),
        ("en", "The account of Umbra leaving \"simply isn't so\", Acme's finance chief told investors."),
        ("en", "Acme knocked down a report that it would sell the unit to Umbra, saying there had been no such talks."),
        ("id", "Acme menampik kabar bahwa chipnya dibuat Umbra dan menyebutnya isapan jempol belaka."),
        ("ja", "Acmeは5日、Umbraが出資するとの報道について「そうした協議は行っていない」と打ち消した。"),
        ("tr", "Acme, Umbra ile gizlice fabrika kurduğu yönündeki haberlerin asılsız olduğunu duyurdu."),
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


@every(
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


@every(
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


@pytest.mark.parametrize(
    ("lang", "body", "speakers"),
    [
        ("en", "Acme refused comment; so did Bolt.", ["acme", "bolt"]),
        ("en", "Acme declined to comment, as did a spokesman for Bolt.", ["acme", "bolt"]),
        ("de", "Acme wollte sich nicht äußern, ebenso wie Bolt.", ["acme", "bolt"]),
    ],
)
def test_who_does_likewise(claims: Claims, lang: str, body: str, speakers: list[str]) -> None:
    found = claims.find(body, lang, named(body, acme="Acme", bolt="Bolt"))
    assert [claim.about for claim in found] == speakers


@pytest.mark.parametrize(
    ("lang", "body"),
    [
        ("ko", "Acme는 일정대로 생산한다고 했다. Bolt 물량에 대해서는 언급을 거부했다."),
        ("ja", "Acmeは予定通り生産する。Boltとの提携について、回答を控えた。"),
    ],
)
def test_whom_it_is_asked_about_does_not_speak(claims: Claims, lang: str, body: str) -> None:
    found = claims.find(body, lang, named(body, acme="Acme", bolt="Bolt"))
    assert [claim.about for claim in found if claim.kind == "no-comment"] == ["acme"]


def test_a_paragraph_goes_on_with_whom_the_one_before_began_with(claims: Claims) -> None:
    body = "Acme has sent its design to a foundry. Bolt helped.\n\nIts chief called the idea of a sale nonsense."
    assert [claim.about for claim in claims.find(body, "en", named(body, acme="Acme", bolt="Bolt"))] == ["acme"]


def test_the_only_company_speaks_where_paragraphs_were_moved(claims: Claims) -> None:
    body = "A spokesperson for the company denied it.\n\nAcme is said to sell a plant."
    assert [claim.about for claim in claims.find(body, "en", named(body, acme="Acme"))] == ["acme"]
    body = "The company denied it.\n\nAcme is said to sell a plant to Bolt."
    assert [claim.about for claim in claims.find(body, "en", named(body, acme="Acme", bolt="Bolt"))] == [None]
