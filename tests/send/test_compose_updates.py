"""What is new in a story that a reader was told: reports, figures, denials, corrections; nothing twice."""

from datetime import timedelta
from typing import Any

from chipwire.domain import Claim
from chipwire.send.compose import ALONE, TOP
from tests.send.conftest import NOW, reader, report, story, units, window
from tests.send.letters import titles

DENIAL = Claim(kind="denial", text="The report is wrong", speaker="Samsung")


def test_a_report_that_its_outlet_corrected_is_told_as_it_stands(composed: Any) -> None:
    """Who had the first version hears of the new one; who had none gets the new one alone, with its figure."""
    wrong = report(1, outlet="Wire", figures=(units(100_000),))
    right = report(2, "CORRECTED", outlet="Wire", copy_of=1, figures=(units(10_000),))
    reprint = report(3, "A reprint elsewhere", copy_of=1)
    [line] = composed(story(wrong, right, reprint)).lines
    assert (line.report.title, line.figures, line.outlets) == ("CORRECTED", (units(10_000),), 1)
    again = report(4, "CORRECTED twice", outlet="Wire", copy_of=2)
    assert titles(composed(story(wrong, right, reprint, again))) == ["CORRECTED twice"]
    [update] = composed(story(wrong, right), told={1: 1}).lines
    assert (update.update, update.fresh) == (True, (units(10_000),))


def test_a_copy_that_the_same_feed_brings_of_another_outlet_is_no_correction(composed: Any) -> None:
    """As feeds of a search engine do."""
    first = report(1, "The report", outlet="Query", url="https://wire.example/1")
    copied = report(2, "A reprint", outlet="Query", url="https://mirror.example/2", copy_of=1)
    assert titles(composed(story(first, copied))) == ["The report"]


def test_must_11_only_what_arrived_after_the_last_letter(composed: Any) -> None:
    """Must 11: by ingest order, never by the published date."""
    old, late = report(4), report(6, published=NOW - timedelta(days=400))
    assert [line.story_id for line in composed(story(old), story(late), within=window(low=5)).lines] == [6]


def test_an_update_ranks_by_who_tells_it_now(composed: Any) -> None:
    """Not by the twenty outlets that told the story yesterday: what two tell today stands before what one adds."""
    great = [report(n, figures=(units(100_000),)) for n in range(1, 21)]
    added = report(31, link="rewrite", figures=(units(350_000),))
    new = story(report(32), report(33, link="rewrite"), about="samsung")
    digest = composed(story(*great, added), new, told={1: 20}, within=window(low=30))
    assert [(line.story_id, line.update, line.outlets) for line in digest.lines] == [(32, False, 2), (1, True, 1)]


def test_must_14_nothing_twice_except_what_is_new(composed: Any) -> None:
    """Must 14: a known story comes back as an update only when it brings something."""
    figure = (units(100_000),)
    first = report(1, figures=figure)
    again = report(2, link="rewrite", figures=figure)
    told = {1: 1}
    later = window(low=1)
    assert composed(story(first, again), told=told, within=later).empty
    assert composed(story(first, report(2)), told=told, within=later).empty, "another outlet's account of the same"
    more = report(3, link="rewrite", figures=(*figure, units(350_000)))
    [line] = composed(story(first, again, more), told=told, within=later).lines
    assert (line.update, line.fresh, line.report.item_id) == (True, (units(350_000),), 3)
    [line] = composed(story(first, report(4, link="rewrite", claims=(DENIAL,))), told=told, within=later).lines
    assert line.denial == DENIAL


def test_three_different_amounts_are_told(composed: Any) -> None:
    """A range is not its lower end; "at least" says no other amount than the one that was told without it."""
    first, again, to, percent = units(1e5), units(1e5, qualifier="at_least"), units(1e5, high=2e5), units(40)
    [line] = composed(story(report(1, figures=(first, again, to, percent, units(7))))).lines
    assert line.figures == (first, to, percent)


def test_a_story_that_joined_another_is_still_known(composed: Any) -> None:
    """Reader was told of story 2; then it turned out to be the same event as story 1."""
    merged = story(report(1), report(2), report(3, link="copy"))
    assert composed(merged, told={2: 2}, within=window(low=2)).empty


def test_a_story_left_out_for_room_is_not_counted_as_told(composed: Any) -> None:
    digest = composed(*(story(report(n), about="nvidia") for n in range(1, 40)))
    assert len(digest.lines) == TOP + ALONE
    assert digest.hidden == 39 - TOP - ALONE
    assert digest.sections[-1].hidden == digest.hidden


def test_an_update_does_not_repeat_old_figures(composed: Any) -> None:
    old, new = units(100_000), units(350_000)
    [line] = composed(story(report(1, figures=(old,)), report(2, figures=(old, new))), told={1: 1}).lines
    assert (line.fresh, line.figures) == ((new,), ())


def test_an_update_is_told_in_the_readers_language_and_names_who_reports_it(composed: Any) -> None:
    """Whoever had the new figure first: the German report says it too. Who told only the old story is left out."""
    first, other = report(1, figures=(units(1_500),)), report(2, link="rewrite")
    new = report(3, "A later date", link="rewrite", figures=(units(2_500),))
    german = report(4, "Ein späterer Tag", link="translation", lang="de", figures=(units(2_500),))
    updated = story(first, other, new, german)
    [line] = composed(updated, who=reader(locale="de"), told={1: 2}, within=window(low=2)).lines
    assert (line.report.title, line.fresh, line.also) == ("Ein späterer Tag", (units(2_500),), ("Outlet 3",))


def test_how_a_story_went_on_stands_beside_its_first_telling(composed: Any) -> None:
    """For who reads once a week: the newest of what came long after and says something new, a correction apart."""
    proposed = report(1, "A rule is proposed", figures=(units(1_500),))
    soon = report(2, "The same told by another", link="rewrite", figures=(units(40),))
    delayed = report(3, "The rule is delayed", link="rewrite", figures=(units(2_500),), first_seen=NOW)
    [line] = composed(story(proposed, soon, delayed), within=window(hours=168)).lines
    assert (line.report.title, line.beside and line.beside.title) == ("A rule is proposed", "The rule is delayed")
    again = report(4, "The proposal reprinted", link="copy", copy_of=1, figures=(units(7),), first_seen=NOW)
    [line] = composed(story(proposed, soon, again), within=window(hours=168)).lines
    assert line.beside is None


def test_who_was_told_what_was_corrected_hears_of_it(composed: Any) -> None:
    """Also where a later report stands for the update."""
    wrong = report(1, "A plant stands still for three hours", outlet="Wire", figures=(units(40),))
    right = report(2, "CORRECTED: for half an hour", outlet="Wire", copy_of=1, link="copy", figures=(units(4),))
    back = report(3, "The plant runs again", outlet="Wire", link="rewrite", figures=(units(2_000),))
    [line] = composed(story(wrong, right, back), told={1: 1}, within=window(low=1)).lines
    assert line.report.title == "The plant runs again"
    assert line.beside
    assert line.beside.title == "CORRECTED: for half an hour"
