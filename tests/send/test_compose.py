"""Which stories a reader gets, what is new in them, and in which order."""

from datetime import timedelta
from typing import Any

import pytest

from chipwire.cli.catalogue import load
from chipwire.config import data_dir
from chipwire.domain import Claim, Digest, DigestStory, FeedHealth, Reader, Window
from chipwire.domain.digest import Saved
from chipwire.send.compose import ALONE, IN_ALL, PER_SECTION, TOP, Catalogue, compose
from chipwire.send.render import Sender
from tests.send.conftest import NOW, reader, report, story, units, why, window

DENIAL = Claim(kind="denial", text="The report is wrong", speaker="Samsung")


@pytest.fixture
def letter(catalogue: Catalogue) -> Any:
    def make(*stories: DigestStory, who: Reader | None = None, within: Window | None = None, **more: Any) -> Digest:
        return compose(who or reader(), stories, within or window(), NOW, catalogue=catalogue, **more)

    return make


def titles(digest: Digest) -> list[str]:
    return [line.report.title for line in digest.lines]


def test_must_14_a_story_is_one_event(letter: Any) -> None:
    """Must 14: reports of one event are one line with the number of independent outlets, as the pages count them:
    who rewrites or translates says it in words of its own; copies do not count."""
    told = story(report(1), report(2, link="translation"), report(3, link="rewrite"), report(4, link="copy", copy_of=1))
    digest = letter(told)
    [line] = digest.lines
    assert (line.outlets, digest.reports, digest.stories) == (3, 4, 1)
    assert line.also == ("Outlet 2", "Outlet 3", "Outlet 4")


def test_a_report_that_its_outlet_corrected_is_told_as_it_stands(letter: Any) -> None:
    """Who had the first version hears of the new one; who had none gets the new one alone, with its figure."""
    wrong = report(1, outlet="Wire", figures=(units(100_000),))
    right = report(2, "CORRECTED", outlet="Wire", copy_of=1, figures=(units(10_000),))
    reprint = report(3, "A reprint elsewhere", copy_of=1)
    [line] = letter(story(wrong, right, reprint)).lines
    assert (line.report.title, line.figures, line.outlets) == ("CORRECTED", (units(10_000),), 1)
    again = report(4, "CORRECTED twice", outlet="Wire", copy_of=2)
    assert titles(letter(story(wrong, right, reprint, again))) == ["CORRECTED twice"]
    [update] = letter(story(wrong, right), told={1: 1}).lines
    assert (update.update, update.fresh) == (True, (units(10_000),))


def test_a_copy_that_the_same_feed_brings_of_another_outlet_is_no_correction(letter: Any) -> None:
    """As feeds of a search engine do."""
    first = report(1, "The report", outlet="Query", url="https://wire.example/1")
    copied = report(2, "A reprint", outlet="Query", url="https://mirror.example/2", copy_of=1)
    assert titles(letter(story(first, copied))) == ["The report"]


def test_a_story_on_two_companies_appears_once_with_both_names(letter: Any) -> None:
    digest = letter(story(report(1), roles={"samsung": "about", "bytedance": "about"}))
    [section] = digest.sections
    assert section.slug == "bytedance"
    assert section.lines[0].tags == (("bytedance", "Bytedance"), ("samsung", "Samsung"))
    assert digest.quiet == ("Alibaba", "Baidu", "Nvidia")
    assert digest.counts == (("Bytedance", 1), ("Samsung", 1))


def test_why_names_the_matched_term_and_where_it_stood(letter: Any) -> None:
    first = report(1, why=why(zone="body") + why(alias="字节跳动", zone="title"))
    [line] = letter(story(first)).lines
    assert (line.why.term, line.why.zone) == ("字节跳动", "title")


def test_choices_narrow(letter: Any) -> None:
    about = story(report(1, lang="id"), about="samsung")
    mention = story(report(2), roles={"samsung": "mention"})
    other = story(report(3), about="nvidia")
    topic = story(report(4), about="asml", topics=("export-controls",))
    everything = (about, mention, other, topic)
    assert len(letter(*everything, who=reader(companies=["samsung"])).lines) == 2
    assert len(letter(*everything, who=reader(companies=["samsung"], min_role="about")).lines) == 1
    assert len(letter(*everything, who=reader(companies=["samsung"], languages=["en"])).lines) == 1
    assert len(letter(*everything, who=reader(companies=[], topics=["export-controls"])).lines) == 1
    assert len(letter(*everything, who=reader(companies=["nvidia"], topics=["export-controls"])).lines) == 2
    assert len(letter(*everything, who=reader(companies=[])).lines) == 3, "no choice means every company"


def test_the_headline_is_in_the_readers_language_when_there_is_one(letter: Any) -> None:
    both = story(
        report(1, "Samsung mulai produksi", lang="id"), report(2, "Samsung starts production"), about="samsung"
    )
    assert titles(letter(both)) == ["Samsung starts production"]
    assert titles(letter(both, who=reader(locale="id"))) == ["Samsung mulai produksi"]
    assert titles(letter(both, who=reader(languages=["id"]))) == ["Samsung mulai produksi"]


def test_must_11_only_what_arrived_after_the_last_letter(letter: Any) -> None:
    """Must 11: by ingest order, never by the published date."""
    old, late = report(4), report(6, published=NOW - timedelta(days=400))
    assert [line.story_id for line in letter(story(old), story(late), within=window(low=5)).lines] == [6]


def test_must_14_nothing_twice_except_what_is_new(letter: Any) -> None:
    """Must 14: a known story comes back as an update only when it brings something."""
    figure = (units(100_000),)
    first = report(1, figures=figure)
    again = report(2, link="rewrite", figures=figure)
    told = {1: 1}
    later = window(low=1)
    assert letter(story(first, again), told=told, within=later).empty
    assert letter(story(first, report(2)), told=told, within=later).empty, "another outlet's account of the same"
    more = report(3, link="rewrite", figures=(*figure, units(350_000)))
    [line] = letter(story(first, again, more), told=told, within=later).lines
    assert (line.update, line.fresh, line.report.item_id) == (True, (units(350_000),), 3)
    [line] = letter(story(first, report(4, link="rewrite", claims=(DENIAL,))), told=told, within=later).lines
    assert line.denial == DENIAL


def test_three_different_amounts_are_told(letter: Any) -> None:
    """A range is not its lower end; "at least" says no other amount than the one that was told without it."""
    first, again, to, percent = units(1e5), units(1e5, qualifier="at_least"), units(1e5, high=2e5), units(40)
    [line] = letter(story(report(1, figures=(first, again, to, percent, units(7))))).lines
    assert line.figures == (first, to, percent)


def test_a_story_that_joined_another_is_still_known(letter: Any) -> None:
    """Reader was told of story 2; then it turned out to be the same event as story 1."""
    merged = story(report(1), report(2), report(3, link="copy"))
    assert letter(merged, told={2: 2}, within=window(low=2)).empty


def test_a_story_left_out_for_room_is_not_counted_as_told(letter: Any) -> None:
    digest = letter(*(story(report(n), about="nvidia") for n in range(1, 40)))
    assert len(digest.lines) == TOP + ALONE
    assert digest.hidden == 39 - TOP - ALONE
    assert digest.sections[-1].hidden == digest.hidden


def test_limits_hold_over_all(letter: Any) -> None:
    slugs = ["bytedance", "samsung", "alibaba", "baidu", "nvidia"]
    stories = [story(report(n), about=slugs[n % 5]) for n in range(1, 501)]
    digest = letter(*stories, within=window(high=600))
    assert len(digest.lines) <= IN_ALL
    assert len(digest.lines) + digest.hidden == digest.stories == 500
    assert all(len(section.lines) <= PER_SECTION for section in digest.sections)


def test_rank_is_by_outlets_role_novelty_weight(letter: Any) -> None:
    wide = story(*(report(n) for n in range(1, 8)), about="samsung")
    plain = story(report(10), about="samsung")
    heavy = story(report(11, weight=2.0), about="samsung")
    mention = story(report(12), roles={"samsung": "mention"})
    order = [line.story_id for line in letter(mention, plain, heavy, wide).lines]
    assert order == [1, 11, 10, 12]
    assert order == [line.story_id for line in letter(wide, heavy, mention, plain).lines], "whatever the order given"


def test_what_a_new_feed_brings_of_its_archive_stands_last(letter: Any) -> None:
    """Told all the same, as a date may be wrong; a report of today's makes the story news."""
    old = NOW - timedelta(days=60)
    archive = story(*(report(n, published=old) for n in range(1, 8)), about="samsung")
    mention = story(report(10, published=NOW), roles={"samsung": "mention"})
    again = story(report(11, published=old), report(12), about="samsung")
    assert [line.story_id for line in letter(archive, mention, again).lines] == [11, 10, 1]


def test_a_long_absence_is_one_letter_that_says_so(letter: Any) -> None:
    """Must 11."""
    assert letter(story(report(1)), within=window(hours=72)).days == 3


def test_feed_health_and_volume_are_passed_on(letter: Any) -> None:
    health = FeedHealth(12, ("Outlet 9",))
    digest = letter(story(report(1)), health=health, volume={"bytedance": (0, 1, 0, 0, 2, 0, 1), "asml": (9,) * 7})
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


def test_topics_get_a_section_of_their_own(letter: Any) -> None:
    digest = letter(story(report(1), about="asml", topics=("export-controls",)), who=reader(topics=["export-controls"]))
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
def test_summaries_are_the_feeds_own_first_sentences(letter: Any, text: str, expected: str) -> None:
    [line] = letter(story(report(1, text=text))).lines
    assert line.summary == expected


def test_a_summary_that_only_repeats_the_headline_is_left_out(letter: Any) -> None:
    [line] = letter(story(report(1, "Samsung wins an order", text="Samsung wins an order."))).lines
    assert line.summary == ""


def test_a_story_stands_under_the_company_it_is_about(letter: Any) -> None:
    """Bytedance comes first in the reader's order but is only mentioned."""
    [section] = letter(story(report(1), roles={"bytedance": "mention", "samsung": "about"})).sections
    assert section.slug == "samsung"
    assert [slug for slug, _ in section.lines[0].tags] == ["samsung", "bytedance"]


def test_an_update_does_not_repeat_old_figures(letter: Any) -> None:
    old, new = units(100_000), units(350_000)
    [line] = letter(story(report(1, figures=(old,)), report(2, figures=(old, new))), told={1: 1}).lines
    assert (line.fresh, line.figures) == ((new,), ())


def test_an_update_is_told_in_the_readers_language_and_names_who_reports_it(letter: Any) -> None:
    """Whoever had the new figure first: the German report says it too. Who told only the old story is left out."""
    first, other = report(1, figures=(units(1_500),)), report(2, link="rewrite")
    new = report(3, "A later date", link="rewrite", figures=(units(2_500),))
    german = report(4, "Ein späterer Tag", link="translation", lang="de", figures=(units(2_500),))
    updated = story(first, other, new, german)
    [line] = letter(updated, who=reader(locale="de"), told={1: 2}, within=window(low=2)).lines
    assert (line.report.title, line.fresh, line.also) == ("Ein späterer Tag", (units(2_500),), ("Outlet 3",))


def test_how_a_story_went_on_stands_beside_its_first_telling(letter: Any) -> None:
    """For who reads once a week: the newest of what came long after and says something new, a correction apart."""
    proposed = report(1, "A rule is proposed", figures=(units(1_500),))
    soon = report(2, "The same told by another", link="rewrite", figures=(units(40),))
    delayed = report(3, "The rule is delayed", link="rewrite", figures=(units(2_500),), first_seen=NOW)
    [line] = letter(story(proposed, soon, delayed), within=window(hours=168)).lines
    assert (line.report.title, line.beside and line.beside.title) == ("A rule is proposed", "The rule is delayed")
    again = report(4, "The proposal reprinted", link="copy", copy_of=1, figures=(units(7),), first_seen=NOW)
    [line] = letter(story(proposed, soon, again), within=window(hours=168)).lines
    assert line.beside is None


def test_who_was_told_what_was_corrected_hears_of_it(letter: Any) -> None:
    """Also where a later report stands for the update."""
    wrong = report(1, "A plant stands still for three hours", outlet="Wire", figures=(units(40),))
    right = report(2, "CORRECTED: for half an hour", outlet="Wire", copy_of=1, link="copy", figures=(units(4),))
    back = report(3, "The plant runs again", outlet="Wire", link="rewrite", figures=(units(2_000),))
    [line] = letter(story(wrong, right, back), told={1: 1}, within=window(low=1)).lines
    assert line.report.title == "The plant runs again"
    assert line.beside
    assert line.beside.title == "CORRECTED: for half an hour"


def test_who_is_followed_is_named_by_the_report_that_is_shown(letter: Any) -> None:
    """Of two in one language; a report in a language of the reader's comes before it."""
    stranger = report(1, "A school wins a cup")
    named = report(2, "Nvidia sponsors a league", link="rewrite", why=why("nvidia", "Nvidia"))
    assert titles(letter(story(stranger, named, about="nvidia"))) == ["Nvidia sponsors a league"]
    local = report(3, "Sekolah menang piala", link="translation", lang="id")
    assert titles(letter(story(stranger, named, local, about="nvidia"), who=reader(locale="id"))) == [local.title]


def test_english_stands_for_what_nobody_tells_in_the_readers_language(letter: Any) -> None:
    foreign = story(report(1, "칩 공장", lang="ko"), report(2, "A chip plant", link="translation"))
    assert titles(letter(foreign, who=reader(locale="de"))) == ["A chip plant"]


def test_the_most_important_story_is_the_first_of_a_short_letter(letter: Any) -> None:
    """Its section leads; a letter with a top keeps the reader's order below."""
    small, wide = story(report(1), about="bytedance"), story(report(2), report(3, link="rewrite"), about="samsung")
    assert [section.slug for section in letter(small, wide).sections] == ["samsung", "bytedance"]
    more = [story(report(n), about=("nvidia", "bytedance")[n % 2]) for n in range(10, 30)]
    assert [section.slug for section in letter(wide, *more).sections] == ["bytedance", "nvidia"]


def test_an_alert_follows_its_queries_and_a_digest_what_its_reader_chose(letter: Any) -> None:
    saved = [Saved("?1", "HBM4", frozenset({1}))]
    who = reader(companies=["bytedance"])
    assert letter(story(report(1)), who=who, saved=saved).follows == ("Bytedance",)
    assert letter(story(report(1)), who=who, saved=saved, kind="alert").follows == ("HBM4",)
