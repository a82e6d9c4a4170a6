"""Boilerplate never tags: every block in every layout, in thirteen languages, alone and inside real stories."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from chipwire.enrich.tagger import Tagger
from tests.cases import every
from tests.enrich.conftest import tagged, written

DATA = Path(__file__).parent / "data"
BLOCKS = tomllib.loads((DATA / "blocks.toml").read_text(encoding="utf-8"))
SPACELESS = ("zh", "ja")
FAST, SLOW = ("flattened middle",), ("end line", "middle line", "flattened end", "bulleted", "first line")
LAYOUTS = FAST + SLOW
OFTEN = ("en", "zh", "ja", "ko", "id")


def block(table: dict[str, list[str]], text: str) -> str:
    h1, h2, h3 = table["headlines"]
    return text.replace("{h1}", h1).replace("{h2}", h2).replace("{h3}", h3)


def laid(layout: str, lang: str, story: list[str], text: str) -> str:
    gap = "" if lang in SPACELESS else " "
    tail = " " if lang in SPACELESS else gap
    match layout:
        case "end line":
            return gap.join(story) + "\n" + text
        case "middle line":
            return story[0] + "\n" + text + "\n" + gap.join(story[1:])
        case "flattened end":
            return gap.join(story) + tail + text
        case "flattened middle":
            return story[0] + tail + text + tail + gap.join(story[1:])
        case "bulleted":
            return gap.join(story) + "\n• " + text
        case _:
            return text + "\n" + gap.join(story)


def cases() -> Iterator[tuple[str, str, str]]:
    for lang, table in BLOCKS.items():
        for text in table["blocks"]:
            for layout in LAYOUTS:
                yield lang, layout, text


def test_sixty_layouts_in_eight_languages_are_covered() -> None:
    rich = [lang for lang, table in BLOCKS.items() if len(table["blocks"]) * len(LAYOUTS) >= 60]
    assert len(rich) >= 8


@pytest.mark.parametrize(
    ("lang", "layouts"),
    [
        *((lang, FAST) for lang in OFTEN),
        *(pytest.param(lang, SLOW if lang in OFTEN else LAYOUTS, marks=pytest.mark.slow) for lang in BLOCKS),
    ],
)
def test_boilerplate_never_tags(tagger: Tagger, lang: str, layouts: tuple[str, ...]) -> None:
    table = BLOCKS[lang]
    tried = [(layout, block(table, text)) for text in table["blocks"] for layout in layouts]
    title = table["story"][0][:40]
    found = tagged(tagger, [(title, laid(layout, lang, table["story"], text), lang) for layout, text in tried])
    wrong = {each: tags.evidence for each, tags in zip(tried, found, strict=True) if tags.companies}
    assert wrong == {}


@every("lang", BLOCKS)
def test_the_same_headline_as_a_story_does_tag(tagger: Tagger, lang: str) -> None:
    for headline in BLOCKS[lang]["headlines"]:
        assert tagger.tag(headline, BLOCKS[lang]["story"][1], lang=lang).companies


def named_in(tagger: Tagger, title: str, bodies: list[str], lang: str) -> list[str]:
    """The bodies that are tagged."""
    found = tagged(tagger, [(title, body, lang) for body in bodies])
    return [body for body, tags in zip(bodies, found, strict=True) if tags.companies]


WORDINGS = tomllib.loads((DATA / "wordings.toml").read_text(encoding="utf-8"))


@every("lang", WORDINGS)
def test_wordings_in_twenty_two_languages_never_tag(tagger: Tagger, lang: str) -> None:
    """On a line of its own, last and between lines; what starts a sentence also flattened into running text."""
    table = WORDINGS[lang]
    first, last = table["story"]
    bodies = []
    for wording in table["wordings"]:
        text = wording.replace("{h}", table["headline"])
        bodies += [f"{first} {last}\n{text}", f"{first}\n{text}\n{last}"]
        if "{h}" in wording:
            bodies += [f"{first} {last} {text}", f"{first} {text} {last}"]
    assert named_in(tagger, first[:20], bodies, lang) == []


TAILS = tomllib.loads((DATA / "tails.toml").read_text(encoding="utf-8"))


@every("lang", TAILS)
def test_what_follows_a_story_never_tags(tagger: Tagger, lang: str) -> None:
    title, story = TAILS[lang]["story"]
    joints = ("" if lang[:2] in ("zh", "ja") else " ", "\n")
    bodies = [story + joint + tail for tail in TAILS[lang]["tails"] for joint in joints]
    assert named_in(tagger, title, bodies, lang) == []


MORE = tomllib.loads((DATA / "layouts.toml").read_text(encoding="utf-8"))


def test_a_block_of_any_layout_leaves_a_story_its_one_company(tagger: Tagger) -> None:
    """On lines of its own and in running text, before a sentence that begins with the company.

    Thai, which has no full stop, gives four away, German one: "hebt Prognose an Intel bezahlte".
    """
    texts, slugs = [], []
    for lang, table in MORE.items():
        title, first, last = table["story"]
        gap = "" if lang in SPACELESS else " "
        for text in table["blocks"]:
            whole = f"{first}{gap}{last}"
            bodies = [f"{whole}\n{text}", f"{first}\n{text}\n{last}", f"{text}\n{whole}", f"{whole}{gap}{text}"]
            texts += [(title, body, lang) for body in [*bodies, f"{first}{gap}{text} {last}"]]
            slugs += [table["slug"]] * 5
    found = [set(tags.companies) for tags in tagged(tagger, texts)]
    changed = [each for each in zip(texts, found, slugs, strict=True) if each[1] != {each[2]}]
    assert len(texts) > 500
    assert len(changed) <= 0.01 * len(texts), changed


BOXES = tomllib.loads((DATA / "boxes.toml").read_text(encoding="utf-8"))


@every("kind", BOXES)
def test_what_stands_beside_a_story_never_tags(tagger: Tagger, kind: str) -> None:
    """Polls, corrections, notes on authors and the like, on a line of their own last and between lines."""
    for lang, text in BOXES[kind]:
        first, last = WORDINGS.get(lang, WORDINGS["en"])["story"]
        assert named_in(tagger, first[:20], [f"{first} {last}\n{text}", f"{first}\n{text}\n{last}"], lang) == []


PROSE = [orjson.loads(line) for line in (DATA / "prose.jsonl").read_bytes().splitlines()]


def test_the_words_of_boxes_in_a_story_open_none(tagger: Tagger) -> None:
    """Polls, letters, vacancies and browsers can be what a story is about."""
    told = [("", text, lang) for lang, _, text in STORIES] + written(PROSE)
    slugs = [slug for _, slug, _ in STORIES] + [x["company"] for x in PROSE]
    for text, slug, tags in zip(told, slugs, tagged(tagger, told), strict=True):
        assert slug in tags.companies, text


LIKE_BOXES = [orjson.loads(line) for line in (DATA / "prose_2.jsonl").read_bytes().splitlines()]


def test_news_that_opens_like_a_box_keeps_its_company(tagger: Tagger) -> None:
    """120 sentences in twelve languages that begin with a word of boxes: 19 lost their company at first, 15 do now."""
    found = zip(LIKE_BOXES, tagged(tagger, written(LIKE_BOXES)), strict=True)
    lost = [x for x, tags in found if [*tags.companies] != [x["company"]]]
    assert len(LIKE_BOXES) == 120
    assert len(lost) <= 15, lost


STORIES = [
    ("en", "openai", "Three writers went to court. The author told this newspaper that OpenAI used her novels."),
    ("fr", "openai", "L'auteur engage une action contre OpenAI. Le juge a fixé une date."),
    ("pt", "meta", "O autor moveu ações contra a Meta. O juiz marcou a data."),
    ("en", "google", "Regulators waver. Google will allow cookies of other firms again, it told the watchdog."),
    ("en", "google", "The mayor sang badly. This video was later removed from YouTube."),
    ("de", "nvidia", "Der Wald brennt seltener. Dieses Projekt wurde mit Nvidia entwickelt."),
    ("en", "samsung", "It was cold. To watch the talk, thousands queued outside the Samsung hall."),
    ("en", "micron", "Lots were drawn. Chip 1 goes to Intel, chip 2 to Micron and chip 3 to nobody."),
    ("en", "meta", "Power is scarce. Video - which Meta wants more of - needs most of it."),
    ("en", "nvidia", "He listed three aims: 1. More racks from Nvidia 2. Cheaper power 3. Fewer meetings"),
    ("vi", "openai", "Lớp học đổi cách dạy. Để xem bài trên ứng dụng mới, học sinh dùng ChatGPT."),
    ("zh", "bytedance", "游客很多。本视频拍摄者称，抖音已将其下架。"),
    ("ko", "samsung", "눈이 왔다. 광고 시장은 삼성전자 덕에 커졌다."),
    ("en", "nvidia", "A poll of fund managers puts Nvidia first. The quiz at the party was about chips."),
    ("en", "intel", "Investors fear a correction: Intel has doubled since May. Analysts expect more."),
    ("en", "google", "In a survey of teachers, Google came first. Its disclosure: half of them were paid."),
    ("en", "meta", "The author sued Meta over her novel. Why she did it she told a court in Oakland."),
    ("en", "apple", "Listen to the market and Apple looks dear. The podcast host asked why."),
    ("de", "samsung", "Laut einer Umfrage kennt jeder Samsung. Die Frage des Preises bleibt offen."),
    ("fr", "google", "Le sondage commandé par Google porte sur la presse. Les réponses surprennent."),
    ("es", "nvidia", "La corrección en bolsa alcanzó a Nvidia. La encuesta no lo preveía."),
    ("zh", "baidu", "投票结果显示，股东支持百度的方案。更正后的数字下周公布。"),
    ("ja", "intel", "アンケートでは、インテルを選ぶ技術者が増えた。訂正は出ていない。"),
    ("ko", "nvidia", "설문에서 엔비디아가 1위에 올랐다. 투표는 사흘 동안 진행됐다."),
    ("en", "nvidia", "Next week in Taipei, Nvidia will show racks. Ten years ago in that hall it showed cards."),
    (
        "en",
        "google",
        "It rained. Users should update: Google Chrome has a flaw that thieves exploit.",
    ),
    ("en", "samsung", "Chip tariffs loom over Asia and memory prices rise.\nLosers: Samsung and its suppliers."),
    ("fr", "apple", "C'était un pari fou pour Apple. Il a réussi."),
    ("de", "intel", "Heute vor Gericht: Intel gewinnt gegen die Kommission. Der Streit währte zwanzig Jahre."),
    ("es", "google", "Tus fotos serán de Google. El Parlamento quiere impedirlo."),
    ("zh", "huawei", "网友评论称，华为的新机太重。客服表示会反馈。"),
    ("ja", "google", "グーグルは事前登録を始めた。抽選で百人に配る。"),
    ("zh", "tencent", "用户登录微信后即可看到账单。这个功能三月上线。"),
    ("ko", "samsung", "삼성전자는 개발자 행사 사전등록을 시작했다. 추첨을 통해 갤럭시를 준다."),
]
