"""Tokens of people and programs: made once, kept as digests, compared in constant time."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, select

from chipwire.errors import ChipwireError, NotFound
from chipwire.keep.tables import table

SCOPES = ("read", "write")
_TOKEN = table("token")


def digest(token: str) -> str:
    """SHA-256 in hex; tokens are long and random, so that no slow hash is needed."""
    return sha256(token.encode()).hexdigest()


def add(c: Connection, name: str, scopes: Iterable[str], now: datetime) -> str:
    """A new token of that name; its text is returned here and never again. Raises when name or scope cannot be."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise ChipwireError(f"a token's scopes are {' and '.join(SCOPES)}, not {', '.join(unknown) or 'none'}")
    if not name.strip() or c.execute(select(_TOKEN.c.name).where(_TOKEN.c.name == name)).first():
        raise ChipwireError(f"there is a token named {name!r} already: revoke it first" if name.strip() else "name it")
    token = "cw_" + secrets.token_urlsafe(32)
    c.execute(_TOKEN.insert().values(name=name, digest=digest(token), scopes=wanted, created=now))
    return token


def listing(c: Connection) -> list[dict[str, Any]]:
    """Name, scopes and creation time of each token, by name."""
    asked = select(_TOKEN.c.name, _TOKEN.c.scopes, _TOKEN.c.created).order_by(_TOKEN.c.name)
    return [dict(row) for row in c.execute(asked).mappings()]


def revoke(c: Connection, name: str) -> None:
    """Forget a token; NotFound when there is none of that name."""
    if c.execute(delete(_TOKEN).where(_TOKEN.c.name == name)).rowcount == 0:
        raise NotFound(f"there is no token named {name!r}")


def holder(c: Connection, token: str) -> tuple[str, frozenset[str]] | None:
    """Name and scopes of a token; None when it is not one of ours. Every stored digest is compared."""
    mine, found = digest(token), None
    for name, stored, scopes in c.execute(select(_TOKEN.c.name, _TOKEN.c.digest, _TOKEN.c.scopes)):
        if hmac.compare_digest(mine, stored):
            found = (name, frozenset(scopes))
    return found
