"""Vital signs of the service as the store shows them: who keeps the clock, what is overdue, what waits to leave."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from sqlalchemy import Connection, func, select

from chipwire.domain.feed import Condition, condition
from chipwire.keep import host_claims
from chipwire.keep.skew import SLACK
from chipwire.keep.sources import feeds
from chipwire.keep.tables import table

_STATE, _LETTER, _STORY = table("feed_state"), table("letter"), table("story")
_ITEM, _HOOK, _CALL, _LEASE = table("item"), table("webhook"), table("delivery"), table("lease")
CLOCK = "clock"
"""Name of the lease that the one clock of a store holds."""
PATIENCE = timedelta(minutes=10)
"""For so long feeds may be overdue without a clock, as while one is replaced."""
STALLED = timedelta(hours=1)
"""For so long a clock may be busy elsewhere while a feed waits."""
SIZES = (1, 2, 3, 5, 10, 20, 50, 100)
"""Upper bounds of the classes of story sizes."""
Overdue = tuple[str, datetime]
"""Feed id, and since when it is due."""


@dataclass(frozen=True)
class Signs:
    """What tells whether news still come in and letters still go out."""

    clock: str | None
    """Who keeps the clock; None when nobody does."""
    last_turn: datetime | None
    """When a feed was last asked; not by a clock that ran ahead."""
    overdue: Overdue | None
    last_digest: datetime | None
    """When a digest last left."""
    clocks: int = 0
    """Clocks that are alive: one at most on SQLite, where others wait; on PostgreSQL all that share the work."""


def signs(c: Connection, now: datetime) -> Signs:
    """A few short reads, however large the store."""
    sent = select(_LETTER.c.sent_at).where(_LETTER.c.kind == "digest", _LETTER.c.state == "sent")
    held = (_LEASE.c.name == CLOCK) & (_LEASE.c.until > now) & (_LEASE.c.until < now + STALLED)
    turns = select(func.max(_STATE.c.last_checked))
    keeper = c.execute(select(_LEASE.c.holder).where(held)).scalar()
    return Signs(
        clock=keeper,
        last_turn=c.execute(turns.where(_STATE.c.last_checked <= now + SLACK)).scalar(),
        overdue=feeds.overdue(c, now),
        last_digest=c.execute(sent.order_by(_LETTER.c.id.desc()).limit(1)).scalar(),
        clocks=len(host_claims.living(c, now) | ({keeper} if keeper else set())),
    )


def stopped(signs: Signs, now: datetime, watching_since: datetime) -> str | None:
    """Why nothing new comes in, in words; None when news come in, or may yet.

    A store whose feeds were never fetched has none that is overdue, so a fresh one is well.
    """
    if signs.overdue is None:
        return None
    feed, since = signs.overdue
    waits = min(now - since, now - watching_since)
    words = f"feed {feed} is due since {since:%Y-%m-%dT%H:%M:%SZ}"
    if signs.clock is None and waits > PATIENCE:
        return f"{words} and no clock is running: start `chipwire run` or `chipwire clock`"
    if waits > STALLED and (signs.last_turn is None or now - signs.last_turn > STALLED):
        return f"{words} and the clock, though it is there, has taken no turn for over an hour: restart it"
    return None


def ahead(c: Connection, now: datetime) -> timedelta:
    """How far the newest time of the store lies after `now`: more than moments when a clock is or was wrong."""
    newest = select(func.max(_STATE.c.last_checked)), select(func.max(_ITEM.c.first_seen))
    times: list[datetime] = [at for query in newest if (at := c.execute(query).scalar()) is not None]
    return max([at - now for at in times], default=timedelta(0))


def feed_states(c: Connection) -> dict[str, int]:
    """Feeds by their `Condition`; each counts once."""
    counts = dict.fromkeys(get_args(Condition), 0)
    for row in feeds.columns(c, ("enabled", "retired_at", "failures", "last_ok")):
        counts[condition(row, row)] += 1
    return counts


def webhooks(c: Connection) -> tuple[dict[str, int], dict[str, int]]:
    """Webhooks by whether they are called ("active", "stopped"), and their calls by state."""
    active: dict[bool, int] = dict(c.execute(select(_HOOK.c.active, func.count()).group_by(_HOOK.c.active)).all())
    calls = {"pending": 0, "delivered": 0, "failed": 0}
    calls |= dict(c.execute(select(_CALL.c.state, func.count()).group_by(_CALL.c.state)).all())
    return {"active": active.get(True, 0), "stopped": active.get(False, 0)}, calls


def story_sizes(c: Connection, since: datetime) -> tuple[list[tuple[int | None, int]], int]:
    """Of the stories with an item since then: how many have up to so many items, rising; and their items in all."""
    asked = select(_STORY.c.n_items, func.count()).where(_STORY.c.last_seen >= since).group_by(_STORY.c.n_items)
    found = [(size, number) for size, number in c.execute(asked)]
    classes: list[tuple[int | None, int]] = [(bound, sum(n for size, n in found if size <= bound)) for bound in SIZES]
    classes.append((None, sum(n for _, n in found)))
    return classes, sum(size * n for size, n in found)


def item_count(c: Connection) -> int:
    """Items in the store now."""
    return c.execute(select(func.count()).select_from(_ITEM)).scalar_one()
