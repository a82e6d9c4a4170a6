"""Which stories a reader gets, under which company, in which language and order."""

from datetime import timedelta
from typing import Any

import pytest

from chipwire.cli.catalogue import load
from chipwire.config import data_dir
from chipwire.domain import FeedHealth, Role
from chipwire.domain.digest import Saved
from chipwire.send.compose import IN_ALL, PER_SECTION, Catalogue
from chipwire.send.render import Sender
from tests.send.conftest import NOW, reader, report, story, why, window
from tests.send.letters import titles


def test_must_14_a_story_is_one_event(composed: Any) -> None:
    """Must 14: reports of one event are one line with the number of independent outlets, as the pages count them:
    who rewrites or translates says it in words of its own; copies do not count."""
    told = story(report(1), report(2, link="translation"), report(3, link="rewrite"), report(4, link="copy", copy_of=1))
    digest = composed(told)
    [line] = digest.lines
    assert (line.outlets, digest.reports, digest.stories) == (3, 4, 1)
    assert line.also == ("Outlet 2", "Outlet 3", "Outlet 4")


def test_a_story_on_two_companies_appears_once_with_both_names(composed: Any) -> None:
    digest = composed(story(report(1), roles={"samsung": "about", "bytedance": "about"}))
    [section] = digest.sections
    assert section.slug == "bytedance"
    assert section.lines[0].tags == (("bytedance", "Bytedance"), ("samsung", "Samsung"))
    assert digest.quiet == ("Alibaba", "Baidu", "Nvidia")
    assert digest.counts == (("Bytedance", 1), ("Samsung", 1))


def test_why_names_the_matched_term_and_where_it_stood(composed: Any) -> None:
    first = report(1, why=why(zone="body") + why(alias="字节跳动", zone="title"))
    [line] = composed(story(first)).lines
    assert (line.why.term, line.why.zone) == ("字节跳动", "title")


def test_choices_narrow(composed: Any) -> None:
    about = story(report(1, lang="id"), about="samsung")
    mention = story(report(2), roles={"samsung": "mention"})
    other = story(report(3), about="nvidia")
    topic = story(report(4), about="asml", topics=("export-controls",))
    everything = (about, mention, other, topic)
    assert len(composed(*everything, who=reader(companies=["samsung"])).lines) == 2
    assert len(composed(*everything, who=reader(companies=["samsung"], min_role="about")).lines) == 1
    assert len(composed(*everything, who=reader(companies=["samsung"], languages=["en"])).lines) == 1
    assert len(composed(*everything, who=reader(companies=[], topics=["export-controls"])).lines) == 1
    assert len(composed(*everything, who=reader(companies=["nvidia"], topics=["export-controls"])).lines) == 2
    assert len(composed(*everything, who=reader(companies=[])).lines) == 3, "no choice means every company"


def test_the_headline_is_in_the_readers_language_when_there_is_one(composed: Any) -> None:
    both = story(
        report(1, "Samsung mulai produksi", lang="id"), report(2, "Samsung starts production"), about="samsung"
    )
    assert titles(composed(both)) == ["Samsung starts production"]
    assert titles(composed(both, who=reader(locale="id"))) == ["Samsung mulai produksi"]
    assert titles(composed(both, who=reader(languages=["id"]))) == ["Samsung mulai produksi"]


def test_limits_hold_over_all(composed: Any) -> None:
    slugs = ["bytedance", "samsung", "alibaba", "baidu", "nvidia"]
    stories = [story(report(n), about=slugs[n % 5]) for n in range(1, 501)]
    digest = composed(*stories, within=window(high=600))
    assert len(digest.lines) <= IN_ALL
    assert len(digest.lines) + digest.hidden == digest.stories == 500
    assert all(len(section.lines) <= PER_SECTION for section in digest.sections)


def test_rank_is_by_outlets_role_weight(composed: Any) -> None:
    wide = story(*(report(n) for n in range(1, 8)), about="samsung")
    plain = story(report(10), about="samsung")
    heavy = story(report(11, weight=2.0), about="samsung")
    mention = story(report(12), roles={"samsung": "mention"})
    order = [line.story_id for line in composed(mention, plain, heavy, wide).lines]
    assert order == [1, 11, 10, 12]
    assert order == [line.story_id for line in composed(wide, heavy, mention, plain).lines], "whatever the order given"


def test_naming_many_companies_is_no_importance(composed: Any) -> None:
    """A list of shares to watch names five; what one more outlet tells of one company stands before it."""
    many: dict[str, Role] = dict.fromkeys(("samsung", "bytedance", "alibaba", "baidu", "nvidia"), "about")
    told = story(report(1), report(2, link="rewrite"), about="samsung")
    assert [line.story_id for line in composed(story(report(3), roles=many), told).lines] == [1, 3]


def test_of_equals_the_one_that_the_reader_can_read_stands_first(composed: Any) -> None:
    """In the language of the letter, then in English; what more outlets tell stays before it."""
    english, chinese = story(report(1), about="samsung"), story(report(2, lang="zh-Hans"), about="samsung")
    assert [line.story_id for line in composed(english, chinese).lines] == [1, 2]
    assert [line.story_id for line in composed(english, chinese, who=reader(locale="zh-Hans")).lines] == [2, 1]
    wide = story(report(3, lang="ja"), report(4, lang="ja"), about="samsung")
    assert [line.story_id for line in composed(english, chinese, wide).lines] == [3, 1, 2]


def test_what_a_new_feed_brings_of_its_archive_stands_last(composed: Any) -> None:
    """Told all the same, as a date may be wrong; a report of today's makes the story news."""
    old = NOW - timedelta(days=60)
    archive = story(*(report(n, published=old) for n in range(1, 8)), about="samsung")
    mention = story(report(10, published=NOW), roles={"samsung": "mention"})
    again = story(report(11, published=old), report(12), about="samsung")
    assert [line.story_id for line in composed(archive, mention, again).lines] == [11, 10, 1]


def test_a_long_absence_is_one_letter_that_says_so(composed: Any) -> None:
    """Must 11."""
    assert composed(story(report(1)), within=window(hours=72)).days == 3


def test_feed_health_and_volume_are_passed_on(composed: Any) -> None:
    health = FeedHealth(12, ("Outlet 9",))
    digest = composed(story(report(1)), health=health, volume={"bytedance": (0, 1, 0, 0, 2, 0, 1), "asml": (9,) * 7})
    assert digest.health == health
    assert digest.glance == (("Bytedance", (0, 1, 0, 0, 2, 0, 1)),)


@pytest.mark.parametrize(
    ("locale", "names"),
    [
        ("en", ["Export controls and sanctions", "Samsung Electronics"]),
        ("de", ["Exportkontrollen und Sanktionen", "Samsung Electronics"]),
        ("zh-Hans", ["出口管制与制裁", "三星电子"]),
        ("zh-Hant", ["出口管制與制裁", "三星電子"]),
    ],
)
def test_companies_and_topics_are_called_in_the_readers_language(locale: str, names: list[str]) -> None:
    known = load(data_dir())
    name = Catalogue(known.companies, known.topics).namer(locale)
    assert [name("export-controls"), name("samsung")] == names


def test_every_topic_has_a_name_in_every_language_of_letters(sender: Sender) -> None:
    for topic in load(data_dir()).topics.values():
        assert {tag for tag in sender.words if tag not in topic.names} <= {"en", "zh-Hans"}, topic.slug
        assert "zh" in topic.names


def test_topics_get_a_section_of_their_own(composed: Any) -> None:
    digest = composed(
        story(report(1), about="asml", topics=("export-controls",)), who=reader(topics=["export-controls"])
    )
    assert [section.name for section in digest.sections] == ["Export controls"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two. Three.", "One. Two."),
        ("第一句。第二句！第三句。", "第一句。第二句！"),
        ("Kalimat satu… Kalimat dua? Kalimat tiga.", "Kalimat satu… Kalimat dua?"),
        ("It costs 3.5 million. It ships in May.", "It costs 3.5 million. It ships in May."),
        ("The U.S. Commerce Department waits. Two. Three.", "The U.S. Commerce Department waits. Two."),
        ("Intel Inc. met Dr. No. 4 of the board. Two. Three.", "Intel Inc. met Dr. No. 4 of the board. Two."),
        ("Am 17. November wird gewählt. Zwei. Drei.", "Am 17. November wird gewählt. Zwei."),
        ("", ""),
    ],
)
def test_summaries_are_the_feeds_own_first_sentences(composed: Any, text: str, expected: str) -> None:
    [line] = composed(story(report(1, text=text))).lines
    assert line.summary == expected


def test_a_summary_that_only_repeats_the_headline_is_left_out(composed: Any) -> None:
    [line] = composed(story(report(1, "Samsung wins an order", text="Samsung wins an order."))).lines
    assert line.summary == ""


def test_a_story_stands_under_the_company_it_is_about(composed: Any) -> None:
    """Bytedance comes first in the reader's order but is only mentioned."""
    [section] = composed(story(report(1), roles={"bytedance": "mention", "samsung": "about"})).sections
    assert section.slug == "samsung"
    assert [slug for slug, _ in section.lines[0].tags] == ["samsung", "bytedance"]


def test_who_is_followed_is_named_by_the_report_that_is_shown(composed: Any) -> None:
    """Of two in one language; a report in a language of the reader's comes before it."""
    stranger = report(1, "A school wins a cup")
    named = report(2, "Nvidia sponsors a league", link="rewrite", why=why("nvidia", "Nvidia"))
    assert titles(composed(story(stranger, named, about="nvidia"))) == ["Nvidia sponsors a league"]
    local = report(3, "Sekolah menang piala", link="translation", lang="id")
    assert titles(composed(story(stranger, named, local, about="nvidia"), who=reader(locale="id"))) == [local.title]


def test_english_stands_for_what_nobody_tells_in_the_readers_language(composed: Any) -> None:
    foreign = story(report(1, "칩 공장", lang="ko"), report(2, "A chip plant", link="translation"))
    assert titles(composed(foreign, who=reader(locale="de"))) == ["A chip plant"]


def test_a_story_stands_under_a_company_that_its_headline_names(composed: Any) -> None:
    """Of several that it is about the one in the shown headline, not the first that the reader follows."""
    roles: dict[str, Role] = {"bytedance": "about", "samsung": "about"}
    denied = report(1, "Samsung denies a rise", why=why("bytedance", zone="lead") + why("samsung", "Samsung"))
    assert [section.slug for section in composed(story(denied, roles=roles)).sections] == ["samsung"]


def test_the_most_important_story_is_the_first_of_a_short_letter(composed: Any) -> None:
    """Its section leads; a letter with a top keeps the reader's order below."""
    small, wide = story(report(1), about="bytedance"), story(report(2), report(3, link="rewrite"), about="samsung")
    assert [section.slug for section in composed(small, wide).sections] == ["samsung", "bytedance"]
    more = [story(report(n), about=("nvidia", "bytedance")[n % 2]) for n in range(10, 30)]
    assert [section.slug for section in composed(wide, *more).sections] == ["bytedance", "nvidia"]


def test_an_alert_follows_its_queries_and_a_digest_what_its_reader_chose(composed: Any) -> None:
    saved = [Saved("?1", "HBM4", frozenset({1}))]
    who = reader(companies=["bytedance"])
    assert composed(story(report(1)), who=who, saved=saved).follows == ("Bytedance",)
    assert composed(story(report(1)), who=who, saved=saved, kind="alert").follows == ("HBM4",)
