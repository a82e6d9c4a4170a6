"""What is kept of the texts of a feed: packed and found again, bounded, in whole lines and at its place."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chipwire.enrich.boilerplate import recurring, remember
from chipwire.enrich.boilerplate.lines import divided
from chipwire.enrich.boilerplate.remember import WINDOW, Said
from chipwire.enrich.text.folding import fold
from tests.examples import examples

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MINUTE = int(NOW.timestamp() // 60)
TEXT = st.text(st.sampled_from("ab3.。 \n엔日Й&;#é\u0301ﬁ"), max_size=120)
LONG = st.text(st.sampled_from("abcdefg "), min_size=30, max_size=80).filter(lambda line: len(line.split()) > 1)
NUMBERS = st.frozensets(st.integers(0, 2**32 - 1), max_size=9)
KEYS = st.frozensets(st.integers(0, 2**64 - 1), max_size=9)


@st.composite
def some_said(draw: st.DrawFn) -> Said:
    minute = draw(st.just(0) | st.integers(MINUTE - 400_000, MINUTE + 9_000))
    lines = draw(KEYS)
    one = Said(draw(st.binary(min_size=8, max_size=8)), minute, draw(NUMBERS), lines, draw(NUMBERS))
    if not lines:
        return one
    line = st.sampled_from(sorted(lines))
    return one._replace(named=draw(st.dictionaries(line, NUMBERS, max_size=3)), split=draw(line | st.just(0)))


SAID = some_said()


@given(SAID)
@examples(60)
def test_what_was_said_is_the_same_after_packing(one: Said) -> None:
    assert remember.unpacked(one.packed()) == one


@given(st.lists(SAID, max_size=9), st.lists(SAID, max_size=90))
@examples(30)
def test_a_memory_is_bounded_and_hears_nothing_twice(before: list[Said], fresh: list[Said]) -> None:
    held = remember.remembered(b"", [one.packed() for one in before], NOW - timedelta(days=1))
    after = remember.remembered(held, [one.packed() for one in fresh], NOW)
    told = [remember.unpacked(one) for one in remember.together(after)]
    assert len(told) <= WINDOW
    assert len({one.address for one in told}) == len(told)
    assert all(0 < one.minute <= MINUTE for one in told)
    assert {one.lines for one in told} <= {one.lines for one in (*before, *fresh)}
    assert remember.remembered(after, [one.packed() for one in told], NOW) == after


@given(TEXT, TEXT, st.lists(LONG, min_size=1, max_size=3))
@examples(60)
def test_spans_are_whole_lines_and_leave_the_report(title: str, body: str, boxes: list[str]) -> None:
    whole = "\n".join([body, *boxes, body])
    known = dict.fromkeys([key for box in boxes for key in divided(box).known_by()], 1.0)
    found = recurring.spans(title, whole, known)
    assert found == sorted(found)
    assert all(0 <= start < end <= len(whole) for start, end in found)
    assert all(one[1] <= two[0] for one, two in pairwise(found))
    for start, end in found:
        assert divided(whole[start:end]).known_by() & known.keys()
    assert not found or divided(body).lines, "never the only text"


@given(TEXT, st.integers(0, 120), st.integers(0, 120))
@examples(60)
def test_a_place_of_a_text_is_found_in_its_folded_form(text: str, one: int, two: int) -> None:
    start, end = sorted((min(one, len(text)), min(two, len(text))))
    folded = fold(text)
    first, last = folded.place(start, end)
    assert 0 <= first <= last <= len(folded.text)
    if first < last:
        assert folded.span(first, last)[1] >= end or folded.span(first, last)[0] >= start
