"""Several clocks on one store: who is alive, and whose turn it is at which host; on PostgreSQL only.

A clock shows that it lives by a lease of its own. A host goes to one clock at a time, and what it claimed is its own
for as long as it lives: one lease is renewed, however many hosts, and what a dead clock had claimed is free when its
lease has run out. All but `kept` is for the short transactions of `Store.beside`, which wait for no writer.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, or_, select, update

from chipwire.keep import lease
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

_LEASE, _CLAIM = table("lease"), table("host_claim")
_OWN = "clock/"
"""A clock's own lease is named by this and its name."""
_RELEASE = Many(
    update(_CLAIM)
    .where(_CLAIM.c.host == bindparam("which"), _CLAIM.c.holder == bindparam("mine"))
    .values(holder=None, free_at=bindparam("then"))
)
FORGOTTEN = timedelta(hours=1)
"""The lease of a dead clock goes after so long."""


def live(c: Connection, holder: str, now: datetime, seconds: float) -> None:
    """Show that this clock is alive, for so many seconds."""
    lease.take(c, _OWN + holder, holder, now, seconds)
    c.execute(delete(_LEASE).where(_LEASE.c.name.startswith(_OWN, autoescape=True), _LEASE.c.until < now - FORGOTTEN))


def leave(c: Connection, holder: str, free_at: datetime) -> None:
    """This clock ends: its hosts may go to others from then on."""
    c.execute(_locked(_CLAIM.c.holder == holder))
    c.execute(update(_CLAIM).where(_CLAIM.c.holder == holder).values(holder=None, free_at=free_at))
    lease.release(c, _OWN + holder, holder)


def living(c: Connection, now: datetime) -> set[str]:
    """Names of the clocks that show that they live."""
    return set(c.execute(_living(now)).scalars())


def _living(now: datetime) -> Select[Any]:
    return select(_LEASE.c.holder).where(_LEASE.c.name.startswith(_OWN, autoescape=True), _LEASE.c.until > now)


def elsewhere(c: Connection, holder: str, now: datetime) -> set[str]:
    """Hosts that other clocks work on, and hosts that rest."""
    others = and_(_CLAIM.c.holder != holder, _CLAIM.c.holder.in_(_living(now)))
    return set(c.execute(select(_CLAIM.c.host).where(or_(others, _resting(now)))).scalars())


def take(c: Connection, hosts: Iterable[str], holder: str, now: datetime) -> set[str]:
    """Claim those of these hosts that no living clock has and that do not rest; what others are just taking is passed.

    What is read of a host's feeds after this, in the same transaction, is what the clock before left.
    """
    wanted = sorted(set(hosts))
    if not wanted:
        return set()
    put = insert(c, _CLAIM).values([{"host": host, "holder": None, "free_at": now} for host in wanted])
    c.execute(put.on_conflict_do_nothing())
    dead = and_(_CLAIM.c.holder.is_not(None), _CLAIM.c.holder.not_in(_living(now)))
    free = or_(and_(_CLAIM.c.holder.is_(None), ~_resting(now)), dead, _CLAIM.c.holder == holder)
    rows = select(_CLAIM.c.host).where(_CLAIM.c.host.in_(wanted), free).with_for_update(skip_locked=True)
    taken = set(c.execute(rows).scalars())
    c.execute(update(_CLAIM).where(_CLAIM.c.host.in_(taken)).values(holder=holder))
    return taken


def release(c: Connection, ended: Sequence[tuple[str, datetime]], holder: str) -> None:
    """Give hosts back, each with the time from which on it may be asked again."""
    _RELEASE(c, [{"which": host, "mine": holder, "then": free_at} for host, free_at in ended])


def kept(c: Connection, hosts: Iterable[str], holder: str) -> set[str]:
    """Those of these hosts that are still this clock's, locked until the transaction ends: what it learnt of their
    feeds may be written. A clock that fell silent for too long (a machine that slept) finds that others have them."""
    return set(c.execute(_locked(_CLAIM.c.host.in_(set(hosts)), _CLAIM.c.holder == holder)).scalars())


def _locked(*which: Any) -> Select[Any]:
    """In one order, as two transactions that wait for each other's rows would never end."""
    return select(_CLAIM.c.host).where(*which).order_by(_CLAIM.c.host).with_for_update()


def _resting(now: datetime) -> Any:
    """A rest that seems longer than any pause was planned by a clock that was wrong."""
    return and_(_CLAIM.c.holder.is_(None), _CLAIM.c.free_at > now, _CLAIM.c.free_at < now + timedelta(hours=1))
