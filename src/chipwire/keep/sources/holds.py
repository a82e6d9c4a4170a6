"""Registrable domains that asked (429) to be left alone for a while."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, select

from chipwire.keep.sql.compiled import Ready
from chipwire.keep.sql.meta import insert
from chipwire.keep.tables import table

_HOLD = table("host_hold")
_QUIET = Ready(select(_HOLD.c.host).where(_HOLD.c.until > bindparam("now", type_=_HOLD.c.until.type)))


def hold(c: Connection, host: str, until: datetime) -> None:
    """Leave a domain alone until then; a longer hold that stands already is kept."""
    statement = insert(c, _HOLD).values(host=host, until=until)
    later = statement.excluded.until > _HOLD.c.until
    c.execute(statement.on_conflict_do_update(index_elements=["host"], set_={"until": until}, where=later))


def quiet(c: Connection, now: datetime) -> set[str]:
    """The domains that are to be left alone now."""
    return {host for (host,) in _QUIET(c, {"now": now})}


def until(c: Connection, url: str, now: datetime) -> datetime | None:
    """When the domain of this address may be asked again; None when that is now."""
    held = c.execute(select(_HOLD.c.host, _HOLD.c.until).where(_HOLD.c.until > now))
    return max((end for host, end in held if cover([host], url)), default=None)


def cover(hosts: Collection[str], url: str) -> bool:
    """Is the address on one of these domains or below it?"""
    host = urlsplit(url).hostname or ""
    return any(host == held or host.endswith(f".{held}") for held in hosts)
