"""Boxes of the commonest kinds that no list was made for, in items and flattened; and news that looks like them."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from chipwire.enrich.tagger import Tagger
from tests.cases import every
from tests.enrich.conftest import slugs, tagged, written
from tests.enrich.test_mutation import LABELLED, mutated

DATA = Path(__file__).parent / "data"
LOOK_ALIKES = [orjson.loads(line) for line in (DATA / "prose_4.jsonl").read_bytes().splitlines()]
TITLE = "Harbour town votes for a second ferry"
STORY = "The council bought a ferry for forty cars."
BEHIND = "The lab had first asked Intel."


def hosts() -> dict[str, list[dict[str, Any]]]:
    """Labelled items with some words in their bodies, by language."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in (orjson.loads(line) for path in LABELLED for line in path.read_bytes().splitlines()):
        if len(item["body"]) > 40:
            found.setdefault(item["lang"].split("-")[0], []).append(item)
    return found


def texts(tables: dict[str, dict[str, list[str]]]) -> Iterator[tuple[str, str]]:
    """The language of each block, and the block."""
    yield from ((lang, text) for lang, kinds in tables.items() for block in kinds.values() for text in block)


@pytest.mark.parametrize(
    ("name", "share"),
    [("blocks_6.toml", 0.026), ("blocks_7.toml", 0.05), ("blocks_8.toml", 0.15), ("blocks_9.toml", 0.102)],
)
def test_each_block_in_one_item_on_lines_and_flattened(tagger: Tagger, name: str, share: float) -> None:
    """What was reached is held; of the last a third are captions whose picture shows the company."""
    items = {lang: iter(found * 8) for lang, found in hosts().items()}
    counts, changes = [], []
    for lang, text in texts(tomllib.loads((DATA / name).read_text(encoding="utf-8"))):
        counted, differing = mutated(tagger, next(items[lang.split("-")[0]]), [text, " ".join(text.split("\n"))])
        counts.append(counted)
        changes += differing
    assert sum(counts) > 300
    assert len(changes) <= share * sum(counts), (len(changes), sum(counts), changes)


def test_news_that_looks_like_a_heading_a_call_or_a_row_keeps_its_company(tagger: Tagger) -> None:
    found = zip(LOOK_ALIKES, tagged(tagger, written(LOOK_ALIKES)), strict=True)
    assert [item for item, tags in found if item["company"] not in tags.companies] == []


@every(
    ("lang", "block"),
    [
        ("en", "Similar articles • Samsung bets on glass • Rain delays the fair"),
        ("en", "Worth your time » Samsung bets on glass » Rain delays the fair"),
        ("en", "Most read stories 1 Samsung bets on glass 2 Rain delays the fair 3 Bakers strike"),
        ("de", "Ähnliche Artikel – Samsung setzt auf Glas – Regen verzögert das Fest"),
        ("es", "Otras noticias * Samsung apuesta por el vidrio * La lluvia retrasa la feria"),
        ("nl", "Meer artikelen | Samsung zet in op glas | Regen vertraagt de kermis"),
        ("de", "Auch interessant: Samsung setzt auf Glas +++ Regen verzögert das Fest +++ Bäcker streiken"),
        ("en", "Get the app: App Store | Google Play | Huawei AppGallery"),
        ("zh", "#三星# #玻璃基板#"),
        ("en", "Samsung | Glass | Displays | Harbour"),
        ("pl", "Na czasie ➤ Samsung stawia na szkło ➤ Deszcz pada"),
        ("es", "\nImagen de archivo. Samsung"),
        ("fr", "(Photo Samsung / archives)"),
        ("ru", "(Фото Samsung)"),
        ("ja", "＝サムスン提供"),
        ("ja", "公式LINEをフォローしてサムスンの最新情報を受け取る"),
        ("ko", "뉴스레터 '유리 아침' 구독하기 – 삼성전자 소식을 매일 메일로"),
    ],
)
def test_a_box_is_known_by_its_shape(tagger: Tagger, lang: str, block: str) -> None:
    assert not slugs(tagger, TITLE, f"{STORY} {block}", lang)


@every(
    "block",
    [
        "\nRead also:\nSamsung bets on glass\nRain delays the fair\n",
        "\nOther articles\n• Samsung bets on glass\n• Rain delays the fair\n",
        " Follow us on Facebook, Instagram and WhatsApp ",
        " Share: Facebook X WhatsApp Copy link ",
    ],
)
def test_the_sentence_behind_a_box_is_the_story_s(tagger: Tagger, block: str) -> None:
    assert slugs(tagger, TITLE, f"{STORY}{block}{BEHIND}", "en") == {"intel"}


@every(
    "body",
    [
        "Three makers bid for the order. Samsung 12 | Sony 9 | Sharp 4 points in the first round.",
        "Three makers bid for the order: Samsung | Sony | Sharp. The town chooses in May.",
        "The hall is rented by a start-up (photonics, with money from Samsung) for nine years.",
        "The plant is new (photographers were shown round by Samsung on Monday).",
    ],
)
def test_news_between_bars_and_in_brackets_keeps_its_company(tagger: Tagger, body: str) -> None:
    assert slugs(tagger, TITLE, f"{STORY} {body}", "en") == {"samsung"}
