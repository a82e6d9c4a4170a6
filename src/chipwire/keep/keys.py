"""The keys that sign links: the newest signs, former ones are still believed, since links in letters do not expire."""

import json
import secrets

from sqlalchemy import Connection

from chipwire.keep.sql import meta

_NEWEST, _FORMER = "secret", "former_secrets"


def known(c: Connection) -> list[str]:
    """Oldest first; empty before the first start."""
    newest = meta.get(c, _NEWEST)
    return [*json.loads(meta.get(c, _FORMER) or "[]"), *([newest] if newest else [])]


def rotate(c: Connection) -> list[str]:
    """Make a new key, the first one too; all keys, oldest first."""
    former = known(c)
    meta.put(c, _FORMER, json.dumps(former))
    meta.put(c, _NEWEST, secrets.token_urlsafe(32))
    return known(c)
