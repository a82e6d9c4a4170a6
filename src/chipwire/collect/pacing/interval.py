"""The rhythm of a healthy feed: its own habit, what server and document ask for, and some scatter."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chipwire.domain import Feed, FeedState

SLOWER, FASTER = 0.67, 0.33
"""Share of entries already seen above which a feed is asked less often, below which more often."""
STEP = 1.25
BUSY = 3
"""A feed that still brings news is not slowed beyond this many default intervals: news is why we are here."""
PUSHED = timedelta(hours=6)
"""A feed whose hub pushes is polled this seldom, in case the hub forgets us."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Limits:
    """Bounds of the interval and what a feed starts with."""

    default: timedelta = timedelta(hours=1)
    least: timedelta = timedelta(minutes=10)
    most: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class Plan:
    """When to ask next and why; `interval` in seconds is the feed's habit without server hints and scatter."""

    at: datetime
    reason: str
    interval: int


def plan_next(
    feed: Feed,
    state: FeedState,
    fresh: timedelta,
    counts: tuple[int, int],
    now: datetime,
    spread: float,
    limits: Limits,
) -> Plan:
    """The next check of a feed that answered. `fresh`: how long the answer is good for; `counts`: items, new ones."""
    first = state.last_checked is None
    if feed.interval_minutes:
        habit = max(limits.least, timedelta(minutes=feed.interval_minutes))
        wait, reason = habit, f"set to every {span(habit)}"
    else:
        habit, reason = adapt(usual(feed, state, limits), counts, limits, first=first)
        wait, reason = _asked_for(state, fresh, habit, reason, now, limits)
    at = now + max(limits.least, scattered(wait, spread, first=first and not feed.interval_minutes, floor=fresh))
    later, skipped = skip(at, state.skip_hours, state.skip_days)
    return Plan(later, f"{reason}; {skipped}" if skipped else reason, round(habit.total_seconds()))


def usual(feed: Feed, state: FeedState, limits: Limits) -> timedelta:
    """The feed's interval as it stands."""
    if feed.interval_minutes:
        return max(limits.least, timedelta(minutes=feed.interval_minutes))
    if state.last_checked is None:
        return limits.default
    return _clamp(timedelta(seconds=state.interval_seconds), limits)


def adapt(interval: timedelta, counts: tuple[int, int], limits: Limits, *, first: bool) -> tuple[timedelta, str]:
    """More than 67 % already seen: slower; less than 33 %: faster; nothing new at all: slower."""
    items, new = counts
    if first:
        return interval, "first look"
    if not new:
        return _clamp(interval * STEP, limits), "nothing new: slower"
    already = (items - new) / items
    words = f"{already:.0%} already seen".replace("%", " %")
    if already > SLOWER:
        busy = max(limits.default * BUSY, limits.least)
        return _clamp(min(interval * STEP, busy), limits), f"{words}: slower"
    if already < FASTER:
        return _clamp(interval / STEP, limits), f"{words}: faster"
    return interval, f"{words}: as before"


def _asked_for(
    state: FeedState, fresh: timedelta, habit: timedelta, reason: str, now: datetime, limits: Limits
) -> tuple[timedelta, str]:
    """Server and document may only slow us down, to `limits.most` at the utmost."""
    pushes = state.hub_expires is not None and state.hub_expires > now
    wishes = [
        (fresh, "server says"),
        (timedelta(seconds=state.ttl_seconds or 0), "feed says"),
        (PUSHED if pushes else timedelta(0), "hub pushes: every"),
    ]
    wish, who = max(wishes, key=lambda pair: pair[0])
    wish = min(wish, limits.most)
    return (wish, f"{who} {span(wish)}") if wish > habit else (habit, reason)


def scattered(wait: timedelta, spread: float, *, first: bool = False, floor: timedelta = timedelta(0)) -> timedelta:
    """±10 %, never below `floor`; after the first look anywhere in the interval, so that a start-up burst dissolves."""
    if first:
        return max(floor * (1 + 0.1 * spread), wait * (0.25 + 0.75 * spread))
    return max(floor * (1 + 0.1 * spread), wait * (0.9 + 0.2 * spread))


def skip(at: datetime, hours: list[int], days: list[str]) -> tuple[datetime, str | None]:
    """Move past the hours (GMT) and days on which the feed asks not to be read; a feed that skips all is not heard."""
    closed_hours = {hour % 24 for hour in hours if 0 <= hour <= 24}
    closed_days = {day.strip().lower() for day in days} & set(DAYS)
    if len(closed_hours) == 24 or len(closed_days) == 7:
        return at, None
    later = at.astimezone(UTC)
    while later.hour in closed_hours or DAYS[later.weekday()] in closed_days:
        step = later.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        later = step + timedelta(minutes=at.minute, seconds=at.second) if step.hour not in closed_hours else step
        if later.hour != step.hour:
            later = step
    return (later, None) if later == at else (later, f"feed rests until {later:%a %H:%M} UTC")


def span(length: timedelta) -> str:
    """45 min, 3 h, 1.5 h, 2 d."""
    minutes = length.total_seconds() / 60
    if minutes < 90:
        return f"{max(1, round(minutes))} min" if minutes != 60 else "1 h"
    hours = minutes / 60
    return f"{hours:.1f}".removesuffix(".0") + " h"


def _clamp(interval: timedelta, limits: Limits) -> timedelta:
    return min(max(interval, limits.least), limits.most)
