"""Opaque signed cursors: where the last page ended, and for which question, so that neither can be made up or mixed."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

import orjson
from itsdangerous import Signer

from chipwire.errors import BadQuery


@dataclass(frozen=True)
class Place:
    """`before` is the key of the last row shown; `since` and `until` are what 24h or 7d meant on the first page."""

    before: int
    since: datetime | None = None
    until: datetime | None = None


class Cursors:
    def __init__(self, secret: str) -> None:
        self._key = Signer(secret, salt="chipwire.cursor").derive_key()

    def write(self, place: Place, question: str) -> str:
        """A cursor that goes on at `place` for the same `question` (any text that names it)."""
        times = [at and at.isoformat() for at in (place.since, place.until)]
        said = _written(orjson.dumps([place.before, *times, _mark(question)]))
        return f"{said}.{self._signature(said)}"

    def read(self, cursor: str, question: str) -> Place:
        """The place it stands for; BadQuery when it is not ours or belongs to another question."""
        said, _, signature = cursor.rpartition(".")
        if not (cursor.isascii() and hmac.compare_digest(self._signature(said), signature)):
            message = "this cursor is not one of ours: take `next` of a page as it is, or leave it out to start anew"
            raise BadQuery(message, parameter="cursor", place=0)
        before, since, until, mark = orjson.loads(urlsafe_b64decode(said + "=" * (-len(said) % 4)))
        if mark != _mark(question):
            message = "this cursor belongs to other filters: keep the filters, or leave it out to start anew"
            raise BadQuery(message, parameter="cursor", place=0)
        return Place(before, *(at and datetime.fromisoformat(at) for at in (since, until)))

    def _signature(self, said: str) -> str:
        """An HMAC, for which the library that derived the key needs eight times as long."""
        return _written(hmac.digest(self._key, said.encode(), "sha1"))


def _written(raw: bytes) -> str:
    """As base64 that needs no escaping in an address."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@lru_cache(1024)
def _mark(question: str) -> str:
    return blake2b(question.encode(), digest_size=8).hexdigest()
