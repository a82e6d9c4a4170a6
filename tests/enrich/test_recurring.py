"""Lines that stand beside all of a feed's stories are boxes in any language; what stories say again is not."""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chipwire.enrich.boilerplate import recurring, remember
from chipwire.enrich.boilerplate.recurring import AT_ONCE, STORIES
from chipwire.enrich.boilerplate.remember import Said
from chipwire.enrich.tagger import Tagger
from tests.cases import every

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FEEDS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "data" / "recurring.toml").read_text())["feed"]
SUBJECTS = (
    "Harbour ferries", "Bees dying", "Quiet libraries", "Marathon detours", "Cinema seats", "Glacier melting",
    "Orchard thieves", "Violin makers", "Tram strikes", "Pottery kilns", "Swimming lessons", "Mushroom season",
)  # fmt: skip
BOX = "Drop by our stall for mugs, maps and a used Samsung phone that nobody claimed."
Story = tuple[str, str]


def stories(number: int, *boxes: str) -> list[Story]:
    """Stories that have nothing in common but the boxes."""
    return [
        (SUBJECTS[n], "\n".join((f"{SUBJECTS[n]} kept people of quarter {chr(97 + n) * 3} awake all night.", *boxes)))
        for n in range(number)
    ]


COMPANIES = re.compile("Nvidia|Samsung|TSMC|Micron|Apple|Meta|Intel")


def said(number: int, title: str, body: str, at: datetime) -> Said:
    named = [(-1, found[0]) for found in COMPANIES.finditer(title)]
    named += [(found.start(), found[0]) for found in COMPANIES.finditer(body)]
    return remember.said(f"/{number}", title, body, at, named)


def heard(told: Sequence[Story], apart: timedelta = timedelta(days=1)) -> list[bytes]:
    return [said(n, title, body, NOW + n * apart).packed() for n, (title, body) in enumerate(told)]


def silenced(told: Sequence[Story], apart: timedelta = timedelta(days=1)) -> list[str]:
    """All that is taken for boxes in a feed's stories."""
    known = recurring.boxes(heard(told, apart))
    return [body[start:end] for title, body in told for start, end in recurring.spans(title, body, known)]


def with_box(feed: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Title, body with the feed's box and body without it."""
    for title, one, two in feed["stories"]:
        box = feed["box"]
        bodies = {
            "line": f"{one}\n{two}\n{box}",
            "middle": f"{one}\n{box}\n{two}",
            "run": f"{one} {two} {box}",
            "first": f"{box}\n{one}\n{two}",
        }
        yield title, bodies[feed["place"]], f"{one}\n{two}"


@every("feed", FEEDS)
def test_a_box_of_a_kind_that_no_list_knows_tags_nothing(tagger: Tagger, feed: dict[str, Any]) -> None:
    told = list(with_box(feed))
    known = recurring.boxes(heard([(title, body) for title, body, _ in told]))
    for title, body, own in told:
        companies = tagger.tag(title, own, lang=feed["lang"]).companies
        assert set(tagger.tag(title, body, lang=feed["lang"]).companies) > set(companies), "else it shows nothing"
        looks = tagger.look([(title, body, feed["lang"])])
        tags = tagger.said(looks, [recurring.spans(title, body, known)])[0]
        assert tags.companies == companies
        assert feed["box"] in [body[start:end] for start, end in tags.boilerplate]


def test_a_line_must_stand_in_many_stories_of_other_things() -> None:
    assert silenced(stories(STORIES - 1, BOX)) == []
    assert silenced(stories(STORIES, BOX)) == [BOX] * STORIES


def test_stories_of_one_day_must_be_more() -> None:
    assert silenced(stories(AT_ONCE - 1, BOX), timedelta(hours=1)) == []
    assert silenced(stories(AT_ONCE, BOX), timedelta(hours=1)) == [BOX] * AT_ONCE


def test_a_line_that_few_of_the_items_carry_is_no_box() -> None:
    others = [
        (f"{a}{b}vw", f"A report on {a}{b}{a} and nothing besides, as reports go.") for a in "rstuv" for b in "klmno"
    ]
    carried = stories(STORIES, BOX)
    assert silenced([*carried, *others]) == []
    assert silenced([*others, *carried]) == [BOX] * STORIES, "it may be new: items before its first say nothing"


def test_numbers_and_case_do_not_make_another_line() -> None:
    told = stories(7)
    told = [
        (title, f"{body}\nJoin {n}1,{n}05 readers who EAT lunch with Samsung's cook")
        for n, (title, body) in enumerate(told)
    ]
    assert len(silenced(told)) == 7


def lead_of_a_series() -> list[Story]:
    lead = "Nvidia shares moved on Monday with the market."
    days = ("rise", "fall", "slip", "gain", "stall", "jump", "sink", "soar")
    return [(f"Nvidia shares {day}", f"{lead}\nTraders of {day} chips said so, at length.") for day in days]


def updates_of_one_report() -> list[Story]:
    ground = [f"Update {letter}: the ground shook in district {letter * 4} again." for letter in "abcdefghi"]
    first = "TSMC moved its people out of the halls."
    return [(f"Live: quake near Hsinchu, {n} hours on", "\n".join([first, *ground[:n]])) for n in range(1, 9)]


def copies_of_one_report() -> list[Story]:
    body = "TSMC moved its people out of the halls.\nThe ground shook twice more before noon, the office said."
    return [(subject, body) for subject in SUBJECTS[:9]]


def background_of_a_company() -> list[Story]:
    known = "Micron counts Apple and Nvidia among those who buy from it."
    news = ("hires cooks", "plants trees", "sues rivals", "paints doors", "buys land", "sells bonds")
    return [(f"Micron {what}", f"{what} is what people near Boise talk about.\n{known}") for what in news]


def background_of_a_company_in_any_report() -> list[Story]:
    known = "Micron, which counts Apple and Meta among its buyers, had nothing to add."
    return [(subject, f"{subject} are what people at Micron talk about.\n{known}") for subject in SUBJECTS] + [
        (f"Vw{letter}xyz", f"A report on {letter * 5}, and on nothing else at all.") for letter in "klmnopqr"
    ]


def release_notes() -> list[Story]:
    runs = "This release of Nvidia software runs on the H200 and later."
    kernels = ("softmax", "gather", "reduce", "rotary", "paged", "beam", "top-k", "sparse")
    fixed = [f"Fixed: a fault of the {kernel} kernel on small inputs." for kernel in kernels]
    return [(f"TensorRT-LLM 0.{n}", f"{runs}\n{line}") for n, line in enumerate(fixed)]


def filled_in_form() -> list[Story]:
    form = (
        "Vendor of this part is Nvidia of Santa Clara.\n{0} is what it was called in the lab before.\n"
        "Runs on hosts by Samsung and Dell alike.\n{0} needs a driver that was made this year.\n"
        "Ask Intel for what else it needs to run.\n{0} was tried by the people who made it."
    )
    return [(subject, form.format(subject)) for subject in SUBJECTS[:9]]


def hardly_any_text() -> list[Story]:
    return [(subject, f"{BOX}\nYes, {subject}.") for subject in SUBJECTS[:9]]


def no_titles() -> list[Story]:
    return [("", f"{letter * 9} is a report without a title, as some feeds have.\n{BOX}") for letter in "abcdefghi"]


@every(
    "make",
    [
        lead_of_a_series, updates_of_one_report, copies_of_one_report, background_of_a_company,
        background_of_a_company_in_any_report, release_notes, filled_in_form, hardly_any_text, no_titles,
    ],
)  # fmt: skip
def test_what_reports_say_again_is_not_silenced(make: Callable[[], list[Story]]) -> None:
    assert silenced(make()) == []
    assert silenced(make(), timedelta(hours=1)) == []


@pytest.mark.parametrize(
    ("lang", "line"),
    [("de", "Das Unternehmen wollte sich dazu nicht äußern."), ("ja", "同社はこの件についてコメントを控えた。")],
)
def test_a_refusal_to_comment_is_of_the_report(tagger: Tagger, lang: str, line: str) -> None:
    told = stories(8, line)
    known = recurring.boxes(heard(told))
    assert known
    for title, body in told:
        tags = tagger.said(tagger.look([(title, body, lang)]), [recurring.spans(title, body, known)])[0]
        assert [claim.text for claim in tags.claims] == [line]
        assert tags.boilerplate == []


def test_a_line_that_says_what_the_title_says_stays() -> None:
    told = stories(8, BOX)
    told.append(("Used Samsung phone nobody claimed", told[0][1].replace("night", "week")))
    assert silenced(told) == [BOX] * 8


def test_the_opening_of_a_text_is_silenced_only_where_half_of_the_items_open_so() -> None:
    boxed = [(title, f"{BOX}\n{body}") for title, body in stories(5)]
    others = [
        (f"Spinning {a}vwx", f"A report on {a}{a}{a}, and nothing besides it, as reports go.") for a in "klmnopqr"
    ]
    assert silenced(boxed) == [BOX] * 5
    assert silenced([*boxed[:2], *others, *boxed[2:]]) == []


def test_a_box_run_into_the_last_line_is_found_up_to_the_end_only() -> None:
    doors = "Doors open at noon for all who bring a cup."
    told = [(title, f"{body} {BOX} {doors}") for title, body in stories(6)]
    assert silenced(told) == [f"{BOX} ", doors] * 6
    told = [
        (title, f"{body} {BOX} Ask for {SUBJECTS[-n - 1]} at the desk.") for n, (title, body) in enumerate(stories(6))
    ]
    assert silenced(told) == []
