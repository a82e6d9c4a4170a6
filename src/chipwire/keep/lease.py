"""Leases: what only one process may do at a time, and who may do it until when."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select

from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

_LEASE = table("lease")
WRONG = timedelta(hours=1)
"""No lease is longer."""


def take(c: Connection, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take the lease, or prolong it when `holder` has it; False while another holds it.

    A lease that seems to end further off than it could was taken by a clock that was wrong: it is taken over.
    """
    until = now + timedelta(seconds=seconds)
    put = insert(c, _LEASE).values(name=name, holder=holder, until=until)
    free = or_(_LEASE.c.holder == holder, _LEASE.c.until <= now, _LEASE.c.until > until + WRONG)
    taken = put.on_conflict_do_update(index_elements=["name"], set_={"holder": holder, "until": until}, where=free)
    return c.execute(taken.returning(_LEASE.c.holder)).first() is not None


def renew(c: Connection, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Prolong a lease that `holder` has; False when it was lost, and then its work must stop."""
    return holder_of(c, name, now) == holder and take(c, name, holder, now, seconds)


def release(c: Connection, name: str, holder: str) -> None:
    """Give the lease back, if `holder` still has it."""
    c.execute(delete(_LEASE).where(_LEASE.c.name == name, _LEASE.c.holder == holder))


def holder_of(c: Connection, name: str, now: datetime) -> str | None:
    """Who holds the lease now, None when it is free, or a wrong clock's."""
    held = (_LEASE.c.until > now) & (_LEASE.c.until <= now + WRONG)
    return c.execute(select(_LEASE.c.holder).where(_LEASE.c.name == name, held)).scalar()
