"""The shipped vocabulary of events and names: wide enough, and one concept whatever the language."""

from pathlib import Path

import pytest

from chipwire.enrich.stories.lexicon import Lexicon
from tests.cases import every

DATA = Path(__file__).parents[2] / "data"
LANGUAGES = {"en", "zh", "ja", "ko", "id", "de", "fr", "es", "vi", "ru", "pt", "it"}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load(DATA)


def test_fifty_events_in_twelve_languages(lexicon: Lexicon) -> None:
    spoken = {concept.id: concept.forms.keys() & LANGUAGES for concept in lexicon.concepts.values()}
    assert sum(len(languages) >= 11 for languages in spoken.values()) >= 50


@pytest.mark.parametrize(
    ("concept", "texts"),
    [
        (
            "layoffs",
            {
                "en": "Layoffs loom",
                "pt": "Empresa anuncia demissões",
                "it": "Annunciati 300 licenziamenti",
                "ko": "대규모 감원",
                "th": "บริษัทประกาศปลดพนักงาน",
                "tr": "Şirket işten çıkarmaları duyurdu",
            },
        ),
        (
            "bankruptcy",
            {
                "en": "Chip start-up files for bankruptcy",
                "zh": "芯片初创公司破产",
                "ja": "新興企業が経営破綻",
                "de": "Start-up ist insolvent",
            },
        ),
        ("customs", {"en": "Customs officers", "th": "กรมศุลกากรแถลง", "pt": "A alfândega", "tr": "Gümrük ekipleri"}),
        ("name-kioxia", {"en": "Kioxia ramps up", "zh": "铠侠扩产", "ja": "キオクシアが増産", "ko": "키오시아 증산"}),
        ("person-lee-jae-yong", {"en": "Lee Jae-yong flies to Texas", "zh": "李在镕赴美", "ko": "이재용 회장 출국"}),
    ],
)
def test_one_concept_in_every_language(lexicon: Lexicon, concept: str, texts: dict[str, str]) -> None:
    for lang, text in texts.items():
        assert concept in {found.id for found in lexicon.find(text, lang)}, lang


@every(
    ("lang", "text", "concept"),
    [
        ("en", "The company declined to comment.", "stock-fall"),
        ("en", "The report was dismissed as nonsense.", "layoffs"),
        ("en", "The yield has doubled, Nikkei reported.", "index-close"),
        ("en", "It was shown at Mobile World Congress.", "congress"),
        ("es", "Los nuevos procesadores se fabrican en Taiwán.", "arrest"),
        ("es", "El portavoz indicó que habrá más.", "india"),
        ("es", "El gerente mayor estuvo presente.", "local-council"),
        ("es", "Síganos en las redes sociales.", "network-gear"),
        ("pt", "A Meta comprou a empresa.", "half-year-target"),
        ("fr", "Le groupe a relevé son offre.", "donation"),
        ("de", "Der Konzern fertigt im Land zur Probe.", "probe"),
        ("ru", "Процессоры по нормам 5 нм", "regulation-draft"),
        ("vi", "Nhà máy ở Đài Loan mất điện.", "debt-loan"),
        ("id", "Cip ini dapat dibuat di Batam.", "winning-order"),
        ("ko", "이전 세대보다 두 배 빠르다", "headquarters"),
        ("zh-Hant", "筆電廠已接獲通知，新品年底上市", "power-supply"),
        ("zh-Hant", "筆電廠已接獲通知，新品年底上市", "ipo"),
    ],
)
def test_words_that_say_something_else(lexicon: Lexicon, lang: str, text: str, concept: str) -> None:
    assert concept not in {found.id for found in lexicon.find(text, lang)}
