"""Copies are found by their text, however it was trimmed, padded, reordered or reworded, and by nothing less."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from chipwire.domain import Figure, Tags
from chipwire.enrich.stories.copies import are_copies, sketched
from chipwire.enrich.stories.fingerprint import fingerprint, unpack
from chipwire.enrich.stories.lexicon import Concept, Lexicon
from chipwire.enrich.stories.model import Model
from chipwire.enrich.stories.pairs import Pairs, Shared
from chipwire.enrich.stories.views import View

DATA = Path(__file__).parents[2] / "data"
FIRST = "The foundry will open a second hall beside the river in spring, its manager told a trade fair in Lyon."
SECOND = "It has room for 30 etching machines and should reach 12,000 wafers a month within a year of its start."
THIRD = "Neighbours had worried about noise, but the council accepted a wall of earth and a ban on night deliveries."
WRAP = "Chip shares closed {} on {} as investors {} after a week of {} trade. The index {} {} percent to {} points, "
ACTS = Lexicon({"denial": Concept(id="denial", kind="act", forms={"en": ["denied"]})})
ZH = "该厂将在明年春天启用第二座厂房，可容纳三十台刻蚀设备，一年之内月产能将达到一万二千片。居民担心噪音，将修建土墙。"


def view(
    body: str, lang: str = "en", title: str = "A title", amounts: tuple[float, ...] = (), hour: int | None = None
) -> View:
    when = None if hour is None else datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour)
    figures = [Figure(text=str(value), value_low=value, value_high=value, unit="units") for value in amounts]
    tags = Tags(lang=lang, figures=figures)
    seen = unpack(fingerprint(title, body, lang, when, "a-feed", "https://a.example/x", tags, ACTS))
    assert seen is not None
    return View.many([seen], Model.load(DATA).common)[0]


def is_copy(one: View, two: View) -> bool:
    there, back = are_copies(Shared(Pairs([one, two], np.array([0, 1]), np.array([1, 0]))), np.arange(2)).tolist()
    assert there == back
    return bool(there)


@pytest.mark.parametrize(
    "body",
    [
        f"{SECOND}\n{THIRD}",
        f"{THIRD}\n{FIRST}\n{SECOND}",
        f"{FIRST}\n{SECOND}\n{THIRD}\nRead also: ten walks by the water\nSubscribe to our letter for more.",
        f"LYON (AgencyName) - {FIRST} {SECOND}",
    ],
)
def test_trimmed_moved_and_padded_texts_are_copies(body: str) -> None:
    assert is_copy(view(f"{FIRST}\n{SECOND}\n{THIRD}"), view(body, title="Something else altogether"))


def test_reworded_sentence_by_sentence_with_all_amounts() -> None:
    told = view(f"{FIRST}\n{SECOND}\n{THIRD}", amounts=(30, 12_000))
    again = view(
        "Beside the river, the foundry plans to open a second hall in spring, according to its manager at a trade fair "
        "in Lyon.\nThere is room for 30 etching machines; within a year it should reach 12,000 wafers a month.\n"
        "The council accepted a ban on night deliveries and a wall of earth after neighbours worried about noise.",
        amounts=(30, 12_000),
    )
    assert is_copy(told, again)


def test_same_title_and_event_in_own_words_is_no_copy() -> None:
    own = "Lyon gets more clean rooms. What began as a small plant now employs half the valley, and rents show it."
    assert not is_copy(view(f"{FIRST}\n{SECOND}"), view(own))


def test_form_filled_in_anew_is_no_copy() -> None:
    one = WRAP.format("higher", "Monday", "bought", "calm", "rose", "1.1", "812") + "with 40, 50 and 60 stocks up."
    two = WRAP.format("lower", "Tuesday", "sold", "calm", "fell", "2.3", "793") + "with 31, 52 and 67 stocks up."
    assert not is_copy(view(one, amounts=(1.1, 40, 50, 60)), view(two, amounts=(2.3, 31, 52, 67)))


def test_column_of_another_day_with_another_amount_is_no_copy() -> None:
    column = "The week in robots, from our desk. A workshop in Lyon began to sell {} for what a bicycle costs."
    one, two = (
        view(column.format(what), amounts=(price,), hour=0) for what, price in (("an arm", 450), ("a leg", 520))
    )
    assert is_copy(one, two)  # within the day a number may have been mended
    assert not is_copy(one, view(column.format("a leg"), amounts=(520,), hour=7 * 24))
    assert is_copy(one, view(column.format("an arm"), amounts=(450,), hour=7 * 24))


def test_chinese_told_in_the_other_script_is_no_copy() -> None:
    traditional = "該廠將在明年春天啟用第二座廠房，可容納三十台刻蝕設備，一年之內月產能將達到一萬二千片。"
    assert not is_copy(view(ZH, "zh-Hans"), view(traditional, "zh-Hant"))
    assert is_copy(view(ZH, "zh"), view(traditional, "zh-Hant"))  # whose script nobody told


def test_shared_quotation_is_no_copy() -> None:
    quote = '"We have signed nothing and we are talking to nobody," the company said.'
    one = view(f"{quote}\n{FIRST} {SECOND}")
    two = view(
        f"{quote}\nLawyers found the wording odd. The share price had doubled in a month, and short sellers smiled."
    )
    assert not is_copy(one, two)


def test_denial_that_repeats_the_report_is_no_copy_of_it() -> None:
    """But the report is one of a report that has the denial too, and of the denial what trims it."""
    denial = "The foundry denied on Tuesday that it would build anything beside the river."
    report, answer = view(f"{FIRST}\n{SECOND}", hour=8), view(f"{denial}\n{FIRST}\n{SECOND}", hour=11)
    assert not is_copy(report, answer)
    assert is_copy(answer, view(f"{SECOND}\n{FIRST}\n{denial}", hour=12))
    assert is_copy(answer, view(f"{FIRST}\n{SECOND}", hour=12))


def test_stub_is_no_copy() -> None:
    assert not is_copy(view("More soon."), view("More soon."))


def test_sketch_draws_alike() -> None:
    drawn, whose = sketched([view(f"{FIRST}\n{SECOND}\n{THIRD}"), view(f"{SECOND}\n{THIRD}")])
    assert whose.tolist() == sorted(whose.tolist())
    assert set() < set(drawn[whose == 1].tolist()) <= set(drawn[whose == 0].tolist())
