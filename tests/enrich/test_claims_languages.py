"""Denials and refusals in languages with a small grammar, what looks like them, and sixty sentences of both."""

import json
from pathlib import Path

from chipwire.enrich.claims import Claims
from tests.cases import every
from tests.enrich.conftest import named

EXAM = Path(__file__).parent / "data" / "claims_1.jsonl"


def told(claims: Claims, lang: str, body: str) -> list[tuple[str, str | None]]:
    found = claims.find(body, lang, named(body, acme="Acme"))
    return [(claim.kind, claim.about) for claim in found if claim.kind != "claim"]


@every(
    ("lang", "body", "kind"),
    [
        ("en", "Acme denied that it had asked for a licence.", "denial"),
        ("en", "Acme denied having sought access to the plant.", "denial"),
        ("en", "A manager at Acme said the information was false.", "denial"),
        ("zh-Hant", "Acme不評論報價。", "no-comment"),
        ("de", "Acme wollte keine Angaben zum Preis machen.", "no-comment"),
        ("nl", "Acme weerspreekt dat de fabriek dichtgaat.", "denial"),
        ("nl", "Acme wees de beschuldigingen van de hand.", "denial"),
        ("nl", "Acme kan daar niets over kwijt en wil niet ingaan op details.", "no-comment"),
        ("pl", "Acme odrzuca te zarzuty.", "denial"),
        ("pl", "Acme wstrzymało się od komentarza.", "no-comment"),
        ("cs", "Acme spekulace popírá.", "denial"),
        ("cs", "Acme nekomentuje tržní dohady.", "no-comment"),
        ("sv", "Acme kallar uppgiften felaktig.", "denial"),
        ("sv", "Acme avstår från att kommentera.", "no-comment"),
        ("da", "Acme afviser, at fabrikken lukker.", "denial"),
        ("da", "Acme vil ikke udtale sig.", "no-comment"),
        ("no", "Acme avviser ryktene.", "denial"),
        ("no", "Acme kommenterer aldri kunder.", "no-comment"),
        ("fi", "Acmen mukaan huhut ovat perättömiä.", "denial"),
        ("fi", "Acme ei kommentoi asiaa.", "no-comment"),
        ("hu", "Az Acme cáfolta a híreket.", "denial"),
        ("hu", "Az Acme nem kívánta kommentálni az ügyet.", "no-comment"),
        ("ro", "Acme a respins acuzațiile.", "denial"),
        ("ro", "Acme a refuzat să comenteze.", "no-comment"),
        ("el", "Η Acme διαψεύδει το δημοσίευμα.", "denial"),
        ("el", "Η Acme δεν θέλησε να σχολιάσει.", "no-comment"),
        ("uk", "Acme назвала ці чутки вигадкою.", "denial"),
        ("uk", "В Acme від коментарів утрималися.", "no-comment"),
        ("ar", "ونفت Acme هذه الأنباء.", "denial"),
        ("ar", "وامتنعت Acme عن التعليق.", "no-comment"),
        ("hi", "Acme ने कुछ भी कहने से मना कर दिया।", "no-comment"),
    ],
)
def test_denials_and_refusals(claims: Claims, lang: str, body: str, kind: str) -> None:
    assert told(claims, lang, body) == [(kind, "acme")]


@every(
    ("lang", "body"),
    [
        ("en", "Officials denied Acme a licence that it had asked for."),
        ("en", "The label of the Acme board bears false information on its weight."),
        ("zh-Hant", "Acme不回應過熱時會自動關機。"),
        ("nl", "Acme ontkent het bericht niet."),
        ("nl", "De rechtbank verwierp de claim van Acme."),
        ("pl", "Acme nie zaprzecza tym doniesieniom."),
        ("pl", "Acme podało w formularzu nieprawdziwe dane."),
        ("cs", "Acme zprávu nepopřela."),
        ("cs", "Acme odmítla nabídku konkurenta."),
        ("sv", "Acme förnekade inte uppgiften."),
        ("sv", "Acme avvisade budet."),
        ("da", "Acme afviste en leverance af defekte kort."),
        ("no", "Acme avviste budet fra en konkurrent."),
        ("fi", "Acme ei kiistänyt tietoa."),
        ("fi", "Kiista Acmen patentista jatkuu."),
        ("hu", "Az Acme elutasította az ajánlatot."),
        ("ro", "Rezultatul testului la Acme a fost negativ."),
        ("ro", "Acme a refuzat o livrare cu defecte."),
        ("el", "Η Acme απέρριψε την προσφορά."),
        ("uk", "Acme відмовилася від угоди."),
        ("uk", "Acme не заперечує цього."),
        ("ar", "رفضت Acme استلام الشحنة."),
        ("hi", "Acme ने माल लेने से इनकार किया।"),
    ],
)
def test_what_looks_like_them(claims: Claims, lang: str, body: str) -> None:
    assert told(claims, lang, body) == []


def test_sixty_sentences_stay_heard(claims: Claims) -> None:
    """Twelve languages, half of it look-alikes; how it fell stands in .github/decisions/stories-exam.md."""
    rows = [json.loads(line) for line in EXAM.read_text(encoding="utf-8").splitlines()]
    assert [row["kind"] for row in rows].count(None) == 30
    wrong = {
        row["text"]: found
        for row in rows
        if (found := told(claims, row["lang"], row["text"])) != ([(row["kind"], "acme")] if row["kind"] else [])
    }
    assert wrong == {}
