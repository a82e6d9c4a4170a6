"""Wall time in the reader's zone: one letter for each local date, through every jump of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from chipwire.domain import Reader, utc
from chipwire.send import schedule
from tests.cases import every
from tests.examples import examples
from tests.send.conftest import reader

ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "Pacific/Apia",
    "UTC", "Pacific/Kiritimati", "Africa/Casablanca",
]  # fmt: skip
FIRST = date(2026, 1, 1)
DAYS = 730


def live(who: Reader, start: datetime, ticks: list[timedelta]) -> list[date]:
    """The local dates of the letters that a service ticking at these intervals would queue."""
    last, now, letters = None, start, []
    for tick in ticks:
        now += tick
        day = schedule.due(who, last, now)
        if day is not None:
            letters.append(day)
            last = day
    return letters


@every(
    ("zone", "hour", "minute", "day", "expected"),
    [
        ("Europe/Berlin", 2, 30, date(2027, 3, 28), utc(2027, 3, 28, 1, 0)),  # gap 02:00–03:00: the next valid minute
        ("Europe/Berlin", 2, 30, date(2026, 10, 25), utc(2026, 10, 25, 0, 30)),  # repeated: the first time
        ("America/New_York", 2, 0, date(2027, 3, 14), utc(2027, 3, 14, 7, 0)),
        ("America/New_York", 1, 30, date(2026, 11, 1), utc(2026, 11, 1, 5, 30)),
        ("Australia/Lord_Howe", 2, 15, date(2026, 10, 4), utc(2026, 10, 3, 15, 30)),  # half an hour forward
        ("America/Santiago", 0, 30, date(2026, 9, 6), utc(2026, 9, 6, 4, 0)),  # midnight does not exist
        ("Asia/Kathmandu", 7, 0, date(2026, 11, 23), utc(2026, 11, 23, 1, 15)),
        ("Pacific/Apia", 7, 0, date(2026, 11, 23), utc(2026, 11, 22, 18, 0)),
    ],
)
def test_must_10_moments_through_gaps_and_repeated_hours(
    zone: str, hour: int, minute: int, day: date, expected: datetime
) -> None:
    assert schedule.moment(reader(zone=zone, hour=hour, minute=minute), day) == expected


def test_a_date_that_a_zone_left_out_has_no_letter() -> None:
    """Samoa went from 29 to 31 December 2011."""
    who = reader(zone="Pacific/Apia", hour=7)
    assert schedule.moment(who, date(2011, 12, 30)) is None
    assert schedule.moment(who, date(2011, 12, 31)) == utc(2011, 12, 30, 17)


@given(
    zone=st.sampled_from(ZONES),
    wall=st.times(),
    day=st.integers(0, DAYS).map(lambda n: FIRST + timedelta(days=n)),
)
@examples(200)
def test_must_10_every_local_date_has_exactly_one_moment(zone: str, wall: time, day: date) -> None:
    who = reader(zone=zone, hour=wall.hour, minute=wall.minute)
    at = schedule.moment(who, day)
    assert at is not None
    local = at.astimezone(ZoneInfo(zone))
    assert local.date() == day
    asked = datetime.combine(day, time(wall.hour, wall.minute))
    shown = local.replace(tzinfo=None)
    assert shown >= asked
    if shown > asked:
        before = (at - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert before < asked, "it is the very next minute that exists"


@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    start=st.integers(0, DAYS - 12),
)
@examples(30)
def test_must_10_one_letter_for_each_local_date(zone: str, hour: int, minute: int, start: int) -> None:
    who = reader(zone=zone, hour=hour, minute=minute)
    begin = datetime.combine(FIRST + timedelta(days=start), time(0), tzinfo=UTC)
    letters = live(who, begin, [timedelta(minutes=53)] * (10 * 24 * 60 // 53))
    assert letters == sorted(set(letters)), "never two for a date"
    assert [b - a for a, b in pairwise(letters)] == [timedelta(days=1)] * (len(letters) - 1)
    assert len(letters) in (10, 11)


@given(
    zones=st.lists(st.sampled_from(ZONES), min_size=2, max_size=2, unique=True),
    hour=st.integers(0, 23),
    start=st.integers(0, DAYS - 12),
    change=st.integers(1, 9 * 24),
)
@examples(40)
def test_must_10_a_changed_zone_gives_neither_two_nor_none(
    zones: list[str], hour: int, start: int, change: int
) -> None:
    now = datetime.combine(FIRST + timedelta(days=start), time(0), tzinfo=UTC)
    last, letters = None, []
    for tick in range(10 * 24):
        who = reader(zone=zones[tick >= change], hour=hour)
        day = schedule.due(who, last, now)
        if day is not None:
            letters.append(day)
            last = day
        now += timedelta(hours=1)
    assert [b - a for a, b in pairwise(letters)] == [timedelta(days=1)] * (len(letters) - 1)


def test_must_11_after_downtime_one_letter() -> None:
    who = reader(zone="Europe/Berlin", hour=7)
    letters = live(who, utc(2026, 11, 20, 5), [timedelta(hours=2), timedelta(days=3), timedelta(hours=1)])
    assert letters == [date(2026, 11, 20), date(2026, 11, 23)]


def test_weekdays() -> None:
    who = reader(zone="UTC", hour=7, weekdays=[0, 3])
    assert live(who, utc(2026, 11, 23, 6), [timedelta(hours=1)] * 24 * 8) == [
        date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 30),
    ]  # fmt: skip


def test_the_first_letter_is_due_at_once() -> None:
    assert schedule.due(reader(zone="UTC", hour=7), None, utc(2026, 11, 23, 3)) == date(2026, 11, 22)
    assert schedule.due(reader(zone="UTC", hour=7), None, utc(2026, 11, 23, 8)) == date(2026, 11, 23)
    mondays = reader(zone="UTC", hour=7, weekdays=[0])
    assert schedule.due(mondays, None, utc(2026, 11, 26, 8)) == date(2026, 11, 26), "the day on the reader's wall"
    assert schedule.due(mondays, None, utc(2026, 11, 23, 3)) == date(2026, 11, 22), "today's is still to come"
    assert schedule.due(mondays, date(2026, 11, 26), utc(2026, 11, 30, 7)) == date(2026, 11, 30)


def test_a_letter_may_be_retried_until_the_next_one() -> None:
    who = reader(zone="UTC", hour=7, weekdays=[0, 1])
    assert schedule.following(who, utc(2026, 11, 23, 7)) == utc(2026, 11, 24, 7)
    assert schedule.following(who, utc(2026, 11, 24, 7)) == utc(2026, 11, 30, 7)


def test_waiting_grows_and_is_spread() -> None:
    first = [schedule.backoff(1, spread) for spread in (0.0, 0.5, 0.999)]
    assert first[0] < first[1] < first[2] < schedule.backoff(3, 0.0)
    assert schedule.backoff(30, 0.999) <= timedelta(hours=5)
