"""Signed links: who may unsubscribe, confirm, change choices or read a letter on the web without logging in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from chipwire.domain import Reader

CONFIRM = timedelta(hours=48)


@dataclass(frozen=True)
class Links:
    """Addresses under `base_url`. The newest of `secrets` comes last and signs; the older ones are still believed."""

    base_url: str
    secrets: Sequence[str]

    def unsubscribe(self, reader: Reader) -> str:
        """Never expires: a letter may be years old."""
        return self._url("unsubscribe", _who(reader))

    def mute(self, reader: Reader) -> str:
        """Without a story, whose id follows behind a slash; never expires, as unsubscribing does not."""
        return self._url("mute", _who(reader))

    def preferences(self, reader: Reader) -> str:
        return self._url("preferences", _who(reader))

    def web(self, reader: Reader, day: date, kind: str = "digest", key: str = "") -> str:
        return self._url("v1/digests", [*_who(reader), day.isoformat(), kind, key])

    def confirm(self, reader: Reader, now: datetime) -> str:
        """Expires after CONFIRM; `now` is when the letter is made."""
        payload = base64_encode(f"{reader.id}.{_mark(reader.email)}.{int(now.timestamp())}").decode()
        signed = Signer(list(self.secrets), salt="confirm").sign(payload).decode()
        return f"{self.base_url.rstrip('/')}/confirm/{signed}"

    def page(self, path: str) -> str:
        """An address of ours that needs no signature."""
        return f"{self.base_url.rstrip('/')}/{path}"

    def read(self, use: str, token: str) -> list[Any] | None:
        """What a token for one of these uses ('unsubscribe', 'mute' …) holds; None when forged or for another use."""
        try:
            value = self._signer(use).loads(token)
        except BadSignature:
            return None
        return value if isinstance(value, list) else None

    def read_confirm(self, token: str, now: datetime) -> list[Any] | None:
        """[reader id, mark] of a confirm token that is ours and not older than CONFIRM at `now`, else None."""
        try:
            payload = Signer(list(self.secrets), salt="confirm").unsign(token).decode()
            number, mark, made = base64_decode(payload).decode().split(".")
        except (BadSignature, ValueError):
            return None
        age = now.timestamp() - int(made)
        return [int(number), mark] if age <= CONFIRM.total_seconds() else None

    def _url(self, use: str, value: list[Any]) -> str:
        return f"{self.base_url.rstrip('/')}/{use}/{self._signer(use).dumps(value)}"

    def _signer(self, use: str) -> URLSafeSerializer:
        return _serializer(tuple(self.secrets), use)


@lru_cache(32)
def _serializer(secrets: tuple[str, ...], use: str) -> URLSafeSerializer:
    return URLSafeSerializer(list(secrets), salt=use)


def belongs(reader: Reader, value: Sequence[Any]) -> bool:
    """Whether the token's first two values name this reader: ids may be given again, the address mark may not."""
    return list(value[:2]) == _who(reader)


def _who(reader: Reader) -> list[Any]:
    return [reader.id, _mark(reader.email)]


def _mark(email: str) -> str:
    return sha256(email.encode()).hexdigest()[:12]
