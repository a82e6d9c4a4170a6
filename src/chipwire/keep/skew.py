"""When the machine's clock was set back: what the wrong one had planned is planned anew."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from chipwire.keep.tables import table

_STATE, _LETTER, _CALL, _HOLD = (table(name) for name in ("feed_state", "letter", "delivery", "host_hold"))
SLACK = timedelta(minutes=5)
"""Clocks of two machines, and steps of NTP, may differ by this."""
LONGEST = timedelta(hours=20)
"""No letter and no call waits longer for its next try."""
LONGEST_LEASE = timedelta(days=30)
"""No hub pushes for longer without being asked again: see `collect.websub`."""
LONGEST_HOLD = timedelta(hours=24)
"""No domain is left alone for longer, whatever it asks."""


def mend(c: Connection, now: datetime) -> int:
    """Make due what only waits because it was planned by a clock that ran ahead; returns how many rows.

    A feed that was last checked in the future gives that clock away, a try further ahead than any pause does too. A
    domain is left alone no longer than one can ask for, and a hub that seems to push for longer is asked anew.
    """
    later = _STATE.c.next_check > now
    feeds = update(_STATE).where(later, _STATE.c.last_checked > now + SLACK)
    changed = c.execute(feeds.values(next_check=now, next_reason="the clock was set back")).rowcount
    for waiting, states in ((_LETTER, ("pending", "retry")), (_CALL, ("pending",))):
        changed += c.execute(_planned(waiting, states, now).values(next_try=now)).rowcount
    pushed = update(_STATE).where(_STATE.c.hub_expires > now + LONGEST_LEASE + SLACK)
    changed += c.execute(pushed.values(hub_expires=None)).rowcount
    held = update(_HOLD).where(_HOLD.c.until > now + LONGEST_HOLD + SLACK)
    return changed + c.execute(held.values(until=now + LONGEST_HOLD)).rowcount


def _planned(waiting: Any, states: tuple[str, ...], now: datetime) -> Any:
    return update(waiting).where(waiting.c.state.in_(states), waiting.c.next_try > now + LONGEST)
